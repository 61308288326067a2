"""What an employer asks back for its trainees: cost, cap of the day, hours followed, State aid where it is deducted.

A constant number of queries whatever the expenses.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from contracts.models import AidPayment, Contract
from employers.models import Financing
from regulations.aid import months_between
from regulations.certificates import Asked, aid_on_hours, asked_for
from regulations.periods import Period
from regulations.training import ExpenseKind
from training.models import Convention, Expense, ExpenseCap
from training.paid import standings

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Claim:
    """Une dépense, ce qu'elle coûte, ce qu'elle demande ; `aid` : l'aide déduite, seulement où le réglage le dit."""

    expense: Expense
    minutes: int
    amount: Asked
    cap: ExpenseCap | None
    aid: Decimal | None

    @property
    def kind(self) -> ExpenseKind:
        return ExpenseKind(self.expense.kind)

    @property
    def asked(self) -> Decimal:
        """What is asked of the financer: capped, less the aid already received on these hours where it is deducted."""
        return max(NOTHING, self.amount.asked - (self.aid or NOTHING))

    @property
    def is_lowered(self) -> bool:
        return self.asked < self.amount.cost


def claims(expenses, on: date) -> list[Claim]:
    """By trainee, period and kind. `expenses` is a queryset."""
    rows = list(
        expenses.select_related("convention__establishment__employer", "convention__cohort", "enrolment__person")
    )
    if not rows:
        return []
    minutes = _minutes(rows, on)
    financers = _financers({row.convention.establishment.employer_id for row in rows})
    caps = Caps()
    contracts = _contracts({row.enrolment_id for row in rows})
    received = _received(contracts)
    kinds = list(ExpenseKind)
    rows.sort(
        key=lambda row: (
            row.enrolment.person.search_text,
            row.enrolment_id,
            row.starts_on,
            kinds.index(row.kind),
            row.pk,
        )
    )
    found = []
    for row in rows:
        kind, followed = ExpenseKind(row.kind), minutes(row)
        cap = caps.get((financers(row), kind), row.starts_on)
        amount = asked_for(kind, row.quantity, row.unit_amount, followed, cap.unit_amount if cap else None)
        deducts = kind is ExpenseKind.PAY and cap is not None and cap.deducts_state_aid
        aid = _aid(row, followed, contracts[row.enrolment_id], received) if deducts else None
        found.append(Claim(row, followed, amount, cap, aid))
    return found


def _minutes(rows: list[Expense], on: date):
    """Minutes followed at the employer of the convention, over the period of an expense."""
    whole = Period(min(row.starts_on for row in rows), max(row.ends_on for row in rows))
    conventions = Convention.objects.filter(pk__in={row.convention_id for row in rows})
    followed = {
        (one.convention.pk, one.enrolment.pk): [
            (half_day.facts.day, half_day.facts.minutes) for half_day in one.counted
        ]
        for one in standings(conventions, whole, on)
    }

    def of(row: Expense) -> int:
        period = Period(row.starts_on, row.ends_on)
        days = followed.get((row.convention_id, row.enrolment_id), ())
        return sum(minutes for day, minutes in days if period.covers(day))

    return of


def _financers(employers: set[int]):
    """The kind of the financer of the employer on the first day of the expense."""
    known = defaultdict(list)
    rows = Financing.objects.filter(employer__in=employers).select_related("financer").order_by("-valid_from")
    for row in rows:
        known[row.employer_id].append(row)

    def of(expense: Expense) -> str:
        financings = known[expense.convention.establishment.employer_id]
        running = (one for one in financings if Period(one.valid_from, one.valid_to).covers(expense.starts_on))
        return next((one.financer.kind for one in running), "")

    return of


class Caps:
    """Plafonds par financeur et nature ; each row holds until the next one."""

    def __init__(self):
        self.known = defaultdict(list)
        for cap in ExpenseCap.objects.order_by("-valid_from"):
            self.known[cap.financer_kind, cap.kind].append(cap)

    def get(self, key: tuple[str, str], day: date) -> ExpenseCap | None:
        return next((cap for cap in self.known[key] if cap.valid_from <= day), None)


def _contracts(enrolments: set[int]) -> dict[int, list[Contract]]:
    found = defaultdict(list)
    for contract in Contract.objects.filter(enrolment__in=enrolments, closed_on=None).with_amendments():
        found[contract.enrolment_id].append(contract)
    return found


def contract_of(expense: Expense, contracts: list[Contract]) -> Contract | None:
    """That which runs on the first day of the expense, else the first that meets its period."""
    period = Period(expense.starts_on, expense.ends_on)
    meeting = [one for one in contracts if Period(one.starts_on, one.last_day).overlaps(period)]
    return min(meeting, key=lambda one: (one.starts_on, one.pk), default=None)


def _received(contracts: dict[int, list[Contract]]) -> dict[tuple[int, date], Decimal]:
    """Aid received by contract and month."""
    payments = AidPayment.objects.filter(
        voided_at=None, aid_request__contract__in=[one.pk for own in contracts.values() for one in own]
    )
    sums = payments.order_by().values_list("aid_request__contract", "month").annotate(total=Sum("amount"))
    return {(contract, month): total for contract, month, total in sums}


def _aid(expense: Expense, minutes: int, contracts: list[Contract], received: dict) -> Decimal:
    contract = contract_of(expense, contracts)
    if contract is None:
        return NOTHING
    months = months_between(expense.starts_on, expense.ends_on)
    amount = sum((received.get((contract.pk, month), NOTHING) for month in months), NOTHING)
    return aid_on_hours(max(amount, NOTHING), minutes, contract.terms_on(expense.starts_on).weekly_hours, len(months))
