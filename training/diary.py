"""What occupies the group: rosters, leave, fixed facts, other sessions, the trainer and the room.

A constant number of queries whatever the people and the half-days. Who cannot come, and of which kind of cause, is what
planning needs (P1); from when to when somebody works or is away is read by whoever may read her private facts (P2).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from accounts import clock
from cohorts.models import Cohort, Enrolment, Person
from regulations.periods import Period, days_between
from regulations.planning import (
    PARIS,
    WEEKDAYS,
    Busy,
    Cause,
    Clash,
    Diary,
    HalfDaySlot,
    french_time,
    instant,
)
from regulations.training import FixedFact, HalfDayPart, ShiftKind, TrainingMode
from training.actions.group import expected_in_training
from training.actions.rosters import ShiftFact, month_bounds
from training.actions.series import closed_of
from training.hours import contract_periods
from training.models import HalfDay, RosterShift, Session, Unavailability
from training.rules import rules_on

GROUP, TRAINER, ROOM = "groupe", "intervenant", "salle"
NIGHT = (time(21), time(7))
ONE_DAY = timedelta(days=1)
MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Said:
    """Un conflit tel qu'il se lit : de qui, la nature, et les détails que l'on a le droit de lire."""

    place: int
    name: str
    cause: str
    words: str

    def __str__(self) -> str:
        return f"{self.name} : {self.words or self.cause}"


@dataclass(frozen=True, slots=True)
class Where:
    """Qui enseigne et où : ce qui peut être déjà pris."""

    trainer_name: str = ""
    place: str = ""

    @classmethod
    def of(cls, session: Session) -> "Where":
        place = "" if session.mode == TrainingMode.REMOTE else session.place
        return cls(session.trainer_name.strip(), place.strip())


class GroupDiary(Diary):
    """L'agenda d'un groupe, avec le nom de chacun."""

    def __init__(self, busy: Iterable[Busy], names: dict, private: set[int]) -> None:
        super().__init__(busy)
        self.names, self.private = names, private

    @property
    def size(self) -> int:
        return sum(isinstance(who, int) for who in self.names)

    def said(self, slots: Sequence[HalfDaySlot]) -> list[Said]:
        return [self._said(clash) for clash in self.clashes(slots)]

    def _said(self, clash: Clash) -> Said:
        may_read = not isinstance(clash.who, int) or clash.who in self.private
        return Said(clash.place, self.names[clash.who], clash.cause.label, clash.words if may_read else "")


def diary_of(cohort: Cohort, period: Period, where: Where, user) -> GroupDiary:
    """Tout ce qui peut gêner une demi-journée de la cohorte entre ces deux jours."""
    enrolments = group_of(cohort, user)
    people = {one.person_id: one.person for one in enrolments}
    pks = [one.pk for one in enrolments]
    contracts = contract_periods(pks)
    under = {one.person_id: contracts.get(one.pk, ()) for one in enrolments}
    # Somebody without a contract yet is expected on every day.
    own = [busy for busy in _own(people, period) if not under[busy.who] or _covered(busy, under[busy.who])]
    names = {pk: person.full_name for pk, person in people.items()}
    names |= {GROUP: "Tout le groupe", TRAINER: where.trainer_name, ROOM: where.place}
    private = Person.objects.private_to(user, clock.today()).filter(pk__in=people).values_list("pk", flat=True)
    shared = [*_closed(cohort, period), *_sessions(cohort, people, period, where)]
    return GroupDiary([*own, *shared], names, set(private))


def group_of(cohort: Cohort, user) -> list[Enrolment]:
    """Qui est attendu en formation : sous contrat, ou avec une place."""
    rows = Enrolment.objects.visible_to(user).active().filter(cohort=cohort)
    return list(rows.filter(expected_in_training()).distinct().select_related("person").order_by("pk"))


def _covered(busy: Busy, periods: Iterable[Period]) -> bool:
    day = busy.starts_at.astimezone(PARIS).date()
    return any(period.covers(day) for period in periods)


def _own(people: dict[int, Person], period: Period) -> Iterator[Busy]:
    rest = timedelta(minutes=rules_on(period.starts_on).rest_after_night)
    # A night of the day before, and the rest after it, reach into the first day.
    period = Period(period.starts_on - ONE_DAY * (rest.days + 2), period.ends_on)
    # Whole months: a leave is said from its first day to its last, and a month without a shift that day is known too.
    shifts = list(
        RosterShift.objects.filter(
            enrolment__person__in=people,
            starts_at__gte=month_bounds(period.starts_on)[0],
            starts_at__lt=month_bounds(period.ends_on)[1],
        )
        .order_by("enrolment__person", "starts_at")
        .values_list("enrolment__person", "starts_at", "ends_at", "kind")
    )
    yield from busy_of_shifts(shifts, rest)
    told = {(person, month_of(starts_at)) for person, starts_at, _, _ in shifts}
    for fact in Unavailability.objects.filter(enrolment__person__in=people).select_related("enrolment"):
        yield from _fact(fact, period, rest, told)


def month_of(moment: datetime) -> tuple[int, int]:
    day = moment.astimezone(PARIS)
    return day.year, day.month


def busy_of_shifts(rows: Sequence[tuple[int, datetime, datetime, str]], rest: timedelta) -> Iterator[Busy]:
    """Person, start, end and kind, by person then by start."""
    leaves = _leave_words(rows)
    for number, (person, starts_at, ends_at, kind) in enumerate(rows):
        if kind == ShiftKind.LEAVE:
            yield Busy(person, starts_at, ends_at, Cause.LEAVE, leaves[number])
        else:
            yield _work(person, starts_at, ends_at, rest)


def _work(person: int, starts_at: datetime, ends_at: datetime, rest: timedelta) -> Busy:
    start, end = starts_at.astimezone(PARIS), ends_at.astimezone(PARIS)
    hours = f"de {french_time(start.time())} à {french_time(end.time())}"
    if end.date() > start.date() and end.time() > MIDNIGHT:
        return Busy(person, starts_at, ends_at, Cause.ON_SHIFT, f"en poste de nuit, {hours}", ends_at + rest)
    return Busy(person, starts_at, ends_at, Cause.ON_SHIFT, f"en poste {hours}")


def _leave_words(rows: Sequence[tuple]) -> dict[int, str]:
    """Days of leave that follow one another are said once: « en congé du 09/03 au 13/03 »."""
    runs: list[list[int]] = []
    for number, (person, starts_at, _, kind) in enumerate(rows):
        if kind != ShiftKind.LEAVE:
            continue
        before = rows[runs[-1][-1]] if runs else None
        if before and before[0] == person and before[2] == starts_at:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = {}
    for run in runs:
        first, last = rows[run[0]][1].astimezone(PARIS), rows[run[-1]][1].astimezone(PARIS)
        said = f"en congé le {first:%d/%m}" if len(run) == 1 else f"en congé du {first:%d/%m} au {last:%d/%m}"
        words |= dict.fromkeys(run, said)
    return words


def _fact(fact: Unavailability, period: Period, rest: timedelta, told: set) -> Iterator[Busy]:
    person = fact.enrolment.person_id
    inside = Period(fact.starts_on or period.starts_on, fact.ends_on).clipped_to(period)
    days = days_between(inside.starts_on, inside.ends_on) if inside else ()
    for day in days:
        if fact.weekday is not None and day.weekday() != fact.weekday:
            continue
        if fact.kind == FixedFact.NIGHTS:
            # The roster of the month says which nights: the fixed fact is for months without one.
            if (person, (day.year, day.month)) not in told:
                starts_at, ends_at = fact.starts_at or NIGHT[0], fact.ends_at or NIGHT[1]
                ends_on = day + ONE_DAY if ends_at <= starts_at else day
                yield _work(person, instant(day, starts_at), instant(ends_on, ends_at), rest)
        else:
            cause = Cause.LEAVE if fact.kind == FixedFact.LEAVE else Cause.NEVER_ON
            yield Busy(person, *_part_of_day(day, fact), cause, said_fact(fact))


def _part_of_day(day: date, fact: Unavailability) -> tuple[datetime, datetime]:
    ends_at = instant(day, fact.ends_at) if fact.ends_at else instant(day + ONE_DAY, MIDNIGHT)
    return instant(day, fact.starts_at or MIDNIGHT), ends_at


def said_fact(fact: Unavailability) -> str:
    """« jamais le lundi », « travaille de nuit », « en congé du 03/08/2026 au 14/08/2026 »."""
    if fact.kind == FixedFact.LEAVE:
        said = "en congé"
    elif fact.kind == FixedFact.NIGHTS:
        said = "travaille de nuit" + (f" le {WEEKDAYS[fact.weekday]}" if fact.weekday is not None else "")
    else:
        said = f"jamais le {WEEKDAYS[fact.weekday]}" if fact.weekday is not None else "jamais"
    if fact.starts_at and fact.ends_at:
        said += f" de {french_time(fact.starts_at)} à {french_time(fact.ends_at)}"
    if fact.starts_on:
        said += f" du {fact.starts_on:%d/%m/%Y}" if fact.ends_on else f" à partir du {fact.starts_on:%d/%m/%Y}"
    if fact.ends_on:
        said += f" au {fact.ends_on:%d/%m/%Y}" if fact.starts_on else f" jusqu'au {fact.ends_on:%d/%m/%Y}"
    return said


def _closed(cohort: Cohort, period: Period) -> Iterator[Busy]:
    """A day without training hinders everybody who was already expected on it."""
    for closed in closed_of(cohort):
        inside = closed.period.clipped_to(period)
        for day in days_between(inside.starts_on, inside.ends_on) if inside else ():
            yield Busy(GROUP, instant(day, MIDNIGHT), instant(day + ONE_DAY, MIDNIGHT), Cause.CLOSED, closed.label)


def _sessions(cohort: Cohort, people: dict[int, Person], period: Period, where: Where) -> Iterator[Busy]:
    """Half-days already planned: the cohort's own, those of other cohorts of its people, the trainer's, the room's."""
    elsewhere: dict[int, list[int]] = {}
    others = Enrolment.objects.filter(person__in=people, withdrawn_on=None, contracts__closed_on=None)
    for person, other in others.exclude(cohort=cohort).values_list("person_id", "cohort_id").distinct():
        elsewhere.setdefault(other, []).append(person)
    taken = Q()
    if where.trainer_name:
        taken |= Q(session__trainer_name__iexact=where.trainer_name)
    if where.place:
        taken |= Q(session__place__iexact=where.place) & ~Q(session__mode=TrainingMode.REMOTE)
    # Another training body may have a trainer or a room of the same name.
    here = Q(session__cohort__training_organisation=cohort.training_organisation_id) & taken if taken else Q(pk=None)
    rows = HalfDay.objects.planned().filter(
        Q(session__cohort__in=[cohort.pk, *elsewhere]) | here,
        day__gte=period.starts_on,
        day__lte=period.ends_on,
    )
    for half_day in rows.select_related("session__module"):
        yield from _session(half_day, cohort, elsewhere, where)


