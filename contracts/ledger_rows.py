"""Les lignes brutes du registre de l'aide, lues par paquets : quatre requêtes pour cinq mille contrats.

Each row is one text, joined by the database: no converter runs and no object is made for each of millions of months.
What a text means is read once for all the rows that hold the same, so a text holds no day on which somebody declared
or paid: `Details` reads these for the months that are shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Aggregate, Case, Count, F, Func, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce

from accounts.models import Receipt
from contracts.due import SUBJECT, statement_of_key
from contracts.models import AidPayment, Amendment, Contract, PresenceStatement, Suspension
from regulations.discrepancies import Payment
from regulations.due import Rule

CHUNK = 5_000
CENT = Decimal("0.01")
# Between the fields of a contract: a control character, which no form lets through.
UNIT = "\x1f"
# Between months, which hold days and digits only.
COMMA = ","
DECLARED, ONLY_CONFIRMED, TOLD = "1", "0", "2"  # TOLD: received otherwise, not confirmed here
FACTS = (
    *("starts_on", "ends_on", "broken_on", "closed_on", "kind", "break_reason", "notified_repayment"),
    *("unaided_reason", "establishment__postcode", "cohort__region"),
)
DECISION = (
    *("refused", "is_cofinanced", "decided_on", "rate", "weekly_hours"),
    *("aid_starts_on", "aid_ends_on", "order_id"),
)
SUSPENSION = ("starts_on", "ends_on", "pay_kept", "kept_percent", "told_on")

Kept = tuple[str, Decimal, int]


class RawContract(NamedTuple):
    """Un contrat et les textes dont son aide dépend."""

    pk: int
    establishment_id: int
    # Its suspensions, then itself with each of its requests.
    terms: tuple[str, ...]
    requests: tuple[int, ...]
    # Of each request, its months confirmed and its payments, as they were joined.
    lines: tuple[tuple[str, str], ...]
    moves: tuple[tuple[date, int], ...]
    # The statements received otherwise than here, and their day.
    told: dict[tuple[int, date], date]


class Details:
    """Ce que les textes ne disent pas, lu pour toutes ces demandes la première fois qu'on en veut une ligne."""

    def __init__(self, requests: Sequence[int], on: date):
        self.requests, self.on = requests, on

    @cached_property
    def declared(self) -> dict[tuple[int, date], date]:
        rows = PresenceStatement.objects.valid().filter(_among("aid_request", self.requests), declared_on__lte=self.on)
        return {
            (request, month): day for request, month, day in rows.values_list("aid_request", "month", "declared_on")
        }

    @cached_property
    def payments(self) -> dict[tuple[int, date], tuple[Payment, ...]]:
        """In the order of their days."""
        rows = AidPayment.objects.valid().filter(_among("aid_request", self.requests), paid_on__lte=self.on)
        found: dict[tuple[int, date], tuple[Payment, ...]] = {}
        columns = rows.order_by("paid_on", "pk").values_list("aid_request", "month", "amount", "paid_on")
        for request, month, amount, paid_on in columns:
            line = (Payment(amount, paid_on),)
            found[request, month] = found.get((request, month), ()) + line
        return found

    @cached_property
    def several(self) -> dict[tuple[int, date], tuple[Payment, ...]]:
        """The payments of the months that have more than one."""
        rows = AidPayment.objects.valid().filter(_among("aid_request", self.requests), paid_on__lte=self.on)
        months = rows.order_by().values("aid_request", "month").annotate(lines=Count("pk")).filter(lines__gt=1)
        lines = Joined(Chained(_plain("paid_on"), Cents("amount")))
        return {
            (request, month): tuple(Payment(euros(one[10:]), date.fromisoformat(one[:10])) for one in _by_day(joined))
            for request, month, joined in months.annotate(joined=lines).values_list("aid_request", "month", "joined")
        }

    @cached_property
    def kept(self) -> dict[tuple[int, date], Kept]:
        """The document kept with each confirmed month, and its parts of the whole."""
        rows = PresenceStatement.objects.valid().filter(_among("aid_request", self.requests))
        columns = rows.values_list("aid_request", "month", _plain("inputs"), "parts", "whole")
        return {(request, month): tuple(kept) for request, month, *kept in columns}


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


