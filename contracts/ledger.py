"""Le registre de l'aide : par contrat et par mois, attendue, déclarée, versée, l'écart et sa cause.

A month confirmed by the employer keeps the amount and the inputs stored with it: no later order, SMIC or setting
changes it, and `recomputed` says what today's computation would give. There is one path for a page of twelve
contracts and for all of them: `ledgers` is `stream` kept in a dictionary.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain

from contracts.ledger_figures import Figures
from contracts.ledger_month import MonthFigures, Risk
from contracts.ledger_rows import Details, raw_contracts
from contracts.planned import Inputs, read_inputs
from regulations.discrepancies import NOTHING, UNEXPLAINED, GapCause, Payment

__all__ = [
    "AT_RISK",
    "COMMITTED",
    "EXPECTED",
    "LATE",
    "NOT_DUE",
    "OVERPAID",
    "PAID",
    "UNEXPLAINED",
    "ContractLedger",
    "GapCause",
    "LedgerMonth",
    "Money",
    "MonthFigures",
    "Risk",
    "Sums",
    "ledgers",
    "money",
    "stream",
]

COMMITTED = "Engagé : toute l'aide attendue des décisions accordées, du premier au dernier mois aidé."
EXPECTED = "Attendu : l'aide des mois terminés, telle que confirmée, sinon telle que calculée aujourd'hui."
PAID = "Versé : la somme des lignes du payeur, indus repris déduits."
NOT_DUE = "Pas encore échu : ce qui n'est pas versé de mois terminés trop récents pour être en retard."
LATE = "En retard : ce qui manque aux mois échus, au-delà de l'écart passé sous silence."
OVERPAID = "Versé en trop : ce qui dépasse l'aide attendue, au-delà de l'écart passé sous silence."
AT_RISK = (
    "Exposé : l'aide, versée ou non, des mois terminés dont l'état de présence n'est pas déclaré après le jour "
    "d'alerte, des mois d'une suspension non signalée, et des contrats rompus dont l'aide peut être à rembourser."
)


@dataclass(frozen=True, slots=True)
class LedgerMonth:
    """Un mois d'une demande d'aide : attendu, déclaré, versé, écart, cause. Tout le reste se lit de `figures`."""

    contract_id: int
    request_id: int
    figures: MonthFigures
    declared_on: date | None
    payments: tuple[Payment, ...]
    # Received otherwise than here.
    is_told: bool = False

    def __getattr__(self, name: str):
        return getattr(self.figures, name)


@dataclass(slots=True)
class Sums:
    """Sommes de mois, chacune définie par sa phrase en tête de ce module."""

    committed: Decimal = NOTHING
    expected: Decimal = NOTHING
    paid: Decimal = NOTHING
    not_due: Decimal = NOTHING
    late: Decimal = NOTHING
    overpaid: Decimal = NOTHING
    at_risk: Decimal = NOTHING

    def add(self, month: MonthFigures) -> None:
        amount = month.expected or NOTHING
        self.committed += amount
        self.paid += month.paid
        self.overpaid += month.overpaid
        if month.is_ended:
            self.expected += amount
            self.not_due += month.not_due
            self.late += month.late
            self.at_risk += month.at_risk


@dataclass(frozen=True)
class ContractLedger:
    """Le registre d'un contrat ; `missing` dit pourquoi rien n'est attendu."""

    contract_id: int
    establishment_id: int
    # Of each request, the figures of its months in their order: `months` are these with their days.
    requests: tuple[int, ...]
    figures_of: tuple[Sequence[MonthFigures], ...]
    missing: tuple[str, ...]
    # Day of each move, and where the work was until then.
    moves: tuple[tuple[date, int], ...]
    # The statements received otherwise, and their day.
    told: dict[tuple[int, date], date]
    details: Details = field(repr=False, compare=False)

    @property
    def figures(self) -> Iterator[MonthFigures]:
        """The same figures without their days: enough for sums, and quicker."""
        return chain.from_iterable(self.figures_of)

    @cached_property
    def months(self) -> tuple[LedgerMonth, ...]:
        declared, payments = self.details.declared, self.details.payments
        found = []
        for request, figures in zip(self.requests, self.figures_of, strict=True):
            for one in figures:
                key = (request, one.month)
                here, told_on = declared.get(key), self.told.get(key)
                day, is_told = here or told_on, here is None and told_on is not None
                found.append(LedgerMonth(self.contract_id, request, one, day, payments.get(key, ()), is_told))
        return tuple(sorted(found, key=lambda one: (one.figures.month, one.request_id)))

    @property
    def sums(self) -> Sums:
        found = Sums()
        for figures in self.figures:
            found.add(figures)
        return found

    def of_month(self, month: date) -> tuple[LedgerMonth, ...]:
        """One, or two when a renewal begins in the course of it."""
        return tuple(one for one in self.months if one.figures.month == month.replace(day=1))

    def establishment_of(self, month: date) -> int:
        """Where the work was on the first day of that month, as the amendments tell it."""
        return next((before for moved_on, before in self.moves if moved_on > month), self.establishment_id)


@dataclass(slots=True)
class Money(Sums):
    """L'argent de plusieurs contrats : en tout, par mois, par établissement ; et pourquoi certains n'ont rien."""

    by_month: dict[date, Sums] = field(default_factory=dict)
    by_establishment: dict[int, Sums] = field(default_factory=dict)
    missing: Counter = field(default_factory=Counter)
    contracts: int = 0


def ledgers(contracts, on: date, months: tuple[date, date] | None = None) -> dict[int, ContractLedger]:
    """Contract's id → its ledger. `contracts` is a queryset; `months` keeps those from one to another, both in."""
    return {ledger.contract_id: ledger for ledger in stream(contracts, on, months)}


def stream(
    contracts, on: date, months: tuple[date, date] | None = None, inputs: Inputs | None = None
) -> Iterator[ContractLedger]:
    """One ledger after the other, by their contracts' numbers, with the memory of one packet of rows.

    Ten queries at most up to five thousand contracts, seven more for each five thousand; two more for the days.
    """
    figures = Figures(on, inputs or read_inputs())
    within = months and (months[0].replace(day=1), months[1].replace(day=1))
    for packet in raw_contracts(contracts, on):
        found = [figures.of(raw) for raw in packet]
        waiting = [raw for raw, made in zip(packet, found, strict=True) if made is None]
        unsaid = Details([request for raw in waiting for request in raw.requests], on)
        details = Details([request for raw in packet for request in raw.requests], on)
        for raw, known in zip(packet, found, strict=True):
            made, missing = known or figures.of(raw, unsaid)
            if within:
                made = tuple(_within(months, *within) for months in made)
            yield ContractLedger(
                raw.pk, raw.establishment_id, raw.requests, made, missing, raw.moves, raw.told, details
            )


def money(contracts, on: date) -> Money:
    found = Money()
    for ledger in stream(contracts, on):
        found.contracts += 1
        found.missing.update(ledger.missing[:1])
        for figures in ledger.figures:
            found.add(figures)
            found.by_month.setdefault(figures.month, Sums()).add(figures)
            found.by_establishment.setdefault(ledger.establishment_of(figures.month), Sums()).add(figures)
    found.by_month = dict(sorted(found.by_month.items()))
    return found


def _within(months: Sequence[MonthFigures], first: date, last: date) -> list[MonthFigures]:
    return [one for one in months if first <= one.month <= last]
