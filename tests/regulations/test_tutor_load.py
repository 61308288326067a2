"""Load of a tutor over time, and the time given."""

from datetime import date

import pytest

from regulations.periods import Period
from regulations.tutors import given_minutes, load_steps

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def test_load_says_how_many_people_together_and_when():
    followed = [Period(date(2026, 2, 2), date(2026, 6, 30)), Period(date(2026, 5, 4)), Period(date(2027, 1, 1))]
    assert [(str(one.starts_on), str(one.ends_on), count) for one, count in load_steps(followed, FIRST, LAST)] == [
        ("2026-01-01", "2026-02-01", 0),
        ("2026-02-02", "2026-05-03", 1),
        ("2026-05-04", "2026-06-30", 2),
        ("2026-07-01", "2026-12-31", 1),
    ]


def test_one_leaves_the_day_before_another_comes():
    followed = [Period(date(2026, 1, 1), date(2026, 5, 31)), Period(date(2026, 6, 1), date(2026, 12, 31))]
    assert load_steps(followed, FIRST, LAST) == [(Period(FIRST, LAST), 1)]


@pytest.mark.parametrize(
    ("days", "weekly", "minutes"),
    [
        pytest.param(7, 60, 60, id="une semaine"),
        pytest.param(365, 60, 3129, id="365 × 60 / 7 = 3128,57"),
        pytest.param(0, 60, 0, id="aucun jour"),
    ],
)
def test_time_given_is_rounded_once(days, weekly, minutes):
    assert given_minutes([weekly] * days) == minutes
