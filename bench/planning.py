"""A year of twelve people and forty half-days, every weekly pattern tried: `python -m bench.planning`.

Each person has a roster for every day of the year (mornings, evenings, nights, rest). The search of the two best
patterns is timed for one to five half-days a week, beside a single pattern looked at by reading every shift again.
"""

import sys
from datetime import date, time, timedelta
from math import comb
from time import perf_counter

from regulations.periods import Period, days_between
from regulations.planning import Busy, Calendar, Cause, Diary, Need, best_patterns, instant, place, said_pattern
from regulations.training import HalfDayPart

PEOPLE, SLOTS = 12, 40
YEAR = Period(date(2026, 2, 2), date(2027, 2, 1))
HOURS = {HalfDayPart.MORNING: (time(9), time(12, 30)), HalfDayPart.AFTERNOON: (time(13, 30), time(17))}
REST = timedelta(hours=11)
# M M S N N R R, each person a few days later than the one before.
TURNS = ("M", "M", "S", "N", "N", "R", "R")
SHIFTS = {"M": (time(6, 45), time(14, 15)), "S": (time(13, 45), time(21, 15)), "N": (time(21), time(7))}
MOST_SECONDS = 1.0


def rosters() -> list[Busy]:
    found = []
    for person in range(PEOPLE):
        for number, day in enumerate(days_between(YEAR.starts_on, YEAR.ends_on)):
            turn = TURNS[(number + 3 * person) % len(TURNS)]
            if turn == "R":
                continue
            starts_at, ends_at = SHIFTS[turn]
            is_night = ends_at <= starts_at
            end = instant(day + timedelta(days=is_night), ends_at)
            found.append(
                Busy(person, instant(day, starts_at), end, Cause.ON_SHIFT, "", end + REST if is_night else None)
            )
    return found


def read_again(busy: list[Busy], slots) -> int:
    """What a search without order would do for one pattern."""
    pairs = set()
    for number, slot in enumerate(slots):
        start, end = instant(slot.day, slot.starts_at), instant(slot.day, slot.ends_at)
        pairs |= {(number, one.who) for one in busy if one.starts_at < end and one.reaches > start}
    return len(pairs)


def main() -> int:
    busy = rosters()
    needs = [Need(number, f"Module {number}", 2 * 210) for number in range(SLOTS // 2)]
    calendar = Calendar(YEAR)
    slots = place(needs, calendar=calendar, pattern=((1, HalfDayPart.MORNING),), hours=HOURS).slots
    began = perf_counter()
    read_again(busy, slots)
    once = perf_counter() - began
    print(f"{PEOPLE} personnes, {SLOTS} demi-journées, {len(busy)} vacations ; un motif relu sans ordre : {once:.3f} s")
    slowest = 0.0
    for size in range(1, 6):
        began = perf_counter()
        best = best_patterns(needs, calendar=calendar, size=size, hours=HOURS, diary=Diary(busy))
        seconds = perf_counter() - began
        slowest = max(slowest, seconds)
        said = " | ".join(f"{said_pattern(one.pattern)} ({one.clashes})" for one in best)
        print(f"{size} par semaine, {comb(10, size):3} motifs : {seconds:.3f} s, {seconds / once:.2f} fois ; {said}")
    print(f"la plus lente : {slowest:.3f} s (au plus {MOST_SECONDS:g} s)")
    return int(slowest >= MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
