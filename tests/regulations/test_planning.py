"""Placing a series, finding what hinders it, searching the best patterns."""

from datetime import date, time, timedelta

import pytest

from regulations.calendar import Territory
from regulations.periods import Period, days_between
from regulations.planning import (
    Busy,
    Calendar,
    Cause,
    Closed,
    Diary,
    HalfDaySlot,
    Need,
    best_patterns,
    instant,
    part_of,
    place,
    said_pattern,
)
from regulations.training import HalfDayPart

MORNING, AFTERNOON = HalfDayPart.MORNING, HalfDayPart.AFTERNOON
HOURS = {MORNING: (time(9), time(12, 30)), AFTERNOON: (time(13, 30), time(17))}
TUESDAY, THURSDAY = 1, 3
TUESDAYS_AND_THURSDAYS = ((TUESDAY, MORNING), (THURSDAY, MORNING))
TWELVE = [Need(number, f"Module {number}", 420) for number in range(1, 13)]
REST = timedelta(hours=11)


def calendar(first, last, closed=(), territory=Territory.METROPOLE):
    return Calendar(Period(first, last), closed, territory)


def placed(needs=TWELVE, first=date(2026, 3, 3), last=date(2027, 2, 1), pattern=TUESDAYS_AND_THURSDAYS, **changes):
    return place(needs, calendar=calendar(first, last, **changes), pattern=pattern, hours=HOURS)


def slot(day, starts_at="09:00", ends_at="12:30"):
    starts_at, ends_at = time.fromisoformat(starts_at), time.fromisoformat(ends_at)
    return HalfDaySlot(1, "Module 1", day, part_of(starts_at), starts_at, ends_at)


def shift(who, day, starts_at="06:45", ends_at="14:15", cause=Cause.ON_SHIFT, words=""):
    return Busy(
        who, instant(day, time.fromisoformat(starts_at)), instant(day, time.fromisoformat(ends_at)), cause, words
    )


def night(who, day):
    ends_at = instant(day + timedelta(days=1), time(7))
    return Busy(who, instant(day, time(21)), ends_at, Cause.ON_SHIFT, "de nuit", ends_at + REST)


# --- placing ---


def test_twelve_modules_make_twenty_four_half_days_in_their_order():
    series = placed()
    assert len(series.slots) == 24
    assert [one.key for one in series.slots] == [number for number in range(1, 13) for _ in range(2)]
    assert {one.day.weekday() for one in series.slots} == {TUESDAY, THURSDAY}
    assert sum(one.minutes for one in series.slots) == 12 * 420
    assert series.unplaced == ()


@pytest.mark.parametrize(
    ("day", "territory", "reason"),
    [
        pytest.param(date(2026, 5, 1), Territory.METROPOLE, "jour férié (Fête du Travail)", id="1er mai, L3133-1"),
        pytest.param(date(2026, 4, 3), Territory.ALSACE_MOSELLE, "jour férié (Vendredi saint)", id="L3134-13"),
        pytest.param(date(2026, 5, 22), Territory.MARTINIQUE, "jour férié (Abolition de l'esclavage)", id="L3422-2"),
    ],
)
def test_public_holidays_of_the_territory_are_left_out_and_said(day, territory, reason):
    series = placed(TWELVE[:1], first=day, pattern=((day.weekday(), MORNING),), territory=territory)
    assert (series.left_out[0].day, series.left_out[0].reason) == (day, reason)
    assert day not in {one.day for one in series.slots}
    assert series.unplaced == ()


def test_a_holiday_of_elsewhere_is_an_ordinary_day():
    assert placed(TWELVE[:1], first=date(2026, 4, 3), pattern=((4, MORNING),)).left_out == ()


def test_sundays_are_left_out_and_said():
    series = placed(TWELVE[:1], first=date(2026, 3, 8), pattern=((6, MORNING), (0, MORNING)))
    assert {(one.day.day, one.reason) for one in series.left_out} == {(8, "dimanche"), (15, "dimanche")}
    assert [one.day for one in series.slots] == [date(2026, 3, 9), date(2026, 3, 16)]


def test_closed_periods_are_left_out_with_their_name():
    closed = [Closed(Period(date(2026, 3, 5), date(2026, 3, 12)), "Congés de l'organisme")]
    series = placed(TWELVE[:1], closed=closed)
    assert [one.day for one in series.slots] == [date(2026, 3, 3), date(2026, 3, 17)]
    assert [(one.day.day, one.reason) for one in series.left_out] == [
        (5, "Congés de l'organisme"),
        (10, "Congés de l'organisme"),
        (12, "Congés de l'organisme"),
    ]


def test_what_does_not_fit_before_the_last_day_is_given_back():
    series = placed(TWELVE[:3], last=date(2026, 3, 13))
    assert len(series.slots) == 4
    assert [(need.title, need.minutes) for need in series.unplaced] == [("Module 3", 420)]


def test_the_last_half_day_of_a_module_is_as_short_as_what_is_left():
    series = placed([Need(1, "Cinq heures", 300), TWELVE[1]])
    assert [(one.key, one.ends_at) for one in series.slots[:3]] == [
        (1, time(12, 30)),
        (1, time(10, 30)),
        (2, time(12, 30)),
    ]


def test_a_day_may_take_two_half_days_in_their_order():
    series = placed(TWELVE[:1], pattern=((TUESDAY, AFTERNOON), (TUESDAY, MORNING)))
    assert [(one.day, one.part) for one in series.slots] == [(date(2026, 3, 3), MORNING), (date(2026, 3, 3), AFTERNOON)]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (TUESDAYS_AND_THURSDAYS, "mardi matin et jeudi matin"),
        (((TUESDAY, MORNING),), "mardi matin"),
        (((THURSDAY, MORNING), (TUESDAY, AFTERNOON), (TUESDAY, MORNING)), "mardi matin et après-midi, jeudi matin"),
    ],
)
def test_a_pattern_is_said_in_the_order_of_the_week(pattern, words):
    assert said_pattern(pattern) == words


