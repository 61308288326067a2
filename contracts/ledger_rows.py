"""Les lignes brutes du registre de l'aide, lues par paquets : sept requêtes au plus pour cinq mille contrats.

Each row is one text, joined by the database: no converter runs and no object is made for each of millions of months.
What a text means is read once for all the rows that hold the same.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Aggregate, F, Func, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce

from contracts.models import AidPayment, Amendment, Contract, PresenceStatement, Suspension

CHUNK = 5_000
CENT = Decimal("0.01")
# Between the fields of a contract: a control character, which no form lets through.
UNIT = "\x1f"
# Between months, which hold days and digits only.
COMMA = ","
NO_DAY = "0000-00-00"
FACTS = (
    *("starts_on", "ends_on", "broken_on", "closed_on", "kind", "break_reason", "notified_repayment"),
    *("unaided_reason", "establishment__postcode", "cohort__region"),
)
DECISION = (
    *("refused", "is_cofinanced", "decided_on", "rate", "weekly_hours"),
    *("aid_starts_on", "aid_ends_on", "order_id"),
)
SUSPENSION = ("starts_on", "ends_on", "pay_kept", "kept_percent", "declared_on")

Kept = tuple[str, Decimal, int]


class RawContract(NamedTuple):
    """Un contrat et les textes dont son aide dépend."""

    pk: int
    establishment_id: int
    terms: tuple[str, ...]
    # Of each request, its months declared and its payments, as they were joined.
    requests: list[tuple[int, str, str]]
    moves: tuple[tuple[date, int], ...]


class Joined(Aggregate):
    """Les textes d'un groupe bout à bout, dans aucun ordre."""

    function = "STRING_AGG"

    def __init__(self, expression):
        super().__init__(expression, Value(COMMA), output_field=TextField())

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **extra)


class Chained(Func):
    """Des textes l'un après l'autre : `Concat` les emboîte, trop profond pour SQLite au-delà de quelques-uns."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = TextField()


class Cents(Func):
    """Un montant en centimes entiers : les mêmes chiffres dans les deux bases, et vite écrits."""

    template = "CAST(CAST(ROUND(%(expressions)s * 100) AS BIGINT) AS TEXT)"
    output_field = TextField()


def raw_contracts(contracts) -> Iterator[list[RawContract]]:
    """Packets of rows. `contracts` is a queryset without a slice: it is walked through by its numbers."""
    last, pks = 0, [0] * CHUNK
    while len(pks) == CHUNK:
        pks = list(contracts.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if pks:
            yield _packet(pks)
            last = pks[-1]


def kept_inputs(requests: list[int]) -> dict[tuple[int, str], Kept]:
    """(request, month) → the document kept with that confirmed month, and its parts of the whole."""
    rows = PresenceStatement.objects.valid().filter(_among("aid_request", requests))
    return {
        (request, month.isoformat()): tuple(kept)
        for request, month, *kept in rows.values_list("aid_request_id", "month", _plain("inputs"), "parts", "whole")
    }


def day_of(text: str) -> date | None:
    return None if text in ("", NO_DAY) else date.fromisoformat(text)


def euros(cents: str) -> Decimal:
    return Decimal(cents) * CENT


def _packet(pks: list[int]) -> list[RawContract]:
    wanted, requests, terms, places = set(pks), {}, {}, {}
    facts = _text(*FACTS, *(f"aid_requests__{name}" for name in DECISION))
    rows = Contract.objects.filter(_among("pk", pks)).order_by("pk", "aid_requests__pk")
    for pk, place, request, text in rows.values_list("pk", "establishment_id", "aid_requests__pk", facts):
        if pk in places:
            terms[pk] = (*terms[pk], text)
            requests[pk].append(request)
        elif pk in wanted:
            places[pk], terms[pk], requests[pk] = place, (text,), [request] if request else []
    away = _by_contract(Suspension.objects.filter(_among("contract", pks)), SUSPENSION)
    moved = Amendment.objects.valid().filter(_among("contract", pks), establishment_after__isnull=False)
    moves = _by_contract(moved, ("effective_on", "establishment_before_id"))
    numbers = [request for found in requests.values() for request in found]
    amount = Coalesce(Cents("expected_amount"), Value(""))
    declared = Chained(_plain("month"), Coalesce(_plain("declared_on"), Value(NO_DAY)), amount)
    stated = _joined(PresenceStatement, numbers, declared)
    paid = _joined(AidPayment, numbers, Chained(_plain("month"), _plain("paid_on"), Cents("amount")))
    return [
        RawContract(
            pk,
            places[pk],
            (*terms[pk], away.get(pk, "")),
            [(one, stated.get(one, ""), paid.get(one, "")) for one in found],
            tuple(sorted(_move(text) for text in moves[pk].split(COMMA))) if pk in moves else (),
        )
        for pk, found in requests.items()
    ]


def _joined(model, requests: list[int], expression) -> dict[int, str]:
    if not requests:
        return {}
    rows = model.objects.valid().filter(_among("aid_request", requests)).order_by()
    return dict(rows.values_list("aid_request_id").annotate(lines=Joined(expression)))


def _by_contract(rows, columns: Iterable[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for contract, text in rows.order_by("contract", "pk").values_list("contract_id", _text(*columns)):
        found[contract] = f"{found[contract]}{COMMA}{text}" if contract in found else text
    return found


def _move(text: str) -> tuple[date, int]:
    moved_on, before = text.split(UNIT)
    return date.fromisoformat(moved_on), int(before)


def _among(name: str, numbers: list[int]) -> Q:
    """A range when it holds little else: thousands of parameters cost more than the rows they bring."""
    first, last = min(numbers), max(numbers)
    if last - first < 2 * len(numbers):
        return Q(**{f"{name}__gte": first, f"{name}__lte": last})
    return Q(**{f"{name}__in": numbers})


def _text(*columns: str) -> Chained:
    texts = [part for name in columns for part in (Coalesce(_plain(name), Value("")), Value(UNIT))]
    return Chained(*texts[:-1])


def _plain(name: str) -> Cast:
    return Cast(F(name), TextField())
