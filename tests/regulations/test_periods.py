from datetime import date

import pytest

from regulations.periods import Period, busiest, days_between

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        (Period(date(2026, 3, 31), date(2026, 4, 2)), True),
        (Period(date(2026, 4, 1), date(2026, 4, 2)), False),
        (Period(date(2026, 2, 1), date(2026, 2, 28)), False),
        (Period(date(2026, 2, 1), date(2026, 3, 1)), True),
        (Period(date(2026, 2, 1)), True),
        (Period(date(2026, 4, 1)), False),
    ],
)
def test_both_days_are_in(other, meets):
    assert MARCH.overlaps(other) is meets
    assert other.overlaps(MARCH) is meets
    assert (MARCH.clipped_to(other) is not None) is meets


def test_a_period_is_cut_to_another():
    assert Period(date(2026, 1, 1)).clipped_to(MARCH) == MARCH
    assert MARCH.clipped_to(Period(date(2026, 3, 10))) == Period(date(2026, 3, 10), date(2026, 3, 31))
    assert Period(date(2026, 1, 1)).clipped_to(Period(date(2026, 2, 1))) == Period(date(2026, 2, 1))


def test_days():
    assert MARCH.days == 31
    assert Period(date(2026, 3, 1)).days is None
    assert len(days_between(date(2026, 3, 1), date(2026, 3, 31))) == 31
    assert days_between(date(2026, 3, 2), date(2026, 3, 1)) == []


def test_the_busiest_day_is_the_first_of_its_kind():
    assert busiest([]) == (0, None)
    assert busiest([MARCH, Period(date(2026, 3, 10)), Period(date(2026, 3, 20))]) == (3, date(2026, 3, 20))
