"""What a drill says of what it measured."""

import pytest

from drill.running.goals import asked, at_most, every, none, percentile, verdict


@pytest.mark.parametrize(
    "values, share, expected",
    [
        pytest.param([3], 0.95, 3, id="one value"),
        pytest.param(range(1, 101), 0.95, 95, id="of a hundred, the ninety-fifth"),
        pytest.param([9, 1, 5], 0.5, 5, id="the median of three"),
        pytest.param(range(1, 21), 0.95, 19, id="of twenty, the nineteenth"),
        pytest.param([1, 2], 1, 2, id="all of them"),
        pytest.param([1, 2], 0, 1, id="none of them"),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(values, share, expected):
    assert percentile(values, share) == expected


def test_nothing_measured_has_no_percentile():
    with pytest.raises(ValueError, match="no value"):
        percentile([], 0.95)


@pytest.mark.parametrize(
    "goal, held, measured",
    [
        pytest.param(at_most("attente", 1.25, 5), True, "1,25 s", id="below"),
        pytest.param(at_most("attente", 5, 5), True, "5 s", id="just reached"),
        pytest.param(at_most("attente", 5.01, 5), False, "5,01 s", id="above"),
        pytest.param(at_most("restes", 0, 0, ""), True, "0", id="without a unit"),
        pytest.param(none("pertes", []), True, "0", id="none lost"),
        pytest.param(none("pertes", [7, 8, 9, 10]), False, "4 : 7, 8, 9", id="the first ones lost are named"),
        pytest.param(every("retrouvées", 3, 3), True, "3 sur 3", id="all found"),
        pytest.param(every("retrouvées", 2, 3), False, "2 sur 3", id="one missing"),
        pytest.param(every("retrouvées", 0, 0), False, "0 sur 0", id="nothing out of nothing is no proof"),
    ],
)
def test_a_goal_says_what_was_measured_and_whether_it_is_held(goal, held, measured):
    assert (goal.held, goal.measured) == (held, measured)


def test_one_goal_missed_fails_the_drill(capsys):
    kept, missed = at_most("attente", 1, 5), at_most("redémarrage", 9, 5)
    assert verdict("F1", [kept]) == 0
    assert verdict("F1", [kept, missed]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if "but" in line] == ["tenu", "tenu", "MANQUÉ"]


def test_the_command_line_wins_over_the_environment_over_what_is_usual(monkeypatch):
    monkeypatch.delenv("ROUNDS", raising=False)
    assert asked("ROUNDS", 20, []) == 20
    monkeypatch.setenv("ROUNDS", "5")
    assert asked("ROUNDS", 20, []) == 5
    assert asked("ROUNDS", 20, ["ROUNDS=200"]) == 200
