"""The contract itself: record, change, sign, break, close, extend.

`accepted` maps the code of a question to the written reason that accepts it (`accounts.questions`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.questions import settle
from accounts.rows import Conflict, change, keep
from cohorts.models import Enrolment
from contracts.actions.stops import stop_questions
from contracts.models import Contract
from employers.models import Employer, Establishment
from regulations import contracts as law
from regulations.breaks import Repayment
from regulations.contracts import BreakReason, ContractKind
from regulations.deadlines import MOST_MONTHS, MOST_MONTHS_BY_EXCEPTION
from regulations.employers import Declarations, LegalCategory, pec_findings
from regulations.findings import Finding, Strength
from regulations.people import Checked
from regulations.periods import Period

Accepted = Mapping[str, str] | None

# Recorded and marked « non aidé » rather than asked about: the fact is there whatever one answers.
MARKED = "contrat_avant_decision"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Ce que dit le contrat écrit ; une fin ou une signature absente n'est pas encore connue."""

    kind: ContractKind
    job_title: str
    weekly_hours: Decimal
    starts_on: date
    ends_on: date | None = None
    signed_on: date | None = None
    hourly_pay: Decimal | None = None
    rome_code: str = ""
    professional_category: str = ""


@transaction.atomic
def record_contract(
    *, enrolment: Enrolment, establishment: Establishment, terms: Terms, accepted: Accepted = None, by: User | None
) -> Contract:
    """Enregistrer un contrat, PEC ou non. Un employeur qui n'y a pas droit ne peut pas recevoir un PEC."""
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=enrolment.pk)
    if enrolment.withdrawn_on is not None:
        raise ValidationError("Cette personne a quitté la cohorte avant contrat : inscrivez-la de nouveau d'abord.")
    contract = Contract(enrolment=enrolment, cohort=enrolment.cohort, establishment=establishment, **asdict(terms))
    findings = findings_of(contract) + overlap_findings(contract)
    if ContractKind(contract.kind).is_pec:
        findings += stop_questions(contract, contract.starts_on, is_renewal=False)
    contract.exception_reason = settle(findings, accepted)
    return touch(contract, by)


@transaction.atomic
def change_contract(
    *, contract: Contract, terms: Terms, version: int | None, accepted: Accepted = None, by: User | None
) -> Contract:
    """Corriger ce qui a été saisi. Deux corrections à la fois : la seconde est arrêtée et voit les deux versions."""
    contract = locked(contract)
    if version is not None and contract.version != version:
        raise Conflict(contract)
    if terms.weekly_hours != contract.weekly_hours:
        _correct_last_hours(contract, terms.weekly_hours)
    for field in fields(terms):
        setattr(contract, field.name, getattr(terms, field.name))
    refuse_what_falls_outside(contract)
    note_reasons(contract, settle(findings_of(contract), accepted))
    contract.unaided_reason = unaided_reason(contract)
    return touch(contract, by)


@transaction.atomic
def sign_contract(*, contract: Contract, signed_on: date, by: User | None) -> Contract:
    """Signé avant la décision : enregistré, et marqué non aidé (R5134-26)."""
    contract = locked(contract)
    if contract.closed_on is not None:
        raise ValidationError("Ce contrat est caduc : il ne peut plus être signé.")
    if contract.signed_on is not None:
        raise ValidationError(f"Ce contrat est déjà signé, le {contract.signed_on:%d/%m/%Y}.")
    contract.signed_on = signed_on
    contract.unaided_reason = unaided_reason(contract)
    return touch(contract, by)


@transaction.atomic
def break_contract(*, contract: Contract, broken_on: date, reason: BreakReason, by: User | None) -> Contract:
    """Rompre avant le terme : `broken_on` est le dernier jour travaillé. Ce que devient l'aide se lit dans la table."""
    contract = locked(contract)
    if contract.closed_on is not None:
        raise ValidationError("Ce contrat est caduc : il n'a pas commencé.")
    if contract.broken_on is not None:
        raise ValidationError(f"Ce contrat est déjà rompu, le {contract.broken_on:%d/%m/%Y}.")
    contract.broken_on, contract.break_reason = broken_on, reason
    _end_suspensions(contract)
    _void_immersions(contract, by)
    refuse_what_falls_outside(contract)
    return touch(contract, by)


