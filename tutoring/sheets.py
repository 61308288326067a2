"""The monthly sheets: which ones are waited for, from whom, and what a page of one of them shows."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Q, QuerySet

from accounts import clock
from accounts.fields import in_force
from accounts.models import Receipt
from regulations import sheets as law
from regulations.aid import month_bounds
from regulations.due import Rule
from regulations.periods import Period
from regulations.sheets import SheetWay
from regulations.skills import LADDER, Level
from tutoring.grids import grid_of, last_levels
from tutoring.models import Block, Observation, Skill, Tutor, TutorSheet, Tutorship

# Five or six skills are looked at first; the others are one gesture away.
FIRST_SKILLS = 6
# At the tutor's own employer; nobody whose file is frozen or erased.
WITHIN_REACH = Q(
    contract__establishment__employer=F("tutor__establishment__employer"),
    contract__enrolment__person__objected_on=None,
    contract__enrolment__person__erased_on=None,
)


def sheet_key(contract_id: int, month: date) -> str:
    return f"{contract_id}-{month:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Waited:
    """Une fiche attendue d'un tuteur : de qui, pour quel mois."""

    tutorship: Tutorship
    month: date

    @property
    def short_name(self) -> str:
        return self.tutorship.contract.enrolment.person.short_name

    @property
    def is_late_from(self) -> date:
        return law.due_on(self.month)


def followed(on: date, tutorships: QuerySet[Tutorship] | None = None) -> QuerySet[Tutorship]:
    """Tutorships of that day under a contract that still runs, at the tutor's own employer."""
    rows = Tutorship.objects.all() if tutorships is None else tutorships
    return rows.filter(
        in_force("starts_on", "ends_on", on),
        in_force("contract__starts_on", "contract__ends_on", on),
        Q(contract__broken_on=None) | Q(contract__broken_on__gte=on),
        WITHIN_REACH,
        contract__closed_on=None,
    ).distinct()


def waited(on: date, tutorships: QuerySet[Tutorship] | None = None) -> list[Waited]:
    """The sheets not received yet, the oldest month first: in four queries whatever the tutors."""
    rows = followed(on, tutorships).select_related(
        "contract__enrolment__person", "contract__establishment", "tutor__establishment"
    )
    return _not_received(list(rows.order_by("contract__enrolment__person__first_name", "pk")), on)


def waited_without_names(on: date, tutorships: QuerySet[Tutorship]) -> list[Waited]:
    """The same, by their numbers, for what only counts them: who is followed and where is not read."""
    days = ("starts_on", "ends_on", "contract__starts_on", "contract__ends_on", "contract__broken_on")
    rows = (
        followed(on, tutorships).select_related("contract").only(*days, "contract__cohort", "contract__establishment")
    )
    return _not_received(list(rows.order_by("pk")), on)


def _not_received(rows: list[Tutorship], on: date) -> list[Waited]:
    months = law.open_months(on)
    done = received({row.contract_id for row in rows}, months)
    return [
        Waited(row, month)
        for month in months
        for row in rows
        if is_asked(row, month) and (row.contract_id, month) not in done
    ]


def is_asked(tutorship: Tutorship, month: date) -> bool:
    """Of a contract that ran on the day the sheet opened, and a tutor who was there in the month."""
    contract = tutorship.contract
    there = Period(*month_bounds(month)).overlaps(Period(tutorship.starts_on, tutorship.ends_on))
    return there and law.is_asked_of(month, Period(contract.starts_on, contract.last_day))


def received(contracts: Collection[int], months: Collection[date]) -> Collection[tuple[int, date]]:
    """Contract and month of what is there, through the tool or otherwise."""
    return arrivals(contracts, months).keys()


def arrivals(contracts: Collection[int], months: Collection[date]) -> dict[tuple[int, date], tuple[date, str]]:
    """Contract and month → the day the first one came, and how: through the tool or otherwise."""
    keys = {sheet_key(contract, month): (contract, month) for contract in contracts for month in months}
    ends = Q(pk__in=[])
    for month in months:
        ends |= Q(object_key__endswith=f"-{month:%Y-%m}")
    receipts = Receipt.objects.standing().filter(ends, rule=Rule.TUTOR_SHEET).order_by("pk")
    told = [one for one in receipts if one.object_key in keys]
    came = [(keys[one.object_key], one.received_on, one.get_nature_display()) for one in told]
    sheets = TutorSheet.objects.standing().filter(month__in=months, tutorship__contract__in=contracts)
    sent = sheets.order_by("-received_at", "-pk").values_list("tutorship__contract_id", "month", "received_at", "way")
    came += [
        ((contract, month), at.astimezone(clock.PARIS).date(), SheetWay(way).label) for contract, month, at, way in sent
    ]
    # The first one last: it stays.
    return {place: (day, how) for place, day, how in sorted(came, key=lambda one: one[1], reverse=True)}