def raw_contracts(contracts, on: date) -> Iterator[list[RawContract]]:
    """Packets of rows as that day knows them. `contracts` is a queryset without a slice, walked by its numbers."""
    last, pks = 0, [0] * CHUNK
    while len(pks) == CHUNK:
        pks = list(contracts.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if pks:
            yield _packet(pks, on)
            last = pks[-1]


def day_of(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def euros(cents: str) -> Decimal:
    return Decimal(cents) * CENT


def _packet(pks: list[int], on: date) -> list[RawContract]:
    wanted, found = set(pks), {}
    away = _by_contract(_suspensions(on).filter(_among("contract", pks)), SUSPENSION)
    moved = Amendment.objects.valid().filter(_among("contract", pks), establishment_after__isnull=False)
    moves = _by_contract(moved, ("effective_on", "establishment_before_id"))
    rows = Contract.objects.filter(_among("pk", pks)).order_by("pk", "aid_requests__pk")
    columns = (*COLUMNS, _stated(on), _paid(on), _told(on))
    for pk, place, request, terms, stated, paid, keys in rows.values_list("pk", *columns):
        first, told = found.get(pk), _days_told(keys)
        if told:
            stated = _with_told(stated, [month for one, month in told if one == request])
        if first is not None:
            requests, lines = (*first.requests, request), (*first.lines, (stated, paid))
            found[pk] = first._replace(terms=(*first.terms, terms), requests=requests, lines=lines)
        elif pk in wanted:
            requests, lines = ((request,), ((stated, paid),)) if request else ((), ())
            moved = _moves(moves[pk]) if pk in moves else ()
            found[pk] = RawContract(pk, place, (away.get(pk, ""), terms), requests, lines, moved, told)
    return list(found.values())


def _stated(on: date) -> Coalesce:
    """Months confirmed, declared by then or not, and their amount."""
    is_declared = Case(When(declared_on__lte=on, then=Value(DECLARED)), default=Value(ONLY_CONFIRMED))
    amount = Coalesce(Cents("expected_amount"), Value(""))
    return _joined(PresenceStatement.objects.valid(), Chained(_plain("month"), is_declared, amount))


def _paid(on: date) -> Coalesce:
    """Months paid by then, and how much. Several payments of a month are in no order: `Details` knows it."""
    return _joined(AidPayment.objects.valid().filter(paid_on__lte=on), Chained(_plain("month"), Cents("amount")))


def _received(rule: Rule, on: date):
    return Receipt.objects.standing().filter(rule=rule, subject_kind=SUBJECT, received_on__lte=on).order_by()


def _told(on: date) -> Coalesce:
    """The statements of the contract received otherwise by then, with their days."""
    rows = _received(Rule.STATEMENT, on).filter(subject_id=OuterRef("pk")).values("subject_id")
    lines = rows.annotate(lines=Joined(Chained(F("object_key"), Value(UNIT), _plain("received_on"))))
    return Coalesce(Subquery(lines.values("lines")), Value(""), output_field=TextField())


def _days_told(joined: str) -> dict[tuple[int, date], date]:
    rows = (text.split(UNIT) for text in joined.split(COMMA)) if joined else ()
    return {statement_of_key(key): date.fromisoformat(day) for key, day in rows}


def _with_told(stated: str, months: Iterable[date]) -> str:
    """A month received otherwise is declared, with what was confirmed of it."""
    lines = {text[:10]: text for text in stated.split(COMMA)} if stated else {}
    for month in map(date.isoformat, months):
        known = lines.get(month)
        lines[month] = f"{month}{DECLARED}{known[11:]}" if known else f"{month}{TOLD}"
    return COMMA.join(lines.values())


def _suspensions(on: date):
    """Each with the day on which somebody reported it, here or otherwise."""
    received = _received(Rule.SUSPENSION_NOTICE, on).filter(object_key=Cast(OuterRef("pk"), TextField()))
    return Suspension.objects.annotate(told_on=Coalesce("declared_on", Subquery(received.values("received_on")[:1])))


def _joined(rows, expression) -> Coalesce:
    """The lines of each request of the contracts that are read."""
    lines = rows.filter(aid_request=OuterRef("aid_requests__pk")).order_by().values("aid_request")
    return Coalesce(
        Subquery(lines.annotate(lines=Joined(expression)).values("lines")), Value(""), output_field=TextField()
    )


def _by_contract(rows, columns: Iterable[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for contract, text in rows.order_by("contract", "pk").values_list("contract_id", _text(*columns)):
        found[contract] = f"{found[contract]}{COMMA}{text}" if contract in found else text
    return found


def _moves(joined: str) -> tuple[tuple[date, int], ...]:
    moves = (text.split(UNIT) for text in joined.split(COMMA))
    return tuple(sorted((date.fromisoformat(moved_on), int(before)) for moved_on, before in moves))


def _by_day(joined: str) -> list[str]:
    return sorted(joined.split(COMMA))


def _among(name: str, numbers: list[int]) -> Q:
    """A range when it holds little else: thousands of parameters cost more than the rows they bring."""
    if not numbers:
        return Q(pk__in=())
    first, last = min(numbers), max(numbers)
    if last - first < 2 * len(numbers):
        return Q(**{f"{name}__gte": first, f"{name}__lte": last})
    return Q(**{f"{name}__in": numbers})


def _text(*columns: str) -> Chained:
    texts = [part for name in columns for part in (Coalesce(_plain(name), Value("")), Value(UNIT))]
    return Chained(*texts[:-1])


def _plain(name: str) -> Cast:
    return Cast(F(name), TextField())


COLUMNS = ("establishment_id", "aid_requests__pk", _text(*FACTS, *(f"aid_requests__{name}" for name in DECISION)))