@transaction.atomic
def record_notified_repayment(*, contract: Contract, outcome: Repayment, reason: str, by: User | None) -> Contract:
    """Noter une autre suite que celle de la table, telle que l'ASP l'a notifiée ; la table reste visible à côté."""
    contract = locked(contract)
    if contract.broken_on is None:
        raise ValidationError("Ce contrat n'est pas rompu.")
    contract.notified_repayment, contract.notified_reason = outcome, reason.strip()
    return touch(contract, by)


@transaction.atomic
def close_contract(*, contract: Contract, closed_on: date, by: User | None) -> Contract:
    """Classer caduc un contrat qui n'a jamais commencé."""
    contract = locked(contract)
    if contract.signed_on is not None and contract.starts_on <= closed_on:
        raise ValidationError("Ce contrat a commencé : il peut être rompu, pas classé caduc.")
    if contract.closed_on is not None:
        raise ValidationError(f"Ce contrat est déjà caduc, depuis le {contract.closed_on:%d/%m/%Y}.")
    contract.closed_on = closed_on
    return touch(contract, by)


@transaction.atomic
def extend_contract(*, contract: Contract, ends_on: date, accepted: Accepted = None, by: User | None) -> Contract:
    """Prolonger, après un renouvellement accordé : la durée totale est relue (24 mois, L5134-25-1)."""
    contract = locked(contract)
    if contract.broken_on is not None:
        raise ValidationError("Ce contrat est rompu : il ne peut plus être prolongé.")
    if contract.ends_on is None or ends_on <= contract.ends_on:
        raise ValidationError("Une prolongation donne une fin plus lointaine que la fin prévue.")
    contract.ends_on = ends_on
    reasons = settle(findings_of(contract), accepted)
    note_reasons(contract, reasons)
    return touch(contract, by)


# --- What the acts above share ---


def locked(contract: Contract) -> Contract:
    """The row as it is now, kept from others until the end of the transaction."""
    rows = Contract.objects.select_for_update(of=("self",)).select_related("cohort", "establishment__employer")
    return rows.get(pk=contract.pk)


def note_reasons(contract: Contract, reasons: str) -> None:
    """What was accepted and why adds up, once each."""
    known = contract.exception_reason.splitlines()
    contract.exception_reason = "\n".join([*known, *(line for line in reasons.splitlines() if line not in known)])


def touch(contract: Contract, by: User | None) -> Contract:
    contract.version += 1
    contract.changed_at, contract.changed_by = clock.now(), by
    return keep(contract)


OUTSIDE = {
    "suspensions": "Une suspension commence le {:%d/%m/%Y}, hors des nouvelles dates du contrat : retirez-la d'abord.",
    "amendments": "Un avenant prend effet le {:%d/%m/%Y}, hors des nouvelles dates du contrat : annulez-le d'abord.",
}


def refuse_what_falls_outside(contract: Contract) -> None:
    """Dates of the contract never leave behind what was recorded inside them; no portable constraint can say it."""
    first, last = contract.starts_on, contract.last_day or date.max
    begun = {
        "suspensions": [one.starts_on for one in contract.suspensions.all()],
        "amendments": [one.effective_on for one in contract.amendments.valid()],
    }
    for what, days in begun.items():
        outside = next((day for day in sorted(days) if not first <= day <= last), None)
        if outside is not None:
            raise ValidationError(OUTSIDE[what].format(outside))
    over = contract.suspensions.filter(ends_on__gt=last).order_by("starts_on").first()
    if over is not None:
        raise ValidationError(
            f"La suspension du {over.starts_on:%d/%m/%Y} finit après le contrat : corrigez-la d'abord."
        )


