"""Ce qui est déjà dans la base et sert à une demande : le bilan d'un contrat, et les faits que l'on a le droit de lire.

Other rooms are read by the names of their reverse relations; a constant number of queries.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Sum

from accounts.models import Receipt, User
from accounts.templatetags.french import as_day, as_hours
from cohorts.models import Person, ProtectedFacts
from contracts import actions
from contracts.due import SUBJECT, received_statements
from contracts.models import AidRequest, Contract
from regulations.aid import month_bounds, months_between
from regulations.deadlines import (
    MOST_MONTHS,
    MOST_MONTHS_BY_EXCEPTION,
    Step,
    ceiling_date,
    end_of,
)
from regulations.people import BenefitKind, Checked, EducationLevel, RegistrationLength, age_on
from regulations.periods import ONE_DAY, Period
from regulations.publics import PersonFacts

USUAL_RENEWAL = 6  # months, proposed when the order says nothing (orders of 2021 to 2023)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Une ligne du bilan : ce qui a été fait, et ce qui manque."""

    label: str
    value: str
    lacks: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Jusqu'où le renouvellement peut aller, et la fin proposée."""

    aid_ends_on: date
    ceiling: date
    ceiling_by_exception: date
    proposed: date
    earlier: tuple[Period, ...]
    band: str
    months: int = MOST_MONTHS
    months_by_exception: int = MOST_MONTHS_BY_EXCEPTION


def plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count < 2 else many}"


def evidence_of(contract: Contract, user: User, on: date) -> list[Evidence]:
    """Heures, observations, immersions, étapes, suspensions, états de présence : ce que le bilan peut citer."""
    minutes = contract.enrolment.attendances.filter(voided_at=None, half_day__day__lte=on).aggregate(
        done=Sum("attended_minutes"), half_days=Count("pk")
    )
    seen = contract.tutorships.aggregate(count=Count("observations"), last=Max("observations__observed_on"))
    steps = {one.step: one.done_on for one in contract.done_steps.valid()}
    immersions = list(contract.immersions.valid())
    suspensions = list(contract.suspensions.all())
    hours = f"{as_hours(minutes['done'] or 0)} sur {plural(minutes['half_days'], 'demi-journée', 'demi-journées')}"
    last = f", la dernière le {as_day(seen['last'])}" if seen["last"] else ""
    days = sum(Period(one.starts_on, one.ends_on).days for one in immersions)
    found = [
        Evidence("Socle commun suivi", hours, not minutes["done"]),
        Evidence(
            "Observations du tuteur", f"{plural(seen['count'], 'observation', 'observations')}{last}", not seen["count"]
        ),
        Evidence("Immersions", f"{len(immersions)}, {plural(days, 'jour', 'jours')}" if immersions else "aucune"),
        *(
            _step(step, steps.get(step))
            for step in (Step.START_MEETING, Step.REVIEW_3, Step.REVIEW_6, Step.REVIEW_9, Step.EXIT_INTERVIEW)
        ),
        Evidence("Suspensions", _suspended(suspensions, on)),
    ]
    if user.has_perm("contracts.view_aid"):
        found.append(_statements(contract, on))
    return found


def _step(step: Step, done_on: date | None) -> Evidence:
    label = step.label[:1].upper() + step.label[1:]
    return Evidence(label, f"fait le {as_day(done_on)}" if done_on else "non noté", done_on is None)


def _suspended(suspensions: list, on: date) -> str:
    days = sum(Period(one.starts_on, one.ends_on or on).days for one in suspensions)
    return f"{len(suspensions)}, {plural(days, 'jour', 'jours')}" if suspensions else "aucune"


