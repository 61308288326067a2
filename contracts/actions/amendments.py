"""Amendments: other hours, another place of work, another employer, from a day on. Recorded in any order.

The contract carries its latest terms; each amendment keeps what it replaced. One recorded between two others takes the
place in the chain that its day gives it: the next one then replaces what this one says.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.questions import settle
from accounts.rows import keep
from cohorts.actions import move_to
from contracts.actions.contract import Accepted, declarations_of, locked, note_reasons, touch
from contracts.models import Amendment, Contract
from employers.models import Establishment
from regulations.amendments import amended_hours_findings, employer_change_findings, late_signature_findings
from regulations.contracts import AmendmentKind, ContractKind, hours_findings
from regulations.employers import LegalCategory, pec_findings
from regulations.findings import Finding

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Change:
    """Ce que dit l'avenant ; ce qu'il ne change pas reste vide."""

    effective_on: date
    weekly_hours: Decimal | None = None
    establishment: Establishment | None = None
    signed_on: date | None = None
    reason: str = ""


@transaction.atomic
def amend_contract(*, contract: Contract, change: Change, accepted: Accepted = None, by: User | None) -> Amendment:
    """Avenant : d'autres heures, un autre lieu de travail chez le même employeur."""
    contract = locked(contract)
    before = contract.terms_on(change.effective_on)
    place = change.establishment if change.establishment != before.establishment else None
    if place is not None and place.employer_id != before.establishment.employer_id:
        raise ValidationError(
            {"establishment": "Cet établissement est d'un autre employeur : notez un changement d'employeur."}
        )
    hours = change.weekly_hours if change.weekly_hours != before.weekly_hours else None
    if place is None and hours is None:
        raise ValidationError("Rien ne change ce jour-là : donnez d'autres heures ou un autre lieu de travail.")
    note_reasons(contract, settle(amendment_findings(contract, change), accepted))
    return _insert(contract, replace(change, weekly_hours=hours, establishment=place), AmendmentKind.TERMS, by)


@transaction.atomic
def change_employer(*, contract: Contract, change: Change, accepted: Accepted = None, by: User | None) -> Amendment:
    """Changement d'employeur : le jour où il prend effet ou après ; l'ancien employeur ne voit plus le contrat."""
    contract = locked(contract)
    place = change.establishment
    if place.employer_id == contract.establishment.employer_id:
        raise ValidationError({"establishment": "Cet établissement est déjà celui de l'employeur : notez un avenant."})
    if change.effective_on > clock.today():
        raise ValidationError(
            {"effective_on": "Un changement d'employeur s'enregistre le jour où il prend effet, ou après."}
        )
    later = contract.amendments.valid().filter(effective_on__gt=change.effective_on, establishment_after__isnull=False)
    if (other := later.order_by("effective_on").first()) is not None:
        raise ValidationError(
            {
                "effective_on": f"Un avenant du {other.effective_on:%d/%m/%Y} change déjà le lieu de travail : "
                "annulez-le d'abord, ou donnez un jour qui le suit."
            }
        )
    note_reasons(contract, settle(amendment_findings(contract, change), accepted))
    hours = change.weekly_hours
    if hours == contract.terms_on(change.effective_on).weekly_hours:
        hours = None
    _end_tutorships(contract, change.effective_on - ONE_DAY)
    # The place offered is free again, and the person leaves the lists of the employer she has left.
    move_to(enrolment=contract.enrolment, establishment=place, on=change.effective_on)
    return _insert(contract, replace(change, weekly_hours=hours), AmendmentKind.EMPLOYER, by)


@transaction.atomic
def void_amendment(*, amendment: Amendment, reason: str, by: User | None) -> Amendment:
    """Annuler un avenant mal saisi : la chaîne se referme, ce qu'il avait remplacé tient de nouveau."""
    contract = locked(amendment.contract)
    amendment = Amendment.objects.select_related("establishment_before").get(pk=amendment.pk)
    if amendment.voided_at is not None:
        raise ValidationError("Cet avenant est déjà annulé.")
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi l'avenant est annulé."})
    if amendment.hours_after is not None:
        _set_next(contract, amendment.effective_on, "hours", amendment.hours_before)
    if amendment.establishment_after_id is not None:
        following = _next(contract, amendment.effective_on, "establishment")
        if amendment.kind == AmendmentKind.EMPLOYER and following is not None:
            raise ValidationError(
                f"L'avenant du {following.effective_on:%d/%m/%Y} suit ce changement d'employeur : annulez-le d'abord."
            )
        _set_next(contract, amendment.effective_on, "establishment", amendment.establishment_before)
        if amendment.kind == AmendmentKind.EMPLOYER:
            move_to(
                enrolment=contract.enrolment, establishment=amendment.establishment_before, on=amendment.effective_on
            )
    amendment.voided_at, amendment.voided_by, amendment.void_reason = clock.now(), by, reason.strip()
    keep(amendment)
    touch(contract, by)
    return amendment


