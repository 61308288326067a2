from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.calendar import Territory, is_working_day
from regulations.deadlines import (
    MILESTONE_MODEL,
    ceiling_date,
    certificate_deadline,
    end_of,
    exit_interview_window,
    latest_day_reaching,
    milestones,
    minus_months,
    notice_deadline,
    plus_months,
    renewal_recommended_on,
    review_dates,
    statement_dates,
)
from regulations.periods import Period

DAYS = st.dates(date(2018, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param(date(2027, 8, 31), 1, date(2027, 7, 31), id="pec.md §5, un mois"),
        pytest.param(date(2027, 8, 31), 3, date(2027, 5, 31), id="pec.md §5, trois mois"),
        pytest.param(date(2027, 3, 31), 1, date(2027, 2, 28), id="dernier jour d'un mois plus court"),
        pytest.param(date(2028, 3, 31), 1, date(2028, 2, 29), id="année bissextile"),
        pytest.param(date(2027, 2, 1), 2, date(2026, 12, 1), id="d'une année à l'autre"),
        pytest.param(date(2027, 7, 31), 1, date(2027, 6, 30), id="trente jours"),
    ],
)
def test_minus_months(day, months, expected):
    assert minus_months(day, months) == expected


@given(DAYS, st.integers(0, 60))
def test_months_keep_the_day_or_take_the_last_one(day, months):
    moved = minus_months(day, months)
    assert (day.year * 12 + day.month) - (moved.year * 12 + moved.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)
    assert plus_months(moved, months) <= day


@given(DAYS, st.integers(1, 30), st.integers(1, 30))
def test_contracts_that_follow_each_other_neither_overlap_nor_leave_a_hole(day, months, more):
    assert end_of(day, months) < end_of(day, months + more)
    assert end_of(day, months) + timedelta(days=1) == plus_months(day, months)


@pytest.mark.parametrize(
    ("starts_on", "months", "expected"),
    [
        pytest.param(date(2026, 9, 1), 12, date(2027, 8, 31), id="pec.md §5"),
        pytest.param(date(2026, 2, 2), 12, date(2027, 2, 1), id="cohorte Sud Manche"),
        pytest.param(date(2026, 2, 2), 24, date(2028, 2, 1), id="L5134-25-1"),
    ],
)
def test_the_end_of_a_contract(starts_on, months, expected):
    assert end_of(starts_on, months) == expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(date(2026, 6, 12), date(2026, 6, 22), id="R5134-28 : le 20 est un samedi"),
        pytest.param(date(2026, 6, 8), date(2026, 6, 16), id="R5134-28 : sept jours francs"),
        pytest.param(date(2026, 7, 6), date(2026, 7, 15), id="R5134-28 : le 14 juillet ne compte pas"),
        pytest.param(date(2026, 12, 17), date(2026, 12, 28), id="R5134-28 : Noël puis la fin de semaine"),
    ],
)
def test_seven_clear_days(event, expected):
    assert notice_deadline(event) == expected


def test_clear_days_follow_the_territory_s_holidays():
    assert notice_deadline(date(2025, 12, 18)) == date(2025, 12, 26)
    assert notice_deadline(date(2025, 12, 18), Territory.ALSACE_MOSELLE) == date(2025, 12, 29)


@given(DAYS, st.sampled_from(Territory))
def test_a_notice_leaves_at_least_seven_whole_days_and_ends_on_a_working_day(event, territory):
    last = notice_deadline(event, territory)
    assert (last - event).days >= 8
    assert is_working_day(last, territory)


def test_the_end_of_a_contract_gives_its_deadlines():
    ends_on = date(2027, 8, 31)
    assert exit_interview_window(ends_on) == Period(date(2027, 5, 31), date(2027, 7, 31))
    assert certificate_deadline(ends_on) == date(2027, 7, 31)
    assert renewal_recommended_on(ends_on) == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        pytest.param([], date(2028, 2, 1), id="L5134-25-1 : 24 mois"),
        pytest.param([Period(date(2025, 2, 2), date(2026, 2, 1))], date(2027, 2, 1), id="moins un an déjà fait"),
        pytest.param(
            [Period(date(2026, 1, 1), date(2026, 6, 30))], date(2027, 12, 31), id="seul ce qui précède compte"
        ),
        pytest.param([Period(date(2026, 3, 1), None)], date(2028, 2, 1), id="ce qui suit ne compte pas"),
    ],
)
def test_the_24_months_ceiling(earlier, expected):
    assert ceiling_date(date(2026, 2, 2), earlier) == expected


