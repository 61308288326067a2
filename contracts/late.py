"""Les états de présence que personne n'a déclarés : quel mois, chez qui, combien, et le montant en jeu.

A month is waited for from the day the settings open it; it is late from the day of the reminder. Those days are a
hypothesis: no source gives one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.due import received_statements
from contracts.models import AidRequest, AidRules, PresenceStatement
from contracts.month import MonthLine, lines_of, month_name, own_establishments, reachable
from contracts.planned import Inputs, aided_period, read_inputs
from employers.models import Establishment
from regulations.aid import month_bounds, months_between
from regulations.deadlines import minus_months, statement_dates
from regulations.money import french_euros

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
    count: int
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
    rules = read_inputs()
    undeclared = _undeclared(user, on, rules)
    if not undeclared:
        return []
    contracts = reachable(user).filter(aid_requests__in={request for request, _ in undeclared}).distinct()
    own = own_establishments(user)
    found: dict[tuple[date, Establishment], list[MonthLine]] = defaultdict(list)
    for line in lines_of(contracts, months={month for _, month in undeclared}, inputs=rules):
        is_waited_for = (line.request.pk, line.month) in undeclared and not line.is_gone
        if is_waited_for and (own is None or line.establishment.pk in own):
            found[line.month, line.establishment].append(line)
    ordered = sorted(found.items(), key=lambda item: (item[0][0], item[0][1].name))
    return [_grouped(month, site, lines, statement_days(month, rules)) for (month, site), lines in ordered]


def _grouped(month: date, establishment: Establishment, lines: list[MonthLine], days: StatementDays) -> LateStatements:
    return LateStatements(
        establishment=establishment,
        month=month,
        count=len(lines),
        amount=sum((line.amount for line in lines if line.amount is not None), Decimal(0)),
        unknown=sum(line.amount is None for line in lines),
        confirmed=sum(line.statement is not None for line in lines),
        days=days,
    )


def _undeclared(user, on: date, rules: Inputs) -> set[tuple[int, date]]:
    """(request, month) pairs that are open and not declared: dates alone are read, no amount is computed yet."""
    oldest = minus_months(on.replace(day=1), MONTHS_LOOKED_BACK)
    last = month_bounds(minus_months(on, 1))[1]
    contracts = reachable(user).filter(closed_on=None, unaided_reason="")
    requests = (
        AidRequest.objects.filter(contract__in=contracts, decided_on__isnull=False, refused=False, rate__isnull=False)
        .exclude(aid_ends_on__lt=oldest)
        .select_related("contract")
    )
    declared = set(
        PresenceStatement.objects.valid()
        .filter(declared_on__isnull=False, month__gte=oldest, aid_request__in=requests)
        .values_list("aid_request", "month")
    )
    waiting = {
        (request.pk, month)
        for request in requests
        if (aided := aided_period(request, request.contract)) is not None
        for month in months_between(max(aided.starts_on, oldest), min(aided.ends_on, last))
    }
    months = {month for _, month in waiting}
    open_months = {month for month in months if statement_days(month, rules).opens_on <= on}
    return {one for one in waiting - declared - received_statements() if one[1] in open_months}


def in_words(month: date, late: Iterable[LateStatements]) -> str:
    """« Septembre 2026 n'est pas déclaré pour 3 salariés : 1 562,61 € en jeu »."""
    late = list(late)
    count, amount = sum(one.count for one in late), sum((one.amount for one in late), Decimal(0))
    people = "un salarié" if count == 1 else f"{count} salariés"
    unknown = sum(one.unknown for one in late)
    name = month_name(month)
    stake = "montant inconnu" if unknown == count else f"{french_euros(amount)} en jeu"
    more = f", {unknown} montant{'s' if unknown > 1 else ''} inconnu{'s' if unknown > 1 else ''}"
    return f"{name[0].upper()}{name[1:]} n'est pas déclaré pour {people} : {stake}{more if 0 < unknown < count else ''}"
