"""What a contract said on any day, and what an amendment makes the law say."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.amendments import (
    amended_hours_findings,
    employer_change_findings,
    late_signature_findings,
    value_on,
)
from regulations.findings import Strength

APRIL, JUNE, SEPTEMBER = date(2026, 4, 1), date(2026, 6, 1), date(2026, 9, 1)


@pytest.mark.parametrize(
    "day, hours",
    [
        pytest.param(date(2026, 3, 31), 20, id="the eve of the first"),
        pytest.param(APRIL, 24, id="the day it takes effect"),
        pytest.param(date(2026, 8, 31), 28, id="between two"),
        pytest.param(SEPTEMBER, 35, id="the last holds on"),
    ],
)
def test_each_day_has_its_terms_whatever_the_order_of_the_rows(day, hours):
    changes = [(JUNE, 24), (SEPTEMBER, 28), (APRIL, 20)]
    assert value_on(day, 35, changes) == hours
    assert value_on(day, 35, reversed(changes)) == hours


def test_without_an_amendment_the_contract_always_said_the_same():
    assert value_on(JUNE, 28, []) == 28


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(1, 48)), unique_by=lambda one: one[0], max_size=8))
def test_a_chain_of_amendments_gives_back_each_of_its_values(told):
    first, chain = date(2026, 1, 1), sorted(told)
    values = [0, *(hours for _, hours in chain)]
    changes = [(first + timedelta(days=day), before) for (day, _), before in zip(chain, values, strict=False)]
    for (day, hours), _ in zip(chain, changes, strict=True):
        assert value_on(first + timedelta(days=day), values[-1], changes) == hours


def test_hours_under_the_aided_hours_call_for_another_decision():
    (finding,) = amended_hours_findings(Decimal("18"), Decimal("20"))
    assert (finding.code, finding.strength) == ("decision_a_modifier", Strength.WARNING)
    assert amended_hours_findings(Decimal("20"), Decimal("20")) == []
    assert amended_hours_findings(Decimal("18"), None) == []


def test_a_signature_after_the_day_of_effect_is_only_said():
    assert [one.strength for one in late_signature_findings(date(2026, 6, 2), JUNE)] == [Strength.WARNING]
    assert late_signature_findings(JUNE, JUNE) == late_signature_findings(None, JUNE) == []


def test_that_the_aid_follows_another_employer_is_to_be_confirmed():
    (finding,) = employer_change_findings()
    assert "2012-107" in finding.source
