"""A month of the ledger: what it keeps once confirmed, the cause of its gap, the département's line."""

from datetime import date
from decimal import Decimal

import pytest

from accounts import clock
from contracts.ledger import UNEXPLAINED, GapCause, ledgers
from contracts.ledger_figures import NO_AID
from contracts.models import AidOrder, AidPayment, AidRules, Contract, PresenceStatement, RsaRate, SmicRate
from contracts.planned import NO_DECISION
from regulations.aid import Proration, expected_aid
from regulations.contracts import AidRequestKind
from tests import builders as b
from tests.contracts.aided import (
    APRIL,
    MARCH,
    MAY,
    MONTH,
    aided,
    confirmed,
    ledger_of,
    month_of,
    paid,
    raise_the_smic,
    suspended,
    the_order,
    two_smics,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def smic(db):
    two_smics()


@pytest.fixture
def contract(smic):
    return aided()


# --- What a confirmed month keeps ---


def test_a_month_is_the_formula_of_the_law_until_it_is_confirmed(contract):
    march = month_of(contract)
    assert (march.expected, march.is_confirmed, march.recomputed) == (MONTH, False, None)
    assert march.formula.replace("\u00a0", " ") == "12,02 € × 20 h × 52 / 12 × 50 % = 520,87 €"


def change_the_decision(contract):
    contract.aid_requests.update(rate=Decimal("60"))


def change_the_setting(contract):
    AidRules.objects.create(valid_from=date(2026, 1, 1), proration=Proration.CALENDAR_DAYS)


def take_the_order_away(contract):
    contract.aid_requests.update(order=None)
    AidOrder.objects.update(confirmed_on=None)


LATER = [
    pytest.param(lambda contract: raise_the_smic(), Decimal("523.61"), id="another SMIC"),
    pytest.param(change_the_decision, Decimal("604.21"), id="another rate"),
    pytest.param(change_the_setting, Decimal("502.26"), id="another divisor"),
    pytest.param(take_the_order_away, None, id="no order any more"),
]


@pytest.mark.parametrize("change, today", LATER)
def test_what_comes_later_never_changes_a_confirmed_month(contract, change, today):
    february = date(2026, 2, 1)
    confirmed(contract, february)
    change(contract)
    kept = month_of(contract, february)
    assert (kept.expected, kept.is_confirmed) == (Decimal("503.50"), True)
    assert kept.formula.replace("\u00a0", " ") == "12,02 € × 20 h × 52 / 12 × 50 % × 29 / 30 = 503,50 €"
    assert kept.reasons == ("entrée en cours de mois", "trentièmes (hypothèse)")
    assert kept.recomputed == today


def test_a_month_confirmed_without_an_amount_stays_without_one_and_says_why(contract):
    SmicRate.objects.all().delete()
    confirmed(contract, MARCH)
    b.a_smic(date(2026, 1, 1), "12.02")
    kept = month_of(contract)
    assert (kept.expected, kept.gap, kept.missing) == (None, None, "Aucun SMIC saisi pour le 01/03/2026.")
    assert kept.recomputed == MONTH


def test_a_voided_statement_leaves_the_month_open(contract):
    statement = confirmed(contract, MARCH)
    raise_the_smic()
    PresenceStatement.objects.filter(pk=statement.pk).update(voided_at=clock.now(), void_reason="refait")
    assert month_of(contract).expected == Decimal("541.67")


def test_the_confirmed_month_of_one_contract_says_nothing_of_another(contract):
    other = aided()
    confirmed(contract, MARCH)
    raise_the_smic()
    found = ledgers(Contract.objects.all(), b.TODAY)
    assert [found[one.pk].of_month(MARCH)[0].expected for one in (contract, other)] == [MONTH, Decimal("541.67")]


def test_an_amount_with_its_inputs_is_found_again_from_them(contract):
    kept = confirmed(contract, date(2026, 2, 1)).inputs
    exact = {name: Decimal(kept[name]) for name in ("hourly_smic", "rate", "weekly_hours", "parts")}
    assert expected_aid(**exact, whole=kept["whole"]) == Decimal("503.50")
    assert kept["smic"] == SmicRate.objects.get(valid_from=date(2026, 1, 1)).pk
    assert kept["order"] == AidOrder.objects.get().pk
    assert kept["proration"] == Proration.THIRTIETHS


# --- Causes, in the ledger ---


def test_an_unpaid_month_is_late_once_the_payer_has_had_its_months(contract):
    august, september = date(2026, 8, 1), date(2026, 9, 1)
    assert (month_of(contract, august).is_due, month_of(contract, september).is_due) == (True, False)
    assert month_of(contract, august).late == MONTH
    assert month_of(contract, september).not_due == MONTH
    assert month_of(contract, september).cause == GapCause.NOT_DUE_YET
    assert month_of(contract, september, on=date(2026, 12, 1)).late == MONTH


def test_the_months_left_to_the_payer_are_a_setting(contract):
    AidRules.objects.create(valid_from=date(2026, 9, 15), payment_months=1)
    assert month_of(contract, date(2026, 9, 1)).is_due
    assert not month_of(contract, date(2026, 10, 1)).is_due


def test_a_declared_month_that_nothing_explains_says_so(contract):
    confirmed(contract, MARCH, declared_on=date(2026, 4, 3))
    march = month_of(contract)
    assert (march.cause, march.cause_label, march.late) == (None, UNEXPLAINED, MONTH)


def test_a_gap_up_to_the_tolerance_is_silent_and_the_tolerance_is_a_setting(contract):
    paid(contract, MARCH, MONTH - 1)
    paid(contract, APRIL, MONTH - 1)
    assert (month_of(contract, MARCH).cause_label, month_of(contract, MARCH).late) == ("", 0)
    AidRules.objects.create(valid_from=date(2026, 4, 20), tolerance=Decimal("0.50"))
    assert month_of(contract, MARCH).late == 0
    assert month_of(contract, APRIL).late == 1


def test_a_suspension_that_the_payer_did_not_count_is_the_cause(contract):
    suspended(contract, date(2026, 4, 6), date(2026, 4, 15))
    paid(contract, APRIL, MONTH)
    april = month_of(contract, APRIL)
    assert (april.expected, april.gap, april.cause) == (Decimal("347.24"), Decimal("173.63"), GapCause.SUSPENSION)
    assert april.reasons == ("suspension sans salaire", "trentièmes (hypothèse)")


def test_an_entry_that_the_payer_did_not_count_is_the_cause(contract):
    paid(contract, date(2026, 2, 1), MONTH)
    assert month_of(contract, date(2026, 2, 1)).cause == GapCause.ENTRY_OR_EXIT


def test_a_double_payment_taken_back_is_settled(contract):
    paid(contract, MARCH)
    paid(contract, MARCH, paid_on=MAY)
    assert month_of(contract).overpaid == MONTH
    paid(contract, MARCH, -MONTH, paid_on=date(2026, 7, 5))
    march = month_of(contract)
    assert (march.gap, march.cause, march.is_settled) == (0, GapCause.DOUBLE_PAYMENT, True)


def test_a_voided_payment_is_no_payment(contract):
    line = paid(contract, MARCH)
    AidPayment.objects.filter(pk=line.pk).update(voided_at=clock.now(), void_reason="doublon")
    assert (month_of(contract).paid, month_of(contract).payments) == (0, ())


def test_what_comes_after_the_day_looked_at_is_not_there_yet(contract):
    paid(contract, MARCH, paid_on=date(2026, 4, 5))
    confirmed(contract, MARCH, declared_on=date(2026, 4, 3))
    before, after = (month_of(contract, on=date(2026, 4, day)) for day in (2, 5))
    assert (before.paid, before.declared_on) == (0, None)
    assert (after.paid, after.declared_on) == (MONTH, date(2026, 4, 3))


def test_payments_out_of_their_order_are_found_with_their_month(contract):
    first, second = aided(), aided()
    for one in (contract, first):
        paid(one, APRIL)
        paid(one, MARCH)
    paid(second, MARCH)
    paid(second, APRIL)
    paid(second, APRIL, "10", date(2026, 7, 5))
    found = ledgers(Contract.objects.all(), b.TODAY)
    sums = [[month.paid for month in found[one.pk].months[1:3]] for one in (contract, first, second)]
    assert sums == [[MONTH, MONTH], [MONTH, MONTH], [MONTH, MONTH + 10]]


def test_a_month_outside_the_decision_that_was_paid_is_a_month_of_the_ledger(contract):
    paid(contract, date(2027, 3, 1), "12.50", date(2026, 11, 5))
    last = ledger_of(contract).months[-1]
    assert (last.month, last.expected, last.gap, last.cause) == (date(2027, 3, 1), 0, Decimal("12.50"), GapCause.UNDUE)
    assert last.reasons == ("mois hors de la décision",)


def test_what_is_paid_without_a_decision_stands_beside_no_amount(smic):
    contract = aided({"decided_on": None, "rate": None, "decision_number": ""})
    paid(contract, MARCH)
    found = ledger_of(contract)
    assert [(one.expected, one.paid, one.gap) for one in found.months] == [(None, MONTH, None)]
    assert found.months[0].missing == found.missing[0] == NO_DECISION


def test_a_refused_renewal_beside_a_granted_decision_expects_nothing(contract):
    refusal = b.an_aid_request(contract, kind=AidRequestKind.RENEWAL, refused=True, rate=None, decision_number="")
    paid(contract, MARCH, request=refusal)
    first, second = month_of_both(contract, MARCH)
    assert (first.expected, second.expected, second.missing) == (MONTH, None, NO_AID)


def test_a_renewal_in_the_course_of_a_month_gives_it_two_lines(smic):
    contract = aided({"aid_ends_on": b.LAST_DAY}, ends_on=date(2027, 8, 1))
    b.an_aid_request(
        contract,
        kind=AidRequestKind.RENEWAL,
        order=the_order(),
        signed_on=date(2026, 12, 1),
        decided_on=date(2027, 1, 15),
        aid_starts_on=date(2027, 2, 2),
        aid_ends_on=date(2027, 8, 1),
    )
    lines = month_of_both(contract, date(2027, 2, 1))
    assert [one.inputs.parts for one in lines] == [1, 29]
    assert [one.month for one in ledger_of(contract).months] == sorted(one.month for one in ledger_of(contract).months)


def month_of_both(contract, month):
    return ledger_of(contract).of_month(month)


# --- Département ---


def test_the_departments_share_is_a_line_of_its_own(smic):
    RsaRate.objects.create(valid_from=date(2025, 4, 1), single_amount=Decimal("646.52"))
    contract = aided({"is_cofinanced": True, "rate": Decimal("60"), "weekly_hours": Decimal("26")})
    march = month_of(contract)
    assert (march.expected, march.department.amount) == (Decimal("812.55"), Decimal("568.94"))


def test_the_share_never_exceeds_the_aid(smic):
    RsaRate.objects.create(valid_from=date(2025, 4, 1), single_amount=Decimal("646.52"))
    assert month_of(aided({"is_cofinanced": True})).department.amount == MONTH


def test_without_an_amount_of_the_rsa_there_is_a_sentence_and_no_number(smic):
    RsaRate.objects.create(valid_from=date(2026, 4, 1), single_amount=Decimal("646.52"))
    share = month_of(aided({"is_cofinanced": True})).department
    assert share.amount is None
    assert share.missing.startswith("Aucun montant du RSA saisi pour le 01/03/2026")


def test_a_decision_of_the_state_alone_has_no_share(contract):
    assert month_of(contract).department is None


def test_a_later_rsa_never_changes_the_share_of_a_confirmed_month(smic):
    RsaRate.objects.create(valid_from=date(2025, 4, 1), single_amount=Decimal("500"))
    contract = aided({"is_cofinanced": True})
    confirmed(contract, MARCH)
    RsaRate.objects.update(single_amount=Decimal("550"))
    assert month_of(contract, MARCH).department.amount == Decimal("440.00")
    assert month_of(contract, APRIL).department.amount == Decimal("484.00")
