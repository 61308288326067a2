"""Aided contracts, their confirmed months and their payments, and what the ledger says of them."""

import json
from datetime import date
from decimal import Decimal

from contracts.expected import expected_of, statement_inputs
from contracts.ledger import ledgers
from contracts.models import AidOrder, AidPayment, Contract, PresenceStatement, SmicRate, Suspension
from regulations.contracts import PayKept, SuspensionReason
from tests import builders as b

MARCH, APRIL, MAY = (date(2026, month, 1) for month in (3, 4, 5))
MONTH = Decimal("520.87")


def two_smics():
    b.a_smic(date(2024, 11, 1), "11.88")
    b.a_smic(date(2026, 1, 1), "12.02")


def raise_the_smic():
    SmicRate.objects.filter(valid_from=date(2026, 1, 1)).update(hourly_gross=Decimal("12.50"))


def aided(request=None, **changes):
    contract = b.a_contract(**changes)
    b.an_aid_request(contract, **{"order": the_order(), **(request or {})})
    return contract


def the_order():
    return AidOrder.objects.first() or b.an_order()


def paid(contract, month, amount=MONTH, paid_on=None, **changes):
    request = changes.pop("request", None) or contract.aid_requests.first()
    return AidPayment.objects.create(
        aid_request=request,
        month=month,
        amount=Decimal(amount),
        paid_on=paid_on or month.replace(month=month.month + 1, day=5),
        line_key=f"ligne {AidPayment.objects.count()}",
        **changes,
    )


def confirmed(contract, month, declared_on=None, **changes):
    expected = expected_of(contract).of_month(month)
    fields = {
        "parts": expected.inputs.parts if expected.inputs else 0,
        "whole": expected.inputs.whole if expected.inputs else 30,
        "expected_amount": expected.amount,
        # As the database gives it back: nothing but what JSON knows.
        "inputs": json.loads(json.dumps(statement_inputs(expected))),
        **changes,
    }
    return PresenceStatement.objects.create(
        aid_request=expected.request,
        month=month,
        establishment=contract.establishment,
        declared_on=declared_on,
        **fields,
    )


def suspended(contract, starts_on, ends_on, **changes):
    fields = {"reason": SuspensionReason.UNPAID_LEAVE, "pay_kept": PayKept.NONE, "declared_on": ends_on, **changes}
    return Suspension.objects.create(contract=contract, starts_on=starts_on, ends_on=ends_on, **fields)


def ledger_of(contract, on=b.TODAY):
    return ledgers(Contract.objects.filter(pk=contract.pk), on)[contract.pk]


def month_of(contract, month=MARCH, on=b.TODAY):
    (found,) = ledger_of(contract, on).of_month(month)
    return found
