"""The gap between expected and paid: its cause in a word, or none; a silent gap; payments that cancel out."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.aid import AidMonth, SuspendedDays, discrepancy, readings
from regulations.calendar import Territory
from regulations.discrepancies import GapCause, Payment, Reading
from regulations.periods import Period

MONTH = Decimal("520.87")
TOLERANCE = Decimal(1)
MARCH = date(2026, 3, 1)
ALL_YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
WHOLE = AidMonth(Decimal("12.02"), Decimal("0.50"), Decimal(20))
OLD_SMIC = Reading(GapCause.SMIC_CHANGE, Decimal("514.80"))


def lines(*amounts):
    """One line a month, on the 5th."""
    return [Payment(Decimal(amount), date(2026, 4 + turn, 5)) for turn, amount in enumerate(amounts)]


def found(*amounts, expected=MONTH, is_due=True, is_declared=True, otherwise=()):
    return discrepancy(
        expected=Decimal(expected),
        payments=lines(*amounts),
        tolerance=TOLERANCE,
        is_due=is_due,
        is_declared=is_declared,
        otherwise=otherwise,
    )


@pytest.mark.parametrize(
    ("amounts", "changes", "cause"),
    [
        pytest.param([], {"is_declared": False}, GapCause.STATEMENT_MISSING, id="relevé ASP, mai 2026, rien de versé"),
        pytest.param([], {"is_declared": False, "is_due": False}, GapCause.NOT_DUE_YET, id="mois trop récent"),
        pytest.param([], {"is_due": False}, GapCause.NOT_DUE_YET, id="mois récent et déclaré"),
        pytest.param([], {}, None, id="déclaré, échu, rien de versé : rien ne l'explique"),
        pytest.param(["514.80"], {"otherwise": [OLD_SMIC]}, GapCause.SMIC_CHANGE, id="relevé ASP, février 2026"),
        pytest.param(["514.80"], {}, None, id="sans autre lecture du mois, rien ne l'explique"),
        pytest.param(["300"], {"is_due": False}, GapCause.NOT_DUE_YET, id="versé en partie, le reste peut venir"),
        pytest.param(["520.87", "520.87"], {}, GapCause.DOUBLE_PAYMENT, id="relevé ASP, avril 2026, versé deux fois"),
        pytest.param(["514.80", "514.80"], {}, GapCause.DOUBLE_PAYMENT, id="versé deux fois à l'ancien SMIC"),
        pytest.param(["520.87", "100"], {}, GapCause.DOUBLE_PAYMENT, id="une ligne de trop"),
        pytest.param(["300", "300"], {}, GapCause.UNDUE, id="deux moitiés trop grosses : pas un doublon"),
        pytest.param(["625.04"], {"expected": 0}, GapCause.UNDUE, id="relevé ASP, juillet 2026, après la sortie"),
        pytest.param(["600"], {}, GapCause.UNDUE, id="trop, et rien ne l'explique"),
        pytest.param(["520.87", "-520.87"], {}, GapCause.UNDUE, id="repris en entier"),
        pytest.param(["-520.87"], {"is_declared": False}, GapCause.UNDUE, id="repris sur un mois impayé"),
    ],
)
def test_the_cause_of_a_gap(amounts, changes, cause):
    assert found(*amounts, **changes).cause == cause


@pytest.mark.parametrize(
    ("paid", "is_silent"),
    [
        pytest.param("521.87", True, id="un euro de trop : tolérance comprise"),
        pytest.param("519.87", True, id="un euro de moins"),
        pytest.param("521.88", False, id="un centime au-delà"),
        pytest.param("519.86", False, id="un centime en deçà"),
        pytest.param("520.91", True, id="relevé ASP, septembre 2026 : quatre centimes"),
    ],
)
def test_a_gap_within_the_tolerance_has_no_cause(paid, is_silent):
    outcome = found(paid, otherwise=[Reading(GapCause.SUSPENSION, Decimal(paid))])
    assert outcome.gap == Decimal(paid) - MONTH
    assert (outcome.cause is None) == is_silent


@pytest.mark.parametrize(
    ("amounts", "expected", "cause"),
    [
        pytest.param(["514.80", "6.07"], MONTH, GapCause.SMIC_CHANGE, id="relevé ASP, janvier 2026 et son rappel"),
        pytest.param(["520.87", "520.87", "-520.87"], MONTH, GapCause.DOUBLE_PAYMENT, id="doublon repris"),
        pytest.param(["625.04", "-625.04"], 0, GapCause.UNDUE, id="indu repris"),
        pytest.param(["300", "220.87"], MONTH, None, id="complété, sans qu'on sache pourquoi"),
    ],
)
def test_payments_that_cancel_out_are_settled_and_keep_their_cause(amounts, expected, cause):
    outcome = found(*amounts, expected=expected, otherwise=[OLD_SMIC])
    assert (outcome.cause, outcome.is_settled) == (cause, True)
    assert abs(outcome.gap) <= TOLERANCE


def test_lines_of_one_day_are_one_payment():
    same_day = [Payment(Decimal(amount), date(2026, 4, 5)) for amount in ("1041.74", "-520.87")]
    outcome = discrepancy(expected=MONTH, payments=same_day, tolerance=TOLERANCE, is_due=True, is_declared=True)
    assert (outcome.gap, outcome.cause, outcome.is_settled) == (0, None, False)


def test_a_month_paid_late_but_right_is_not_settled_it_is_right():
    assert not found("520.87").is_settled


def test_other_readings_are_asked_for_only_when_there_is_something_to_explain():
    def asked():
        raise AssertionError
        yield

    assert found("520.87", otherwise=asked()).cause is None


# --- How else the payer may have read the month ---


def causes_for(amount, suspended=(), aided=ALL_YEAR, given=WHOLE, smics=(), month=MARCH):
    read = readings(month, aided, suspended, given, smics, Territory.METROPOLE)
    return {one.cause for one in read if abs(one.amount - Decimal(amount)) <= TOLERANCE}


UNPAID = [SuspendedDays(date(2026, 3, 10), date(2026, 3, 14))]
HALF_PAID = [SuspendedDays(date(2026, 3, 10), date(2026, 3, 14), Decimal("0.5"))]


@pytest.mark.parametrize(
    ("amount", "given", "cause"),
    [
        pytest.param("514.80", {"smics": [Decimal("11.88")]}, GapCause.SMIC_CHANGE, id="l'ancien SMIC"),
        pytest.param("520.87", {"suspended": UNPAID}, GapCause.SUSPENSION, id="suspension pas encore comptée"),
        pytest.param("434.05", {"suspended": HALF_PAID}, GapCause.SUSPENSION, id="salaire maintenu pas compté"),
        pytest.param("436.86", {"suspended": UNPAID}, GapCause.SUSPENSION, id="jours du mois au lieu de trentièmes"),
        pytest.param(
            "520.87", {"aided": Period(date(2026, 3, 16), date(2026, 12, 31))}, GapCause.ENTRY_OR_EXIT, id="mois entier"
        ),
        pytest.param(
            "201.63", {"aided": Period(date(2026, 1, 1), date(2026, 3, 12))}, GapCause.ENTRY_OR_EXIT, id="12 / 31"
        ),
    ],
)
def test_a_payment_is_explained_by_the_reading_that_gives_it(amount, given, cause):
    assert causes_for(amount, **given) == {cause}


def test_a_whole_month_without_suspension_has_no_other_share():
    assert list(readings(MARCH, ALL_YEAR, (), WHOLE)) == []


def test_outside_the_decision_no_reading_gives_an_amount():
    july = date(2026, 7, 1)
    nothing = AidMonth(Decimal("12.02"), Decimal("0.50"), Decimal(20), 0, 30)
    left = Period(date(2026, 2, 2), date(2026, 6, 12))
    assert {one.amount for one in readings(july, left, (), nothing, [Decimal("11.88")])} == {0}


# --- Whatever the payments ---

AMOUNTS = st.decimals(-2000, 2000, places=2)
PAYMENTS = st.lists(st.builds(Payment, AMOUNTS, st.dates(date(2026, 1, 1), date(2026, 12, 31))), max_size=6)
READINGS = st.lists(st.builds(Reading, st.sampled_from(GapCause), AMOUNTS), max_size=4)


@given(st.decimals(0, 1500, places=2), PAYMENTS, st.decimals(0, 5, places=2), st.booleans(), st.booleans(), READINGS)
def test_the_gap_is_what_was_paid_less_what_was_expected(expected, payments, tolerance, is_due, is_declared, otherwise):
    payments = sorted(payments, key=lambda one: one.paid_on)
    outcome = discrepancy(
        expected=expected,
        payments=payments,
        tolerance=tolerance,
        is_due=is_due,
        is_declared=is_declared,
        otherwise=otherwise,
    )
    assert outcome.gap == sum(one.amount for one in payments) - expected
    silent = abs(outcome.gap) <= tolerance
    # A gap beyond the tolerance is never settled; a silent one has a cause only when it was settled.
    assert silent or not outcome.is_settled
    assert outcome.is_settled or not silent or outcome.cause is None
    if outcome.gap > tolerance:
        assert outcome.cause is not None
    if outcome.cause in (GapCause.STATEMENT_MISSING, GapCause.NOT_DUE_YET) and not otherwise:
        assert outcome.gap < 0
