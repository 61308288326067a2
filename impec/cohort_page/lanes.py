"""The year of a cohort as lanes: where each bar, mark and window begins and ends, in hundredths of the whole width.

Pure geometry over rows already read; the templates draw it as SVG, without computing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

from regulations.contracts import ContractState
from regulations.deadlines import exit_interview_window
from regulations.periods import Period

ONE_DAY = timedelta(days=1)
THOUSANDTH = Decimal("0.001")
SHORT_MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")

# A word beside each colour: none carries its meaning alone.
TONES = {
    ContractState.RUNNING: "info",
    ContractState.SUSPENDED: "warning",
    ContractState.RENEWAL_REQUESTED: "info",
    ContractState.BROKEN: "danger",
    ContractState.EXITED: "done",
    ContractState.ENDED: "done",
    ContractState.SIGNED: "success",
    ContractState.GRANTED: "success",
}


@dataclass(frozen=True, slots=True)
class Axis:
    """From the first to the last day drawn, both in."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def at(self, day: date) -> Decimal:
        """Where that day begins, in hundredths; outside days stay on the edge."""
        inside = min(max((day - self.first).days, 0), self.days)
        return (Decimal(100 * inside) / self.days).quantize(THOUSANDTH, ROUND_HALF_UP)

    def span(self, starts_on: date, ends_on: date) -> tuple[Decimal, Decimal]:
        """Start and width of a period, both days in."""
        start = self.at(starts_on)
        return start, max(self.at(ends_on + ONE_DAY) - start, THOUSANDTH)

    def shows(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at one place of the width; `length` is its width when it lasts."""

    at: Decimal
    length: Decimal = Decimal(0)
    kind: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One contract: its bar, what cut it, what is to come."""

    contract: object
    name: str
    tutor: str
    state: str
    tone: str
    dates: str
    bar: Mark
    aid: Mark | None = None
    suspensions: tuple[Mark, ...] = ()
    immersions: tuple[Mark, ...] = ()
    break_mark: Mark | None = None
    lost: Mark | None = None
    window: Mark | None = None
    note: str = ""


@dataclass(slots=True)
class Group:
    """One establishment: its lanes, or one bar and how many contracts it stands for when the cohort is large."""

    establishment: int
    name: str
    lanes: list[Lane] = field(default_factory=list)
    count: int = 0
    running: int = 0
    starts_on: date | None = None
    ends_on: date | None = None
    bar: Mark | None = None

    def stretch(self, starts_on: date, ends_on: date) -> None:
        self.starts_on = min(self.starts_on or starts_on, starts_on)
        self.ends_on = max(self.ends_on or ends_on, ends_on)


def axis_of(cohort, periods: Iterable[tuple[date, date | None]]) -> Axis:
    """The cohort's own days, widened to whole months and to the contracts that stick out of it, a year at most."""
    periods = list(periods)
    first = min([cohort.starts_on, *(starts_on for starts_on, _ in periods)])
    last = max([cohort.ends_on, *(ends_on for _, ends_on in periods if ends_on is not None)])
    year = relativedelta(months=12)
    first, last = max(first, cohort.starts_on - year), min(last, cohort.ends_on + year)
    return Axis(first.replace(day=1), last + relativedelta(day=31))


def months_of(axis: Axis) -> list[Mark]:
    """One mark per month, its year said in January: the page's head says the first one."""
    marks = []
    day = axis.first
    while day <= axis.last:
        name = SHORT_MONTHS[day.month - 1]
        label = f"{name} {day.year}" if day.month == 1 else name
        last = day + relativedelta(day=31)
        start, length = axis.span(day, last)
        marks.append(Mark(start, length, label=label))
        day = last + ONE_DAY
    return marks


def half_day_marks(axis: Axis, half_days: Iterable, today: date) -> list[Mark]:
    """One mark per day of training: held, to note, to come or cancelled."""
    days: dict[date, set[str]] = {}
    for half_day in half_days:
        days.setdefault(half_day.day, set()).add(kind_of(half_day, today))
    # A day with one half-day cancelled and the other held was held.
    order = ("to-note", "held", "to-come", "cancelled")
    return [
        Mark(axis.at(day), kind=next(kind for kind in order if kind in kinds), label=f"{day:%d/%m/%Y}")
        for day, kinds in sorted(days.items())
        if axis.shows(day)
    ]


def kind_of(half_day, today: date) -> str:
    if half_day.cancelled_on is not None:
        return "cancelled"
    if half_day.noted:
        return "held"
    return "to-come" if half_day.day >= today else "to-note"


def lane_of(axis: Axis, contract, state: ContractState, today: date) -> Lane:
    last = contract.last_day or axis.last
    start, length = axis.span(contract.starts_on, last)
    return Lane(
        contract=contract,
        name=contract.enrolment.person.full_name,
        tutor=contract.tutor_now(),
        state=state.label,
        tone=TONES.get(state, "waiting"),
        dates=dates_of(contract),
        bar=Mark(start, length, state.value.lower()),
        aid=_aid(axis, contract),
        suspensions=_periods(axis, contract.suspensions.all(), last),
        immersions=_periods(axis, [one for one in contract.immersions.all() if one.voided_at is None], last),
        break_mark=_break(axis, contract),
        lost=_lost(axis, contract),
        window=_window(axis, contract),
        note=_note(contract, today),
    )


def dates_of(contract) -> str:
    if contract.broken_on:
        return f"du {contract.starts_on:%d/%m/%Y} au {contract.broken_on:%d/%m/%Y}, rompu avant sa fin"
    if contract.ends_on:
        return f"du {contract.starts_on:%d/%m/%Y} au {contract.ends_on:%d/%m/%Y}"
    return f"depuis le {contract.starts_on:%d/%m/%Y}, sans fin prévue"


def _aid(axis: Axis, contract) -> Mark | None:
    decision = contract.first_decision()
    if decision is None or decision.aid_starts_on is None:
        return None
    ends = [day for day in (decision.aid_ends_on, contract.last_day) if day is not None]
    period = Period(decision.aid_starts_on, min(ends, default=axis.last))
    return Mark(*axis.span(period.starts_on, period.ends_on)) if period.ends_on >= period.starts_on else None


def _periods(axis: Axis, rows, last: date) -> tuple[Mark, ...]:
    return tuple(Mark(*axis.span(row.starts_on, row.ends_on or last)) for row in rows)


def _break(axis: Axis, contract) -> Mark | None:
    if contract.broken_on is None or not axis.shows(contract.broken_on):
        return None
    return Mark(axis.at(contract.broken_on + ONE_DAY), label=f"rompu le {contract.broken_on:%d/%m}")


def _lost(axis: Axis, contract) -> Mark | None:
    """What was planned after the break."""
    if contract.broken_on is None or contract.ends_on is None or contract.broken_on >= contract.ends_on:
        return None
    return Mark(*axis.span(contract.broken_on + ONE_DAY, contract.ends_on))


def _window(axis: Axis, contract) -> Mark | None:
    if contract.ends_on is None or contract.broken_on is not None:
        return None
    window = exit_interview_window(contract.ends_on)
    return Mark(*axis.span(window.starts_on, window.ends_on))


def _note(contract, today: date) -> str:
    """The one thing to say beside the state, if any."""
    for one in contract.suspensions.all():
        if Period(one.starts_on, one.ends_on).covers(today):
            return f"jusqu'au {one.ends_on:%d/%m/%Y}" if one.ends_on else "sans date de reprise"
    exit_row = getattr(contract, "exit", None)
    return exit_row.get_situation_display() if exit_row else ""
