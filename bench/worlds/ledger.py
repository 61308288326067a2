"""Contracts, statements and payments of `bench.ledger`: a few hundred kinds of decisions, gaps of every cause."""

import gc
import json
import resource
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from statistics import median
from time import process_time

from django.core.management import call_command
from django.db import connection

from cohorts.models import Cohort, Enrolment, Person
from contracts.expected import ExpectedMonth, expected_for, read_inputs, statement_inputs, with_aid_facts
from contracts.ledger import stream
from contracts.ledger_rows import raw_contracts
from contracts.models import AidPayment, AidRequest, Contract, PresenceStatement, Suspension
from regulations.contracts import BreakReason, PayKept, SuspensionReason
from regulations.deadlines import end_of, plus_months
from tests import builders as b

TODAY = date(2026, 11, 20)
FIRST = date(2024, 11, 4)
COHORTS, SITES = 40, 200
POSTCODES = ("50300", "14000", "61000", "76000")
BATCH = 5_000
RATES = [Decimal(rate) for rate in ("40", "45", "50", "60")]
HOURS = [Decimal(hours) for hours in ("20", "22", "24", "26", "23.5")]
OLD_SMIC, NEW_SMIC = Decimal("11.88"), Decimal("12.02")


def prepare(count: int) -> None:
    call_command("migrate", verbosity=0)
    b.a_smic(date(2024, 11, 1), str(OLD_SMIC))
    b.a_smic(date(2026, 1, 1), str(NEW_SMIC))
    order = b.an_order(valid_from=date(2024, 1, 1))
    cohorts = [b.a_cohort(starts_on=FIRST) for _ in range(COHORTS)]
    sites = [b.an_establishment(postcode=POSTCODES[n % 4]) for n in range(SITES)]
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        _decided(numbers, count, cohorts, sites, order)
        _declared_and_paid(start)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _decided(numbers: range, count: int, cohorts: list[Cohort], sites: list, order) -> None:
    """Cohort after cohort, as they are entered; one contract in thirty suspended, one in fifty broken."""
    agency = cohorts[0].agency
    people = Person.objects.bulk_create(
        Person(agency=agency, public_code=f"B{n:07d}", birth_name=f"NOM{n}", first_name="Ana", notice_given_on=FIRST)
        for n in numbers
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(person=person, cohort=cohorts[n * COHORTS // count], enrolled_on=FIRST)
        for n, person in zip(numbers, people, strict=True)
    )
    contracts = Contract.objects.bulk_create(
        _contract(n, count, enrolment, sites) for n, enrolment in zip(numbers, enrolments, strict=True)
    )
    AidRequest.objects.bulk_create(
        AidRequest(
            contract=contract,
            decided_on=contract.starts_on,
            decision_number=f"{50_000_000_000 + n:012d}",
            order=order,
            rate=RATES[n % 4],
            weekly_hours=HOURS[n % 5],
            aid_starts_on=contract.starts_on,
            aid_ends_on=contract.ends_on,
        )
        for n, contract in zip(numbers, contracts, strict=True)
    )
    Suspension.objects.bulk_create(
        Suspension(
            contract=contract,
            starts_on=contract.starts_on + timedelta(days=40 + n % 97),
            ends_on=contract.starts_on + timedelta(days=47 + n % 97),
            reason=SuspensionReason.UNPAID_LEAVE,
            pay_kept=PayKept.NONE,
            declared_on=contract.starts_on + timedelta(days=41 + n % 97),
        )
        for n, contract in zip(numbers, contracts, strict=True)
        if n % 30 == 0
    )


def _contract(n: int, count: int, enrolment: Enrolment, sites: list) -> Contract:
    # Some on the first of a month, most on another day.
    begun = FIRST + timedelta(days=9 * (n * COHORTS // count))
    starts_on = begun.replace(day=1) if n % 4 == 0 else begun
    broken_on = starts_on + timedelta(days=200 + n % 61) if n % 50 == 1 else None
    return Contract(
        enrolment=enrolment,
        cohort=enrolment.cohort,
        establishment=sites[n % len(sites)],
        kind="CDD_PEC",
        job_title="Agent de service hospitalier",
        weekly_hours=28,
        starts_on=starts_on,
        ends_on=end_of(starts_on, 12),
        broken_on=broken_on,
        break_reason=BreakReason.RESIGNATION if broken_on else "",
    )


def _declared_and_paid(start: int) -> None:
    """Declared on one of eleven days, paid with one of two transfers a month; one month in forty goes wrong."""
    rows = list(with_aid_facts(Contract.objects.order_by("pk"))[start : start + BATCH])
    statements, payments, dice = [], [], Random(start)
    for contract, aid in zip(rows, expected_for(rows, read_inputs()).values(), strict=True):
        for month in aid.months:
            # Anybody's month may go wrong, whatever the contract: no two contracts are told to be alike.
            luck = dice.randrange(400)
            if luck != 0:
                statements.append(_statement(contract, month, dice.randrange(11)))
            payments += (_payment(month, dice.randrange(2), *line) for line in _lines(month, luck))
    PresenceStatement.objects.bulk_create(statements, batch_size=BATCH)
    AidPayment.objects.bulk_create(payments, batch_size=BATCH)


def _lines(month: ExpectedMonth, luck: int) -> Iterator[tuple[Decimal, int]]:
    """(amount, months after) of what was paid: nothing, twice, at the old SMIC, at the old one then made up for…"""
    amount = month.amount
    old = (amount * OLD_SMIC / NEW_SMIC).quantize(Decimal("0.01"))
    match luck:
        case 0 | 1:
            return
        case 2 | 3 if amount:
            yield from ((amount, 1), (amount, 2))
        case 4 | 5 if amount:
            yield from ((amount, 1), (amount, 2), (-amount, 4))
        case 6 | 7 if month.month >= date(2026, 1, 1) and old:
            yield from ((old, 1), (amount - old, 3))
        case 8 if month.month >= date(2026, 1, 1) and old:
            yield (old, 1)
        case 9:
            yield (amount + Decimal("0.04"), 1)
        case _ if amount:
            yield (amount, 1)


def _statement(contract: Contract, month: ExpectedMonth, day: int) -> PresenceStatement:
    return PresenceStatement(
        aid_request=month.request,
        month=month.month,
        establishment_id=contract.establishment_id,
        parts=month.inputs.parts,
        whole=month.inputs.whole,
        expected_amount=month.amount,
        inputs=statement_inputs(month),
        declared_on=plus_months(month.month, 1) + timedelta(days=day),
    )


def _payment(month: ExpectedMonth, transfer: int, amount: Decimal, later: int) -> AidPayment:
    paid_on = plus_months(month.month, later) + timedelta(days=4 + transfer)
    key = f"{month.request.pk} {month.month} {amount} {paid_on} {later}"
    return AidPayment(aid_request=month.request, month=month.month, amount=amount, paid_on=paid_on, line_key=key)


def compare(rounds: int) -> None:
    """Processor time, in turns; the first turn warms the pages of the database and is not counted."""
    numbers = [
        (given.hourly_smic, given.rate, given.weekly_hours, given.parts, Decimal(given.whole))
        for ledger in stream(Contract.objects.all(), TODAY)
        for figures in ledger.figures
        if (given := figures.inputs) is not None
    ]
    gc.collect()
    gc.freeze()
    turns = [(_loop(numbers), *_ledgers(), _reading()) for _ in range(rounds + 1)][1:]
    loops, times, causes, readings = zip(*turns, strict=True)
    told = {
        "months": sum(causes[0].values()),
        "loop": median(loops),
        "ledger": median(times),
        "ratio": median(time / loop for time, loop in zip(times, loops, strict=True)),
        "reading": median(readings),
        "recomputed": median((time - read) / loop for time, read, loop in zip(times, readings, loops, strict=True)),
        "causes": {str(cause): many for cause, many in causes[0].most_common() if cause},
    }
    print(json.dumps(told))


def _loop(numbers: list[tuple[Decimal, ...]]) -> float:
    weeks, months = Decimal(52), Decimal(12)
    start = process_time()
    for smic, rate, hours, parts, whole in numbers:
        smic * rate * hours * weeks / months * parts / whole
    return process_time() - start


def _ledgers() -> tuple[float, Counter]:
    causes: Counter = Counter()
    start = process_time()
    for ledger in stream(Contract.objects.all(), TODAY):
        for figures in ledger.figures:
            causes[figures.cause] += 1
    return process_time() - start, causes


def _reading() -> float:
    start = process_time()
    for _ in raw_contracts(Contract.objects.all(), TODAY):
        pass
    return process_time() - start


def walk(count: int) -> None:
    """The first contracts' ledgers, one after the other, and the most memory this process has held."""
    with connection.cursor() as cursor:
        # What SQLite keeps of the pages it has read is not ours.
        cursor.execute("PRAGMA mmap_size=0")
        cursor.execute("PRAGMA cache_size=-2000")
    last = Contract.objects.order_by("pk").values_list("pk", flat=True)[count - 1]
    found = sum(1 for _ in stream(Contract.objects.filter(pk__lte=last), TODAY))
    if found != count:
        raise SystemExit(f"The bench measures something else: {found} contracts")
    print(json.dumps({"mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
