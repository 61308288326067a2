"""Hours of the core training, in whole minutes: what each trainee is expected at, what she followed, what nobody noted.

A constant number of queries whatever the people: half-days, contracts, one sum of attendance.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, Sum

from accounts.fields import in_force
from cohorts.models import Enrolment
from contracts.models import Contract, Suspension
from regulations.periods import Period
from regulations.training import hundredths
from training.models import Attendance, HalfDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Heures d'une personne. `planned` : en tout ; `due` : jusqu'au jour dit ; `missing` : passées, non notées."""

    planned_minutes: int = 0
    due_minutes: int = 0
    done_minutes: int = 0
    half_days: int = 0
    half_days_due: int = 0
    half_days_noted: int = 0
    half_days_missing: int = 0

    @property
    def planned(self):
        return hundredths(self.planned_minutes)

    @property
    def done(self):
        return hundredths(self.done_minutes)


def total(hours: Iterable[Hours]) -> Hours:
    rows = list(hours)
    return Hours(**{name: sum(getattr(row, name) for row in rows) for name in Hours.__slots__})


def contract_periods(enrolments) -> dict[int, list[Period]]:
    """Days each enrolment is under contract. A lapsed contract never began."""
    periods = defaultdict(list)
    contracts = Contract.objects.filter(enrolment__in=enrolments, closed_on=None).order_by("starts_on")
    for enrolment, starts_on, ends_on, broken_on in contracts.values_list(
        "enrolment_id", "starts_on", "ends_on", "broken_on"
    ):
        periods[enrolment].append(Period(starts_on, broken_on or ends_on))
    return periods


def expected_at(half_day: HalfDay, enrolments=None):
    """Stagiaires attendus : les personnes de tous les employeurs de la cohorte, sous contrat ce jour-là."""
    under_contract = Contract.objects.filter(
        Q(broken_on=None, ends_on=None) | Q(broken_on=None, ends_on__gte=half_day.day) | Q(broken_on__gte=half_day.day),
        cohort=half_day.session.cohort_id,
        starts_on__lte=half_day.day,
        closed_on=None,
    )
    rows = Enrolment.objects.all() if enrolments is None else enrolments
    return rows.filter(cohort=half_day.session.cohort_id, pk__in=under_contract.values("enrolment"))


def suspended_on(day: date) -> Exists:
    """Of an enrolment: its contract is suspended that day. The reason is never told here."""
    rows = Suspension.objects.filter(contract__enrolment=OuterRef("pk"), contract__closed_on=None)
    return Exists(rows.filter(in_force("starts_on", "ends_on", day)))


def hours_by_enrolment(enrolments, *, on: date) -> dict[int, Hours]:
    """Heures de chaque inscription, by its identifier. `enrolments` is a queryset, of one cohort or several."""
    pairs = list(enrolments.order_by().values_list("pk", "cohort_id"))
    periods = contract_periods(enrolments.order_by().values("pk"))
    half_days = _half_days({cohort for _, cohort in pairs})
    done = _done(enrolments.order_by().values("pk"), on)
    # Most people of a cohort share their dates: what is expected of them is counted once.
    expected: dict[tuple, Expected] = {}
    found = {}
    for pk, cohort in pairs:
        key = (cohort, *periods.get(pk, ()))
        if key not in expected:
            expected[key] = _expected(half_days[cohort], key[1:], on)
        found[pk] = _hours(expected[key], *done.get(pk, (0, 0)))
    return found


def _half_days(cohorts: set[int]) -> dict[int, list[tuple[date, int]]]:
    found = defaultdict(list)
    rows = HalfDay.objects.filter(session__cohort__in=cohorts, cancelled_on=None)
    for cohort, day, minutes in rows.values_list("session__cohort_id", "day", "planned_minutes"):
        found[cohort].append((day, minutes))
    return found


def _done(enrolments, on: date) -> dict[int, tuple[int, int]]:
    """Minutes followed and half-days noted, up to that day, in one grouped sum."""
    rows = (
        Attendance.objects.valid()
        .filter(enrolment__in=enrolments, half_day__day__lte=on, half_day__cancelled_on=None)
        .order_by()
        .values("enrolment_id")
        .annotate(minutes=Sum("attended_minutes"), noted=Count("pk"))
    )
    return {row["enrolment_id"]: (row["minutes"], row["noted"]) for row in rows}


class Expected(NamedTuple):
    """Minutes and half-days of one contract: planned in all, and due by that day."""

    planned_minutes: int
    due_minutes: int
    half_days: int
    half_days_due: int


def _expected(half_days: list[tuple[date, int]], periods: Iterable[Period], on: date) -> Expected:
    expected = [(day, minutes) for day, minutes in half_days if any(period.covers(day) for period in periods)]
    # The half-day of today may still be going on: it is not yet missing.
    due = [minutes for day, minutes in expected if day < on]
    return Expected(sum(minutes for _, minutes in expected), sum(due), len(expected), len(due))


def _hours(expected: Expected, minutes_done: int, noted: int) -> Hours:
    return Hours(
        **expected._asdict(),
        done_minutes=minutes_done,
        half_days_noted=noted,
        half_days_missing=max(expected.half_days_due - noted, 0),
    )


def hours_by_contract(contracts: Iterable[Contract], *, on: date) -> dict[int, Hours]:
    """Heures de chaque contrat, by its identifier: the half-days of its own days, whatever the person did elsewhere."""
    contracts = list(contracts)
    half_days = _half_days({contract.cohort_id for contract in contracts})
    done = _done_by_day({contract.enrolment_id for contract in contracts}, on)
    found = {}
    for contract in contracts:
        period = Period(contract.starts_on, contract.last_day)
        own = [totals for day, *totals in done.get(contract.enrolment_id, ()) if period.covers(day)]
        sums = (sum(minutes for minutes, _ in own), sum(noted for _, noted in own))
        found[contract.pk] = _hours(_expected(half_days[contract.cohort_id], [period], on), *sums)
    return found


def _done_by_day(enrolments: set[int], on: date) -> dict[int, list[tuple[date, int, int]]]:
    found = defaultdict(list)
    rows = (
        Attendance.objects.valid()
        .filter(enrolment__in=enrolments, half_day__day__lte=on, half_day__cancelled_on=None)
        .order_by()
        .values_list("enrolment_id", "half_day__day")
        .annotate(minutes=Sum("attended_minutes"), noted=Count("pk"))
    )
    for enrolment, day, minutes, noted in rows:
        found[enrolment].append((day, minutes, noted))
    return found
