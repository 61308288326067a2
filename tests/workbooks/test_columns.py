from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbooks.columns import Column, Kind, hundredths


@pytest.mark.parametrize(
    "minutes, hours",
    [
        pytest.param(210, "3.50", id="three hours and a half"),
        pytest.param(200, "3.33", id="a third goes down"),
        pytest.param(5, "0.08", id="five minutes"),
        pytest.param(10, "0.17", id="two thirds go up"),
        pytest.param(0, "0.00", id="nothing"),
        pytest.param(-10, "-0.17", id="a correction"),
    ],
)
def test_minutes_become_hundredths(minutes, hours):
    assert hundredths(minutes) == Decimal(hours)


@given(st.integers(-(10**9), 10**9))
def test_hundredths_are_never_further_than_half_of_one(minutes):
    assert abs(hundredths(minutes) * 60 - minutes) <= Decimal("0.3")


def test_width_shows_the_longest_word_of_the_heading():
    assert Column("a", "Rémunération", Kind.DATE).shown_width > len("Rémunération")
    assert Column("a", "Du", Kind.DATE, width=30).shown_width == 30