def _session(half_day: HalfDay, cohort: Cohort, elsewhere: dict[int, list[int]], where: Where) -> Iterator[Busy]:
    session = half_day.session
    times = (instant(half_day.day, half_day.starts_at), instant(half_day.day, half_day.ends_at))
    source = key_of(half_day)
    if session.cohort_id == cohort.pk:
        yield Busy(GROUP, *times, Cause.OTHER_SESSION, f"« {session.module} » au même moment", source=source)
        return
    for person in elsewhere.get(session.cohort_id, ()):
        yield Busy(person, *times, Cause.OTHER_SESSION, "séance d'une autre cohorte", source=source)
    at = Where.of(session)
    hours = f"de {french_time(half_day.starts_at)} à {french_time(half_day.ends_at)}"
    if where.trainer_name and at.trainer_name.casefold() == where.trainer_name.casefold():
        yield Busy(TRAINER, *times, Cause.TRAINER, f"avec une autre cohorte {hours}", source=source)
    if where.place and at.place.casefold() == where.place.casefold():
        yield Busy(ROOM, *times, Cause.ROOM, f"par une autre cohorte {hours}", source=source)


def key_of(half_day: HalfDay) -> tuple[str, int]:
    return "demi-journée", half_day.pk


def slot_of(half_day: HalfDay) -> HalfDaySlot:
    return HalfDaySlot(
        key_of(half_day), "", half_day.day, HalfDayPart(half_day.part), half_day.starts_at, half_day.ends_at
    )