def test_the_ceiling_by_exception():
    assert ceiling_date(date(2026, 2, 2), months=60) == date(2031, 2, 1)


def test_reviews_stop_with_the_contract():
    starts_on = date(2026, 2, 2)
    assert review_dates(starts_on, None) == [date(2026, 5, 2), date(2026, 8, 2), date(2026, 11, 2)]
    assert review_dates(starts_on, date(2026, 8, 2)) == [date(2026, 5, 2), date(2026, 8, 2)]


def test_statements_are_reminded_the_next_month():
    assert statement_dates(date(2026, 12, 10)) == [date(2027, 1, 1), date(2027, 1, 5), date(2027, 1, 15)]
    assert statement_dates(date(2026, 1, 31), (3,)) == [date(2026, 2, 3)]


def test_milestones_run_from_90_days_before_to_6_months_after():
    laid = milestones(date(2026, 9, 1), date(2027, 8, 31))
    assert laid[0].due_on == date(2026, 6, 3)
    assert (laid[-1].code, laid[-1].due_on) == ("suivi_6", date(2028, 2, 29))
    assert {one.code: one.due_on for one in laid}["entree"] == date(2026, 9, 1)
    assert {one.code: one.due_on for one in laid}["attestations"] == date(2027, 7, 31)


def test_milestones_follow_when_the_first_day_moves():
    before = {one.code: one.due_on for one in milestones(date(2026, 9, 1))}
    after = {one.code: one.due_on for one in milestones(date(2026, 9, 8))}
    assert all(after[code] > due_on for code, due_on in before.items())
    assert after["places"] - before["places"] == timedelta(days=7)


@given(DAYS)
def test_milestones_are_in_order_and_each_once(first_day):
    laid = milestones(first_day)
    assert [one.due_on for one in laid] == sorted(one.due_on for one in laid)
    assert {one.code for one in laid} == {one.code for one in MILESTONE_MODEL}
    assert len(laid) == len(MILESTONE_MODEL)


@pytest.mark.parametrize(
    ("on", "months", "day"),
    [
        pytest.param(date(2027, 2, 28), 3, date(2026, 11, 30), id="end of February"),
        pytest.param(date(2028, 2, 28), 3, date(2027, 11, 28), id="leap year, the day before its last"),
        pytest.param(date(2028, 2, 29), 3, date(2027, 11, 30), id="leap year, its last day"),
        pytest.param(date(2026, 5, 31), 6, date(2025, 11, 30), id="from a shorter month"),
        pytest.param(date(2026, 11, 20), 0, date(2026, 11, 20), id="no month"),
    ],
)
def test_the_latest_day_from_which_months_are_over(on, months, day):
    assert latest_day_reaching(on, months) == day


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from([0, 3, 6]))
def test_one_day_later_the_months_are_not_over(on, months):
    day = latest_day_reaching(on, months)
    assert plus_months(day, months) <= on < plus_months(day + timedelta(days=1), months)


@given(DAYS, st.integers(1, 60))
def test_going_back_and_forth_loses_at_most_the_end_of_a_longer_month(day, months):
    back = plus_months(minus_months(day, months), months)
    assert day - timedelta(days=3) <= back <= day
    assert back == day or day.day > 28


@given(DAYS)
def test_the_deadlines_of_an_end_follow_each_other(ends_on):
    window = exit_interview_window(ends_on)
    assert window.starts_on < renewal_recommended_on(ends_on) < window.ends_on == certificate_deadline(ends_on)
    assert window.ends_on < ends_on


@given(DAYS)
def test_a_statement_is_due_in_the_month_that_follows(day):
    opens, reminder, alert = statement_dates(day)
    assert opens <= reminder <= alert
    assert {(one.year, one.month) for one in (opens, reminder, alert)} == {
        (day.year + day.month // 12, day.month % 12 + 1)
    }


@given(DAYS, st.lists(st.tuples(DAYS, st.integers(0, 400)), max_size=4))
def test_what_was_done_before_only_brings_the_ceiling_nearer(starts_on, earlier):
    done = [Period(begins, begins + timedelta(days=days)) for begins, days in earlier]
    assert ceiling_date(starts_on, done) <= ceiling_date(starts_on) == end_of(starts_on, 24)


@given(st.integers(2000, 2096).map(lambda year: date(year - year % 4, 2, 29)) | DAYS)
def test_a_year_is_twelve_months_even_from_a_29_february(day):
    later = end_of(day, 12)
    assert 363 <= (later - day).days <= 365
    assert later.month in (day.month, (day - timedelta(days=1)).month)
