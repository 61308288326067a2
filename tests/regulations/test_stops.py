"""A stop of entries: what it says, and of whom it asks why."""

from dataclasses import dataclass
from datetime import date

import pytest

from regulations.findings import Strength
from regulations.stops import stop_findings, stop_words


@dataclass(frozen=True)
class Stop:
    starts_on: date = date(2026, 11, 1)
    ends_on: date | None = None
    covers_entries: bool = True
    covers_renewals: bool = True


@pytest.mark.parametrize(
    "stop, words",
    [
        (Stop(), "Plus d'entrée ni de renouvellement à partir du 01/11/2026"),
        (Stop(covers_renewals=False), "Plus d'entrée à partir du 01/11/2026"),
        (
            Stop(covers_entries=False, ends_on=date(2027, 3, 31)),
            "Plus de renouvellement à partir du 01/11/2026, jusqu'au 31/03/2027",
        ),
    ],
)
def test_a_stop_says_what_stops_and_from_when(stop, words):
    assert stop_words(stop) == words


@pytest.mark.parametrize(
    "stop, day, is_renewal, asked",
    [
        pytest.param(Stop(), date(2026, 10, 31), False, False, id="the eve"),
        pytest.param(Stop(), date(2026, 11, 1), False, True, id="its first day"),
        pytest.param(Stop(ends_on=date(2026, 11, 30)), date(2026, 12, 1), False, False, id="once over"),
        pytest.param(Stop(covers_renewals=False), date(2026, 12, 1), True, False, id="renewals go on"),
        pytest.param(Stop(covers_entries=False), date(2026, 12, 1), False, False, id="entries go on"),
        pytest.param(Stop(covers_entries=False), date(2026, 12, 1), True, True, id="a renewal it covers"),
    ],
)
def test_what_a_stop_covers_is_a_question_and_never_a_refusal(stop, day, is_renewal, asked):
    findings = stop_findings([stop], day=day, is_renewal=is_renewal)
    assert [finding.strength for finding in findings] == [Strength.QUESTION] * asked
