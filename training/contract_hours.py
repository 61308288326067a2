"""The same hours contract by contract: a person may have had two employers, and each file is about one of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Sum

from contracts.models import Contract
from regulations.periods import Period
from training.hours import Hours, _expected, _half_days, _hours
from training.models import Attendance


def hours_by_contract(contracts: Iterable[Contract], *, on: date) -> dict[int, Hours]:
    """Heures de chaque contrat, by its identifier: the half-days of its own days, whatever the person did elsewhere."""
    contracts = list(contracts)
    half_days = _half_days({contract.cohort_id for contract in contracts})
    done = _done_by_day({contract.enrolment_id for contract in contracts}, on)
    expected = {}
    found = {}
    for contract in contracts:
        period = Period(contract.starts_on, contract.last_day)
        key = (contract.cohort_id, period)
        if key not in expected:
            expected[key] = _expected(half_days[contract.cohort_id], [period], on)
        own = [(minutes, noted) for day, minutes, noted in done.get(contract.enrolment_id, ()) if period.covers(day)]
        found[contract.pk] = _hours(expected[key], sum(minutes for minutes, _ in own), sum(noted for _, noted in own))
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
