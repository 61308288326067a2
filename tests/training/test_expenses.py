"""Expenses: hours followed only, capped by dated settings, read by the employer and the referents alone."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from contracts.models import AidPayment
from regulations.employers import FinancerKind
from regulations.periods import Period
from tests import builders as b
from tests.training.paid import MARCH, a_convention, a_held_half_day, an_expense, an_invoice
from training.actions.expenses import (
    change_expense,
    grant_expense,
    propose_expenses,
    record_expense,
    remove_expense,
    save_cap,
)
from training.expenses import claims
from training.models import Expense, ExpenseCap, TrainingRules

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(world):
    """Seven hours of March followed and invoiced at Denis's, whose training OPCO Santé pays."""
    world.mine = a_convention(world.cohort, world.closerie, world.enrolment)
    for day in (10, 17):
        a_held_half_day(world.cohort, date(2026, 3, day), world.enrolment)
    an_invoice(world.mine, (world.enrolment, 420))
    b.a_financing(world.closerie.employer, b.a_financer(FinancerKind.OPCO_SANTE))
    world.contract.hourly_pay = Decimal("12.50")
    world.contract.save()
    return world


def a_cap(kind="MEALS", unit_amount="15.25", **changes):
    fields = {"financer_kind": "OPCO_SANTE", "valid_from": date(2026, 1, 1), **changes}
    return ExpenseCap.objects.create(kind=kind, unit_amount=Decimal(unit_amount), **fields)


def claim_of(expense):
    return claims(Expense.objects.filter(pk=expense.pk), b.TODAY)[0]


def an_unsaved(world, **changes):
    fields = {
        "convention": world.mine,
        "enrolment": world.enrolment,
        "kind": "MEALS",
        "starts_on": MARCH.starts_on,
        "ends_on": MARCH.ends_on,
        "quantity": Decimal(2),
        "unit_amount": Decimal("18.50"),
        **changes,
    }
    return Expense(**fields)


def test_teaching_and_pay_are_proposed_from_what_is_known(held):
    found = propose_expenses(convention=held.mine, period=MARCH, today=b.TODAY)
    assert [(one.kind, one.quantity, one.unit_amount, one.document_name) for one in found] == [
        ("PEDAGOGICAL", 1, Decimal("105.00"), "Facture F-2026-03"),
        ("PAY", Decimal("7.00"), Decimal("12.50"), "Bulletin de paie"),
    ]
    assert [claim_of(one).asked for one in found] == [Decimal("105.00"), Decimal("87.50")]
    with pytest.raises(ValidationError, match="rien de plus"):
        propose_expenses(convention=held.mine, period=MARCH, today=b.TODAY)


def test_pay_is_for_the_hours_followed_and_no_other(held):
    with pytest.raises(ValidationError, match="14,00 h demandées, 7,00 h suivies"):
        record_expense(expense=an_unsaved(held, kind="PAY", quantity=Decimal("14.00")), today=b.TODAY)
    one = record_expense(expense=an_unsaved(held, kind="PAY", quantity=Decimal("7.00")), today=b.TODAY)
    # An hour missed since then is not paid, whatever was typed.
    held.enrolment.attendances.filter(half_day__day=date(2026, 3, 17)).update(attended_minutes=150)
    assert claim_of(one).asked == Decimal("111.00")


def test_a_cap_holds_from_its_day_for_its_financer(held):
    meals = an_expense(held.mine, held.enrolment)
    assert (claim_of(meals).amount.cost, claim_of(meals).asked) == (Decimal("37.00"), Decimal("37.00"))
    a_cap(financer_kind="UNIFORMATION", unit_amount="1.00")
    a_cap(valid_from=date(2026, 4, 1), unit_amount="2.00")
    assert claim_of(meals).cap is None
    a_cap()
    assert (claim_of(meals).asked, claim_of(meals).is_lowered) == (Decimal("30.50"), True)


def test_state_aid_is_deducted_only_where_the_setting_says_so(held):
    AidPayment.objects.create(
        aid_request=held.contract.aid_requests.get(),
        month=date(2026, 3, 1),
        amount=Decimal("520.87"),
        paid_on=date(2026, 5, 5),
        line_key="mars",
    )
    pay = an_expense(held.mine, held.enrolment, "PAY", quantity=Decimal(7), unit_amount=Decimal("15.10"))
    assert (claim_of(pay).aid, claim_of(pay).asked) == (None, Decimal("105.70"))
    cap = a_cap("PAY", "20.00")
    assert claim_of(pay).aid is None
    cap.deducts_state_aid = True
    cap.save()
    # 28 hours a week are 121,33 a month: 7 of them carry 30,05 € of the aid.
    assert (claim_of(pay).aid, claim_of(pay).asked) == (Decimal("30.05"), Decimal("75.65"))


def test_what_is_granted_is_no_more_than_asked_and_then_nothing_changes(held):
    meals = an_expense(held.mine, held.enrolment)
    with pytest.raises(ValidationError, match="demandés : vérifiez"):
        grant_expense(expense=meals, amount=Decimal("37.01"), today=b.TODAY)
    meals = grant_expense(expense=meals, amount=Decimal("30.00"), today=b.TODAY)
    with pytest.raises(ValidationError, match="déjà répondu"):
        change_expense(expense=meals, today=b.TODAY, quantity=Decimal(3))
    with pytest.raises(ValidationError, match="déjà répondu"):
        remove_expense(expense=meals)
    grant_expense(expense=meals, amount=None, today=b.TODAY)
    remove_expense(expense=meals)
    assert not Expense.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts_on": date(2026, 1, 1)}, "sort des dates de la convention"),
        ({"ends_on": date(2026, 2, 28)}, "doit suivre son début"),
        ({"quantity": Decimal(-1)}, "n'est pas négative"),
    ],
)
def test_expenses_out_of_bounds_are_refused(held, changes, words):
    with pytest.raises(ValidationError, match=words):
        record_expense(expense=an_unsaved(held, **changes), today=b.TODAY)


