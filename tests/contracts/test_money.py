"""The money of a cohort and of an employer: each figure is the sum of the lines it opens."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessLog
from contracts.ledger import Sums, money
from contracts.models import AidPayment, AidRules, Contract
from contracts.money import AMOUNTS, Ask, Figure, amount_of, envelope_of, read_book, row_of
from regulations.discrepancies import UNEXPLAINED, GapCause
from tests import builders as b
from tests.contracts.simulated import confirmed

pytestmark = pytest.mark.django_db

MARCH, APRIL, MAY, OCTOBER = (date(2026, month, 1) for month in (3, 4, 5, 10))
WHOLE = Decimal("520.87")
_line = count(1)


def paid(contract, month, amount=WHOLE, on=None):
    return AidPayment.objects.create(
        aid_request=contract.aid_requests.get(),
        month=month,
        amount=amount,
        paid_on=on or date(2026, 10, 5),
        line_key=f"ligne {next(_line)}",
    )


def declared(contract, month, amount=WHOLE):
    statement = confirmed(contract, month, amount)
    statement.inputs = {"hourly_smic": "12.02", "rate": "0.5", "weekly_hours": "20"}
    statement.declared_on = date(2026, 10, 2)
    statement.save()
    return statement


@pytest.fixture
def told(world):
    """March paid, April paid twice, the rest not paid: the statement of March alone is declared."""
    declared(world.contract, MARCH)
    paid(world.contract, MARCH)
    paid(world.contract, APRIL)
    paid(world.contract, APRIL)
    return world


def book_of(world):
    return read_book(Contract.objects.filter(cohort=world.cohort), b.TODAY)


def month_of(world, month):
    """March, April… of Amina's contract."""
    contract = world.contract.pk
    return next(one.month for one in book_of(world).entries if (one.contract, one.month.month) == (contract, month))


