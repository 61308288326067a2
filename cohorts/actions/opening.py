"""Opening a cohort and keeping its frame: milestones, referents, seats."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions import log_access
from accounts.models import Organisation, User
from accounts.roles import Role
from accounts.rows import change, keep
from cohorts.models import Cohort, CohortTemplate, Milestone, MilestoneTemplate, Referent, Seat
from employers.models import Establishment
from regulations.deadlines import end_of, plus_months


@transaction.atomic
def open_cohort(
    *,
    code: str,
    name: str,
    agency: Organisation,
    starts_on: date,
    template: CohortTemplate | None = None,
    referent: User | None = None,
    on: date | None = None,
    **facts: object,
) -> Cohort:
    """The template brings length and milestones; whoever opens the cohort follows its people from `on`."""
    months = template.months if template else 12
    facts.setdefault("ends_on", end_of(starts_on, months))
    code, name = " ".join(code.split()), " ".join(name.split())
    cohort = keep(Cohort(code=code, name=name, agency=agency, starts_on=starts_on, template=template, **facts))
    for model in template.milestones.order_by("pk") if template else ():
        keep(
            Milestone(
                cohort=cohort,
                label=model.label,
                months_after=model.months_after,
                days_after=model.days_after,
                owner_role=model.owner_role,
                due_on=due_day(model, starts_on),
            )
        )
    if referent is not None:
        name_referent(cohort=cohort, user=referent, valid_from=on or starts_on)
    return cohort


def codes_like(code: str) -> set[str]:
    """Codes already taken by any agency, so that a proposed one is free."""
    return set(Cohort.objects.filter(code__startswith=code).values_list("code", flat=True))


def due_day(milestone: Milestone | MilestoneTemplate, first_day: date) -> date:
    return plus_months(first_day, milestone.months_after) + timedelta(days=milestone.days_after)


@transaction.atomic
def change_cohort(*, cohort: Cohort, version: int | None = None, **facts: object) -> Cohort:
    """A new first day takes along the milestones that nobody moved."""
    cohort = change(cohort, version=version, **facts)
    for milestone in cohort.milestones.filter(is_moved=False, done_on=None):
        change(milestone, due_on=due_day(milestone, cohort.starts_on))
    return cohort


@transaction.atomic
def move_first_day(*, cohort: Cohort, starts_on: date, version: int | None = None) -> Cohort:
    """The cohort keeps its length."""
    length = cohort.ends_on - cohort.starts_on
    months = cohort.template.months if cohort.template else None
    ends_on = end_of(starts_on, months) if months else starts_on + length
    return change_cohort(cohort=cohort, version=version, starts_on=starts_on, ends_on=ends_on)


@transaction.atomic
def add_milestone(*, cohort: Cohort, label: str, due_on: date, owner_role: str = Role.COORDINATOR) -> Milestone:
    """One of this cohort's own: it stands on its day, whatever the first day becomes."""
    return keep(Milestone(cohort=cohort, label=label, due_on=due_on, owner_role=owner_role, is_moved=True))


@transaction.atomic
def move_milestone(*, milestone: Milestone, due_on: date) -> Milestone:
    return change(milestone, due_on=due_on, is_moved=True)


@transaction.atomic
def finish_milestone(*, milestone: Milestone, done_on: date, by: User) -> Milestone:
    return change(milestone, done_on=done_on, done_by=by)


@transaction.atomic
def reopen_milestone(*, milestone: Milestone) -> Milestone:
    return change(milestone, done_on=None, done_by=None)


@transaction.atomic
def name_referent(*, cohort: Cohort, user: User, valid_from: date, by: User | None = None) -> Referent:
    """Opens P2 and P3 of the people of the cohort: only to somebody of the agency that carries it."""
    is_of_agency = cohort.agency.memberships.active().filter(user=user, role=Role.COORDINATOR).exists()
    if not is_of_agency:
        raise ValidationError({"user": "Un référent est une conseillère ou un conseiller de l'agence de la cohorte."})
    referent = keep(Referent(cohort=cohort, user=user, valid_from=valid_from))
    log_access(user=by or user, action="name-referent", obj=referent)
    return referent


@transaction.atomic
def end_referent(*, referent: Referent, valid_to: date) -> Referent:
    return change(referent, valid_to=valid_to)


@transaction.atomic
def offer_seat(
    *, cohort: Cohort, establishment: Establishment, quantity: int = 1, job_title: str = "", **facts: object
) -> Seat:
    """The same job again at the same place changes the number: an employer that answers twice does not offer twice."""
    title = " ".join(job_title.split())
    known = cohort.seats.filter(establishment=establishment, job_title=title).first()
    if known is not None:
        return change_seat(seat=known, quantity=quantity, **facts)
    if quantity < 1:
        raise ValidationError({"quantity": "Proposez au moins une place."})
    return keep(Seat(cohort=cohort, establishment=establishment, job_title=title, quantity=quantity, **facts))


@transaction.atomic
def change_seat(*, seat: Seat, version: int | None = None, **facts: object) -> Seat:
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    held = held_places(seat)
    if facts.get("quantity", seat.quantity) < held:
        plural = "places sont déjà tenues" if held > 1 else "place est déjà tenue"
        raise ValidationError({"quantity": f"{held} {plural} : libérez-les d'abord, ou gardez au moins ce nombre."})
    return change(seat, version=version, **facts)


def held_places(seat: Seat) -> int:
    return seat.enrolments.holding().count()