def waited_of(tutors: QuerySet[Tutor] | Collection[Tutor], on: date) -> list[Waited]:
    return waited(on, Tutorship.objects.filter(tutor__in=tutors))


# --- Whose they are: the scope of a tutor, by an account or by a link ---


def tutors_of_account(user) -> list[Tutor]:
    return list(Tutor.objects.filter(user=user).select_related("establishment"))


def tutorships_of(tutors: Collection[Tutor]) -> QuerySet[Tutorship]:
    """Past ones too, for what a telephone still holds; nobody who left for another employer, is frozen or erased."""
    rows = Tutorship.objects.filter(WITHIN_REACH, tutor__in=tutors)
    return rows.select_related("contract__enrolment__person", "contract__establishment", "tutor__establishment")


def sent_by(tutors: Collection[Tutor], months: Collection[date]) -> QuerySet[TutorSheet]:
    rows = TutorSheet.objects.standing().filter(tutorship__tutor__in=tutors, month__in=months)
    return rows.select_related("tutorship__contract__enrolment__person").order_by("-received_at", "pk")


def latest_of(tutorship: Tutorship, month: date) -> TutorSheet | None:
    """Whoever sent it: that month of that contract is there."""
    rows = TutorSheet.objects.standing().filter(tutorship__contract=tutorship.contract_id, month=month)
    return rows.order_by("-received_at", "-pk").first()


def is_open(tutorship: Tutorship, month: date, on: date) -> bool:
    """Its page opens that day: asked for, and still followed by this tutor."""
    asked = month in law.open_months(on) and is_asked(tutorship, month)
    return asked and followed(on, Tutorship.objects.filter(pk=tutorship.pk)).exists()


def is_waited(contract_id: int, month: date, on: date) -> bool:
    return any(one.month == month for one in waited(on, Tutorship.objects.filter(contract=contract_id)))


# --- What the page of one sheet shows ---


@dataclass(frozen=True, slots=True)
class Line:
    """Un savoir-faire et son dernier niveau ; ce qui n'a jamais été vu n'est pas encore montré."""

    skill: Skill
    block: Block
    level: Level
    seen_on: date | None
    both: tuple[Observation, ...] = ()

    @property
    def name(self) -> str:
        return f"niveau_{self.skill.pk}"


@dataclass(slots=True)
class Lines:
    """Ceux qu'on regarde d'abord, et les autres."""

    first: list[Line] = field(default_factory=list)
    others: list[Line] = field(default_factory=list)

    def __iter__(self):
        return iter((*self.first, *self.others))

    def __bool__(self):
        return bool(self.first or self.others)


# What moves is looked at first: with help, then what is not shown yet, then what she does alone.
_INTEREST = {Level.WITH_HELP: 0, Level.NOT_SHOWN: 1, Level.ALONE: 2, Level.PASSES_ON: 3}


def lines_of(tutorship: Tutorship, on: date) -> Lines:
    """The skills of her grid, with the level last seen whoever the tutor was."""
    grid = grid_of(tutorship.contract, on)
    if grid is None:
        return Lines()
    last, two = last_levels(tutorship, date.max), two_values(tutorship.contract_id)
    lines = []
    for block in grid.blocks.all():
        for skill in block.skills.all():
            seen = last.get(skill.key)
            level = Level(seen.level) if seen else LADDER[0]
            day = seen.observed_on if seen else None
            lines.append(Line(skill, block, level, day, two.get((skill.key, day), ())))
    ranked = sorted(lines, key=lambda line: _INTEREST[line.level])
    first = {line.skill.pk for line in ranked[:FIRST_SKILLS]}
    return Lines(
        [line for line in lines if line.skill.pk in first], [line for line in lines if line.skill.pk not in first]
    )


def two_values(contract_id: int) -> dict:
    """Skill and day → its observations, where two of one day do not say the same: a person decides, never the tool."""
    rows = Observation.objects.filter(tutorship__contract=contract_id, grid_skill__isnull=False)
    by_day: dict = {}
    for one in rows.select_related("grid_skill", "recorded_by", "tutorship__tutor").order_by("observed_on", "pk"):
        by_day.setdefault((one.grid_skill.key, one.observed_on), []).append(one)
    return {key: tuple(found) for key, found in by_day.items() if len({one.level for one in found}) > 1}
