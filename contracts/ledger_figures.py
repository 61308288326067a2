"""Les chiffres d'un mois : attendu, déclaré, versé, écart, cause, risque. Faits une fois pour les mêmes données.

A figure depends on the terms of the decision, on what is stored with the confirmed month and on what was paid: two
decisions alike in that share it. Texts come from `contracts.ledger_rows`, the computation from `contracts.planned`.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from contracts.ledger_rows import RECORD, UNIT
from contracts.planned import (
    Away,
    Decision,
    DepartmentShare,
    Facts,
    Inputs,
    PlannedDecision,
    PlannedMonth,
    arguments,
    plan,
    share_of,
)
from regulations.aid import AidMonth, discrepancy, formula, month_bounds, readings
from regulations.breaks import Repayment, repayment
from regulations.contracts import BreakReason, ContractKind
from regulations.deadlines import plus_months, statement_dates
from regulations.discrepancies import NOTHING, UNEXPLAINED, GapCause, Payment
from regulations.enums import LabelledEnum
from regulations.money import cents
from regulations.periods import Period

NO_AID = "Cette demande n'est pas accordée : aucune aide n'est attendue."
# Kept at once: memory does not follow the contracts.
MOST_FIGURES = 30_000


class Risk(LabelledEnum):
    """Pourquoi l'aide d'un mois peut être perdue ou reprise."""

    STATEMENT_LATE = "STATEMENT_LATE", "état de présence non déclaré après le jour d'alerte"
    SUSPENSION_UNREPORTED = "SUSPENSION_UNREPORTED", "suspension non signalée à l'autorité"
    REPAYMENT = "REPAYMENT", "contrat rompu, l'aide peut être à rembourser"


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """Ce qu'un mois vaut, partagé par toutes les demandes qui ont les mêmes données ce mois-là."""

    month: date
    expected: Decimal | None
    inputs: AidMonth | None
    reasons: tuple[str, ...]
    missing: str
    is_confirmed: bool
    declared_on: date | None
    payments: tuple[Payment, ...]
    paid: Decimal
    gap: Decimal | None
    cause: GapCause | None
    is_settled: bool
    is_silent: bool
    is_ended: bool
    is_due: bool
    recomputed: Decimal | None
    department: DepartmentShare | None
    risk: Risk | None

    @property
    def formula(self) -> str:
        return "" if self.inputs is None else formula(**arguments(self.inputs))

    @property
    def lack(self) -> Decimal:
        """What is missing beyond the tolerance, due or not."""
        return NOTHING if self.gap is None or self.is_silent else max(-self.gap, NOTHING)

    @property
    def late(self) -> Decimal:
        return self.lack if self.is_due else NOTHING

    @property
    def not_due(self) -> Decimal:
        return self.lack if self.is_ended and not self.is_due else NOTHING

    @property
    def overpaid(self) -> Decimal:
        return NOTHING if self.gap is None or self.is_silent else max(self.gap, NOTHING)

    @property
    def at_risk(self) -> Decimal:
        return max(self.expected or NOTHING, self.paid) if self.risk else NOTHING

    @property
    def cause_label(self) -> str:
        """« double paiement »; a gap that nothing explains says so; a silent month says nothing."""
        if self.cause is not None:
            return self.cause.label
        return "" if self.gap is None or self.is_silent else UNEXPLAINED


class Row(NamedTuple):
    """Une ligne lue en texte : un contrat et l'une de ses demandes, dans l'ordre de `ledger_rows`."""

    starts_on: str
    ends_on: str | None
    broken_on: str | None
    closed_on: str | None
    kind: str
    break_reason: str
    notified_repayment: str
    unaided_reason: str
    postcode: str
    cohort_region: str
    refused: bool | None
    is_cofinanced: bool | None
    decided_on: str | None
    rate: str | None
    weekly_hours: str | None
    aid_starts_on: str | None
    aid_ends_on: str | None
    order: str | None

    @property
    def decision(self) -> Decision:
        dates = [_day(text) for text in (self.decided_on, self.aid_starts_on, self.aid_ends_on)]
        rate, hours = _number(self.rate), _number(self.weekly_hours)
        return Decision(dates[0], bool(self.refused), rate, hours, dates[1], dates[2], self.order)

    @property
    def may_be_repaid(self) -> bool:
        """What the ASP has notified wins over the table."""
        if not self.broken_on:
            return False
        if self.notified_repayment:
            return self.notified_repayment == Repayment.REPAY_ALL
        line = repayment(ContractKind(self.kind), BreakReason(self.break_reason))
        return line is not None and line.outcome in (Repayment.REPAY_ALL, Repayment.TO_SETTLE)


