"""The limits of a renewal, and where the sources contradict each other."""

from dataclasses import replace
from datetime import date

import pytest

from regulations.contracts import CeilingException
from regulations.findings import Strength
from regulations.people import Checked
from regulations.periods import Period
from regulations.renewals import RenewalCase, renewal_findings

CASE = RenewalCase(
    starts_on=date(2026, 2, 2),
    aid_ends_on=date(2027, 2, 1),
    asked_until=date(2027, 8, 1),
    requested_on=date(2026, 12, 1),
    signed_on=date(2026, 1, 28),
)
E = CeilingException


def codes(case, strength=None):
    return [one.code for one in renewal_findings(case) if strength in (None, one.strength)]


@pytest.mark.parametrize(
    "changes, expected",
    [
        pytest.param({}, [], id="L5134-25-1: 18 months"),
        pytest.param({"asked_until": date(2028, 2, 1)}, [], id="L5134-25-1: 24 months to the day"),
        pytest.param({"asked_until": date(2028, 2, 2)}, ["plus_de_24_mois"], id="L5134-25-1: one day more"),
        pytest.param(
            {"earlier": (Period(date(2025, 2, 1), date(2025, 12, 31)),)},
            ["plus_de_24_mois"],
            id="L5134-25-1: eleven months with the same employer before",
        ),
        pytest.param({"requested_on": date(2027, 2, 2)}, ["renouvellement_tardif"], id="R5134-31: asked too late"),
        pytest.param({"asked_until": date(2027, 2, 1)}, ["fin_deja_couverte"], id="R5134-31: nothing more"),
        pytest.param(
            {"asked_until": date(2031, 2, 1), "aid_ends_on": date(2030, 2, 1), "exception": E.SENIOR_OR_DISABLED},
            ["plus_de_24_mois"],
            id="L5134-25-1: 60 months to the day",
        ),
        pytest.param(
            {"asked_until": date(2031, 2, 2), "aid_ends_on": date(2030, 2, 2), "exception": E.SENIOR_OR_DISABLED},
            ["plus_de_24_mois", "plus_de_60_mois"],
            id="L5134-25-1: over 60 months",
        ),
        pytest.param(
            {"asked_until": date(2031, 2, 2), "exception": E.TRAINING_UNDER_WAY},
            ["plus_de_24_mois", "plus_de_60_mois"],
            id="L5134-23-1: training beyond 60 months",
        ),
        pytest.param(
            {"asked_until": date(2034, 2, 1), "exception": E.NEAR_RETIREMENT, "born_on": date(1968, 1, 1)},
            ["plus_de_24_mois"],
            id="F21006: 58 or over has no such ceiling",
        ),
    ],
)
def test_limits_are_questions_with_their_article(changes, expected):
    found = codes(replace(CASE, **changes))
    assert [code for code in found if code != "decision_de_plus_d_un_an"] == expected


def test_an_end_that_is_already_covered_is_the_only_refusal():
    assert codes(replace(CASE, asked_until=date(2027, 2, 1)), Strength.REFUSAL) == ["fin_deja_couverte"]
    assert codes(replace(CASE, asked_until=date(2029, 2, 1)), Strength.REFUSAL) == []


def test_beyond_24_months_a_decision_of_more_than_a_year_is_said():
    long = replace(CASE, asked_until=date(2028, 3, 1), exception=E.SENIOR_OR_DISABLED)
    assert codes(long, Strength.WARNING) == ["decision_de_plus_d_un_an"]
    assert codes(replace(long, aid_ends_on=date(2027, 3, 1)), Strength.WARNING) == []


@pytest.mark.parametrize(
    "born_on, boeth, expected",
    [
        pytest.param(date(1984, 6, 12), Checked.NOT_CHECKED, ["exception_a_verifier"], id="neither is known"),
        pytest.param(date(1984, 6, 12), Checked.NO, ["exception_a_verifier"], id="neither holds"),
        pytest.param(date(1984, 6, 12), Checked.YES, [], id="L5134-25-1: disabled worker"),
        pytest.param(date(1970, 6, 12), Checked.NO, [], id="L5134-25-1: 50 at signature"),
        pytest.param(date(1977, 6, 12), Checked.NO, ["age_a_confirmer"], id="R5134-34: 50 before the ceiling only"),
        pytest.param(date(1984, 6, 12), None, [], id="who may not read it is told nothing"),
        pytest.param(None, Checked.NO, [], id="no birth date"),
    ],
)
def test_age_and_disability_are_warnings_for_who_may_read_them(born_on, boeth, expected):
    asked = replace(CASE, aid_ends_on=date(2028, 1, 1), asked_until=date(2028, 8, 1), exception=E.SENIOR_OR_DISABLED)
    assert codes(replace(asked, born_on=born_on, boeth=boeth), Strength.WARNING) == expected


def test_who_is_too_young_to_retire_is_said():
    asked = replace(CASE, asked_until=date(2028, 8, 1), exception=E.NEAR_RETIREMENT, born_on=date(1975, 1, 1))
    assert "exception_a_verifier" in codes(asked, Strength.WARNING)
