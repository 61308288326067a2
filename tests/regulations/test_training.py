from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.calendar import Territory
from regulations.findings import Strength
from regulations.periods import Period
from regulations.training import (
    AbsenceReason,
    AttendanceStatus,
    RollLine,
    attended_minutes,
    completion,
    hundredths,
    roll_findings,
    session_findings,
)

HALF_DAY = 210
COHORT = Period(date(2026, 2, 2), date(2027, 2, 1))


@pytest.mark.parametrize(
    ("status", "late", "early", "minutes"),
    [
        pytest.param(AttendanceStatus.PRESENT, 0, 0, 210, id="R6332-26 : présent"),
        pytest.param(AttendanceStatus.LATE, 20, 0, 190, id="R6332-26 : un retard se déduit"),
        pytest.param(AttendanceStatus.LEFT_EARLY, 0, 45, 165, id="R6332-26 : un départ se déduit"),
        pytest.param(AttendanceStatus.LATE, 20, 45, 145, id="R6332-26 : retard et départ"),
        pytest.param(AttendanceStatus.EXCUSED, 0, 0, 0, id="R6332-26 : une absence justifiée n'est pas réalisée"),
        pytest.param(AttendanceStatus.ABSENT, 0, 0, 0, id="R6332-26 : absent"),
        pytest.param(AttendanceStatus.LATE, 0, 0, 210, id="retard sans minutes : la séance entière"),
        pytest.param(AttendanceStatus.LATE, 300, 0, 0, id="jamais moins que rien"),
    ],
)
def test_attended_minutes(status, late, early, minutes):
    assert attended_minutes(HALF_DAY, status, late, early) == minutes


@pytest.mark.parametrize(
    ("minutes", "hours"),
    [
        pytest.param(210, "3.50", id="certificat : 3 h 30 = 3,50"),
        pytest.param(420, "7.00", id="certificat : 7,00 et jamais 7h00"),
        pytest.param(190, "3.17", id="3 h 10"),
        pytest.param(200, "3.33", id="3 h 20"),
        pytest.param(0, "0.00", id="rien"),
        pytest.param(1, "0.02", id="une minute"),
    ],
)
def test_hours_are_in_hundredths(minutes, hours):
    assert str(hundredths(minutes)) == hours


def test_a_float_of_minutes_is_a_bug():
    with pytest.raises(TypeError):
        hundredths(210.0)


@given(st.integers(0, 100_000))
def test_hundredths_are_within_half_a_hundredth(minutes):
    assert abs(hundredths(minutes) - Decimal(minutes) / 60) <= Decimal("0.005")


def test_completion_adds_minutes_and_rounds_once():
    lines = [RollLine(HALF_DAY, AttendanceStatus.LATE, late=20)] * 3
    lines += [RollLine(HALF_DAY, AttendanceStatus.EXCUSED, reason=AbsenceReason.CHILDCARE)]
    done = completion(lines)
    assert (done.planned_minutes, done.attended_minutes) == (840, 570)
    assert (done.half_days, done.half_days_attended) == (4, 3)
    # Three times 3,17 would make 9,51.
    assert (done.planned_hours, done.attended_hours) == (Decimal("14.00"), Decimal("9.50"))
    assert not done.is_whole


def test_completion_of_everything_and_of_nothing():
    assert completion([RollLine(HALF_DAY, AttendanceStatus.PRESENT)] * 2).is_whole
    assert not completion([]).is_whole


@given(
    st.lists(
        st.builds(
            RollLine,
            st.integers(0, 480),
            st.sampled_from(AttendanceStatus),
            st.integers(0, 600),
            st.integers(0, 600),
        )
    )
)
def test_nobody_attends_more_than_was_planned(lines):
    done = completion(lines)
    assert 0 <= done.attended_minutes <= done.planned_minutes
    assert done.half_days_attended <= done.half_days


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        (RollLine(HALF_DAY, AttendanceStatus.PRESENT), []),
        (RollLine(HALF_DAY, AttendanceStatus.LATE, late=20), []),
        (RollLine(HALF_DAY, AttendanceStatus.EXCUSED, reason=AbsenceReason.TRANSPORT), []),
        (RollLine(HALF_DAY, AttendanceStatus.LATE), ["retard_sans_minutes"]),
        (RollLine(HALF_DAY, AttendanceStatus.LEFT_EARLY), ["retard_sans_minutes"]),
        (RollLine(HALF_DAY, AttendanceStatus.LATE, late=-5), ["minutes_negatives"]),
        (RollLine(HALF_DAY, AttendanceStatus.LATE, late=200, early=20), ["minutes_superieures"]),
        (RollLine(HALF_DAY, AttendanceStatus.PRESENT, late=20), ["minutes_sans_retard"]),
        (RollLine(HALF_DAY, AttendanceStatus.ABSENT, early=20), ["minutes_sans_retard"]),
        (RollLine(HALF_DAY, AttendanceStatus.PRESENT, reason=AbsenceReason.OTHER), ["motif_sans_absence"]),
    ],
)
def test_a_roll_line_is_questioned(line, codes):
    assert [finding.code for finding in roll_findings(line)] == codes


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2026, 2, 10), []),
        (date(2026, 7, 14), ["jour_ferie"]),
        (date(2026, 2, 8), ["dimanche"]),
        (date(2025, 10, 8), ["hors_dates_cohorte"]),
        (date(2027, 2, 1), []),
        (date(2025, 11, 1), ["jour_ferie", "hors_dates_cohorte"]),
    ],
)
def test_a_session_on_a_strange_day_is_a_question(day, codes):
    findings = session_findings(day, COHORT)
    assert [finding.code for finding in findings] == codes
    assert {finding.strength for finding in findings} <= {Strength.QUESTION}


def test_holidays_follow_the_territory():
    good_friday = date(2026, 4, 3)
    assert session_findings(good_friday, COHORT) == []
    assert [f.code for f in session_findings(good_friday, COHORT, Territory.ALSACE_MOSELLE)] == ["jour_ferie"]