def clashes_of(session: Session, half_days: Sequence[HalfDay], user) -> dict[int, list[Said]]:
    """Conflits de demi-journées d'une séance, moved ones included (unsaved), by their identifier."""
    looked_at = {half_day.pk: half_day for half_day in half_days if half_day.cancelled_on is None}
    if not looked_at:
        return {}
    days = [half_day.day for half_day in looked_at.values()]
    period = Period(min(days), max(days))
    diary = diary_of(session.cohort, period, Where.of(session), user)
    # The other classes of the day count: a rest is that of the first one after the night.
    beside = HalfDay.objects.planned().filter(session__cohort=session.cohort_id, day__in=days).exclude(pk__in=looked_at)
    slots = [slot_of(half_day) for half_day in (*looked_at.values(), *beside)]
    found: dict[int, list[Said]] = {}
    for said in diary.said(slots):
        if said.place < len(looked_at):
            found.setdefault(slots[said.place].key[1], []).append(said)
    return found


def clashes_of_cohort(cohort: Cohort, period: Period, user) -> list[tuple[HalfDay, list[Said]]]:
    """Ce qui gêne les demi-journées de la cohorte entre ces deux jours : the people's own reasons, not the rooms."""
    half_days = list(_planned(cohort, period))
    said = diary_of(cohort, period, Where(), user).said([slot_of(half_day) for half_day in half_days])
    return _by_half_day(half_days, said)


