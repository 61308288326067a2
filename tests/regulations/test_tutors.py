from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.findings import Strength
from regulations.periods import Period
from regulations.tutors import tutor_findings

YEAR = Period(date(2026, 2, 2), date(2027, 2, 1))


def _codes(findings):
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    "followed",
    [
        pytest.param([], id="R5134-38 : personne"),
        pytest.param([YEAR], id="R5134-38 : une personne"),
        pytest.param([YEAR, YEAR], id="R5134-38 : trois avec la nouvelle"),
        pytest.param([YEAR, YEAR, Period(date(2025, 2, 2), date(2026, 2, 1))], id="R5134-38 : la veille"),
        pytest.param([YEAR, YEAR, Period(date(2027, 2, 2), None)], id="R5134-38 : le lendemain"),
        pytest.param(
            [
                Period(date(2026, 2, 2), date(2026, 5, 31)),
                Period(date(2026, 2, 2), date(2026, 5, 31)),
                Period(date(2026, 6, 1), date(2026, 9, 30)),
                Period(date(2026, 6, 1), date(2026, 9, 30)),
            ],
            id="R5134-38 : quatre noms, jamais plus de trois à la fois",
        ),
    ],
)
def test_three_people_at_any_date_is_fine(followed):
    assert tutor_findings(followed, YEAR) == []


@pytest.mark.parametrize(
    ("followed", "on"),
    [
        pytest.param([YEAR] * 3, "02/02/2026", id="R5134-38 : dès le premier jour"),
        pytest.param([YEAR, YEAR, Period(date(2026, 9, 1), None)], "01/09/2026", id="R5134-38 : en cours de route"),
        pytest.param(
            [YEAR, YEAR, Period(date(2025, 1, 1), date(2026, 2, 2))], "02/02/2026", id="R5134-38 : un seul jour"
        ),
        pytest.param([Period(date(2020, 1, 1), None)] * 3, "02/02/2026", id="R5134-38 : fins ouvertes"),
    ],
)
def test_a_fourth_person_at_some_date_is_a_question(followed, on):
    (finding,) = tutor_findings(followed, YEAR)
    assert (finding.code, finding.strength, finding.source) == ("tuteur_plus_de_trois", Strength.QUESTION, "R5134-38")
    assert on in finding.message


def test_people_crowded_outside_the_added_period_do_not_count():
    crowded = [Period(date(2024, 1, 1), date(2024, 12, 31))] * 5
    assert tutor_findings(crowded, YEAR) == []


@pytest.mark.parametrize(
    ("years", "codes"),
    [
        pytest.param(1, ["experience_insuffisante"], id="R5134-38 : un an"),
        pytest.param(Decimal("1.9"), ["experience_insuffisante"], id="R5134-38 : presque deux ans"),
        pytest.param(2, [], id="R5134-38 : deux ans"),
        pytest.param(None, [], id="inconnue"),
    ],
)
def test_two_years_of_experience(years, codes):
    assert _codes(tutor_findings([], YEAR, experience_years=years)) == codes


def test_a_tutor_is_a_volunteer():
    assert _codes(tutor_findings([], YEAR, volunteer=False)) == ["tuteur_non_volontaire"]
    assert tutor_findings([], YEAR, volunteer=True) == []


PERIODS = st.builds(
    lambda start, length: Period(start, start + timedelta(days=length)),
    st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    st.integers(0, 500),
)


@given(PERIODS, st.integers(0, 500))
def test_a_fourth_that_starts_the_day_after_another_ends_is_fine(first, length):
    starts_on = first.ends_on + timedelta(days=1)
    added = Period(starts_on, starts_on + timedelta(days=length))
    others = [Period(date(2020, 1, 1), None)] * 2
    assert tutor_findings([first, *others], added) == []
    assert _codes(tutor_findings([first, *others], Period(first.ends_on, added.ends_on))) == ["tuteur_plus_de_trois"]


@given(st.lists(PERIODS, max_size=6), PERIODS)
def test_the_count_is_the_one_of_the_fullest_day(followed, added):
    days = [added.starts_on + timedelta(days=n) for n in range(added.days)]
    most = max(1 + sum(period.covers(day) for period in followed) for day in days)
    assert bool(tutor_findings(followed, added)) is (most > 3)
