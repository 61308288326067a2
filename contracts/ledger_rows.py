"""Les lignes brutes du registre de l'aide, lues par paquets : six requêtes pour deux mille contrats.

All is read as text, one row per request with its months joined: no converter runs and no object is made for each of
millions of months. What several contracts have in common is then read once.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Aggregate, F, TextField, Value
from django.db.models.functions import Cast, Concat

from contracts.models import AidPayment, Amendment, Contract, PresenceStatement, Suspension

CHUNK = 2_000
# Between months and between the fields of one: control characters, which no stored text holds unescaped.
RECORD, UNIT = "\x1e", "\x1f"
CONTRACT = ("starts_on", "ends_on", "broken_on", "closed_on")
TOLD = ("kind", "break_reason", "notified_repayment", "unaided_reason", "establishment__postcode", "cohort__region")
REQUEST = ("decided_on", "rate", "weekly_hours", "aid_starts_on", "aid_ends_on", "order_id")
FLAGS = ("aid_requests__refused", "aid_requests__is_cofinanced")
SUSPENSION = ("starts_on", "ends_on", "pay_kept", "kept_percent", "declared_on")
STATEMENT = ("month", "declared_on", "expected_amount", "parts", "whole", "inputs")
PAYMENT = ("month", "paid_on", "amount")


class Joined(Aggregate):
    """Les textes d'un groupe bout à bout, dans aucun ordre."""

    function = "STRING_AGG"
    arity = 2

    def __init__(self, expression):
        super().__init__(expression, Value(RECORD), output_field=TextField())

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **extra)


class RawContract(NamedTuple):
    """Un contrat, ce dont son aide dépend en un seul tuple de textes, et ce qui est déclaré et versé par demande."""

    pk: int
    establishment_id: int
    requests: list[int]
    terms: tuple
    statements: dict[int, str]
    payments: dict[int, str]
    moves: tuple


def raw_contracts(contracts) -> Iterator[RawContract]:
    """`contracts` is a queryset without a slice: it is walked through by its numbers."""
    last, pks = 0, [None] * CHUNK
    while len(pks) == CHUNK:
        pks = list(contracts.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        yield from _chunk(pks)
        last = pks[-1] if pks else 0


def _chunk(pks: list[int]) -> Iterator[RawContract]:
    texts = [*_texts(CONTRACT), *TOLD, *FLAGS, *_texts(REQUEST, "aid_requests__")]
    rows = Contract.objects.filter(pk__in=pks).order_by("pk", "aid_requests__pk")
    found: dict[int, tuple[int, list, list]] = {}
    for pk, establishment, request, *terms in rows.values_list("pk", "establishment_id", "aid_requests__pk", *texts):
        _, requests, all_terms = found.setdefault(pk, (establishment, [], []))
        all_terms.append(tuple(terms))
        if request is not None:
            requests.append(request)
    numbers = [request for _, requests, _ in found.values() for request in requests]
    suspensions = _by_contract(Suspension.objects.filter(contract__in=pks), SUSPENSION)
    moves = _by_contract(
        Amendment.objects.valid().filter(contract__in=pks, establishment_after__isnull=False),
        ("effective_on", "establishment_before"),
    )
    statements, payments = _joined(PresenceStatement, numbers, STATEMENT), _joined(AidPayment, numbers, PAYMENT)
    for pk, (establishment, requests, all_terms) in found.items():
        terms = (*all_terms, suspensions.get(pk, ()))
        yield RawContract(pk, establishment, requests, terms, statements, payments, moves.get(pk, ()))


def _joined(model, requests: list[int], fields: Iterable[str]) -> dict[int, str]:
    """Request → its months, each a text of its fields."""
    texts = _texts(fields)
    separated = [part for text in texts for part in (text, Value(UNIT))][:-1]
    rows = model.objects.valid().filter(aid_request__in=requests).order_by()
    return dict(rows.values_list("aid_request").annotate(lines=Joined(Concat(*separated, output_field=TextField()))))


def _by_contract(rows, fields: tuple[str, ...]) -> dict[int, tuple]:
    found: dict[int, tuple] = {}
    for contract, *values in rows.order_by("contract", fields[0], "pk").values_list("contract", *_texts(fields)):
        found[contract] = (*found.get(contract, ()), tuple(values))
    return found


def _texts(fields: Iterable[str], prefix: str = "") -> list:
    return [Cast(F(f"{prefix}{name}"), TextField()) for name in fields]
