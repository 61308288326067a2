"""Expected meetings: dates of the contract, amendments and break included."""

from datetime import date

import pytest

from regulations.findings import Strength
from regulations.meetings import MeetingKind, expected_meetings, meeting_findings

STARTS, ENDS = date(2026, 2, 2), date(2027, 2, 1)


def dates(starts_on, ends_on, last_day):
    return {one.kind: (one.window.starts_on, one.due_on) for one in expected_meetings(starts_on, ends_on, last_day)}


def test_a_year_has_five_meetings():
    assert dates(STARTS, ENDS, ENDS) == {
        MeetingKind.START: (STARTS, date(2026, 3, 2)),
        MeetingKind.REVIEW_3: (date(2026, 4, 2), date(2026, 5, 2)),
        MeetingKind.REVIEW_6: (date(2026, 7, 2), date(2026, 8, 2)),
        MeetingKind.REVIEW_9: (date(2026, 10, 2), date(2026, 11, 2)),
        MeetingKind.EXIT: (date(2026, 11, 1), date(2027, 1, 1)),
    }


@pytest.mark.parametrize(
    ("ends_on", "last_day", "kinds"),
    [
        pytest.param(ENDS, date(2026, 6, 12), {"START", "REVIEW_3"}, id="rompu au quatrième mois: ni bilan ni sortie"),
        pytest.param(date(2026, 8, 1), date(2026, 8, 1), {"START", "REVIEW_3", "EXIT"}, id="six mois: F21006"),
        pytest.param(date(2027, 8, 1), date(2027, 8, 1), set(MeetingKind) - {"OTHER"}, id="prolongé: la sortie suit"),
        pytest.param(None, None, {"START", "REVIEW_3", "REVIEW_6", "REVIEW_9"}, id="CDI: pas de sortie"),
    ],
)
def test_what_the_dates_of_a_contract_ask_for(ends_on, last_day, kinds):
    assert set(dates(STARTS, ends_on, last_day)) == kinds


@pytest.mark.parametrize(
    ("day", "strength"),
    [
        pytest.param(date(2026, 11, 1), None, id="F21006: trois mois avant"),
        pytest.param(date(2027, 1, 1), None, id="F21006: un mois avant"),
        pytest.param(date(2026, 10, 31), Strength.QUESTION, id="F21006: trop tôt"),
        pytest.param(date(2027, 1, 2), Strength.QUESTION, id="F21006: trop tard"),
        pytest.param(date(2027, 2, 2), Strength.REFUSAL, id="après la fin"),
    ],
)
def test_the_exit_interview_has_its_window(day, strength):
    found = meeting_findings(MeetingKind.EXIT, day, STARTS, ENDS, ENDS)
    assert [one.strength for one in found] == ([strength] if strength else [])
