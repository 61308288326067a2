"""Three sums equal to the minute, amounts to the cent, caps: tables first."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.certificates import (
    Followed,
    Invoiced,
    aid_on_hours,
    asked_for,
    certificate_findings,
    equality_findings,
    group_amount,
    line_amount,
    minutes_of,
    said,
    shares,
)
from regulations.periods import Period
from regulations.training import ExpenseKind, HalfDayPart, hundredths

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def a_followed(day=10, minutes=210, **changes):
    facts = {"is_closed": True, "signed": True, "countersigned": True, **changes}
    return Followed(date(2026, 3, day), HalfDayPart.MORNING, minutes, **facts)


def codes(findings):
    return [finding.code for finding in findings]


def found(half_days, *minutes, period=MARCH):
    return certificate_findings(half_days, [Invoiced(period, one) for one in minutes], MARCH)


def test_equal_sums_all_signed_leave_nothing_to_say():
    assert found([a_followed(), a_followed(17)], 420) == []
    # Several lines of one period are one sum; an absence counts for nothing and needs no signature.
    assert found([a_followed(), a_followed(17), a_followed(24, 0, signed=False)], 210, 210) == []


@pytest.mark.parametrize(
    ("attended", "invoiced", "sentence"),
    [
        pytest.param(810, 840, "13 h 30 suivies, 14 h facturées : 0 h 30 de différence.", id="R6332-26, half an hour"),
        pytest.param(840, 839, "14 h suivies, 13 h 59 facturées : 0 h 01 de différence.", id="R6332-26, one minute"),
        # Both print 3,33 h and 3,35 h: hundredths that look close are no equality.
        pytest.param(200, 201, "3 h 20 suivies, 3 h 21 facturées : 0 h 01 de différence.", id="R6332-26, hundredths"),
    ],
)
def test_a_difference_is_named_to_the_minute(attended, invoiced, sentence):
    assert [one.message.replace("\u00a0", " ") for one in equality_findings(attended, invoiced)] == [sentence]


@pytest.mark.parametrize(
    ("half_day", "code"),
    [
        pytest.param(a_followed(minutes=None), "sans_appel", id="R6332-26, nobody noted"),
        pytest.param(a_followed(is_closed=False), "pas_close", id="R6332-26, not closed"),
        pytest.param(a_followed(signed=False), "sans_signature", id="R6332-26, trainee"),
        pytest.param(a_followed(countersigned=False), "sans_contresignature", id="R6332-26, trainer"),
    ],
)
def test_each_half_day_that_is_not_sound_is_named(half_day, code):
    findings = found([half_day, a_followed(17)], 210 + (half_day.minutes or 0))
    assert codes(findings) == [code]
    assert "10/03/2026 matin" in findings[0].message


def test_without_invoice_or_without_hours_nothing_is_issued():
    assert codes(found([a_followed()])) == ["pas_de_facture"]
    assert codes(found([a_followed(minutes=0)])) == ["rien_de_suivi"]
    assert codes(found([], 210)) == ["rien_de_suivi", "heures_differentes"]


def test_a_line_that_leaves_the_period_is_named():
    over = Period(date(2026, 3, 1), date(2026, 4, 30))
    assert codes(found([a_followed()], 210, period=over)) == ["facture_a_cheval"]


def test_many_faults_are_counted_not_listed():
    findings = found([a_followed(day, signed=False) for day in range(1, 13)], 2520)
    assert findings[0].message.endswith("et 7 de plus.")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("13,50", 810), ("13.5", 810), ("13 h 30", 810), ("14h", 840), ("3,33", 200), ("7", 420), ("0 h 05", 5)],
)
def test_hours_are_read_as_people_write_them(text, minutes):
    assert minutes_of(text) == minutes


@pytest.mark.parametrize("text", ["", "treize", "13 h 75", "-3", "1e3", "13,505", "٣"])
def test_what_is_no_duration_is_refused_in_french(text):
    with pytest.raises(ValueError, match="durée"):
        minutes_of(text)


@given(st.integers(0, 60_000))
def test_a_printed_hundredth_gives_its_minute_back(minutes):
    assert minutes_of(str(hundredths(minutes)).replace(".", ",")) == minutes


def test_durations_are_said_in_hours_and_minutes():
    assert [said(one).replace("\u00a0", " ") for one in (810, 840, 30, 0)] == ["13 h 30", "14 h", "0 h 30", "0 h"]


def test_a_line_is_rounded_once_from_its_minutes():
    assert line_amount(810, Decimal("15.00")) == Decimal("202.50")
    # 3,33 × 15 would be 49,95.
    assert line_amount(200, Decimal("15.00")) == Decimal("50.00")


def test_a_group_price_is_shared_without_a_lost_cent():
    assert shares(Decimal("100.00"), [210, 210, 210]) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert shares(Decimal("0.05"), [1, 1, 1, 0]) == [Decimal("0.02"), Decimal("0.02"), Decimal("0.01"), Decimal(0)]


@given(st.integers(0, 10**8), st.lists(st.integers(0, 10_000), min_size=1, max_size=30).filter(any))
def test_shares_add_up_and_follow_the_hours(amount, weights):
    parts = shares(Decimal(amount) / 100, weights)
    assert sum(parts) == Decimal(amount) / 100
    assert all(
        abs(part * 100 - Decimal(amount) * weight / sum(weights)) < 1
        for part, weight in zip(parts, weights, strict=True)
    )


def test_without_any_hour_a_group_price_is_not_shared():
    with pytest.raises(ValueError, match="aucune heure"):
        shares(Decimal("100.00"), [0, 0])


def test_monthly_parts_of_a_group_price_end_on_the_price():
    price, already, parts = Decimal("1000.00"), Decimal(0), []
    for until in (1000, 2000, 3000):
        part = group_amount(price, until, 3000, already)
        parts.append(part)
        already += part
    assert parts == [Decimal("333.33"), Decimal("333.34"), Decimal("333.33")]
    assert already == price


@pytest.mark.parametrize(
    ("kind", "quantity", "unit", "minutes", "cap", "cost", "asked"),
    [
        pytest.param("MEALS", "3", "18.50", 0, None, "55.50", "55.50", id="no cap"),
        pytest.param("MEALS", "3", "18.50", 0, "15.25", "55.50", "45.75", id="cap by meal"),
        pytest.param("TRAVEL", "120.5", "0.45", 0, "0.60", "54.23", "54.23", id="under the cap"),
        pytest.param("PAY", "14", "15.10", 810, None, "203.85", "203.85", id="R6332-26, hours followed, not typed"),
        pytest.param("PAY", "13.5", "15.10", 810, "12.00", "203.85", "162.00", id="cap by hour of pay"),
        pytest.param("PEDAGOGICAL", "1", "202.50", 810, "9.15", "202.50", "123.53", id="cap by hour of teaching"),
    ],
)
def test_an_expense_asks_no_more_than_its_cap(kind, quantity, unit, minutes, cap, cost, asked):
    one = asked_for(ExpenseKind(kind), Decimal(quantity), Decimal(unit), minutes, cap and Decimal(cap))
    assert (one.cost, one.asked) == (Decimal(cost), Decimal(asked))
    assert one.is_capped == (cost != asked)


def test_aid_received_is_shared_over_the_hours_of_work():
    # 28 h a week are 121,33 h a month; 13,50 h of training are 11,13 % of it.
    assert aid_on_hours(Decimal("520.87"), 810, Decimal("28"), 1) == Decimal("57.95")
    assert aid_on_hours(Decimal("520.87"), 0, Decimal("28"), 1) == 0
    assert aid_on_hours(Decimal("520.87"), 810, Decimal("0"), 1) == 0
    # Never more than what was received.
    assert aid_on_hours(Decimal("520.87"), 60_000, Decimal("28"), 1) == Decimal("520.87")
