"""Anomalies of the attendance read from the database: plain values in a constant number of queries, then the rules.

A cohort of three hundred people costs the queries of a cohort of three. Answers « connu et expliqué » stand beside the
facts and never take them away.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts import clock
from cohorts.models import Cohort, Enrolment
from contracts.models import Contract, Suspension
from regulations.anomalies import anomalies
from regulations.anomaly_facts import Agreement, Anomaly, Facts, Ink, Presence, Shift, Slot, Thresholds
from regulations.calendar import Territory, territory_of
from regulations.periods import ONE_DAY, Period
from regulations.training import AttendanceStatus, FixedFact, HalfDayPart, ShiftKind, SignatureWay
from training.models import (
    AnomalyAnswer,
    Attendance,
    ConventionTrainee,
    HalfDay,
    RosterShift,
    Signature,
    TrainingRules,
    Unavailability,
)

# A file may still be sent back months after the end of a cohort.
LOOKED_BACK = timedelta(days=365)
ABSENCES = frozenset(status.value for status in AttendanceStatus if status.is_absence)
THRESHOLDS = ("most_minutes_a_day", "together_seconds", "countersign_days", "lock_hours")
SLOT = (
    *("pk", "session__cohort_id", "session__module_id", "session__module__planned_minutes", "session__module__title"),
    *("session__trainer_name", "day", "part", "starts_at", "ends_at", "planned_minutes", "cancelled_on"),
    *("countersigned_at", "countersigned_on_paper"),
)
PRESENCE = (
    *("half_day_id", "enrolment_id", "enrolment__person_id", "status", "minutes_late", "minutes_early"),
    *("minutes_unknown", "attended_minutes", "signed_at", "signed_on_paper"),
)


@dataclass(slots=True)
class Line:
    """Une anomalie, sa réponse quand elle en a une, et ce qu'on en nomme à l'écran."""

    anomaly: Anomaly
    cohort_id: int
    answer: AnomalyAnswer | None = None
    half_day: HalfDay | None = None
    enrolment: Enrolment | None = None

    @property
    def is_open(self) -> bool:
        return self.answer is None

    @property
    def ident(self) -> tuple[str, int, int]:
        """As addresses write it; 0 says that nobody in particular is concerned."""
        return self.anomaly.rule.value, self.anomaly.half_day, self.anomaly.enrolment or 0


def lines_for(user, *, at: datetime, cohort: Cohort | None = None, people=None) -> list[Line]:
    """Anomalies of the people and half-days this user may see, answered or not, the latest day first.

    `cohort` keeps its lines alone, however old, and `people` those of these enrolments. The other cohorts are read all
    the same: somebody may have caught up there what she missed here.
    """
    seen = Q(ends_on__gte=at.date() - LOOKED_BACK)
    cohorts = Cohort.objects.visible_to(user).filter(seen if cohort is None else seen | Q(pk=cohort.pk))
    lines = _lines(cohorts, Enrolment.objects.visible_to(user) if people is None else people, at)
    return lines if cohort is None else [line for line in lines if line.cohort_id == cohort.pk]


def _lines(cohorts, enrolments, at: datetime) -> list[Line]:
    facts, cohort_of = facts_of(cohorts, enrolments, at=at)
    answers = {
        (answer.half_day_id, answer.enrolment_id, answer.rule): answer
        for answer in AnomalyAnswer.objects.valid()
        .filter(half_day__session__cohort__in=cohorts.values("pk"))
        .select_related("answered_by")
    }
    return [Line(one, cohort_of[one.half_day], answers.get(one.key)) for one in anomalies(facts)]


def open_by_half_day(user, session, *, at: datetime) -> dict[int, list[Line]]:
    """What nobody has explained yet, for the page of one session."""
    found = defaultdict(list)
    for line in lines_for(user, at=at, cohort=session.cohort):
        if line.is_open:
            found[line.anomaly.half_day].append(line)
    return found


def put_names(lines: Iterable[Line]) -> None:
    """Half-days and people of the lines shown, in two queries."""
    lines = list(lines)
    half_days = HalfDay.objects.with_names().in_bulk({line.anomaly.half_day for line in lines})
    people = Enrolment.objects.select_related("person").in_bulk(
        {line.anomaly.enrolment for line in lines if line.anomaly.enrolment}
    )
    for line in lines:
        line.half_day = half_days[line.anomaly.half_day]
        line.enrolment = people.get(line.anomaly.enrolment)


def facts_of(cohorts, enrolments, *, at: datetime) -> tuple[Facts, dict[int, int]]:
    """Everything the rules read, in ten queries; and the cohort of each half-day."""
    ids = list(cohorts.order_by().values_list("pk", flat=True).distinct())
    # Somebody of another cohort may have come for a module she had missed.
    came = Attendance.objects.valid().filter(half_day__session__cohort__in=ids).values("enrolment")
    people = enrolments.filter(Q(cohort__in=ids) | Q(pk__in=came)).order_by().values("pk")
    contracts, territories = _contracts(people)
    slots, cohort_of = _slots(ids, territories)
    by_pk = {slot.pk: slot for slot in slots}
    facts = Facts(
        at=timezone.localtime(at),
        slots=slots,
        presences=_presences(ids, people, by_pk),
        inks=_inks(ids, people),
        contracts={enrolment: [period for _, period in rows] for enrolment, rows in contracts.items()},
        suspensions=_suspensions(people),
        shifts=_shifts(people),
        agreements=_agreements(people),
        expected=_expected(slots, cohort_of, contracts, at),
    )
    return facts, cohort_of


def _thresholds():
    """The settings of a day: each line holds until the next."""
    rows = list(TrainingRules.objects.order_by("valid_from").values_list("valid_from", *THRESHOLDS))
    starts = [row[0] for row in rows]
    settings = [Thresholds(*row[1:]) for row in rows]

    def of_day(day: date) -> Thresholds:
        place = bisect_right(starts, day)
        return settings[place - 1] if place else Thresholds()

    return of_day


def _slots(cohorts: list[int], territories: dict[int, Territory]) -> tuple[list[Slot], dict[int, int]]:
    rows = list(HalfDay.objects.filter(session__cohort__in=cohorts).order_by().values(*SLOT))
    thresholds, placed = _thresholds(), Counter()
    for row in rows:
        placed[row["session__module_id"]] += 0 if row["cancelled_on"] else row["planned_minutes"]
    slots = [
        _slot(row, placed, territories.get(row["session__cohort_id"], Territory.METROPOLE), thresholds(row["day"]))
        for row in rows
    ]
    return slots, {row["pk"]: row["session__cohort_id"] for row in rows}


def _slot(row: dict, placed: Counter, territory: Territory, thresholds: Thresholds) -> Slot:
    countersigned_at = row["countersigned_at"]
    return Slot(
        pk=row["pk"],
        starts_at=clock.at(row["day"], row["starts_at"]),
        ends_at=clock.at(row["day"], row["ends_at"]),
        planned_minutes=row["planned_minutes"],
        part=HalfDayPart(row["part"]).label,
        module=row["session__module__title"],
        trainer=row["session__trainer_name"],
        countersigned_at=countersigned_at and timezone.localtime(countersigned_at),
        countersigned_on_paper=row["countersigned_on_paper"],
        is_cancelled=row["cancelled_on"] is not None,
        # Its hours are found elsewhere in the module, all those that the programme plans.
        is_replaced=placed[row["session__module_id"]] >= max(row["session__module__planned_minutes"], 1),
        territory=territory,
        thresholds=thresholds,
    )


def _presences(cohorts: list[int], people, slots: dict[int, Slot]) -> list[Presence]:
    rows = (
        Attendance.objects.valid()
        .filter(enrolment__in=people, half_day__session__cohort__in=cohorts, half_day__cancelled_on=None)
        .order_by()
        .values_list(*PRESENCE)
    )
    return [
        Presence(
            slot=slots[half_day],
            enrolment=enrolment,
            person=person,
            minutes=minutes,
            attended=status not in ABSENCES,
            minutes_missed=late + early,
            minutes_unknown=unknown,
            signed=bool(signed_at or on_paper),
        )
        for half_day, enrolment, person, status, late, early, unknown, minutes, signed_at, on_paper in rows
    ]


def _inks(cohorts: list[int], people) -> list[Ink]:
    rows = (
        Signature.objects.valid()
        .filter(Q(enrolment__in=people) | Q(enrolment=None), half_day__session__cohort__in=cohorts)
        .exclude(way=SignatureWay.PAPER)
        .order_by()
        .values_list("half_day_id", "enrolment_id", "device_at", "server_at", "image_sha256")
    )
    return [
        Ink(half_day=half_day, enrolment=enrolment, at=timezone.localtime(device_at or server_at), image_sha256=image)
        for half_day, enrolment, device_at, server_at, image in rows
    ]


def _contracts(people) -> tuple[dict[int, list[tuple[int, Period]]], dict[int, Territory]]:
    """Periods by enrolment, each with its cohort; and the territory of a cohort whose places are all in the same."""
    found, places = defaultdict(list), defaultdict(set)
    rows = Contract.objects.filter(enrolment__in=people, closed_on=None).order_by("starts_on", "pk")
    for enrolment, cohort, starts_on, ends_on, broken_on, postcode in rows.values_list(
        "enrolment_id", "cohort_id", "starts_on", "ends_on", "broken_on", "establishment__postcode"
    ):
        found[enrolment].append((cohort, Period(starts_on, broken_on or ends_on)))
        places[cohort].add(territory_of(postcode))
    return found, {cohort: next(iter(known)) for cohort, known in places.items() if len(known) == 1}


def _suspensions(people) -> dict[int, list[Period]]:
    found = defaultdict(list)
    rows = Suspension.objects.filter(contract__enrolment__in=people).order_by("starts_on")
    for enrolment, starts_on, ends_on in rows.values_list("contract__enrolment_id", "starts_on", "ends_on"):
        found[enrolment].append(Period(starts_on, ends_on))
    return found


def _shifts(people) -> dict[int, list[Shift]]:
    """Shifts of the rosters, and leaves told as fixed facts."""
    found = defaultdict(list)
    rows = RosterShift.objects.filter(enrolment__in=people).order_by("starts_at")
    for enrolment, starts_at, ends_at, kind in rows.values_list("enrolment_id", "starts_at", "ends_at", "kind"):
        starts_at, ends_at = timezone.localtime(starts_at), timezone.localtime(ends_at)
        found[enrolment].append(Shift(starts_at=starts_at, ends_at=ends_at, is_leave=kind == ShiftKind.LEAVE))
    leaves = Unavailability.objects.filter(enrolment__in=people, kind=FixedFact.LEAVE, starts_on__isnull=False)
    for enrolment, starts_on, ends_on in leaves.order_by("starts_on").values_list(
        "enrolment_id", "starts_on", "ends_on"
    ):
        ends_at = clock.at((ends_on or starts_on) + ONE_DAY, time.min)
        found[enrolment].append(Shift(starts_at=clock.at(starts_on, time.min), ends_at=ends_at, is_leave=True))
    return found


def _agreements(people) -> dict[int, list[Agreement]]:
    found = defaultdict(list)
    rows = ConventionTrainee.objects.filter(enrolment__in=people).order_by("convention__starts_on", "pk")
    for enrolment, number, starts_on, ends_on, minutes in rows.values_list(
        "enrolment_id",
        "convention__number",
        "convention__starts_on",
        "convention__ends_on",
        "convention__planned_minutes",
    ):
        agreement = Agreement(number=number, period=Period(starts_on, ends_on), planned_minutes=minutes)
        found[enrolment].append(agreement)
    return found


def _expected(slots: Iterable[Slot], cohort_of: dict, contracts: dict, at: datetime) -> dict[int, list[int]]:
    of_cohort = defaultdict(list)
    for enrolment, rows in contracts.items():
        for cohort, period in rows:
            of_cohort[cohort].append((enrolment, period))
    past = [slot for slot in slots if not slot.is_cancelled and slot.starts_at < at]
    return {
        slot.pk: [enrolment for enrolment, period in of_cohort[cohort_of[slot.pk]] if period.covers(slot.day)]
        for slot in past
    }
