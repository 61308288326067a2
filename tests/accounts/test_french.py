"""French formats shown on the pages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.templatetags import french

NARROW, FIXED = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    "minutes, shown",
    [
        pytest.param(210, f"3,50{FIXED}h", id="three hours and a half"),
        pytest.param(0, f"0,00{FIXED}h", id="nothing is not unknown"),
        pytest.param(1, f"0,02{FIXED}h", id="rounded half up from the exact minutes"),
        pytest.param(103470, f"1{NARROW}724,50{FIXED}h", id="thousands are parted"),
        pytest.param(None, "", id="unknown stays empty"),
    ],
)
def test_minutes_are_shown_in_hundredths_of_an_hour(minutes, shown):
    assert french.as_hours(minutes) == shown


@pytest.mark.parametrize(
    "amount, shown",
    [
        (Decimal("1234.5"), f"1{NARROW}234,50{FIXED}€"),
        (Decimal("-0.5"), f"−0,50{FIXED}€"),
        (Decimal("1234567.89"), f"1{NARROW}234{NARROW}567,89{FIXED}€"),
        (None, ""),
    ],
)
def test_euros_have_two_decimals_and_narrow_spaces(amount, shown):
    assert french.as_euros(amount) == shown


@pytest.mark.parametrize(
    "fraction, shown", [(Decimal("0.5"), "50"), (Decimal("0.355"), "35,5"), (Decimal("1"), "100"), (Decimal("0"), "0")]
)
def test_a_rate_is_shown_as_a_percentage(fraction, shown):
    assert french.as_percent(fraction) == f"{shown}{FIXED}%"


def test_days_are_written_as_people_do():
    assert french.as_day(date(2026, 2, 2)) == "02/02/2026"
    assert french.as_long_day(date(2026, 2, 2)) == f"2{FIXED}février 2026"
    assert french.as_long_day(date(2026, 2, 1)) == f"1er{FIXED}février 2026"
    assert french.as_day(None) == french.as_long_day(None) == ""


def test_an_instant_is_said_in_paris():
    summer_evening = datetime(2026, 7, 14, 22, 5, tzinfo=UTC)
    assert french.as_instant(summer_evening) == f"15/07/2026 à 0{FIXED}h{FIXED}05"
    assert french.as_day(summer_evening) == "15/07/2026"


def test_a_part_is_said_of_its_whole():
    assert french.out_of(1200, 12000) == f"1{NARROW}200 sur 12{NARROW}000"