# What was declared and paid, as texts → the figures that this gives.
Seen = dict[tuple[str, str], MonthFigures]
# A month as a text, as it is planned, and its figures already made.
Line = tuple[str, PlannedMonth, Seen]


class Lane:
    """Une demande d'aide : ses mois, chacun avec les chiffres déjà faits pour ce qui y est déclaré et versé."""

    __slots__ = ("broken_on", "decision", "is_cofinanced", "known", "missing", "months", "others", "unreported")

    def __init__(self, row: Row, decision: PlannedDecision | None, missing: str, unreported: list[Period]):
        self.decision, self.missing, self.unreported = decision, missing, unreported
        self.is_cofinanced = bool(row.is_cofinanced)
        self.broken_on = _day(row.broken_on) if row.may_be_repaid else None
        self.months: list[Line] = []
        self.known: frozenset[str] = frozenset()
        # Months outside the decision that were declared or paid all the same.
        self.others: dict[str, Line] = {}


class Calendar(NamedTuple):
    """Où en est un mois le jour où on le regarde."""

    is_ended: bool
    is_due: bool
    is_alert_over: bool


class Figures:
    """Ce qui a déjà été compté, un jour donné ; vidé quand il y en a trop."""

    def __init__(self, on: date, inputs: Inputs):
        self.on, self.inputs = on, inputs
        self.count = 0
        self.lanes: dict[tuple, tuple[list[Lane], tuple[str, ...]]] = {}
        self.shared: dict[tuple, Seen] = {}
        self.calendars: dict[date, Calendar] = {}

    def lanes_of(self, terms: tuple) -> tuple[list[Lane], tuple[str, ...]]:
        """One lane per request, and why nothing is expected of the contract."""
        found = self.lanes.get(terms)
        if found is None:
            if self.count > MOST_FIGURES:
                self.lanes, self.shared, self.count = {}, {}, 0
            found = self.lanes[terms] = self._lanes(terms)
        return found

    def outside(self, lane: Lane, months: Iterable[str]) -> list[Line]:
        """The months that are none of the decision's and were declared or paid all the same."""
        for text in months:
            if text not in lane.known and text not in lane.others:
                lane.others[text] = (text, self._planned_outside(lane, date.fromisoformat(text)), {})
        return [lane.others[text] for text in months if text not in lane.known]

    def made(self, lane: Lane, planned: PlannedMonth, seen: Seen, known: tuple[str, str]) -> MonthFigures:
        figures = seen[known] = self._made(lane, planned, *known)
        self.count += 1
        return figures

    def _lanes(self, terms: tuple) -> tuple[list[Lane], tuple[str, ...]]:
        *rows, away = terms
        rows = [Row(*row) for row in rows]
        first = rows[0]
        decisions = tuple(row.decision for row in rows) if first.refused is not None else ()
        planned = plan(
            Facts(
                _day(first.starts_on),
                _day(first.broken_on or first.ends_on),
                _day(first.closed_on),
                first.unaided_reason,
                first.postcode,
                first.cohort_region,
                decisions,
                tuple(Away(_day(begins), _day(ends), kept, _number(share)) for begins, ends, kept, share, _ in away),
            ),
            self.inputs,
        )
        unreported = [Period(_day(begins), _day(ends)) for begins, ends, *_, declared in away if not declared]
        missing = " ".join(planned.missing)
        lanes = []
        for row, decision in zip(rows[: len(decisions)], planned.decisions or (None,) * len(decisions), strict=True):
            lane = Lane(row, decision, missing or ("" if decision else NO_AID), unreported)
            for month in decision.months if decision else ():
                lane.months.append((month.month.isoformat(), month, self._shared(lane, month)))
            lane.known = frozenset(text for text, *_ in lane.months)
            lanes.append(lane)
        return lanes, planned.missing

    def _shared(self, lane: Lane, planned: PlannedMonth) -> Seen:
        """The same whole month of two contracts is the same object: its figures are shared as well."""
        self.count += 1
        if not planned.is_whole or self._risk(lane, planned.month, is_late=False):
            return {}
        return self.shared.setdefault((id(planned), lane.is_cofinanced, bool(lane.broken_on)), {})

    def _planned_outside(self, lane: Lane, month: date) -> PlannedMonth:
        if lane.decision is None:
            return PlannedMonth(month, self.inputs.rules_of(month), missing=lane.missing)
        return lane.decision.month(month, self.inputs)

    def _made(self, lane: Lane, planned: PlannedMonth, stated: str, paid_lines: str) -> MonthFigures:
        kept = _stated(stated, planned, is_cofinanced=lane.is_cofinanced)
        payments = tuple(sorted(_payments(paid_lines), key=lambda one: (one.paid_on, -one.amount)))
        paid = sum((one.amount for one in payments), NOTHING)
        calendar = self._calendar(planned)
        gap = cause = None
        is_settled = is_silent = False
        if kept.amount is not None:
            found = discrepancy(
                expected=kept.amount,
                payments=payments,
                tolerance=planned.rules.tolerance,
                is_due=calendar.is_due,
                is_declared=kept.declared_on is not None,
                otherwise=self._readings(lane, planned, kept.inputs),
            )
            gap, cause, is_settled = found.gap, found.cause, found.is_settled
            is_silent = abs(gap) <= planned.rules.tolerance
        is_late = calendar.is_alert_over and kept.declared_on is None and kept.amount != 0
        return MonthFigures(
            planned.month,
            kept.amount,
            kept.inputs,
            kept.reasons,
            kept.missing,
            bool(stated),
            kept.declared_on,
            payments,
            paid,
            gap,
            cause,
            is_settled,
            is_silent,
            calendar.is_ended,
            calendar.is_due,
            planned.amount if planned.amount != kept.amount else None,
            kept.department,
            self._risk(lane, planned.month, is_late=is_late),
        )

    def _readings(self, lane: Lane, planned: PlannedMonth, given: AidMonth | None) -> Iterator:
        if given is None or lane.decision is None or lane.decision.terms is None:
            return
        terms = lane.decision.terms
        days = Period(*month_bounds(planned.month))
        away = [one for one in terms.suspended if Period(one.starts_on, one.ends_on).overlaps(days)]
        others = self.inputs.neighbours(terms.smic_territory, planned.month)
        yield from readings(planned.month, terms.aided, away, given, others, terms.territory)

    def _risk(self, lane: Lane, month: date, *, is_late: bool) -> Risk | None:
        if lane.broken_on and lane.broken_on <= self.on:
            return Risk.REPAYMENT
        days = Period(*month_bounds(month))
        if any(one.starts_on <= self.on and one.overlaps(days) for one in lane.unreported):
            return Risk.SUSPENSION_UNREPORTED
        return Risk.STATEMENT_LATE if is_late else None

    def _calendar(self, planned: PlannedMonth) -> Calendar:
        month, rules = planned.month, planned.rules
        if month not in self.calendars:
            days = (rules.statement_opens_day, rules.statement_reminder_day, rules.statement_alert_day)
            self.calendars[month] = Calendar(
                month_bounds(month)[1] < self.on,
                plus_months(month, 1 + rules.payment_months) <= self.on,
                statement_dates(month, days)[-1] < self.on,
            )
        return self.calendars[month]


