"""O2, état des présences : Présences · Par stagiaire · Anomalies. One row per trainee and half-day, streamed.

Each row of attendance is read once, and all three sheets come from that reading: they agree with each other whatever is
written meanwhile. Durations are whole minutes; each printed figure is rounded once from its own minutes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from exports.kinds import Content, FileKind, Place, getters, lead_of, or_none, sentence
from exports.scope import AGENCY, OPCO, WORDS, FileScope
from regulations.periods import Period
from regulations.training import AttendanceStatus, HalfDayPart
from training.contract_hours import hours_by_contract
from training.models import Attendance, HalfDay
from workbooks.columns import Column, Kind
from workbooks.write import Sheet

CHUNK = 2000


class Site(NamedTuple):
    """The employer of a contract, as the file names it."""

    name: str
    siret: str


NOWHERE = Site("", "")


class Slot(NamedTuple):
    """Une demi-journée et sa séance."""

    day: date
    part: str
    starts_at: time
    ends_at: time
    planned_minutes: int
    programme: str
    module: str
    place: str
    trainer: str
    countersigned_at: datetime | None
    countersigned_on_paper: bool


class Who(NamedTuple):
    """Le nom d'un stagiaire."""

    birth_name: str
    usual_name: str
    first_name: str


class Presence(NamedTuple):
    """Une ligne d'émargement : sa demi-journée, son stagiaire, l'employeur de ce jour-là."""

    slot: Slot
    who: Who
    site: Site
    half_day: int
    enrolment: int
    status: str
    attended_minutes: int
    minutes_unknown: bool
    signed_at: datetime | None
    signed_on_paper: bool

    @property
    def name(self) -> str:
        return " ".join(filter(None, self.who))

    @property
    def is_absence(self) -> bool:
        return self.status in ABSENCES

    @property
    def signed(self) -> bool | None:
        """Nothing is to sign for who was absent."""
        return None if self.is_absence else bool(self.signed_at or self.signed_on_paper)

    @property
    def countersigned(self) -> bool:
        return bool(self.slot.countersigned_at or self.slot.countersigned_on_paper)


# In the order of Slot and of Who.
SLOT = (
    "day",
    "part",
    "starts_at",
    "ends_at",
    "planned_minutes",
    "session__module__programme__title",
    "session__module__title",
    "session__place",
    "session__trainer_name",
    "countersigned_at",
    "countersigned_on_paper",
)
WHO = ("person__birth_name", "person__usual_name", "person__first_name")
READ = (
    "half_day_id",
    "enrolment_id",
    "status",
    "attended_minutes",
    "minutes_unknown",
    "signed_at",
    "signed_on_paper",
)

ABSENCES = frozenset(status for status in AttendanceStatus if status.is_absence)
PARTS = {part.value: sentence(part.label) for part in HalfDayPart}
STATUSES = {status.value: sentence(status.label) for status in AttendanceStatus}
# All that is said of an absence: its reason stays in the house.
EXCUSES = {AttendanceStatus.EXCUSED.value: "justifiée", AttendanceStatus.ABSENT.value: "non justifiée"}


def wall_clock(instant: datetime | None) -> datetime | None:
    return instant and timezone.localtime(instant).replace(tzinfo=None)


VALUES = {
    "row.key": lambda row: f"{row.enrolment}/{row.half_day}",
    "half_day.day": lambda row: row.slot.day,
    "half_day.part": lambda row: PARTS[row.slot.part],
    "half_day.starts_at": lambda row: row.slot.starts_at,
    "half_day.ends_at": lambda row: row.slot.ends_at,
    "half_day.planned_minutes": lambda row: row.slot.planned_minutes,
    "session.title": lambda row: row.slot.programme,
    "module.title": lambda row: row.slot.module,
    "session.place": lambda row: or_none(row.slot.place),
    "session.trainer_name": lambda row: or_none(row.slot.trainer),
    "person.name": lambda row: row.name,
    "person.birth_name": lambda row: row.who.birth_name,
    "person.usual_name": lambda row: or_none(row.who.usual_name),
    "person.first_name": lambda row: row.who.first_name,
    "employer.name": lambda row: row.site.name,
    "establishment.siret": lambda row: row.site.siret,
    "attendance.status": lambda row: STATUSES[row.status],
    "attendance.attended_minutes": lambda row: row.attended_minutes,
    "attendance.signed": lambda row: row.signed,
    "attendance.signed_at": lambda row: wall_clock(row.signed_at),
    "half_day.countersigned": lambda row: row.countersigned,
    "half_day.countersigned_at": lambda row: wall_clock(row.slot.countersigned_at),
    "attendance.excused": lambda row: EXCUSES.get(row.status),
}

