"""Les demandes d'aide telles que le registre les suit : lues d'un texte, chacune avec ses mois et leurs chiffres."""

from decimal import Decimal
from itertools import chain, repeat
from typing import NamedTuple

from contracts.ledger_month import MonthFigures
from contracts.ledger_rows import COMMA, TOLD, UNIT, Kept, day_of
from contracts.planned import Away, Decision, Facts, PlannedDecision, PlannedMonth
from regulations.breaks import Repayment, may_be_repaid
from regulations.contracts import BreakReason, ContractKind
from regulations.discrepancies import Payment
from regulations.periods import Period


class Row(NamedTuple):
    """Un contrat et l'une de ses demandes, en textes, dans l'ordre de `ledger_rows`."""

    starts_on: str
    ends_on: str
    broken_on: str
    closed_on: str
    kind: str
    break_reason: str
    notified_repayment: str
    unaided_reason: str
    postcode: str
    cohort_region: str
    refused: str
    is_cofinanced: str
    decided_on: str
    rate: str
    weekly_hours: str
    aid_starts_on: str
    aid_ends_on: str
    order: str

    @property
    def is_request(self) -> bool:
        return self.refused != ""

    @property
    def decision(self) -> Decision:
        decided_on, starts_on, ends_on = (
            day_of(one) for one in (self.decided_on, self.aid_starts_on, self.aid_ends_on)
        )
        refused, order = is_true(self.refused), int(self.order) if self.order else None
        return Decision(decided_on, refused, number(self.rate), number(self.weekly_hours), starts_on, ends_on, order)

    @property
    def may_be_repaid(self) -> bool:
        if not self.broken_on:
            return False
        notified = Repayment(self.notified_repayment) if self.notified_repayment else None
        return may_be_repaid(ContractKind(self.kind), BreakReason(self.break_reason), notified)

    def facts(self, decisions: tuple[Decision, ...], away: tuple[Away, ...]) -> Facts:
        return Facts(
            day_of(self.starts_on),
            day_of(self.broken_on or self.ends_on),
            day_of(self.closed_on),
            self.unaided_reason,
            self.postcode,
            self.cohort_region,
            decisions,
            away,
        )


class Known(NamedTuple):
    """Ce qui distingue deux mois d'un même plan : ce qui est déclaré, ce qui est versé, ce qui a été gardé.

    `paid` is the line of the month, or its payments one by one when there are several.
    """

    stated: str
    paid: str | tuple[Payment, ...]
    kept: Kept | None = None

    @property
    def is_confirmed(self) -> bool:
        return self.stated[10:11] not in ("", TOLD)


# What is known of a month → the figures already made of it.
Seen = dict[tuple, MonthFigures]
# A month as a text, as it is planned, its figures already made.
Line = tuple[str, PlannedMonth, Seen]


class Lane:
    """Une demande d'aide : ses mois, chacun avec les chiffres déjà faits pour ce qui y est déclaré et versé."""

    __slots__ = (
        *("decision", "is_broken", "is_cofinanced", "known", "may_be_repaid"),
        *("missing", "months", "others", "seen", "unreported"),
    )

    def __init__(self, row: Row, decision: PlannedDecision | None, missing: str, unreported: list[Period]):
        self.decision, self.missing, self.unreported = decision, missing, unreported
        self.is_cofinanced = is_true(row.is_cofinanced)
        self.is_broken, self.may_be_repaid = bool(row.broken_on), row.may_be_repaid
        self.months: list[Line] = []
        self.known: frozenset[str] = frozenset()
        self.seen: list[Seen] = []
        # Months outside the decision that were declared or paid all the same.
        self.others: dict[str, Line] = {}

    def set_months(self, months: list[Line]) -> None:
        self.months = months
        self.known = frozenset(text for text, *_ in months)
        self.seen = [seen for *_, seen in months]

    def figures_at_once(self, stated: str, paid: str) -> list[MonthFigures] | None:
        """The ordinary request: declared and paid month after month, as others before it; None when it is not.

        No month is looked for: each text says its month, so a text out of its place is met in no memory.
        """
        declared, payments = stated.split(COMMA), paid.split(COMMA)
        if len(declared) > len(self.seen) or len(payments) > len(self.seen):
            return None
        endless = repeat("")
        found = list(map(dict.get, self.seen, zip(chain(declared, endless), chain(payments, endless), strict=False)))
        return found if all(found) else None


def by_month(joined: str) -> dict[str, str]:
    """Fewer than the lines when a month has several."""
    return {line[:10]: line for line in joined.split(COMMA)} if joined else {}


def away_of(suspensions: str) -> tuple[tuple[Away, ...], list[Period]]:
    """The suspensions, and the days of those that nobody has reported."""
    away, unreported = [], []
    for text in suspensions.split(COMMA) if suspensions else ():
        starts_on, ends_on, pay_kept, share, told_on = text.split(UNIT)
        away.append(Away(day_of(starts_on), day_of(ends_on), pay_kept, number(share)))
        if not told_on:
            unreported.append(Period(day_of(starts_on), day_of(ends_on)))
    return tuple(away), unreported


def number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def is_true(text: str) -> bool:
    # As each of the two databases writes it.
    return text in ("1", "true")
