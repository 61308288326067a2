"""Two people at the same instant, and what the database refuses by itself."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from contracts import actions
from contracts.actions.payments import PaidLine, record_payments
from contracts.models import AidOrder, AidPayment, AidRequest, Amendment, Contract, DoneStep, EntryStop, Suspension
from regulations.contracts import BreakReason, CeilingException, SuspensionReason
from regulations.deadlines import Step
from tests import builders as b

ONE_WRITER = "SQLite lets one transaction write at a time, which settles it by itself"


def at_once(*acts):
    """What each of these acts gave, started together: « done » or « refused »."""
    if connection.vendor == "sqlite":
        pytest.skip(ONE_WRITER)
    ready, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        ready.wait()
        try:
            act()
            outcomes.append("done")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_suspensions_that_overlap_recorded_at_once_one_is_kept(db):
    contract = b.a_contract()

    def suspend(first, last):
        actions.suspend(contract=contract, starts_on=first, ends_on=last, reason=SuspensionReason.UNPAID_LEAVE, by=None)

    may = date(2026, 5, 4), date(2026, 5, 15)
    assert at_once(lambda: suspend(*may), lambda: suspend(date(2026, 5, 12), date(2026, 5, 20))) == ["done", "refused"]
    assert contract.suspensions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_orders_that_overlap_confirmed_at_once_one_is_kept(claire):
    orders = [b.an_order(confirmed_on=None, valid_from=date(2026, month, 1)) for month in (1, 6)]

    def confirm(order):
        actions.confirm_order(order=order, on=b.TODAY, by=claire)

    assert at_once(*(lambda order=order: confirm(order) for order in orders)) == ["done", "refused"]
    assert AidOrder.objects.exclude(confirmed_on=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_line_of_the_payer_brought_twice_at_once_is_one_payment(claire):
    contract = b.a_contract()
    request = b.an_aid_request(contract, order=b.an_order())
    march = date(2026, 3, 1)

    def record(by):
        lines = [
            PaidLine(request=request, month=march, amount=Decimal("520.87"), paid_on=date(2026, 4, 6), key=f"ligne {n}")
            for n in by
        ]
        record_payments(lines=lines, by=claire)

    # Two files that share a line and name it in another order.
    assert at_once(lambda: record([1, 2]), lambda: record([2, 1, 3])) == ["done", "done"]
    assert sorted(AidPayment.objects.values_list("line_key", flat=True)) == ["ligne 1", "ligne 2", "ligne 3"]


@pytest.mark.django_db(transaction=True)
def test_two_amendments_at_once_keep_one_chain(claire):
    contract = b.a_contract()

    def amend(day, hours):
        change = actions.Change(effective_on=day, weekly_hours=Decimal(hours))
        actions.amend_contract(contract=contract, change=change, by=claire)

    april, june = date(2026, 4, 1), date(2026, 6, 1)
    assert at_once(lambda: amend(april, 24), lambda: amend(june, 30)) == ["done", "done"]
    kept = Contract.objects.get(pk=contract.pk)
    assert [kept.terms_on(day).weekly_hours for day in (b.FIRST_DAY, april, june)] == [28, 24, 30]


def suspension(contract, **changes):
    return Suspension.objects.create(
        contract=contract, **{"starts_on": date(2026, 5, 4), "reason": SuspensionReason.OTHER, **changes}
    )


def request(**changes):
    return lambda contract: b.an_aid_request(contract, **changes)


def changed(**changes):
    return lambda contract: Contract.objects.filter(pk=contract.pk).update(**changes)


IMPOSSIBLE = [
    ("contract_ends_after_start", changed(ends_on=date(2026, 1, 1), signed_on=None)),
    ("contract_broken_after_start", changed(broken_on=date(2026, 1, 1), break_reason=BreakReason.OTHER)),
    ("contract_broken_before_end", changed(broken_on=date(2027, 3, 1), break_reason=BreakReason.OTHER)),
    ("contract_break_has_a_reason", changed(broken_on=date(2026, 6, 1))),
    ("contract_declares_a_break_there_was", changed(break_declared_on=date(2026, 6, 1))),
    (
        "contract_closed_never_began",
        changed(closed_on=date(2026, 6, 1), broken_on=date(2026, 6, 1), break_reason=BreakReason.OTHER),
    ),
    ("contract_signed_before_end", changed(signed_on=date(2027, 2, 2))),
    ("aid_request_decided_after_signature", request(signed_on=date(2026, 1, 21))),
    ("aid_request_refusal_is_dated", request(refused=True, decided_on=None, rate=None)),
    ("aid_request_ceiling_has_a_reason", request(ceiling_exception=CeilingException.NEAR_RETIREMENT)),
    ("aid_request_ends_after_start", request(aid_ends_on=date(2026, 1, 1))),
    ("suspension_ends_after_start", lambda contract: suspension(contract, ends_on=date(2026, 5, 1))),
    (
        "suspension_one_open_per_contract",
        lambda contract: [suspension(contract), suspension(contract, starts_on=date(2026, 6, 1))],
    ),
    (
        "suspension_once_a_day",
        lambda contract: [suspension(contract), suspension(contract, ends_on=date(2026, 5, 8))],
    ),
    (
        "amendment_voided_with_a_reason",
        lambda contract: Amendment.objects.create(
            contract=contract, effective_on=b.TODAY, hours_before=28, hours_after=30, voided_at="2026-11-20T10:00Z"
        ),
    ),
    (
        "done_step_voided_with_a_reason",
        lambda contract: DoneStep.objects.create(
            contract=contract, step=Step.DPAE, done_on=b.TODAY, voided_at="2026-11-20T10:00Z"
        ),
    ),
    (
        "entry_stop_covers_something",
        lambda contract: EntryStop.objects.create(starts_on=b.TODAY, covers_entries=False, covers_renewals=False),
    ),
    (
        "aid_order_one_confirmed_without_end",
        lambda contract: [b.an_order(), b.an_order(valid_from=date(2026, 6, 1))],
    ),
    (
        "aid_order_one_confirmed_a_day",
        lambda contract: [b.an_order(), b.an_order(valid_to=date(2026, 3, 1))],
    ),
    ("aid_order_renewal_in_order", lambda contract: b.an_order(renewal_months_min=12, renewal_months_max=6)),
]


@pytest.mark.django_db
@pytest.mark.parametrize("name, write", [pytest.param(name, write, id=name) for name, write in IMPOSSIBLE])
def test_the_database_refuses_an_impossible_order_of_dates(name, write):
    contract = b.a_contract()
    models = (Contract, AidRequest, Suspension, Amendment, DoneStep, EntryStop, AidOrder)
    known = {constraint.name: constraint for model in models for constraint in model._meta.constraints}
    assert known[name].violation_error_message
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write(contract)
    if connection.vendor == "postgresql" or "UNIQUE" not in str(refusal.value):
        assert name in str(refusal.value)
