from datetime import date, timedelta

import pytest

from regulations.skills import STILL_DAYS, Face, Level, Seen, disagree, rises, stillness

SEPTEMBER, OCTOBER = date(2026, 9, 10), date(2026, 10, 8)
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "level, observed_on, face, said_on, expected",
    [
        pytest.param(Level.ALONE, SEPTEMBER, Face.CAN, OCTOBER, False, id="les deux disent : seule"),
        pytest.param(Level.PASSES_ON, SEPTEMBER, Face.CAN, OCTOBER, False, id="qui transmet sait faire"),
        pytest.param(Level.NOT_SHOWN, SEPTEMBER, Face.NOT_TAUGHT, OCTOBER, False, id="pas montré, des deux côtés"),
        pytest.param(Level.WITH_HELP, SEPTEMBER, Face.CAN, OCTOBER, True, id="elle dit plus"),
        pytest.param(Level.ALONE, SEPTEMBER, Face.HELPED, OCTOBER, True, id="elle dit moins"),
        pytest.param(Level.ALONE, OCTOBER, Face.HELPED, SEPTEMBER, False, id="monté depuis : un progrès"),
        pytest.param(Level.WITH_HELP, OCTOBER, Face.CAN, SEPTEMBER, True, id="le tuteur voit ensuite moins"),
        pytest.param(Level.ALONE, OCTOBER, Face.HELPED, OCTOBER, True, id="le même jour"),
    ],
)
def test_two_views_that_differ_are_a_disagreement_unless_one_is_progress(level, observed_on, face, said_on, expected):
    assert disagree(level=level, observed_on=observed_on, face=face, said_on=said_on) is expected


def test_only_a_level_never_reached_before_is_a_rise():
    levels = (Level.WITH_HELP, Level.ALONE, Level.WITH_HELP, Level.ALONE, Level.PASSES_ON)
    seen = [Seen("lit", level, SEPTEMBER + timedelta(days=rank)) for rank, level in enumerate(levels)]
    assert [one.level for one in rises(seen)] == [Level.WITH_HELP, Level.ALONE, Level.PASSES_ON]


def test_a_first_observation_of_nothing_shown_is_no_rise():
    assert rises([Seen("lit", Level.NOT_SHOWN, SEPTEMBER)]) == []


def still(*seen, keys=("lit", "repas"), on=TODAY):
    return stillness(seen, keys=keys, starts_on=date(2026, 2, 2), on=on)


def test_ninety_days_without_a_rise_are_said_with_their_facts():
    rise = Seen("lit", Level.WITH_HELP, TODAY - timedelta(days=STILL_DAYS))
    since = Seen("lit", Level.WITH_HELP, TODAY - timedelta(days=20))
    found = still(rise, since)
    assert (found.since, found.last_rise, found.observed_since, found.left_to_learn) == (rise.on, rise, 1, 2)


def test_one_day_less_is_silent():
    assert still(Seen("lit", Level.WITH_HELP, TODAY - timedelta(days=STILL_DAYS - 1))) is None


def test_never_a_rise_counts_from_the_first_day_of_the_contract():
    found = still(Seen("lit", Level.NOT_SHOWN, TODAY - timedelta(days=2)))
    assert (found.since, found.last_rise) == (date(2026, 2, 2), None)


def test_nothing_observed_says_nothing_of_progress():
    assert still() is None


def test_nothing_left_to_learn_is_not_standing_still():
    old = TODAY - timedelta(days=200)
    assert still(Seen("lit", Level.ALONE, old), Seen("repas", Level.PASSES_ON, old)) is None


def test_what_comes_after_the_day_is_not_read():
    old = Seen("lit", Level.WITH_HELP, TODAY - timedelta(days=100))
    assert still(old, Seen("lit", Level.ALONE, TODAY + timedelta(days=1))) is not None
