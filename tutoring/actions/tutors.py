"""Tutors: who they are, whom they follow and when, what they observe. « Contrat + tuteur » is one act, here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.fields import overlapping
from accounts.models import User
from accounts.questions import settle
from accounts.rows import change, keep
from cohorts.models import Enrolment
from contracts import actions as contract_actions
from contracts.models import Contract
from employers.models import Establishment
from regulations.findings import Finding
from regulations.people import unaccented
from regulations.periods import ONE_DAY, Period
from regulations.tutors import TutorStatus, tutor_findings
from tutoring.actions.meetings import follow_tutor
from tutoring.models import Tutor, Tutorship

Accepted = Mapping[str, str] | None


@dataclass(frozen=True, kw_only=True)
class TutorFacts:
    """Ce que l'on sait du tuteur ; une date ou un volontariat absents sont inconnus, jamais « non »."""

    last_name: str
    first_name: str
    job_title: str = ""
    status: TutorStatus = TutorStatus.EMPLOYEE
    phone: str = ""
    email: str = ""
    experience_since: date | None = None
    volunteer: bool | None = None
    trained_on: date | None = None

    @property
    def search_text(self) -> str:
        return unaccented(f"{self.last_name} {self.first_name}")


@transaction.atomic
def add_tutor(*, establishment: Establishment, facts: TutorFacts) -> Tutor:
    """Ajouter un tuteur ; ses deux ans d'expérience se vérifient quand on lui confie quelqu'un."""
    tutor = Tutor(establishment=establishment, search_text=facts.search_text, **asdict(facts))
    keep(tutor)
    return tutor


@transaction.atomic
def change_tutor_facts(*, tutor: Tutor, facts: TutorFacts, version: int | None) -> Tutor:
    """Corriger la fiche d'un tuteur."""
    return change(tutor, version=version, search_text=facts.search_text, **asdict(facts))


@transaction.atomic
def name_tutor(
    *,
    contract: Contract,
    tutor: Tutor,
    starts_on: date | None = None,
    ends_on: date | None = None,
    accepted: Accepted = None,
) -> Tutorship:
    """Nommer le tuteur d'un contrat ; sans date, du premier jour du contrat. Trois personnes au plus à toute date."""
    # Locked first: two people named at once for one tutor must see each other.
    tutor = Tutor.objects.select_for_update(of=("self",)).select_related("establishment").get(pk=tutor.pk)
    contract = contract_actions.locked(contract)
    if tutor.establishment.employer_id != contract.establishment.employer_id:
        raise ValidationError({"tutor": "Ce tuteur travaille chez un autre employeur."})
    starts_on = starts_on or contract.starts_on
    tutorship = Tutorship(contract=contract, tutor=tutor, starts_on=starts_on, ends_on=ends_on)
    tutorship.full_clean()
    if contract.tutorships.filter(overlapping("starts_on", "ends_on", starts_on, ends_on)).exists():
        raise ValidationError("Ce contrat a déjà un tuteur sur cette période : changez de tuteur plutôt.")
    tutorship.exception_reason = settle(findings_of(tutor, contract, Period(starts_on, ends_on)), accepted)
    tutorship.save()
    follow_tutor(contract=contract, at=clock.now())
    return tutorship


@transaction.atomic
def change_tutor(*, contract: Contract, tutor: Tutor, starts_on: date, accepted: Accepted = None) -> Tutorship:
    """Changer de tuteur : la période en cours se ferme la veille, la nouvelle s'ouvre, rien n'est écrasé."""
    contract = contract_actions.locked(contract)
    # One whose end is known is cut short too: the new one goes on to that end.
    still_on = overlapping("starts_on", "ends_on", starts_on, None)
    present = contract.tutorships.filter(still_on).order_by("starts_on", "pk").first()
    if present is None:
        return name_tutor(contract=contract, tutor=tutor, starts_on=starts_on, accepted=accepted)
    if present.tutor_id == tutor.pk:
        raise ValidationError({"tutor": "C'est déjà le tuteur de ce contrat."})
    if starts_on <= present.starts_on:
        message = f"Le tutorat en cours a commencé le {present.starts_on:%d/%m/%Y} : le nouveau commence après ce jour."
        raise ValidationError({"starts_on": message})
    ends_on, present.ends_on = present.ends_on, starts_on - ONE_DAY
    present.save()
    return name_tutor(contract=contract, tutor=tutor, starts_on=starts_on, ends_on=ends_on, accepted=accepted)


@transaction.atomic
def record_contract_with_tutor(
    *,
    enrolment: Enrolment,
    establishment: Establishment,
    terms: contract_actions.Terms,
    tutor: Tutor | TutorFacts | None,
    accepted: Accepted = None,
    by: User | None,
) -> Contract:
    """Le contrat et son tuteur, ou rien. Un tuteur encore inconnu est ajouté à l'établissement."""
    contract = contract_actions.record_contract(
        enrolment=enrolment, establishment=establishment, terms=terms, accepted=accepted, by=by
    )
    if isinstance(tutor, TutorFacts):
        tutor = add_tutor(establishment=establishment, facts=tutor)
    if tutor is not None:
        name_tutor(contract=contract, tutor=tutor, accepted=accepted)
    return contract


def findings_of(tutor: Tutor, contract: Contract, added: Period) -> list[Finding]:
    """What R5134-38 says of this tutor for this contract; a tutorship never lasts longer than its contract."""
    followed = [
        clipped
        for tutorship in tutor.tutorships.exclude(contract=contract).select_related("contract")
        if (clipped := period_of(tutorship)) is not None
    ]
    added = added.clipped_to(Period(contract.starts_on, contract.last_day)) or added
    years = None
    if tutor.experience_since is not None:
        years = experience_years(tutor.experience_since, added.starts_on)
    return tutor_findings(followed, added, experience_years=years, volunteer=tutor.volunteer)


def period_of(tutorship: Tutorship) -> Period | None:
    """The days really followed: a contract closed before it began has none."""
    contract = tutorship.contract
    if contract.closed_on is not None:
        return None
    return Period(tutorship.starts_on, tutorship.ends_on).clipped_to(Period(contract.starts_on, contract.last_day))


def experience_years(since: date, on: date) -> Decimal:
    """Whole years; the law counts professional experience on the day somebody is entrusted."""
    return Decimal(max(0, relativedelta(on, since).years))