BY_TRAINEE = (
    Column("name", "Stagiaire (nom, prénom)", width=30),
    Column("employer", "Employeur", width=32),
    Column("siret", "SIRET", Kind.CODE),
    Column("half_days", "Demi-journées", Kind.INTEGER),
    Column("attended", "Suivies", Kind.INTEGER),
    Column("excused", "Absences justifiées", Kind.INTEGER),
    Column("absent", "Absences non justifiées", Kind.INTEGER),
    Column("planned_minutes", "Heures prévues", Kind.HOURS),
    Column("attended_minutes", "Heures suivies", Kind.HOURS),
    Column("unsigned", "Suivies sans signature", Kind.INTEGER),
)
ANOMALIES = (
    Column("day", "Date", Kind.DATE),
    Column("part", "Demi-journée", width=14),
    Column("name", "Stagiaire (nom, prénom)", width=30),
    Column("employer", "Employeur", width=32),
    Column("what", "Constat", width=60, wrap=True),
)

NOT_SIGNED = "Suivie sans signature du stagiaire."
NOT_COUNTERSIGNED = "Suivie sans signature du formateur."
LENGTH_UNKNOWN = "Retard ou départ sans nombre de minutes : la demi-journée compte entière."
OUTSIDE_COHORT = "Demi-journée hors des dates de la cohorte."
OUTSIDE_CONTRACT = "Présence notée hors des dates du contrat : elle n'est pas dans ce fichier."


@dataclass
class Tally:
    """Ce qu'une personne a suivi chez un employeur, compté au passage des lignes."""

    name: str
    site: Site
    statuses: dict[str, int] = field(default_factory=dict)
    planned: int = 0
    attended: int = 0
    unsigned: int = 0

    def add(self, row: Presence) -> None:
        self.statuses[row.status] = self.statuses.get(row.status, 0) + 1
        self.planned += row.slot.planned_minutes
        self.attended += row.attended_minutes
        self.unsigned += not row.is_absence and not (row.signed and row.countersigned)

    def cells(self) -> tuple:
        excused = self.statuses.get(AttendanceStatus.EXCUSED, 0)
        absent = self.statuses.get(AttendanceStatus.ABSENT, 0)
        total = sum(self.statuses.values())
        followed = total - excused - absent
        return (*self._who(), total, followed, excused, absent, self.planned, self.attended, self.unsigned)

    def _who(self) -> tuple:
        return (self.name, self.site.name, self.site.siret)


