"""Planifier une série : placer les demi-journées, dire ce qui les gêne, chercher les meilleurs jours du groupe.

Sources
  Public holidays: L3133-1. Sunday: L3132-3. H
  Daily rest of eleven hours: L3131-1. H. What is kept between a night and a class is a setting of the training body. P
  The two best patterns for the group, by exhaustive search: a proposal of the project. P
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from regulations.calendar import Territory, public_holiday_name
from regulations.enums import LabelledEnum
from regulations.periods import Period, days_between
from regulations.training import SUNDAY, HalfDayPart

PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
SATURDAY = 5
NOON = time(12)
# A space that no line breaks at.
FIXED = "\N{NO-BREAK SPACE}"

# A weekday, Monday being 0, and a half of that day.
WeeklySlot = tuple[int, HalfDayPart]
Pattern = tuple[WeeklySlot, ...]
Hours = Mapping[HalfDayPart, tuple[time, time]]


class Cause(LabelledEnum):
    """Ce qui gêne une demi-journée."""

    ON_SHIFT = "en_poste", "en poste"
    REST = "repos_insuffisant", "repos insuffisant"
    LEAVE = "conge", "en congé"
    NEVER_ON = "jamais_ce_jour", "jamais ce jour-là"
    CLOSED = "periode_sans_formation", "période sans formation"
    OTHER_SESSION = "autre_seance", "autre séance"
    TRAINER = "intervenant_pris", "intervenant déjà pris"
    ROOM = "salle_prise", "salle déjà prise"


@dataclass(frozen=True, slots=True)
class Need:
    """Ce qu'il reste à placer d'un module."""

    key: Hashable
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class HalfDaySlot:
    """Une demi-journée placée."""

    key: Hashable
    title: str
    day: date
    part: HalfDayPart
    starts_at: time
    ends_at: time

    @property
    def minutes(self) -> int:
        return minutes_of(self.ends_at) - minutes_of(self.starts_at)


@dataclass(frozen=True, slots=True)
class Closed:
    """Période sans formation, et comment elle s'appelle."""

    period: Period
    label: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Un jour de la semaine choisie où rien n'est placé, et pourquoi."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Series:
    slots: tuple[HalfDaySlot, ...]
    left_out: tuple[LeftOut, ...]
    unplaced: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Busy:
    """De quand à quand quelqu'un, ou une salle, est pris ; après une nuit, `rests_until` dit jusqu'où va le repos."""

    who: Hashable
    starts_at: datetime
    ends_at: datetime
    cause: Cause
    words: str = ""
    rests_until: datetime | None = None
    # What this comes from, when it may be the very half-day that is looked at.
    source: Hashable = None

    @property
    def reaches(self) -> datetime:
        return self.rests_until or self.ends_at


@dataclass(frozen=True, slots=True)
class Clash:
    """Un conflit : quelle demi-journée, qui, pourquoi, en une phrase."""

    place: int
    who: Hashable
    cause: Cause
    words: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Un motif de semaine, ce qu'il gêne, et le jour où il finit."""

    pattern: Pattern
    clashes: int
    ends_on: date


