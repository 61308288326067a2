"""Les chiffres d'un mois : attendu, déclaré, versé, écart, cause, risque. Faits une fois pour les mêmes données.

A figure depends on the terms of the decision, on what is stored with the confirmed month and on what was paid: two
decisions alike in that share it. Texts come from `contracts.ledger_rows`, the computation from `contracts.planned`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from contracts.ledger_lanes import Known, Lane, Line, Row, Seen, away_of, by_month, number
from contracts.ledger_month import MonthFigures, Risk
from contracts.ledger_rows import COMMA, ONLY_CONFIRMED, UNIT, Details, Kept, RawContract, euros
from contracts.planned import DepartmentShare, Inputs, PlannedMonth, plan, share_of
from regulations.aid import AidMonth, discrepancy, month_bounds, readings
from regulations.deadlines import plus_months, statement_dates
from regulations.discrepancies import NOTHING, Discrepancy, Payment
from regulations.periods import Period

NO_AID = "Cette demande n'est pas accordée : aucune aide n'est attendue."
# Kept at once: memory does not follow the contracts.
MOST_FIGURES = 30_000
MOST_CONTRACTS = 4_000


class Calendar(NamedTuple):
    """Où en est un mois le jour où on le regarde."""

    is_ended: bool
    is_due: bool
    is_alert_over: bool


class Found(NamedTuple):
    """Les chiffres d'un contrat, demande par demande et mois après mois ; et pourquoi rien n'est attendu."""

    figures: tuple[Sequence[MonthFigures], ...]
    missing: tuple[str, ...]


class Figures:
    """Ce qui a déjà été compté, un jour donné ; vidé quand il y en a trop."""

    def __init__(self, on: date, inputs: Inputs):
        self.on, self.inputs = on, inputs
        self.count = 0
        self.whole: dict[tuple, Found] = {}
        self.lanes: dict[tuple[str, ...], tuple[list[Lane], tuple[str, ...]]] = {}
        self.shared: dict[tuple, tuple[PlannedMonth, Seen]] = {}
        self.calendars: dict[date, Calendar] = {}

    def of(self, raw: RawContract, details: Details | None = None) -> Found | None:
        """None: something that the texts do not say has to be read in `details`."""
        found = self.whole.get((raw.terms, raw.lines))
        if found is not None:
            return found
        lanes, missing = self.lanes_of(raw.terms)
        made = []
        for lane, request, lines in zip(lanes, raw.requests, raw.lines, strict=True):
            figures = lane.figures_at_once(*lines)
            if figures is None:
                figures = self._one_by_one(lane, request, lines, details)
            if figures is None:
                return None
            made.append(figures)
        found = Found(tuple(made), missing)
        if details is None and raw.terms in self.lanes:
            if len(self.whole) >= MOST_CONTRACTS:
                self.whole.clear()
            self.whole[raw.terms, raw.lines] = found
        return found

    def _one_by_one(
        self, lane: Lane, request: int, lines: tuple[str, str], details: Details | None
    ) -> list[MonthFigures] | None:
        paid = by_month(lines[1])
        has_several = lines[1].count(COMMA) >= len(paid) > 0
        if has_several and details is None:
            return None
        stated = by_month(lines[0])
        for text in _months_with_several(lines[1]) if has_several else ():
            paid[text] = details.several.get((request, date.fromisoformat(text)), ())
        found = []
        outside = (stated.keys() | paid.keys()) - lane.known
        for text, planned, seen in [*lane.months, *self._outside(lane, outside)] if outside else lane.months:
            key = (stated.get(text, ""), paid.get(text, ""))
            figures = seen.get(key) or self._unmet(lane, request, planned, seen, Known(*key), details)
            if figures is None:
                return None
            found.append(figures)
        return sorted(found, key=lambda one: one.month) if outside else found

    def _unmet(
        self, lane: Lane, request: int, planned: PlannedMonth, seen: Seen, known: Known, details: Details | None
    ) -> MonthFigures | None:
        """Figures made for the first time, or with what was kept of the month: the pair alone says too little then."""
        key, figures = known[:2], self._made(lane, planned, known)
        if figures is None:
            if details is None:
                return None
            kept = details.kept.get((request, planned.month))
            # Taken back since the texts were read: then nothing is kept.
            key = known = Known("", known.paid) if kept is None else known._replace(kept=kept)
            figures = seen.get(key) or self._made(lane, planned, known)
        seen[key] = figures
        self.count += 1
        return figures

    def lanes_of(self, terms: tuple[str, ...]) -> tuple[list[Lane], tuple[str, ...]]:
        """One lane per request, and why nothing is expected of the contract."""
        found = self.lanes.get(terms)
        if found is None:
            if self.count > MOST_FIGURES:
                self.lanes, self.shared, self.whole, self.count = {}, {}, {}, 0
            found = self._lanes(terms)
            # A contract suspended or broken is like no other: its lanes would never be met again.
            if not terms[0] and not any(lane.is_broken for lane in found[0]):
                self.lanes[terms] = found
                self.count += sum(len(lane.months) for lane in found[0])
        return found

    def _lanes(self, terms: tuple[str, ...]) -> tuple[list[Lane], tuple[str, ...]]:
        suspensions, *rows = terms
        rows = [Row(*text.split(UNIT)) for text in rows]
        away, unreported = away_of(suspensions)
        decisions = tuple(row.decision for row in rows if row.is_request)
        planned = plan(rows[0].facts(decisions, away), self.inputs)
        missing, lanes = " ".join(planned.missing), []
        for row, decision in zip(rows, planned.decisions or (None,) * len(decisions), strict=False):
            lane = Lane(row, decision, missing or ("" if decision else NO_AID), unreported)
            months = decision.months if decision else ()
            lane.set_months([(month.month.isoformat(), month, self._shared(lane, month)) for month in months])
            lanes.append(lane)
        return lanes, planned.missing

    def _outside(self, lane: Lane, months: Iterable[str]) -> list[Line]:
        """The months that are none of the decision's and were declared or paid all the same."""
        for text in months:
            if text not in lane.others:
                lane.others[text] = (text, self._planned_outside(lane, date.fromisoformat(text)), {})
        return [lane.others[text] for text in months]

    def _shared(self, lane: Lane, planned: PlannedMonth) -> Seen:
        """The same month of two decisions is the same object: its figures are shared as well."""
        if lane.unreported:
            return {}
        # The month is kept beside its figures, so that its identity is nobody else's.
        return self.shared.setdefault((id(planned), lane.is_cofinanced, lane.may_be_repaid), (planned, {}))[1]

    def _planned_outside(self, lane: Lane, month: date) -> PlannedMonth:
        if lane.decision is None:
            return PlannedMonth(month, self.inputs.rules_of(month), missing=lane.missing)
        return lane.decision.month(month, self.inputs)

    def _made(self, lane: Lane, planned: PlannedMonth, known: Known) -> MonthFigures | None:
        stated = _stated(known, planned, is_cofinanced=lane.is_cofinanced)
        if stated is None:
            return None
        payments, is_declared = _payments(known.paid), known.stated[10:11] not in ("", ONLY_CONFIRMED)
        calendar = self._calendar(planned)
        is_late = calendar.is_alert_over and not is_declared and stated.amount != 0
        told = self._compared(lane, planned, stated, payments, is_declared=is_declared)
        is_silent = told is not None and abs(told.gap) <= planned.rules.tolerance
        return MonthFigures(
            planned.month,
            stated.amount,
            stated.inputs,
            stated.reasons,
            stated.missing,
            known.is_confirmed,
            is_declared,
            bool(payments),
            sum((one.amount for one in payments), NOTHING),
            told and told.gap,
            told and told.cause,
            told is not None and told.is_settled,
            is_silent,
            calendar.is_ended,
            calendar.is_due,
            planned.amount if planned.amount != stated.amount else None,
            stated.department,
            self._risk(lane, planned.month, is_late=is_late),
        )

    def _compared(
        self, lane: Lane, planned: PlannedMonth, stated: "Stated", payments: tuple[Payment, ...], *, is_declared: bool
    ) -> Discrepancy | None:
        if stated.amount is None:
            return None
        return discrepancy(
            expected=stated.amount,
            payments=payments,
            tolerance=planned.rules.tolerance,
            is_due=self._calendar(planned).is_due,
            is_declared=is_declared,
            otherwise=self._readings(lane, planned, stated.inputs),
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
        if lane.may_be_repaid:
            return Risk.REPAYMENT
        if lane.unreported:
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


def _stated(known: Known, planned: PlannedMonth, *, is_cofinanced: bool) -> Stated | None:
    """None: the amount kept is not today's, or it has a share beside it; what was kept with it has to be read."""
    if known.is_confirmed:
        cents_kept = known.stated[11:]
        amount = euros(cents_kept) if cents_kept else None
        if known.kept is not None:
            return _kept(known.kept, amount)
        if amount is None or amount != planned.amount or is_cofinanced:
            return None
    share = share_of(planned) if is_cofinanced else None
    return Stated(planned.amount, planned.inputs, planned.reasons, planned.missing, share)


def _kept(kept: Kept, amount: Decimal | None) -> Stated:
    document, parts, whole = kept
    told = json.loads(document)
    given = share = None
    if "hourly_smic" in told:
        numbers = (Decimal(told[name]) for name in ("hourly_smic", "rate", "weekly_hours"))
        given = AidMonth(*numbers, parts, whole)
    if "department_share" in told:
        share = DepartmentShare(number(told["department_share"]), told.get("department_missing", ""))
    reasons, missing = tuple(told.get("reasons", ())), told.get("missing", "")
    return Stated(amount, given, reasons, missing, share)


def _payments(paid: str | tuple[Payment, ...]) -> tuple[Payment, ...]:
    if isinstance(paid, str):
        return (Payment(euros(paid[10:])),) if paid else ()
    return paid


def _months_with_several(paid: str) -> list[str]:
    months = Counter(line[:10] for line in paid.split(COMMA))
    return [month for month, lines in months.items() if lines > 1]