class Reading:
    """The rows of the file, read once; tallies and anomalies grow as they pass."""

    def __init__(self, scope: FileScope) -> None:
        self.scope = scope
        self.tallies: dict[tuple, Tally] = {}
        self.anomalies: list[tuple] = []
        self.contracts: dict[int, list[tuple[Period, Site]]] = {}
        self.cohort = Period(scope.cohort.starts_on, scope.cohort.ends_on)
        for contract in scope.contracts().select_related("establishment"):
            site = Site(contract.establishment.name, contract.establishment.siret)
            period = Period(contract.starts_on, contract.last_day)
            self.contracts.setdefault(contract.enrolment_id, []).append((period, site))
        half_days = HalfDay.objects.filter(session__cohort=scope.cohort).values_list("pk", *SLOT)
        self.slots = {pk: Slot(*facts) for pk, *facts in half_days}
        people = scope.contracts().order_by("enrolment__person__search_text", "enrolment_id")
        people = people.values_list("enrolment_id", *(f"enrolment__{name}" for name in WHO))
        self.people = {enrolment: Who(*names) for enrolment, *names in people}

    def rows(self) -> Iterator[Presence]:
        for half_day, enrolment, *facts in self.in_order():
            slot = self.slots[half_day]
            site = self.site_of(enrolment, slot.day)
            row = Presence(slot, self.people[enrolment], site or NOWHERE, half_day, enrolment, *facts)
            if site is None:
                self.note_outside(row)
                continue
            self.tally(row)
            self.judge(row)
            yield row

    def site_of(self, enrolment: int, day: date) -> Site | None:
        for period, site in self.contracts.get(enrolment, ()):
            if period.covers(day):
                return site
        return None

    def in_order(self) -> Iterator[tuple]:
        """Each half-day is read once, whole, with a few others: no long sort holds all rows in memory."""
        found = attendances(self.scope).order_by()
        ordered = sorted(self.slots, key=lambda pk: (self.slots[pk].day, self.slots[pk].starts_at, pk))
        rank = {pk: number for number, pk in enumerate(ordered)}
        names = {enrolment: number for number, enrolment in enumerate(self.people)}
        size = max(1, CHUNK // max(1, len(names)))
        for first in range(0, len(ordered), size):
            rows = found.filter(half_day__in=ordered[first : first + size], enrolment__in=names).values_list(*READ)
            yield from sorted(rows, key=lambda row: (rank[row[0]], names[row[1]]))

    def tally(self, row: Presence) -> None:
        key = (row.enrolment, row.site)
        found = self.tallies.get(key)
        if found is None:
            found = self.tallies[key] = Tally(row.name, row.site)
        found.add(row)

    def judge(self, row: Presence) -> None:
        if not row.is_absence:
            if not row.signed:
                self.note(row, NOT_SIGNED)
            if not row.countersigned:
                self.note(row, NOT_COUNTERSIGNED)
        if row.minutes_unknown:
            self.note(row, LENGTH_UNKNOWN)
        if not self.cohort.covers(row.slot.day):
            self.note(row, OUTSIDE_COHORT)

    def note(self, row: Presence, what: str) -> None:
        self.anomalies.append((row.slot.day, PARTS[row.slot.part], row.name, row.site.name, what))

    def note_outside(self, row: Presence) -> None:
        """Another employer's day is nobody's business here: it is an anomaly only in the file of the whole cohort."""
        if not self.scope.destination.financer and not self.scope.destination.establishment:
            self.note(row, OUTSIDE_CONTRACT)

    def summary(self) -> Iterator[tuple]:
        for tally in sorted(self.tallies.values(), key=lambda one: (one.name, one.site)):
            yield tally.cells()

    def findings(self) -> Iterator[tuple]:
        yield from self.anomalies
        yield from self.without_roll()

    def without_roll(self) -> Iterator[tuple]:
        """A past half-day that nobody noted would make a rate look whole."""
        contracts = list(self.scope.contracts().with_names().order_by("enrolment__person__search_text", "pk"))
        hours = hours_by_contract(contracts, on=self.scope.as_of)
        for contract in contracts:
            missing = hours[contract.pk].half_days_missing
            if missing:
                what = f"{missing} demi-journée{'s' * (missing > 1)} passée{'s' * (missing > 1)} sans appel."
                yield (None, None, contract.enrolment.person.full_name, contract.establishment.name, what)


def attendances(scope: FileScope):
    """Standing rows of the people of the file, up to the day."""
    return Attendance.objects.valid().filter(
        enrolment__in=scope.contracts().values("enrolment"),
        half_day__session__cohort=scope.cohort,
        half_day__day__lte=scope.as_of,
        half_day__cancelled_on=None,
    )


def rows_of(scope: FileScope) -> Iterator[Presence]:
    return Reading(scope).rows()


def place(row: Presence) -> Place:
    when = f"{row.slot.day:%d/%m/%Y}, {PARTS[row.slot.part].lower()}"
    return Place(f"{row.name}, {when}", reverse("training:roll", args=[row.half_day]))


def count(scope: FileScope) -> int:
    return attendances(scope).count()


def content(scope: FileScope, columns: Sequence[Column]) -> Content:
    reading = Reading(scope)
    cells = partial(_cells, getters(columns, VALUES))
    return Content(
        [
            Sheet("Présences", columns, map(cells, reading.rows()), lead_of(columns)),
            # Generators: nothing is asked of them before the rows have all passed.
            Sheet("Par stagiaire", BY_TRAINEE, reading.summary(), lead=1),
            Sheet("Anomalies", ANOMALIES, reading.findings()),
        ]
    )


def _cells(values: list, row: Presence) -> list:
    return [value(row) for value in values]


KIND = FileKind(
    code="O2",
    name="État des présences",
    main_sheet="Présences",
    count=count,
    content=content,
    goes_to=(OPCO, *WORDS.values(), AGENCY),
    rows=rows_of,
    values=VALUES,
    place=place,
)