def _statements(contract: Contract, on: date) -> Evidence:
    """Months wholly past that no statement covers: what a prescriber would ask about first."""
    last_day = month_bounds(on)[0] - ONE_DAY
    mine = Receipt.objects.filter(subject_kind=SUBJECT, subject_id=contract.pk)
    lacking, asked, received = [], 0, received_statements(mine)
    for request in contract.aid_requests.prefetch_related("presence_statements"):
        past = _past(request, contract, last_day) if request.is_granted else None
        if past is None:
            continue
        told = {one.month for one in request.presence_statements.all() if one.voided_at is None and one.declared_on}
        months = months_between(past.starts_on, past.ends_on)
        asked += len(months)
        lacking += [month for month in months if month not in told and (request.pk, month) not in received]
    if not asked:
        return Evidence("États de présence", "aucun mois aidé passé")
    if not lacking:
        return Evidence("États de présence", f"{asked} sur {asked} déclarés")
    names = ", ".join(f"{month:%m/%Y}" for month in lacking[:12])
    return Evidence("États de présence", f"{asked - len(lacking)} sur {asked} déclarés ; manquent : {names}", True)


def _past(request: AidRequest, contract: Contract, last_day: date) -> Period | None:
    """The aided days of the contract up to the end of last month."""
    days = Period(request.aid_starts_on or contract.starts_on, request.aid_ends_on)
    ends = [day for day in (contract.last_day, last_day) if day is not None]
    return days.clipped_to(Period(contract.starts_on, min(ends)))


def renewal_limits(contract: Contract, on: date) -> Limits:
    """The law's ceilings, and the end that the order makes likely: a proposal, never more than 24 months."""
    earlier = tuple(Period(one.starts_on, one.last_day) for one in contract.earlier_pec())
    aid_ends_on = actions.aid_end_of(contract)
    ceiling = ceiling_date(contract.starts_on, earlier)
    order = _last_order(contract)
    months = order.renewal_months_max if order and order.renewal_months_max else USUAL_RENEWAL
    proposed = end_of(aid_ends_on + ONE_DAY, months)
    return Limits(
        aid_ends_on=aid_ends_on,
        ceiling=ceiling,
        ceiling_by_exception=ceiling_date(contract.starts_on, earlier, MOST_MONTHS_BY_EXCEPTION),
        proposed=min(proposed, ceiling) if ceiling > aid_ends_on else proposed,
        earlier=earlier,
        band=order.renewal_band if order else "",
    )


def _last_order(contract: Contract):
    granted: list[AidRequest] = [one for one in contract.aid_requests.all() if one.is_granted]
    last = max(granted, key=lambda one: one.decided_on, default=None)
    return last.order if last else None


def facts_readable_by(user: User, contract: Contract, on: date) -> dict[str, date | Checked | None]:
    """Age for who may read private facts of the person, disability for who may read protected ones."""
    person = contract.enrolment.person
    private = Person.objects.private_to(user, on).filter(pk=person.pk).exists()
    protected = protected_facts(user, contract)
    boeth = None if protected is None else Checked(protected.boeth)
    return {"born_on": person.birth_date if private else None, "boeth": boeth}


def protected_facts(user: User, contract: Contract) -> ProtectedFacts | None:
    if not user.has_perm("cohorts.view_protected"):
        return None
    return ProtectedFacts.objects.visible_to(user).filter(person=contract.enrolment.person_id).first()


def person_facts(user: User, contract: Contract, day: date) -> PersonFacts | None:
    """What publics are compared with, for who may read protected facts; None for anybody else."""
    if not may_read_protected(user, contract, day):
        return None
    person, protected = contract.enrolment.person, protected_facts(user, contract)
    known = protected or ProtectedFacts()
    return PersonFacts(
        age=age_on(person.birth_date, day) if person.birth_date else None,
        priority_district=Checked(known.priority_district),
        rural_zone=Checked(known.rural_zone),
        boeth=Checked(known.boeth),
        benefit=BenefitKind(known.benefit_kind) if known.benefit_kind else None,
        registration=RegistrationLength(person.registration_length) if person.registration_length else None,
        education=EducationLevel(person.education_level) if person.education_level else None,
    )


def may_read_protected(user: User, contract: Contract, on: date) -> bool:
    """The referent of a cohort of the person; nobody else, whatever the role."""
    if not user.has_perm("cohorts.view_protected"):
        return False
    return Person.objects.private_to(user, on).filter(pk=contract.enrolment.person_id).exists()
