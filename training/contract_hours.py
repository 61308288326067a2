"""The same hours contract by contract: a person may have had two employers, and each file is about one of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Sum

from contracts.models import Contract
from regulations.periods import Period
from training.hours import Hours, _expected, _half_days, _hours
from training.models import Attendance

CHUNK = 2000


def hours_by_contract(contracts: Iterable[Contract], *, on: date) -> dict[int, Hours]:
    """Heures de chaque contrat, by its identifier: the half-days of its own days, whatever the person did elsewhere."""
    periods = {contract: Period(contract.starts_on, contract.last_day) for contract in contracts}
    half_days = _half_days({contract.cohort_id for contract in periods})
    done = _done(periods, on)
    expected = {}
    found = {}
    for contract, period in periods.items():
        key = (contract.cohort_id, period)
        if key not in expected:
            expected[key] = _expected(half_days[contract.cohort_id], [period], on)
        found[contract.pk] = _hours(expected[key], *done[contract.pk])
    return found


def _done(periods: dict[Contract, Period], on: date) -> dict[int, list[int]]:
    """Minutes followed and half-days noted on the days of each contract; the days are added as they pass."""
    of_enrolment, done = defaultdict(list), defaultdict(lambda: [0, 0])
    for contract, period in periods.items():
        of_enrolment[contract.enrolment_id].append((period, done[contract.pk]))
    rows = (
        Attendance.objects.valid()
        .filter(enrolment__in=of_enrolment, half_day__day__lte=on, half_day__cancelled_on=None)
        .order_by()
        .values_list("enrolment_id", "half_day__day")
        .annotate(minutes=Sum("attended_minutes"), noted=Count("pk"))
    )
    for enrolment, day, minutes, noted in rows.iterator(CHUNK):
        for period, sums in of_enrolment[enrolment]:
            if period.covers(day):
                sums[0] += minutes
                sums[1] += noted
    return done
