"""Cohorts to simulate, and what the ledger says of them once the rows are entered."""

from datetime import date

from contracts.ledger import ledgers
from contracts.models import Contract, PresenceStatement
from tests import builders as b


def aided(cohort, order, request=None, **changes):
    enrolment = b.an_enrolment(cohort=cohort, diagnosis_on=date(2026, 1, 9))
    contract = b.a_contract(enrolment=enrolment, **changes)
    b.an_aid_request(contract, order=order, **(request or {}))
    return contract


def rows(cohort):
    return Contract.objects.filter(cohort=cohort)


def recomputed(cohort) -> dict:
    """(contract, month) → amount, by the ledger of the aid on the rows as they are now."""
    found = {}
    for pk, ledger in ledgers(rows(cohort), b.TODAY).items():
        for month in ledger.months:
            found[pk, month.month] = found.get((pk, month.month), 0) + month.expected
    return found


def simulated(simulation) -> dict:
    return {(line.contract.pk, line.month): line.amount_supposed for line in simulation.lines if line.supposed}


def confirmed(contract, month, amount):
    return PresenceStatement.objects.create(
        aid_request=contract.aid_requests.get(),
        month=month,
        establishment=contract.establishment,
        parts=30,
        whole=30,
        expected_amount=amount,
        inputs={},
    )