@pytest.mark.parametrize(
    ("starts_at", "part"), [("08:30", MORNING), ("11:45", MORNING), ("12:30", AFTERNOON), ("13:30", AFTERNOON)]
)
def test_a_half_day_is_of_the_morning_when_it_starts_before_noon(starts_at, part):
    assert part_of(time.fromisoformat(starts_at)) is part


# --- clashes ---


def test_whoever_works_or_is_on_leave_is_named():
    day = date(2026, 3, 24)
    words = "en poste de 6 h 45 à 14 h 15"
    diary = Diary([shift("Émilie", day, words=words), shift("Zoé", day, "17:00", "23:00")])
    [clash] = diary.clashes([slot(day)])
    assert (clash.place, clash.who, clash.cause, clash.words) == (0, "Émilie", Cause.ON_SHIFT, words)


def test_what_ends_when_the_class_begins_does_not_hinder_it():
    day = date(2026, 3, 24)
    assert (
        Diary([shift("Émilie", day, "06:00", "09:00"), shift("Zoé", day, "12:30", "20:00")]).clashes([slot(day)]) == []
    )


def test_a_night_that_ends_at_seven_leaves_too_short_a_rest_before_the_class():
    [clash] = Diary([night("Caroline", date(2026, 3, 9))]).clashes([slot(date(2026, 3, 10))])
    assert clash.cause is Cause.REST
    assert (
        clash.words.replace("\N{NO-BREAK SPACE}", " ")
        == "nuit finie le 10/03 à 7 h 00, séance à 9 h 00 : 2 h de repos au lieu de 11 h"
    )


def test_a_short_rest_is_that_of_the_first_class_after_the_night():
    day = date(2026, 3, 10)
    both = [slot(day, "13:30", "17:00"), slot(day)]
    diary = Diary([night("Caroline", date(2026, 3, 9))])
    assert [clash.place for clash in diary.clashes(both)] == [1]
    assert [clash.place for clash in diary.clashes(both[:1])] == [0]


def test_rest_is_counted_in_true_hours_when_the_clock_changes():
    # Night of 28 March 2026: 7:00 comes nine hours after 21:00; a rest of eleven hours still ends at 18:00.
    one = night("Caroline", date(2026, 3, 28))
    assert one.ends_at - one.starts_at == timedelta(hours=9)
    sunday = date(2026, 3, 29)
    assert [clash.cause for clash in Diary([one]).clashes([slot(sunday, "17:30", "18:30")])] == [Cause.REST]
    assert Diary([one]).clashes([slot(sunday, "18:00", "19:00")]) == []


def test_two_reasons_of_one_person_are_said_and_count_once():
    day = date(2026, 3, 10)
    diary = Diary([night("Caroline", date(2026, 3, 9)), shift("Caroline", day, "13:00", "20:00")])
    slots = [slot(day, "13:30", "17:00")]
    assert [clash.cause for clash in diary.clashes(slots)] == [Cause.ON_SHIFT, Cause.REST]
    assert diary.burden(slots) == (1, 1)


# --- the best patterns ---


def test_the_two_best_patterns_are_the_known_optimum():
    """Everybody works every morning, Zoé on Wednesday and Friday afternoons too: six half-days, no clash, soonest."""
    days = days_between(date(2026, 3, 2), date(2026, 4, 30))
    busy = [shift(who, day, "06:00", "12:00") for day in days for who in ("Amina", "Zoé")]
    busy += [shift("Zoé", day, "14:00", "20:00") for day in days if day.weekday() in (2, 4)]
    best = best_patterns(TWELVE[:3], calendar=calendar(days[0], days[-1]), size=2, hours=HOURS, diary=Diary(busy))
    assert [(said_pattern(one.pattern), one.clashes, one.ends_on) for one in best] == [
        ("lundi après-midi et mardi après-midi", 0, date(2026, 3, 17)),
        ("lundi après-midi et jeudi après-midi", 0, date(2026, 3, 19)),
    ]


def test_the_search_agrees_with_trying_every_pattern_by_hand():
    days = days_between(date(2026, 3, 2), date(2026, 5, 29))
    busy = [
        shift(f"P{day.toordinal() % 5}", day, f"{6 + day.day % 9:02d}:00", f"{13 + day.day % 9:02d}:00") for day in days
    ]
    diary = Diary(busy)
    times = calendar(days[0], days[-1])
    best = best_patterns(TWELVE[:4], calendar=times, size=1, hours=HOURS, diary=diary, count=10)
    by_hand = {
        (weekday, part): len(
            {
                (one.day, clash.who)
                for one in place(TWELVE[:4], calendar=times, pattern=((weekday, part),), hours=HOURS).slots
                for clash in Diary(busy).clashes([one])
            }
        )
        for weekday in range(5)
        for part in HalfDayPart
    }
    assert {one.pattern[0]: one.clashes for one in best} == by_hand
    assert [one.clashes for one in best] == sorted(by_hand.values())


def test_a_pattern_that_does_not_hold_in_the_cohort_is_not_proposed():
    # Five half-days: from Monday 2 March to Monday 30 March only Mondays come five times.
    needs = [Need(1, "Module", 5 * 210)]
    times = calendar(date(2026, 3, 2), date(2026, 3, 30))
    best = best_patterns(needs, calendar=times, size=1, hours=HOURS, diary=Diary([]), count=9)
    assert {one.pattern for one in best} == {((0, MORNING),), ((0, AFTERNOON),)}
