"""Six rules: each fires on its case and is silent on a clean one; the text holds the dates."""

from datetime import date, timedelta

import pytest

from regulations.skills import Level, Seen
from regulations.warnings import (
    Difficulty,
    absences_warning,
    barrier_warning,
    difficulty_warning,
    progress_warning,
    silence_warning,
    tutor_warning,
)

ON = date(2026, 11, 20)
STARTS = date(2026, 2, 2)


def days_ago(number):
    return ON - timedelta(days=number)


@pytest.mark.parametrize(
    ("days", "fires"),
    [
        pytest.param([12, 2], True, id="dix jours d'écart"),
        pytest.param([13, 2], False, id="onze jours d'écart"),
        pytest.param([2, 2], False, id="deux demi-journées d'un jour"),
        pytest.param([2], False, id="une seule"),
        pytest.param([], False, id="aucune"),
        pytest.param([2, -3], False, id="la seconde est à venir"),
    ],
)
def test_two_absences_in_ten_days(days, fires):
    assert bool(absences_warning(map(days_ago, days), ON)) is fires


def test_the_latest_pair_of_absences_is_told_with_its_dates():
    found = absences_warning([date(2026, 3, 3), date(2026, 3, 5), date(2026, 11, 3), date(2026, 11, 10)], ON)
    assert found.facts == "Absences le 03/11/2026 et le 10/11/2026 : 7 jours d'écart."


@pytest.mark.parametrize(
    ("last", "since", "fires"),
    [
        pytest.param(36, 200, True, id="36 jours"),
        pytest.param(35, 200, False, id="35 jours"),
        pytest.param(None, 36, True, id="jamais rien"),
        pytest.param(None, 10, False, id="nommé depuis dix jours"),
        pytest.param(90, 10, False, id="nommé depuis dix jours, après un autre"),
    ],
)
def test_silence_of_the_tutor(last, since, fires):
    found = silence_warning(None if last is None else days_ago(last), days_ago(since), ON)
    assert bool(found) is fires


W, A = Level.WITH_HELP, Level.ALONE


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        pytest.param(
            [("a", A, 40), ("a", W, 5)], "« Servir » : seul le 11/10/2026, avec aide le 15/11/2026.", id="baisse"
        ),
        pytest.param([("a", W, 120), ("a", W, 5)], "Rien de nouveau depuis le 23/07/2026", id="arrêt"),
        pytest.param([("a", W, 120)], None, id="arrêt, mais personne n'a regardé"),
        pytest.param([("a", W, 60), ("a", A, 5)], None, id="progrès"),
        pytest.param([("a", A, 200), ("a", A, 5)], None, id="tout est acquis"),
        pytest.param([], None, id="rien d'observé"),
    ],
)
def test_a_level_that_falls_or_nothing_new(seen, said):
    found = progress_warning([Seen(key, level, days_ago(age)) for key, level, age in seen], {"a": "Servir"}, STARTS, ON)
    assert (found is None) if said is None else found.facts.startswith(said)


@pytest.mark.parametrize(
    ("starts", "has_tutor", "fires"),
    [
        pytest.param([STARTS], True, False, id="un tuteur"),
        pytest.param([STARTS, date(2026, 5, 4)], True, False, id="changé une fois"),
        pytest.param([STARTS, date(2026, 5, 4), date(2026, 9, 1)], True, True, id="changé deux fois"),
        pytest.param([], False, True, id="aucun"),
    ],
)
def test_no_tutor_or_changed_twice(starts, has_tutor, fires):
    assert bool(tutor_warning(starts, has_tutor, STARTS, ON)) is fires


def test_a_contract_to_come_has_no_tutor_to_miss():
    assert tutor_warning([], False, ON + timedelta(days=1), ON) is None


@pytest.mark.parametrize(
    ("age", "fires"), [pytest.param(15, True, id="15 jours"), pytest.param(14, False, id="14 jours")]
)
def test_an_obstacle_that_stays(age, fires):
    assert bool(barrier_warning("frein.1", "mobilité", "Voir l'aide au permis", days_ago(age), ON)) is fires


def test_a_difficulty_is_told_as_it_was_noted():
    found = difficulty_warning(Difficulty("fiche.1", days_ago(3), "Fiche du 17/11/2026."))
    assert (found.since, found.facts) == (days_ago(3), "Fiche du 17/11/2026.")