def amendment_findings(contract: Contract, change: Change) -> list[Finding]:
    """What the law says of other hours, of a late signature, of another employer."""
    before = contract.terms_on(change.effective_on)
    findings = late_signature_findings(change.signed_on, change.effective_on)
    if not ContractKind(contract.kind).is_pec:
        return findings
    if change.weekly_hours is not None:
        findings += hours_findings(change.weekly_hours)
        findings += amended_hours_findings(change.weekly_hours, aided_hours_on(contract, change.effective_on))
    place = change.establishment
    if place is not None and place.employer_id != before.establishment.employer_id:
        findings += pec_findings(LegalCategory(place.employer.legal_category), declarations_of(place.employer))
        findings += employer_change_findings()
    return findings


def aided_hours_on(contract: Contract, day: date) -> Decimal | None:
    """The hours of the decision whose aid runs that day, or begins after it."""
    granted = [one for one in contract.aid_requests.all() if one.is_granted]
    running = [one.weekly_hours for one in granted if one.aid_ends_on is None or one.aid_ends_on >= day]
    return max((hours for hours in running if hours is not None), default=None)


def _insert(contract: Contract, change: Change, kind: AmendmentKind, by: User | None) -> Amendment:
    """`change` holds only what differs."""
    _check_day(contract, change.effective_on)
    before = contract.terms_on(change.effective_on)
    hours, place = change.weekly_hours, change.establishment
    amendment = Amendment(
        contract=contract,
        kind=kind,
        effective_on=change.effective_on,
        signed_on=change.signed_on,
        reason=change.reason.strip(),
        hours_before=None if hours is None else before.weekly_hours,
        hours_after=hours,
        establishment_before=None if place is None else before.establishment,
        establishment_after=place,
        recorded_by=by,
    )
    keep(amendment)
    if hours is not None:
        _set_next(contract, change.effective_on, "hours", hours)
    if place is not None:
        _set_next(contract, change.effective_on, "establishment", place)
    touch(contract, by)
    return amendment


def _check_day(contract: Contract, day: date) -> None:
    if contract.closed_on is not None:
        raise ValidationError("Ce contrat est caduc : il n'a pas d'avenant.")
    if day <= contract.starts_on:
        raise ValidationError(
            {"effective_on": f"Le contrat commence le {contract.starts_on:%d/%m/%Y} : corrigez plutôt le contrat."}
        )
    last = contract.last_day
    if last is not None and day > last:
        raise ValidationError({"effective_on": f"Le contrat finit le {last:%d/%m/%Y} : l'avenant le précède."})


def _next(contract: Contract, day: date, what: str) -> Amendment | None:
    rows = contract.amendments.valid().filter(effective_on__gt=day, **{f"{what}_after__isnull": False})
    return rows.order_by("effective_on").first()


COLUMNS = {"hours": "weekly_hours", "establishment": "establishment"}


def _set_next(contract: Contract, day: date, what: str, value: Decimal | Establishment) -> None:
    """What the day brings is replaced by the next amendment; without one, it is what the contract says now."""
    following = _next(contract, day, what)
    if following is None:
        setattr(contract, COLUMNS[what], value)
    else:
        setattr(following, f"{what}_before", value)
        keep(following)


def _end_tutorships(contract: Contract, last: date) -> None:
    """The tutor is of the former employer: the period ends with it, another one is named at the new one's."""
    for tutorship in contract.tutorships.all():
        if tutorship.ends_on is None or tutorship.ends_on > last:
            tutorship.ends_on = max(last, tutorship.starts_on)
            keep(tutorship)