def words(response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


# --- The book ---


def test_the_sums_are_those_of_the_ledger(told):
    book, summed = book_of(told), money(Contract.objects.filter(cohort=told.cohort), b.TODAY)
    for name in Sums.__dataclass_fields__:
        assert getattr(book.total, name) == getattr(summed, name), name
    assert list(book.by_month) == list(summed.by_month)
    assert book.contracts == summed.contracts == 2


@pytest.mark.parametrize("figure", list(Figure))
def test_each_figure_is_the_sum_of_the_lines_it_opens(told, figure):
    book = book_of(told)
    lines = [entry for entry in book.entries if Ask(figure=figure).holds(entry)]
    names = {"PAID": "paid", "LATE": "late", "NOT_DUE": "not_due", "AT_RISK": "at_risk", "OVERPAID": "overpaid"}
    name = names.get(figure.name, figure.name.lower())
    assert amount_of(lines, figure) == getattr(book.total, name) > 0
    assert all(AMOUNTS[figure](entry.month.figures) != 0 for entry in lines)


def test_a_cause_counts_the_lines_it_opens_and_their_gap(told):
    book = book_of(told)
    assert book.by_cause[GapCause.DOUBLE_PAYMENT].gap == WHOLE
    for code, cause in book.by_cause.items():
        lines = [entry for entry in book.entries if Ask(cause=code).holds(entry)]
        assert len(lines) == cause.months
        assert sum(entry.month.gap for entry in lines) == cause.gap


def test_a_gap_within_the_tolerance_is_silent(told):
    paid(told.contract, MAY, WHOLE - 1)
    row = row_of(month_of(told, MAY))
    assert (row.gap, row.cause, row.paid) == (None, "", WHOLE - 1)
    AidRules.objects.create(valid_from=date(2026, 1, 1), tolerance=Decimal("0.50"))
    row = row_of(month_of(told, MAY))
    assert (row.gap, row.cause) == (-1, UNEXPLAINED)


def test_a_line_says_what_is_expected_declared_paid_and_why_not(told):
    march, april, may, october, january = (
        row_of(month_of(told, month)) for month in (MARCH, APRIL, MAY, OCTOBER, date(2027, 1, 1))
    )
    assert (march.declared, march.is_declared, march.gap, march.cause) == ("le 02/10/2026", True, None, "")
    assert march.formula.replace("\u00a0", " ") == "12,02 € × 20 h × 52 / 12 × 50 % = 520,87 €"
    assert (april.gap, april.cause, april.is_calm) == (WHOLE, "double paiement", False)
    assert april.payments == ("520,87\u00a0€ le 05/10/2026",) * 2
    assert (may.declared, may.gap, may.cause) == ("non", -WHOLE, "attestation manquante")
    assert (october.gap, october.cause, october.is_calm) == (-WHOLE, "pas encore échu", True)
    assert (january.declared, january.gap, january.cause, january.paid) == ("à venir", None, "", None)


def test_what_was_settled_since_says_so_and_counts_no_more(told):
    paid(told.contract, APRIL, -WHOLE, on=date(2026, 11, 3))
    april = row_of(month_of(told, APRIL))
    assert (april.gap, april.cause, april.tone) == (None, "double paiement, régularisé depuis", "done")
    assert GapCause.DOUBLE_PAYMENT not in book_of(told).by_cause


def test_a_confirmed_month_says_what_today_would_give(told):
    b.a_smic(date(2026, 3, 1), "12.30")
    notes = row_of(month_of(told, MARCH)).notes
    assert any("le calcul d'aujourd'hui donnerait 533,00\u00a0€" in note for note in notes)


def test_the_share_of_the_departement_is_told_to_who_may_know(told):
    told.contract.aid_requests.update(is_cofinanced=True)
    may = month_of(told, MAY)
    assert row_of(may).notes == ()
    assert "part du département" in row_of(may, with_share=True).notes[0]


# --- The envelope ---


def sums(**amounts) -> Sums:
    return Sums(**{name: Decimal(amount) for name, amount in amounts.items()})


def test_the_bar_shows_what_is_paid_late_waiting_to_come_and_left():
    bar = envelope_of(sums(committed=800, paid=400, late=100, not_due=100), Decimal(1000))
    assert [(one.words, one.amount, one.x, one.width) for one in bar.segments] == [
        ("versée", 400, "0.000", "40.000"),
        ("en retard", 100, "40.000", "10.000"),
        ("pas encore échue", 100, "50.000", "10.000"),
        ("mois à venir", 200, "60.000", "20.000"),
    ]
    assert (bar.left, bar.mark) == (200, "")


def test_an_envelope_too_small_is_marked_on_the_bar():
    bar = envelope_of(sums(committed=1000, paid=400), Decimal(800))
    assert (bar.left, bar.mark) == (-200, "80.000")


def test_without_an_envelope_the_bar_ends_with_what_is_committed():
    bar = envelope_of(sums(committed=1000, paid=250), None)
    assert (bar.amount, bar.left, bar.segments[0].width) == (None, None, "25.000")
    assert envelope_of(sums(), None) is None


# --- The page ---


def page_of(client, world, **query):
    return client.get(reverse("contracts:cohort_money", args=[world.cohort.pk]), query)


def test_the_counsellor_reads_figures_that_open_their_lines(told, client_of, claire):
    browser = client_of(claire)
    page = page_of(browser, told)
    book = page.context["book"]
    for top in page.context["top"]:
        opened = browser.get(page.wsgi_request.path + top.url.removesuffix("#lignes"))
        assert opened.context["line_totals"] == [(top.label, top.amount)]
    for _, url, total in [*page.context["months"], *page.context["employers"]]:
        opened = browser.get(page.wsgi_request.path + url.removesuffix("#lignes"))
        assert ("attendue à ce jour", total.expected) in opened.context["line_totals"]
    for _, url, one, _ in page.context["causes"]:
        opened = browser.get(page.wsgi_request.path + url.removesuffix("#lignes"))
        assert opened.context["line_count"] == one.months
    said = words(page)
    assert "Aucune enveloppe saisie" in said
    assert "double paiement" in said
    assert "Un écart de 1,00 € au plus est passé sous silence" in said
    assert book.total.overpaid == WHOLE
    assert AccessLog.objects.filter(user=claire, action="read").exists()


def test_an_employer_reads_its_own_money_only(told, client_of, denis, gaelle):
    for address in (reverse("contracts:own_money"), reverse("contracts:cohort_money", args=[told.cohort.pk])):
        page = client_of(denis).get(address)
        assert page.context["book"].contracts == 1
        assert "BAUDRY Amina" in words(page)
        assert "DA COSTA" not in words(page)
        assert "Enveloppe" not in words(page)
        assert "BAUDRY" not in words(client_of(gaelle).get(address))


def test_a_coordinator_who_is_not_referent_reads_sums_and_no_line(told, client_of, agency):
    josette = b.a_user("josette@agence.example")
    b.a_membership(josette, agency)
    page = page_of(client_of(josette), told, cause="double_paiement")
    assert page.context["book"].total.overpaid == WHOLE
    assert (page.context["page"], page.context["groups"], page.context["line_count"]) == (None, [], 0)
    assert "BAUDRY" not in words(page)
    assert "réservées aux référents" in words(page)
    assert not AccessLog.objects.filter(user=josette).exists()


def test_the_agency_is_led_to_a_cohort_it_follows(told, client_of, claire):
    answer = client_of(claire).get(reverse("contracts:own_money"))
    assert answer.url == reverse("contracts:cohort_money", args=[told.cohort.pk])


@pytest.mark.parametrize("query", [{"montre": "<script>"}, {"mois": "2026-13"}, {"employeur": "x"}, {"page": "900"}])
def test_an_odd_address_shows_everything(told, client_of, claire, query):
    page = page_of(client_of(claire), told, **query)
    assert page.status_code == 200
    assert page.context["line_count"] == 26


def test_a_cohort_without_aid_says_so(world, client_of, claire):
    empty = b.a_cohort(agency=world.cohort.agency)
    page = client_of(claire).get(reverse("contracts:cohort_money", args=[empty.pk]))
    assert "Aucun mois aidé pour l'instant" in words(page)


def test_contracts_without_amount_are_said_with_their_reason(told, client_of, claire):
    b.a_contract(enrolment=b.an_enrolment(cohort=told.cohort))
    assert "1 × Aucune demande d'aide enregistrée" in words(page_of(client_of(claire), told))


def test_the_envelope_is_entered_and_compared(told, client_of, claire):
    browser = client_of(claire)
    address = reverse("contracts:set_envelope", args=[told.cohort.pk])
    refused = browser.post(address, {"aid_envelope": "-5", "version": "0"})
    assert refused.context["form"].errors
    assert "nombre" in words(browser.post(address, {"aid_envelope": "vingt mille", "version": "0"}))
    answer = browser.post(address, {"aid_envelope": "20 000,50 €", "version": "0"}, follow=True)
    assert answer.context["envelope"].left == Decimal("20000.50") - answer.context["book"].total.committed
    assert "20 000,50 €" in words(answer).replace("\u202f", " ").replace("\u00a0", " ")


def test_three_hundred_contracts_cost_the_queries_of_two(told, client_of, claire):
    browser = client_of(claire)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            page_of(browser, told)
        return len(caught)

    queries()
    few = queries()
    for number in range(40):
        contract = b.a_contract(
            enrolment=b.an_enrolment(cohort=told.cohort, person=b.a_person(birth_name=f"PERSONNE{number}")),
            establishment=told.closerie if number % 2 else told.estran,
        )
        b.an_aid_request(contract, order=told.order)
        paid(contract, MARCH)
    assert queries() == few
    page = page_of(browser, told)
    assert (page.context["page"].count, len(page.context["groups"])) == (42, 15)
    assert len(page_of(browser, told, page="3").context["groups"]) == 12


# --- The contract's own page ---


def test_the_page_of_a_contract_reconciles_its_months(told, client_of, claire, agency):
    address = reverse("contracts:contract_detail", args=[told.contract.pk])
    said = words(client_of(claire).get(address))
    assert "Aide, mois par mois" in said
    assert "double paiement" in said
    assert "attestation manquante" in said
    josette = b.a_user("josette@agence.example")
    b.a_membership(josette, agency)
    hidden = words(client_of(josette).get(address))
    assert "réservés à son employeur et aux référents" in hidden
    assert "520,87" not in hidden
