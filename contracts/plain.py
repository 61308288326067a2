"""Les contrats en valeurs simples : ce dont leur aide dépend, en quatre requêtes et sans construire de fiches.

A page that shows rows reads models (`contracts.expected`); what only counts and adds, for thousands, reads this.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Max, Min

from contracts.models import AidRequest, Amendment, PresenceStatement, Suspension
from contracts.planned import Away, Decision, Facts, aided_period
from regulations.aid import month_bounds, months_between
from regulations.amendments import value_on
from regulations.periods import Period

DECISION = ("decided_on", "refused", "rate", "weekly_hours", "aid_starts_on", "aid_ends_on", "order_id")
AWAY = ("starts_on", "ends_on", "pay_kept", "kept_percent")
CONTRACT = (
    *("pk", "establishment_id", "broken_on", "ends_on", "starts_on"),
    *("closed_on", "unaided_reason", "establishment__postcode", "cohort__region"),
)


class PlainContract(NamedTuple):
    """Un contrat, les faits dont son aide dépend, et le numéro de chaque demande dans l'ordre de ses décisions."""

    pk: int
    establishment_id: int
    facts: Facts
    requests: tuple[int, ...]
    # Day of each move, and where the work was until then.
    moves: tuple[tuple[date, int], ...]

    def place_on(self, day: date) -> int:
        """The establishment of that day."""
        return value_on(day, self.establishment_id, self.moves)

    def aided(self) -> Iterator[tuple[int, Period]]:
        """Each granted request, and its days inside those of the contract."""
        for request, decision in zip(self.requests, self.facts.decisions, strict=True):
            period = aided_period(decision, self.facts) if decision.is_granted else None
            if period is not None:
                yield request, period


def read_plain(contracts) -> list[PlainContract]:
    """The contracts of that queryset, by their numbers."""
    within = contracts.order_by().values("pk")
    requests, decisions, away, moves = (defaultdict(list) for _ in range(4))
    asked = AidRequest.objects.filter(contract__in=within).order_by("pk")
    for contract, request, *values in asked.values_list("contract_id", "pk", *DECISION):
        requests[contract].append(request)
        decisions[contract].append(Decision(*values))
    suspensions = Suspension.objects.filter(contract__in=within).order_by("pk")
    for contract, *values in suspensions.values_list("contract_id", *AWAY):
        away[contract].append(Away(*values))
    moved = Amendment.objects.valid().filter(contract__in=within, establishment_after__isnull=False)
    for contract, *values in moved.values_list("contract_id", "effective_on", "establishment_before_id"):
        moves[contract].append(tuple(values))
    found = []
    for pk, place, broken_on, ends_on, starts_on, *others in contracts.order_by("pk").values_list(*CONTRACT):
        facts = Facts(starts_on, broken_on or ends_on, *others, tuple(decisions[pk]), tuple(away[pk]))
        found.append(PlainContract(pk, place, facts, tuple(requests[pk]), tuple(moves[pk])))
    return found


@dataclass(frozen=True)
class DeclaredMonths:
    """Les mois déclarés au payeur, demande par demande : d'un trait quand ils se suivent, un par un sinon."""

    runs: dict[int, Period] = field(default_factory=dict)
    others: dict[int, set[date]] = field(default_factory=dict)

    def left(self, request: int, period: Period) -> list[date]:
        """The months of that period, both ends known, that nobody declared."""
        run = self.runs.get(request)
        if run is not None and run.starts_on <= period.starts_on and period.ends_on <= run.ends_on:
            return []
        others = self.others.get(request, ())
        months = months_between(period.starts_on, period.ends_on)
        return [month for month in months if month not in others and not (run and run.covers(month))]


def declared_months(contracts, since: date) -> DeclaredMonths:
    """From that month on. One row is read for each request, and each month of those that have a hole."""
    rows = PresenceStatement.objects.valid().filter(
        declared_on__isnull=False, month__gte=since, aid_request__contract__in=contracts.order_by().values("pk")
    )
    runs, broken = {}, []
    # A month stands once for a request: as many as there are from the first to the last leave no hole.
    for request, first, last, count in (
        rows.order_by().values_list("aid_request").annotate(Min("month"), Max("month"), Count("pk"))
    ):
        if len(months_between(first, last)) == count:
            runs[request] = Period(first, month_bounds(last)[1])
        else:
            broken.append(request)
    others = defaultdict(set)
    if broken:
        for request, month in rows.filter(aid_request__in=broken).values_list("aid_request", "month"):
            others[request].add(month)
    return DeclaredMonths(runs, dict(others))
