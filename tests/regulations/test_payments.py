"""A line of the payer shared between months: the parts are the line, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.payments import shares_of

EUROS = st.decimals("-10000", "10000", places=2)
MONTHS = st.lists(st.one_of(st.none(), st.decimals("0.01", "2000", places=2)), min_size=1, max_size=12)


@pytest.mark.parametrize(
    "amount, expected, parts",
    [
        pytest.param("1354.26", ["677.13", "677.13"], ["677.13", "677.13"], id="pec.md : deux mois entiers"),
        pytest.param("1024.37", ["503.50", "520.87"], ["503.50", "520.87"], id="entrée le 2, puis un mois entier"),
        pytest.param("1000.00", ["503.50", "520.87"], ["491.52", "508.48"], id="payé moins que l'attendu"),
        pytest.param("100.01", [None, "520.87"], ["50.01", "50.00"], id="un mois sans montant attendu : parts égales"),
        pytest.param("-100.00", [None, None, None], ["-33.33", "-33.33", "-33.34"], id="remboursement"),
    ],
)
def test_a_line_is_shared(amount, expected, parts):
    shared = shares_of(Decimal(amount), [one and Decimal(one) for one in expected])
    assert shared == [Decimal(part) for part in parts]


@given(EUROS, MONTHS)
def test_nothing_is_lost_in_sharing(amount, expected):
    parts = shares_of(amount, expected)
    assert len(parts) == len(expected)
    assert sum(parts) == amount