def test_the_same_pay_twice_and_a_stranger_are_refused(held):
    an_expense(held.mine, held.enrolment, "PAY", quantity=Decimal(7))
    with pytest.raises(ValidationError, match="« rémunération » est déjà noté"):
        record_expense(expense=an_unsaved(held, kind="PAY", quantity=Decimal(7)), today=b.TODAY)
    # Two meals of one month are two expenses.
    an_expense(held.mine, held.enrolment)
    record_expense(expense=an_unsaved(held), today=b.TODAY)
    with pytest.raises(ValidationError, match="pas dans la convention"):
        record_expense(expense=an_unsaved(held, enrolment=held.other_contract.enrolment), today=b.TODAY)


def test_two_caps_on_one_day_are_refused(held):
    a_cap()
    twin = ExpenseCap(financer_kind="OPCO_SANTE", kind="MEALS", unit_amount=9, valid_from=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="commence déjà ce jour-là"):
        save_cap(cap=twin)


def test_claims_ask_the_same_queries_whatever_the_expenses(held, django_assert_max_num_queries):
    for number in range(8):
        an_expense(held.mine, held.enrolment, starts_on=date(2026, 3, 1 + number))
    with django_assert_max_num_queries(18):
        assert len(claims(Expense.objects.all(), b.TODAY)) == 8


def test_a_period_without_convention_proposes_nothing(held):
    with pytest.raises(ValidationError, match="rien de plus"):
        propose_expenses(convention=held.mine, period=Period(date(2026, 5, 1), date(2026, 5, 31)), today=b.TODAY)


# --- Pages ---


def url(name, *args):
    return reverse(f"training:{name}", args=args)


def test_the_employer_proposes_adds_corrects_and_the_referent_grants(held, client_of, denis, claire):
    browser = client_of(denis)
    browser.post(url("propose_expenses", held.mine.pk), {"starts_on": "01/03/2026", "ends_on": "31/03/2026"})
    assert Expense.objects.count() == 2
    data = {
        "enrolment": held.enrolment.pk,
        "kind": "TRAVEL",
        "starts_on": "01/03/2026",
        "ends_on": "31/03/2026",
        "quantity": "120,5",
        "unit_amount": "0,45",
        "document_name": "Trajets de mars",
    }
    browser.post(url("add_expense", held.mine.pk), data)
    travel = Expense.objects.get(kind="TRAVEL")
    assert claim_of(travel).asked == Decimal("54.23")
    pay = Expense.objects.get(kind="PAY")
    kept = {"kind": "PAY", "starts_on": "01/03/2026", "ends_on": "31/03/2026", "version": "0"}
    refused = browser.post(url("change_expense", pay.pk), kept | {"quantity": "8", "unit_amount": "15,10"})
    assert "8,00 h demandées, 7,00 h suivies" in refused.content.decode()
    browser.post(url("change_expense", pay.pk), kept | {"quantity": "7", "unit_amount": "15,10"})
    assert browser.get(url("grant_expense", pay.pk)).status_code == 403
    client_of(claire).post(url("grant_expense", travel.pk), {"granted_amount": "50,00"})
    page = browser.get(url("expense_list", held.mine.pk)).content.decode()
    assert "105,70" in page
    assert "50,00" in page
    browser.post(url("remove_expense", pay.pk))
    assert not Expense.objects.filter(kind="PAY").exists()


def test_pay_is_hidden_from_whoever_is_not_referent(held, client_of, claire, gaelle, esther):
    an_expense(held.mine, held.enrolment, "PAY", quantity=Decimal(7))
    assert client_of(claire).get(url("expense_list", held.mine.pk)).status_code == 200
    held.cohort.referents.all().update(valid_to=date(2026, 1, 1))
    found = [client_of(user).get(url("expense_list", held.mine.pk)).status_code for user in (claire, gaelle, esther)]
    assert found == [404, 404, 403]


def test_the_settings_are_kept_by_a_coordinator(world, client_of, claire, denis):
    browser = client_of(claire)
    data = {"financer_kind": "OPCO_SANTE", "kind": "MEALS", "unit_amount": "15,25", "valid_from": "01/01/2026"}
    browser.post(url("cap_add"), data)
    cap = ExpenseCap.objects.get()
    browser.post(url("cap_change", cap.pk), data | {"unit_amount": "16", "version": "0"})
    cap.refresh_from_db()
    assert cap.unit_amount == 16
    assert "16,00" in browser.get(url("cap_list")).content.decode()
    rules = TrainingRules.objects.create(valid_from=date(2018, 1, 1))
    values = {
        "valid_from": "01/01/2018",
        "lock_hours": "6",
        "rest_after_night": "660",
        "most_minutes_a_day": "420",
        "together_seconds": "5",
        "countersign_days": "7",
        "code_seconds": "60",
        "version": "0",
    }
    browser.post(url("training_rules_change", rules.pk), values)
    rules.refresh_from_db()
    assert rules.lock_hours == 6
    wrong = browser.post(url("training_rules_change", rules.pk), values | {"code_seconds": "1", "version": "1"})
    assert "dix secondes" in wrong.content.decode()
    assert client_of(denis).get(url("cap_list")).status_code == 403