def clashes_with_shifts(
    cohort: Cohort, period: Period, shifts: Mapping[Enrolment, Sequence[ShiftFact]]
) -> list[tuple[HalfDay, list[Said]]]:
    """The same for rosters that are only looked at: nothing of them is recorded yet."""
    half_days = list(_planned(cohort, period))
    rows = [
        (one.person_id, fact.starts_at, fact.ends_at, fact.kind)
        for one, facts in shifts.items()
        for fact in sorted(facts, key=lambda fact: fact.starts_at)
    ]
    rest = timedelta(minutes=rules_on(period.starts_on).rest_after_night)
    contracts = contract_periods([one.pk for one in shifts])
    under = {one.person_id: contracts.get(one.pk, ()) for one in shifts}
    busy = [one for one in busy_of_shifts(rows, rest) if not under[one.who] or _covered(one, under[one.who])]
    names = {one.person_id: one.person.full_name for one in shifts}
    diary = GroupDiary(busy, names, set(names))
    return _by_half_day(half_days, diary.said([slot_of(half_day) for half_day in half_days]))


def _planned(cohort: Cohort, period: Period) -> Iterable[HalfDay]:
    rows = HalfDay.objects.planned().filter(session__cohort=cohort, day__gte=period.starts_on, day__lte=period.ends_on)
    return rows.with_names().order_by("day", "starts_at", "pk")


def _by_half_day(half_days: Sequence[HalfDay], said: Iterable[Said]) -> list[tuple[HalfDay, list[Said]]]:
    found: dict[int, list[Said]] = {}
    for one in said:
        found.setdefault(one.place, []).append(one)
    return [(half_days[place], words) for place, words in sorted(found.items())]