def _end_suspensions(contract: Contract) -> None:
    """A suspension that was to last longer ends with the contract."""
    running = contract.suspensions.filter(starts_on__lte=contract.broken_on, ends_on__gt=contract.broken_on)
    for suspension in running:
        suspension.ends_on = contract.broken_on
        keep(suspension)


def _void_immersions(contract: Contract, by: User | None) -> None:
    """An immersion is made during the contract: those to come after its last day fall with it."""
    reason = f"Le contrat est rompu le {contract.broken_on:%d/%m/%Y}."
    for immersion in contract.immersions.valid().filter(starts_on__gt=contract.broken_on):
        change(immersion, voided_at=clock.now(), voided_by=by, void_reason=reason)


def _correct_last_hours(contract: Contract, hours: Decimal) -> None:
    """The hours of the contract are those of its last amendment: both are corrected."""
    last = contract.amendments.valid().filter(hours_after__isnull=False).order_by("-effective_on").first()
    if last is not None:
        last.hours_after = hours
        keep(last)


def findings_of(contract: Contract) -> list[Finding]:
    """Everything the law asks of this contract, but what is only marked on it."""
    employer = contract.establishment.employer
    findings = [finding for finding in law.contract_findings(terms_of(contract)) if finding.code != MARKED]
    if ContractKind(contract.kind).is_pec:
        findings += pec_findings(LegalCategory(employer.legal_category), declarations_of(employer))
    return findings


def declarations_of(employer: Employer) -> Declarations:
    return Declarations(
        economic_dismissal=Checked(employer.recent_economic_dismissal),
        contributions_up_to_date=Checked(employer.contributions_up_to_date),
    )


def start_findings(contract: Contract) -> list[Finding]:
    """A first day before the cohort's is only said."""
    if contract.starts_on >= contract.cohort.starts_on:
        return []
    message = f"Le contrat commence avant le premier jour de la cohorte ({contract.cohort.starts_on:%d/%m/%Y})."
    return [Finding("debut_avant_cohorte", message, "Programme", Strength.WARNING)]


def overlap_findings(contract: Contract) -> list[Finding]:
    """Two contracts of one person over the same days are nearly always one contract typed twice."""
    others = Contract.objects.filter(enrolment__person=contract.enrolment.person_id, closed_on=None)
    wanted = Period(contract.starts_on, contract.ends_on)
    if not any(Period(other.starts_on, other.last_day).overlaps(wanted) for other in others.only(*_DATES)):
        return []
    message = "Cette personne a déjà un contrat sur cette période."
    return [Finding("contrat_chevauchant", message, "Programme", Strength.QUESTION)]


_DATES = ("starts_on", "ends_on", "broken_on")


def terms_of(contract: Contract) -> law.ContractTerms:
    """The contract, its first decision and the earlier PEC of the person with this employer, as the law reads them."""
    decision = contract.first_decision()
    return law.ContractTerms(
        kind=ContractKind(contract.kind),
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        signed_on=contract.signed_on,
        decided_on=decision.decided_on if decision else None,
        weekly_hours=contract.weekly_hours,
        subsidised_hours=decision.weekly_hours if decision else None,
        earlier=tuple(Period(earlier.starts_on, earlier.last_day) for earlier in contract.earlier_pec()),
        most_months=MOST_MONTHS_BY_EXCEPTION if has_exception(contract) else MOST_MONTHS,
    )


def has_exception(contract: Contract) -> bool:
    """A renewal was granted over 24 months, with the case that allows it."""
    requests = contract.aid_requests.all() if contract.pk else []
    return any(one.ceiling_exception and one.is_granted for one in requests)


def unaided_reason(contract: Contract) -> str:
    """« Non aidé », with its reason, or nothing."""
    terms = terms_of(contract)
    if not law.is_before_decision(terms):
        return ""
    return f"signé ou commencé avant la décision du {terms.decided_on:%d/%m/%Y} (R5134-26)"