class Stated(NamedTuple):
    """Ce qui vaut pour un mois : ce qui a été gardé avec lui s'il est confirmé, sinon le calcul du jour."""

    amount: Decimal | None
    inputs: AidMonth | None
    reasons: tuple[str, ...]
    missing: str
    department: DepartmentShare | None
    declared_on: date | None


def _stated(text: str, planned: PlannedMonth, *, is_cofinanced: bool) -> Stated:
    if not text:
        share = share_of(planned) if is_cofinanced else None
        return Stated(planned.amount, planned.inputs, planned.reasons, planned.missing, share, None)
    _, declared_on, amount, parts, whole, inputs = text.split(UNIT)
    kept = json.loads(inputs)
    given = None
    if "hourly_smic" in kept:
        numbers = (Decimal(kept[name]) for name in ("hourly_smic", "rate", "weekly_hours"))
        given = AidMonth(*numbers, Decimal(parts), int(whole))
    share = None
    if "department_share" in kept:
        share = DepartmentShare(_number(kept["department_share"]), kept.get("department_missing", ""))
    reasons = tuple(kept.get("reasons", ()))
    amount = cents(Decimal(amount)) if amount else None
    return Stated(amount, given, reasons, kept.get("missing", ""), share, _day(declared_on))


def _payments(lines: str) -> Iterator[Payment]:
    for line in lines.split(RECORD) if lines else ():
        _, paid_on, amount = line.split(UNIT)
        yield Payment(cents(Decimal(amount)), date.fromisoformat(paid_on))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None
