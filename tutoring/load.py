"""Ce qu'un tuteur a donné dans l'année, et les fiches revenues à temps : chaque chiffre est celui de ses lignes."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from regulations import sheets as law
from regulations.aid import month_bounds
from regulations.deadlines import minus_months
from regulations.periods import Period, days_between
from regulations.tutors import given_minutes, load_steps
from tutoring.actions.tutors import period_of
from tutoring.models import Tutor, TutoringRules, Tutorship
from tutoring.sheets import arrivals, is_asked

# How far back the sheets returned in time are counted.
SHOWN_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """Une fiche demandée, et le jour où elle est arrivée, s'il y en a un."""

    tutorship: Tutorship
    month: date
    received_on: date | None

    @property
    def due_on(self) -> date:
        return law.due_on(self.month)

    @property
    def is_on_time(self) -> bool:
        return self.received_on is not None and self.received_on <= self.due_on


@dataclass(slots=True)
class Returns:
    """Fiches demandées, reçues, à temps."""

    rows: list[Asked] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return len(self.rows)

    @property
    def received(self) -> int:
        return sum(row.received_on is not None for row in self.rows)

    @property
    def on_time(self) -> int:
        return sum(row.is_on_time for row in self.rows)

    @property
    def late(self) -> list[Asked]:
        return [row for row in self.rows if not row.is_on_time]


@dataclass(frozen=True, slots=True)
class GivenYear:
    """L'année d'un tuteur : personnes, jours, minutes, fiches."""

    year: int
    people: int
    days: int
    minutes: int
    weekly_minutes: tuple[int, ...]
    returns: Returns


def rules_of() -> list[TutoringRules]:
    """The settings, the latest first; the house's own while none is recorded."""
    return list(TutoringRules.objects.order_by("-valid_from")) or [TutoringRules(valid_from=date.min)]


def weekly_minutes_on(rules: list[TutoringRules], day: date) -> int:
    return next((one.weekly_minutes for one in rules if one.valid_from <= day), rules[-1].weekly_minutes)


def given_by(tutor: Tutor, year: int, on: date) -> GivenYear:
    """Until that day. A tutorship cut in two counts each day of a person once."""
    whole = Period(date(year, 1, 1), min(date(year, 12, 31), on))
    tutorships = list(tutor.tutorships.select_related("contract", "tutor__establishment").order_by("pk"))
    days: dict[int, set[date]] = defaultdict(set)
    for tutorship in tutorships:
        period = period_of(tutorship)
        clipped = period.clipped_to(whole) if period is not None and whole.days else None
        if clipped is not None:
            days[tutorship.contract_id] |= set(days_between(clipped.starts_on, clipped.ends_on))
    rules = rules_of()
    weekly = [weekly_minutes_on(rules, day) for day in sorted(day for followed in days.values() for day in followed)]
    return GivenYear(
        year=year,
        people=len(days),
        days=len(weekly),
        minutes=given_minutes(weekly),
        weekly_minutes=tuple(dict.fromkeys(weekly)),
        returns=Returns(asked_of(tutorships, months_until(year, on))),
    )


def years_of(tutor: Tutor, on: date) -> list[int]:
    """The years in which the tutor followed somebody, the latest first."""
    periods = [period for one in tutor.tutorships.select_related("contract") if (period := period_of(one))]
    years = {year for one in periods for year in range(one.starts_on.year, min(one.ends_on or on, on).year + 1)}
    return sorted(years, reverse=True)


def steps_of(tutor: Tutor, first: date, last: date) -> list[tuple[Period, int]]:
    """People followed together, period by period."""
    rows = tutor.tutorships.select_related("contract")
    return load_steps([period for one in rows if (period := period_of(one))], first, last)


def months_until(year: int, on: date) -> list[date]:
    """The months of that year whose sheet was due by that day."""
    months = [date(year, number, 1) for number in range(1, 13)]
    return [month for month in months if law.due_on(month) <= on]


def last_months(on: date) -> list[date]:
    """The latest months whose sheet was due by that day, the oldest first."""
    month, found = on.replace(day=1), []
    while len(found) < SHOWN_MONTHS:
        month = minus_months(month, 1)
        if law.due_on(month) <= on:
            found.append(month)
    return found[::-1]


def asked_of(tutorships: Iterable[Tutorship], months: Collection[date]) -> list[Asked]:
    """One line per contract and month, whoever followed: a change of tutor within a month asks for one sheet."""
    tutorships = sorted(tutorships, key=lambda one: (one.starts_on, one.pk), reverse=True)
    wanted: dict[tuple[int, date], Tutorship] = {}
    for month in months:
        for one in tutorships:
            if one.contract.closed_on is None and is_asked(one, month):
                wanted.setdefault((one.contract_id, month), one)
    there = arrivals({contract for contract, _ in wanted}, months)
    return [Asked(one, month, there.get((contract, month), (None,))[0]) for (contract, month), one in wanted.items()]


def returns_by_employer(user, wanted: list[date]) -> list[tuple[object, Returns]]:
    """Sheets of these months by employer, in the order of their names; of the contracts one may see."""
    rows = Tutorship.objects.visible_to(user).filter(starts_on__lte=month_bounds(wanted[-1])[1])
    rows = rows.exclude(ends_on__lt=wanted[0]).select_related(
        "contract__enrolment__person", "contract__establishment__employer", "tutor"
    )
    by_employer: dict[object, Returns] = defaultdict(Returns)
    for one in asked_of(rows.distinct(), wanted):
        by_employer[one.tutorship.contract.establishment.employer].rows.append(one)
    return sorted(by_employer.items(), key=lambda pair: (pair[0].name, pair[0].pk))
