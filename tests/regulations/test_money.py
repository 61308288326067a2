from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.money import cents, french_euros, french_number

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        pytest.param("520.8666666667", "520.87", id="vers le haut"),
        pytest.param("0.005", "0.01", id="demi vers le haut"),
        pytest.param("0.015", "0.02", id="demi vers le haut, jamais au pair"),
        pytest.param("0.025", "0.03", id="demi vers le haut, chiffre pair"),
        pytest.param("0.0049999999", "0.00", id="juste sous le demi"),
        pytest.param("-0.005", "-0.01", id="un écart négatif s'arrondit pareil"),
        pytest.param("514.8", "514.80", id="toujours deux décimales"),
    ],
)
def test_cents_round_half_up(amount, rounded):
    assert str(cents(Decimal(amount))) == rounded


@pytest.mark.parametrize("amount", [520.87, 520, "520.87"])
def test_only_decimals_are_rounded(amount):
    with pytest.raises(TypeError):
        cents(amount)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_a_rounding_moves_an_amount_by_half_a_cent_at_most(amount):
    assert abs(cents(amount) - amount) <= Decimal("0.005")
    assert cents(cents(amount)) == cents(amount)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Decimal("1234.50"), f"1{NBSP}234,5"),
        (Decimal("26.00"), "26"),
        (Decimal("1000000"), f"1{NBSP}000{NBSP}000"),
        (20, "20"),
        (Decimal("5E+1"), "50"),
        (Decimal("0.43500"), "0,435"),
    ],
)
def test_numbers_are_written_in_french(number, written):
    assert french_number(number) == written


def test_euros_always_show_their_cents():
    assert french_euros(Decimal("1234.5")) == f"1{NBSP}234,50{NBSP}€"
