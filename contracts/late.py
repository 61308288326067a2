"""Les états de présence que personne n'a déclarés : quel mois, chez qui, combien, et le montant en jeu.

A month is waited for from the day the settings open it; it is late from the day of the reminder. Those days are a
hypothesis: no source gives one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from contracts.due import received_statements
from contracts.models import AidRequest, AidRules, PresenceStatement
from contracts.month import month_name, own_establishments, reachable
from contracts.plain import PlainContract, declared_months, read_plain
from contracts.planned import Inputs, plan, read_inputs
from employers.models import Establishment
from regulations.aid import month_bounds
from regulations.deadlines import minus_months, statement_dates
from regulations.money import french_euros
from regulations.periods import Period

# A month older than that is a matter for the payer, not for a reminder.
MONTHS_LOOKED_BACK = 24


@dataclass(frozen=True, slots=True)
class StatementDays:
    """Les jours du mois suivant : ouverture, rappel, alerte (hypothèse)."""

    opens_on: date
    reminder_on: date
    alert_on: date


@dataclass(frozen=True, slots=True)
class LateStatements:
    """Un mois d'un établissement qui n'est pas entièrement déclaré."""

    establishment: Establishment
    month: date
    # Statements: a renewal in the course of a month makes two for one person.
    count: int
    contracts: frozenset[int]
    amount: Decimal
    # People whose amount is not known: no order, no SMIC…
    unknown: int
    confirmed: int
    days: StatementDays

    def is_late(self, on: date) -> bool:
        return self.days.reminder_on <= on

    def is_alert(self, on: date) -> bool:
        return self.days.alert_on <= on


def statement_days(month: date, rules: Inputs | None = None) -> StatementDays:
    """Read in the settings that hold for that month."""
    found = (rules or Inputs(rules=list(AidRules.objects.all()))).rules_of(month)
    days = (found.statement_opens_day, found.statement_reminder_day, found.statement_alert_day)
    return StatementDays(*statement_dates(month, days))


def late_statements(user, on: date) -> list[LateStatements]:
    """What is late for this user that day, the oldest month first."""
    return [one for one in waiting_statements(user, on) if one.is_late(on)]


def waiting_statements(user, on: date) -> list[LateStatements]:
    """Open and not declared, by month and establishment; a handful of queries whatever the rows."""
    if not user.has_perm("contracts.declare_presence"):
        return []
    inputs = read_inputs()
    oldest = minus_months(on.replace(day=1), MONTHS_LOOKED_BACK)
    granted = AidRequest.objects.filter(decided_on__isnull=False, refused=False, rate__isnull=False)
    granted = granted.exclude(aid_ends_on__lt=oldest)
    contracts = reachable(user).filter(closed_on=None, unaided_reason="", pk__in=granted.values("contract"))
    waiting = _undeclared(contracts, oldest, on, inputs)
    if not waiting:
        return []
    lines = _Lines(contracts, oldest, inputs)
    own = own_establishments(user)
    found: dict[tuple[date, int], list[_Line]] = defaultdict(list)
    for contract, request, period in waiting:
        line = lines.of(contract, request, period)
        if own is None or line.establishment in own:
            found[period.starts_on.replace(day=1), line.establishment].append(line)
    sites = Establishment.objects.in_bulk({site for _, site in found})
    ordered = sorted(found, key=lambda key: (key[0], sites[key[1]].name))
    return [_grouped(month, sites[site], found[month, site], statement_days(month, inputs)) for month, site in ordered]


def _grouped(month: date, establishment: Establishment, lines: list["_Line"], days: StatementDays) -> LateStatements:
    return LateStatements(
        establishment=establishment,
        month=month,
        count=len(lines),
        contracts=frozenset(line.contract for line in lines),
        amount=sum((line.amount for line in lines if line.amount is not None), Decimal(0)),
        unknown=sum(line.amount is None for line in lines),
        confirmed=sum(line.is_confirmed for line in lines),
        days=days,
    )


class _Line(NamedTuple):
    contract: int
    establishment: int
    amount: Decimal | None
    is_confirmed: bool


def _undeclared(contracts, oldest: date, on: date, inputs: Inputs) -> list[tuple[PlainContract, int, Period]]:
    """Contract, request and the aided days of a month that is open and not declared."""
    looked_at = Period(oldest, month_bounds(minus_months(on, 1))[1])
    declared, received = declared_months(contracts, oldest), received_statements()
    opens_on = cache(lambda month: statement_days(month, inputs).opens_on)
    return [
        (contract, request, aided.clipped_to(Period(*month_bounds(month))))
        for contract in read_plain(contracts)
        for request, aided in contract.aided()
        if (seen := aided.clipped_to(looked_at)) is not None
        for month in declared.left(request, seen)
        if (request, month) not in received and opens_on(month) <= on
    ]


class _Lines:
    """Ce qui est en jeu dans chaque mois attendu : ce qui est confirmé, sinon le calcul du jour."""

    def __init__(self, contracts, oldest: date, inputs: Inputs):
        self.inputs = inputs
        confirmed = PresenceStatement.objects.valid().filter(
            declared_on=None, month__gte=oldest, aid_request__contract__in=contracts.order_by().values("pk")
        )
        columns = ("aid_request_id", "month", "aid_request__contract_id", "establishment_id", "expected_amount")
        self.confirmed = {
            (request, month): _Line(*facts, is_confirmed=True)
            for request, month, *facts in confirmed.values_list(*columns)
        }
        self.amounts: dict[int, dict[tuple[int, date], Decimal | None]] = {}

    def of(self, contract: PlainContract, request: int, period: Period) -> _Line:
        """Confirmed, it stays where it was confirmed."""
        month = period.starts_on.replace(day=1)
        if (request, month) in self.confirmed:
            return self.confirmed[request, month]
        amount = self._amounts_of(contract).get((request, month))
        return _Line(contract.pk, contract.place_on(period.ends_on), amount, is_confirmed=False)

    def _amounts_of(self, contract: PlainContract) -> dict[tuple[int, date], Decimal | None]:
        if contract.pk not in self.amounts:
            decisions = plan(contract.facts, self.inputs).decisions
            self.amounts[contract.pk] = {
                (request, one.month): one.amount
                for request, decision in zip(contract.requests, decisions, strict=False)
                if decision
                for one in decision.months
            }
        return self.amounts[contract.pk]


def in_words(month: date, late: Iterable[LateStatements]) -> str:
    """« Septembre 2026 n'est pas déclaré pour 3 salariés : 1 562,61 € en jeu »."""
    late = list(late)
    count = len(frozenset().union(*(one.contracts for one in late)))
    people = "un salarié" if count == 1 else f"{count} salariés"
    name = month_name(month)
    return f"{name[0].upper()}{name[1:]} n'est pas déclaré pour {people} : {at_stake(late)}"


def at_stake(late: Iterable[LateStatements]) -> str:
    """« 1 562,61 € en jeu », « 520,87 € en jeu, 2 montants inconnus » ; no figure where every amount is unknown."""
    late = list(late)
    count, unknown = sum(one.count for one in late), sum(one.unknown for one in late)
    if unknown == count:
        return "montant inconnu"
    known = f"{french_euros(sum((one.amount for one in late), Decimal(0)))} en jeu"
    return (
        f"{known}, {unknown} montant{'s' if unknown > 1 else ''} inconnu{'s' if unknown > 1 else ''}"
        if unknown
        else known
    )
