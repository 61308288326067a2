"""Payments of the aid: recorded once each, refused when they cannot be, voided and never erased."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from contracts.actions.payments import (
    LineContent,
    PaidLine,
    line_key,
    part_keys,
    record_payment,
    record_payments,
    split_key,
    void_payment,
    void_payments,
)
from contracts.models import AidPayment
from tests import builders as b

MARCH = date(2026, 3, 1)
PAID_ON = date(2026, 4, 7)


@pytest.fixture
def request_(db):
    return b.an_aid_request(b.a_contract(), decision_number="050260011700")


@pytest.fixture
def pay(request_, claire):
    def one(**changes):
        facts = {"month": MARCH, "amount": Decimal("520.87"), "paid_on": PAID_ON, "transfer_number": "v2026040750"}
        return record_payment(request=request_, by=claire, **facts | changes)

    return one


def test_a_payment_is_recorded_with_its_author_and_its_key(pay, claire):
    payment = pay(month=date(2026, 3, 17))
    assert (payment.month, payment.recorded_by) == (MARCH, claire)
    assert payment.line_key == "050260011700/2026-03/520.87/2026-04-07/V2026040750/1"


def test_a_repayment_is_a_negative_payment(pay):
    pay()
    assert pay(amount=Decimal("-100.00")).amount == -100
    assert AidPayment.objects.count() == 2


def test_what_is_paid_after_a_break_is_recorded(request_, pay):
    contract = request_.contract
    contract.broken_on, contract.break_reason = date(2026, 3, 12), "RESIGNATION_FOR_CDI"
    contract.save()
    assert pay(month=date(2026, 4, 1), paid_on=date(2026, 5, 5)).pk


@pytest.mark.parametrize(
    "changes, said",
    [
        pytest.param({"month": date(2026, 1, 1)}, "01/2026 est hors de l'aide", id="before the aid"),
        pytest.param({"month": date(2027, 3, 1)}, "03/2027 est hors de l'aide", id="after the aid"),
        pytest.param({"paid_on": date(2026, 1, 19)}, "avant la décision du 20/01/2026", id="before the decision"),
        pytest.param({"paid_on": date(2026, 11, 21)}, "pas encore venue", id="in the future"),
        pytest.param({"amount": Decimal("10000.01")}, "n'est pas possible", id="absurd amount"),
        pytest.param({"amount": Decimal("-10000.01")}, "n'est pas possible", id="absurd repayment"),
        pytest.param({"amount": Decimal("0.00")}, "zéro euro", id="nothing"),
    ],
)
def test_what_cannot_be_is_refused_in_words(pay, changes, said):
    with pytest.raises(ValidationError) as refusal:
        pay(**changes)
    assert said in " ".join(refusal.value.messages)
    assert not AidPayment.objects.exists()


def test_a_payment_without_a_granted_decision_is_refused(claire):
    waiting = b.an_aid_request(b.a_contract(), decided_on=None, rate=None)
    with pytest.raises(ValidationError, match="pas de décision accordée"):
        record_payment(request=waiting, month=MARCH, amount=Decimal(500), paid_on=PAID_ON, by=claire)


def test_the_same_line_twice_is_refused(pay):
    pay()
    with pytest.raises(ValidationError, match="déjà enregistrée"):
        pay()


def test_one_line_that_cannot_be_stops_all_of_them(request_, claire):
    good = a_line(request_, MARCH)
    bad = a_line(request_, date(2025, 3, 1))
    with pytest.raises(ValidationError):
        record_payments(lines=[good, bad], by=claire)
    assert not AidPayment.objects.exists()


def test_lines_already_there_are_left_as_they_are(request_, claire):
    lines = [a_line(request_, MARCH), a_line(request_, date(2026, 4, 1))]
    assert len(record_payments(lines=lines[:1], by=claire)) == 1
    assert [row.month for row in record_payments(lines=lines, by=claire)] == [date(2026, 4, 1)]


def test_a_line_paid_twice_is_two_payments(request_, claire):
    assert len(record_payments(lines=[a_line(request_, MARCH), a_line(request_, MARCH, 2)], by=claire)) == 2


def test_the_parts_of_one_line_say_the_same_line():
    content = LineContent(
        number="050260013600",
        months=(date(2026, 7, 1), date(2026, 8, 1)),
        amount=Decimal("1354.26"),
        paid_on=date(2026, 9, 7),
    )
    keys = part_keys(line_key(content, "V2026/090750", 2), 2)
    assert keys == [f"050260013600/2026-07+2026-08/1354.26/2026-09-07/V2026-090750/2/{part}" for part in (1, 2)]
    assert {split_key(key) for key in keys} == {(content.text, "V2026-090750", 2)}


def test_a_voided_payment_stays_with_its_reason_and_may_come_again(pay, claire):
    payment = pay()
    void_payment(payment=payment, reason="Saisi deux fois", by=claire)
    payment.refresh_from_db()
    assert (payment.voided_by, payment.void_reason) == (claire, "Saisi deux fois")
    assert pay().pk != payment.pk
    assert AidPayment.objects.valid().count() == 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_payment_is_not_voided_without_a_reason(pay, claire, reason):
    with pytest.raises(ValidationError, match="Écrivez pourquoi"):
        void_payment(payment=pay(), reason=reason, by=claire)


def test_a_payment_is_voided_once(pay, claire):
    payment = pay()
    void_payment(payment=payment, reason="Erreur", by=claire)
    with pytest.raises(ValidationError, match="déjà annulé"):
        void_payment(payment=payment, reason="Encore", by=claire)
    assert void_payments(payments=[payment], reason="Encore", by=claire) == []


def test_the_database_refuses_the_same_line_twice(pay):
    payment = pay()
    payment.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        payment.save()


def a_line(request, month, occurrence=1):
    content = LineContent(
        number=request.decision_number, months=(month,), amount=Decimal("520.87"), paid_on=date(2026, 5, 5)
    )
    return PaidLine(
        request=request,
        month=month,
        amount=content.amount,
        paid_on=content.paid_on,
        transfer_number="V1",
        key=line_key(content, "V1", occurrence),
    )