def minutes_of(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def part_of(starts_at: time) -> HalfDayPart:
    return HalfDayPart.MORNING if starts_at < NOON else HalfDayPart.AFTERNOON


def instant(day: date, hour: time) -> datetime:
    """That hour of that day in France, as an instant: the night of 28 March 2026 lasts nine hours."""
    return datetime.combine(day, hour, PARIS).astimezone(UTC)


def french_time(hour: time) -> str:
    return f"{hour.hour}{FIXED}h{FIXED}{hour.minute:02d}"


def french_length(minutes: int) -> str:
    whole, rest = divmod(minutes, 60)
    return f"{whole}{FIXED}h{FIXED}{rest:02d}" if rest else f"{whole}{FIXED}h"


def said_pattern(pattern: Pattern) -> str:
    """« mardi matin et après-midi, jeudi matin »."""
    days: dict[int, list[str]] = {}
    for weekday, part in sorted(pattern, key=_order):
        days.setdefault(weekday, []).append(part.label)
    said = [f"{WEEKDAYS[weekday]} {' et '.join(parts)}" for weekday, parts in days.items()]
    return f"{', '.join(said[:-1])} et {said[-1]}" if len(said) > 1 and not _doubled(days) else ", ".join(said)


def _doubled(days: Mapping[int, Sequence[str]]) -> bool:
    return any(len(parts) > 1 for parts in days.values())


def _order(slot: WeeklySlot) -> tuple[int, bool]:
    return slot[0], slot[1] is HalfDayPart.AFTERNOON


# --- placing ---


def day_off(day: date, closed: Iterable[Closed], territory: Territory = Territory.METROPOLE) -> str:
    """Pourquoi aucune demi-journée ne se place ce jour-là ; texte vide un jour ordinaire."""
    if holiday := public_holiday_name(day, territory):
        return f"jour férié ({holiday})"
    if day.weekday() == SUNDAY:
        return "dimanche"
    return next((one.label for one in closed if one.period.covers(day)), "")


class Calendar:
    """Les jours de la cohorte, chacun ouvert ou avec sa raison de ne pas l'être ; lu une fois, servi à chaque motif."""

    def __init__(
        self, period: Period, closed: Sequence[Closed] = (), territory: Territory = Territory.METROPOLE
    ) -> None:
        days = days_between(period.starts_on, period.ends_on or period.starts_on)
        self.days = [(day, day.weekday(), day_off(day, closed, territory)) for day in days]


def place(needs: Sequence[Need], *, calendar: Calendar, pattern: Pattern, hours: Hours) -> Series:
    """Les modules dans leur ordre, sur les demi-journées du motif ; ce qui ne tient pas est rendu, jamais tassé."""
    of_weekday: dict[int, list[HalfDayPart]] = {}
    for weekday, part in sorted(pattern, key=_order):
        of_weekday.setdefault(weekday, []).append(part)
    left = [(need, need.minutes) for need in reversed(needs) if need.minutes > 0]
    slots, left_out = [], []
    for day, weekday, reason in calendar.days:
        if not left:
            break
        parts = of_weekday.get(weekday, ())
        if parts and reason:
            left_out.append(LeftOut(day, reason))
            continue
        for part in parts:
            if left:
                need, minutes = left.pop()
                starts_at, ends_at = hours[part]
                taken = min(minutes, minutes_of(ends_at) - minutes_of(starts_at))
                slots.append(HalfDaySlot(need.key, need.title, day, part, starts_at, _later(starts_at, taken)))
                if taken < minutes:
                    left.append((need, minutes - taken))
    unplaced = tuple(Need(need.key, need.title, minutes) for need, minutes in reversed(left))
    return Series(tuple(slots), tuple(left_out), unplaced)


def _later(hour: time, minutes: int) -> time:
    whole, rest = divmod(minutes_of(hour) + minutes, 60)
    return time(whole, rest)


# --- clashes ---


class Diary:
    """Tout ce qui occupe le groupe, trié une fois : chaque demi-journée s'y cherche par dichotomie."""

    def __init__(self, busy: Iterable[Busy]) -> None:
        self.busy = sorted(busy, key=lambda one: one.starts_at)
        self.starts = [one.starts_at for one in self.busy]
        self.longest = max((one.reaches - one.starts_at for one in self.busy), default=timedelta(0))
        self.known: dict[tuple[date, time, time], tuple[tuple[Busy, bool], ...]] = {}

    def meeting(self, day: date, starts_at: time, ends_at: time) -> tuple[tuple[Busy, bool], ...]:
        """What overlaps this half-day; what is over, but not the rest after it, comes with True."""
        key = (day, starts_at, ends_at)
        if key not in self.known:
            start, end = instant(day, starts_at), instant(day, ends_at)
            first = bisect_left(self.starts, start - self.longest)
            window = self.busy[first : bisect_left(self.starts, end)]
            self.known[key] = tuple((one, one.ends_at <= start) for one in window if one.reaches > start)
        return self.known[key]

    def hindering(self, slots: Sequence[HalfDaySlot]) -> Iterator[tuple[int, Busy]]:
        """Place of the slot and what hinders it. A short rest is that of the first class after the night, no other."""
        rested: set[Busy] = set()
        for place_, slot in sorted(enumerate(slots), key=lambda pair: (pair[1].day, pair[1].starts_at)):
            for busy, is_over in self.meeting(slot.day, slot.starts_at, slot.ends_at):
                if busy.source is not None and busy.source == slot.key:
                    continue
                if is_over:
                    if busy in rested:
                        continue
                    rested.add(busy)
                yield place_, busy

    def clashes(self, slots: Sequence[HalfDaySlot]) -> list[Clash]:
        """Les conflits, dans l'ordre des demi-journées ; deux raisons d'une même personne restent deux phrases."""
        found = [_clash(place_, slots[place_], busy) for place_, busy in self.hindering(slots)]
        return sorted(dict.fromkeys(found), key=lambda one: (one.place, one.cause.value, one.words))

    def burden(self, slots: Sequence[HalfDaySlot]) -> tuple[int, int]:
        """How many times somebody cannot come, and how often for whoever cannot most."""
        pairs = {(place_, busy.who) for place_, busy in self.hindering(slots)}
        by_person = Counter(who for _, who in pairs)
        return len(pairs), max(by_person.values(), default=0)


def _clash(place_: int, slot: HalfDaySlot, busy: Busy) -> Clash:
    start = instant(slot.day, slot.starts_at)
    if busy.ends_at > start:
        return Clash(place_, busy.who, busy.cause, busy.words or busy.cause.label)
    ended = busy.ends_at.astimezone(PARIS)
    rest = french_length(int((start - busy.ends_at).total_seconds() // 60))
    due = french_length(int((busy.reaches - busy.ends_at).total_seconds() // 60))
    words = (
        f"nuit finie le {ended:%d/%m} à {french_time(ended.time())}, séance à {french_time(slot.starts_at)} : "
        f"{rest} de repos au lieu de {due}"
    )
    return Clash(place_, busy.who, Cause.REST, words)


# --- the best patterns ---


def best_patterns(
    needs: Sequence[Need],
    *,
    calendar: Calendar,
    size: int,
    hours: Hours,
    diary: Diary,
    with_saturday: bool = False,
    count: int = 2,
) -> list[Proposal]:
    """Les meilleurs motifs d'autant de demi-journées par semaine : tous sont essayés sur toute la série.

    Fewest clashes first, then the lightest for whoever has most, then the series that ends first. A pattern that
    does not hold before the last day of the cohort is not one.
    """
    weekdays = range(SATURDAY + 1 if with_saturday else SATURDAY)
    week = [(weekday, part) for weekday in weekdays for part in HalfDayPart]
    ranked = []
    for pattern in combinations(week, size):
        series = place(needs, calendar=calendar, pattern=pattern, hours=hours)
        if series.slots and not series.unplaced:
            clashes, worst = diary.burden(series.slots)
            ends_on = series.slots[-1].day
            ranked.append(((clashes, worst, ends_on, tuple(map(_order, pattern))), Proposal(pattern, clashes, ends_on)))
    return [proposal for _, proposal in sorted(ranked, key=lambda pair: pair[0])[:count]]
