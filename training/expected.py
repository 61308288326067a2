"""Who is expected at which half-day: the people of the cohort who are under contract that day, and for whom.

The same rule as training/hours.py, for many half-days at once and with the establishment, in one query of contracts.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cohorts.models import Enrolment
from contracts.models import Contract
from regulations.periods import Period
from training.models import HalfDay


@dataclass(frozen=True, slots=True)
class Engagement:
    """The days one enrolment is under contract with one establishment."""

    enrolment_id: int
    establishment_id: int
    period: Period


def engagements(enrolments: QuerySet[Enrolment]) -> dict[int, list[Engagement]]:
    """By cohort. A lapsed contract never began."""
    rows = Contract.objects.filter(enrolment__in=enrolments.order_by().values("pk"), closed_on=None)
    found = defaultdict(list)
    for cohort, enrolment, establishment, starts_on, ends_on, broken_on in rows.order_by("starts_on", "pk").values_list(
        "cohort_id", "enrolment_id", "establishment_id", "starts_on", "ends_on", "broken_on"
    ):
        found[cohort].append(Engagement(enrolment, establishment, Period(starts_on, broken_on or ends_on)))
    return found


def expected_pairs(
    half_days: Iterable[HalfDay], known: dict[int, list[Engagement]]
) -> Iterable[tuple[HalfDay, Engagement]]:
    """Each half-day with each person expected at it, once."""
    for half_day in half_days:
        seen = set()
        for one in known.get(half_day.session.cohort_id, ()):
            if one.enrolment_id not in seen and one.period.covers(half_day.day):
                seen.add(one.enrolment_id)
                yield half_day, one


def of_person(person) -> QuerySet[Enrolment]:
    """Her own enrolments; none once she has objected or is erased."""
    return Enrolment.objects.filter(person=person, person__objected_on=None, person__erased_on=None)


def published(cohorts: Iterable[int], since: date) -> QuerySet[HalfDay]:
    """Half-days of published sessions from that day on, cancelled ones included, in the order of the calendar."""
    rows = HalfDay.objects.filter(
        session__cohort__in=cohorts, session__published_at__isnull=False, day__gte=since
    ).with_names()
    return rows.order_by("day", "starts_at", "pk")
