"""Pages of the contracts: who sees what, and what each act leaves."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import AccessLog
from contracts.models import AidOrder, AidRequest, Contract, EntryStop, Exit, SmicRate, Suspension
from regulations.contracts import BreakReason, ContractState
from tests import builders as b
from tests.contracts.pages import refused, sent, url

pytestmark = pytest.mark.django_db


# --- The list ---


def test_the_list_shows_person_cohort_establishment_employer_tutor_and_state(world, claire, client_of):
    page = client_of(claire).get(url("contract_list")).content.decode()
    for words in ("BAUDRY Amina", "SM 2026", "Résidence La Closerie du Mont", "Association La Closerie", "HAMON Bruno"):
        assert words in page
    assert "en cours" in page


@pytest.mark.parametrize(
    "query, count",
    [
        ("", 2),
        ("q=baudry", 1),
        ("q=Estran", 1),
        ("q=baudry+estran", 0),
        ("etat=RUNNING", 2),
        ("etat=RUNNING&le=2027-02-02", 0),
        ("etat=ENDED&le=02/02/2027", 2),
        ("le=2026-01-30", 0),
        ("type=CDI", 0),
        ("etat=NONSENSE", 2),
        ("cohorte=abc&employeur=99999&le=31/02/2026", 2),
    ],
)
def test_the_list_is_searched_and_filtered(world, claire, client_of, query, count):
    answer = client_of(claire).get(f"{url('contract_list')}?{query}")
    assert answer.context["count"].number == count


def test_a_decision_number_is_searched(world, claire, client_of):
    number = world.contract.aid_requests.get().decision_number
    answer = client_of(claire).get(f"{url('contract_list')}?q={number}")
    assert [row.pk for row in answer.context["page"].rows] == [world.contract.pk]


def test_the_list_costs_the_same_for_two_and_for_forty(world, claire, client_of, django_assert_max_num_queries):
    for _ in range(38):
        b.a_tutorship(b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort), establishment=world.closerie))
    browser = client_of(claire)
    browser.get(url("contract_list"))
    with django_assert_max_num_queries(12):
        assert browser.get(url("contract_list")).context["count"].number == 40


def test_each_sees_her_own_contracts(world, denis, gaelle, bruno, client_of):
    for user, contract in ((denis, world.contract), (gaelle, world.other_contract), (bruno, world.contract)):
        rows = client_of(user).get(url("contract_list")).context["page"].rows
        assert [row.pk for row in rows] == [contract.pk]


# --- One contract ---


def test_the_contract_shows_the_expected_aid_with_its_formula(world, denis, client_of):
    page = client_of(denis).get(url("contract_detail", world.contract.pk)).content.decode().replace("\u00a0", " ")
    assert "12,02 € × 20 h × 52 / 12 × 50 % = 520,87 €" in page
    assert "seul le montant notifié par l" in page


def test_without_an_order_the_page_says_so_and_shows_no_amount(world, claire, client_of):
    AidRequest.objects.update(order=None)
    AidOrder.objects.update(confirmed_on=None)
    page = client_of(claire).get(url("contract_detail", world.contract.pk)).content.decode()
    assert "Aucun arrêté saisi" in page
    assert "520,87" not in page


def test_a_tutor_never_sees_amounts_nor_reasons(world, bruno, client_of):
    world.contract.broken_on, world.contract.break_reason = date(2026, 6, 12), BreakReason.SERIOUS_MISCONDUCT
    world.contract.save()
    answer = client_of(bruno).get(url("contract_detail", world.contract.pk))
    page = answer.content.decode()
    assert "faute grave" not in page
    assert "Aide attendue" not in page
    assert "50 %" not in page
    assert not AccessLog.objects.exists()


def test_pay_and_reasons_are_for_the_referent_and_the_employer(world, claire, denis, client_of):
    world.contract.hourly_pay = Decimal("12.50")
    world.contract.broken_on, world.contract.break_reason = date(2026, 6, 12), BreakReason.SERIOUS_MISCONDUCT
    world.contract.save()
    pilot = b.a_user("pilote@agence.example")
    b.a_membership(pilot)
    address = url("contract_detail", world.contract.pk)
    for user, sees in ((claire, True), (denis, True), (pilot, False)):
        page = client_of(user).get(address).content.decode()
        assert ("faute grave" in page, "12,50" in page, "Aide attendue" in page) == (sees, sees, True)
    assert client_of(pilot).get(url("break_contract", world.contract.pk)).status_code == 404


def test_reading_protected_facts_leaves_a_line(world, claire, client_of):
    client_of(claire).get(url("contract_detail", world.contract.pk))
    line = AccessLog.objects.get()
    assert (line.user, line.action, line.object_id) == (claire, "read", str(world.contract.pk))


def test_the_break_shows_what_becomes_of_the_aid_with_its_article(world, denis, client_of):
    page = sent(client_of(denis), url("break_contract", world.contract.pk), broken_on="12/06/2026", reason="EMPLOYER")
    assert "toute l&#x27;aide reçue est remboursée" in page
    assert "R5134-45" in page
    assert "22/06/2026" in page, "seven clear days, moved to a working day"


def test_what_the_asp_notified_stands_beside_the_table(world, claire, client_of):
    world.contract.broken_on, world.contract.break_reason = date(2026, 6, 12), BreakReason.EMPLOYER
    world.contract.save()
    page = sent(
        client_of(claire), url("record_notified", world.contract.pk), outcome="NOTHING", reason="Courrier du 3 juillet"
    )
    assert "Courrier du 3 juillet" in page
    assert "R5134-45" in page


def test_the_whole_table_of_breaks_is_a_page(claire, client_of):
    page = client_of(claire).get(url("break_table")).content.decode()
    assert page.count("R5134-45") >= 2
    assert "rupture conventionnelle" in page


# --- Acts ---


def test_a_request_then_its_decision_give_the_aid(world, claire, client_of):
    contract = b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort), establishment=world.closerie)
    browser = client_of(claire)
    sent(browser, url("record_request", contract.pk), kind="INITIAL", signed_on="12/01/2026", decision_number="")
    request = contract.aid_requests.get()
    form = browser.get(url("record_decision", request.pk)).context["form"]
    assert form["order"].initial == world.order, "one candidate is found"
    assert form["weekly_hours"].initial == Decimal("26"), "the contract's 28 hours, inside the order's band"
    page = sent(
        browser,
        url("record_decision", request.pk),
        decision_number="050260011200",
        decided_on="20/01/2026",
        order=world.order.pk,
        rate="",
        weekly_hours="23,5",
        aid_starts_on="02/02/2026",
        aid_ends_on="01/02/2027",
    )
    request.refresh_from_db()
    assert (request.rate, request.weekly_hours) == (Decimal("50.00"), Decimal("23.50"))
    assert "612,02" in page


def test_hours_outside_the_band_are_recorded_and_said(world, claire, client_of):
    contract = b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort), establishment=world.closerie)
    request = AidRequest.objects.create(contract=contract, signed_on=date(2026, 1, 12))
    page = sent(
        client_of(claire),
        url("record_decision", request.pk),
        decision_number="050260011201",
        decided_on="20/01/2026",
        order=world.order.pk,
        weekly_hours="28",
        aid_starts_on="02/02/2026",
        aid_ends_on="01/02/2027",
    )
    assert "au plus 26" in page.replace("\u00a0", " ")


def test_a_question_is_answered_on_the_page_and_nothing_typed_is_lost(world, claire, client_of):
    contract = b.a_contract(
        enrolment=b.an_enrolment(cohort=world.cohort), establishment=world.closerie, weekly_hours=Decimal("20")
    )
    request = AidRequest.objects.create(contract=contract, signed_on=date(2026, 1, 12))
    typed = {
        "decision_number": "050260011202",
        "decided_on": "20/01/2026",
        "order": world.order.pk,
        "weekly_hours": "24",
        "aid_starts_on": "02/02/2026",
        "aid_ends_on": "01/02/2027",
    }
    page = refused(client_of(claire), url("record_decision", request.pk), **typed)
    assert 'name="motif_heures_aidees_superieures"' in page
    assert 'value="050260011202"' in page
    sent(
        client_of(claire), url("record_decision", request.pk), **typed, motif_heures_aidees_superieures="avenant signé"
    )
    contract.refresh_from_db()
    assert contract.exception_reason.endswith("avenant signé")


def test_a_decision_is_corrected_and_the_second_correction_is_stopped(world, claire, client_of):
    request = world.contract.aid_requests.get()
    typed = {
        "version": "0",
        "decision_number": request.decision_number,
        "decided_on": "20/01/2026",
        "order": world.order.pk,
        "rate": "50",
        "weekly_hours": "22",
        "aid_starts_on": "02/02/2026",
        "aid_ends_on": "01/02/2027",
    }
    sent(client_of(claire), url("correct_decision", request.pk), **typed)
    page = refused(client_of(claire), url("correct_decision", request.pk), **typed | {"weekly_hours": "24"})
    assert "Une autre personne" in page
    request.refresh_from_db()
    assert request.weekly_hours == Decimal("22.00")


@pytest.mark.parametrize(
    "act, values, state",
    [
        ("suspend", {"starts_on": "02/11/2026", "reason": "UNPAID_LEAVE", "pay_kept": "NONE"}, ContractState.SUSPENDED),
        ("break_contract", {"broken_on": "12/06/2026", "reason": "RESIGNATION"}, ContractState.BROKEN),
        ("extend_contract", {"ends_on": "01/08/2027"}, ContractState.RUNNING),
        (
            "record_immersion",
            {"host": "Foyer de vie", "starts_on": "02/11/2026", "ends_on": "13/11/2026", "purpose": "DISCOVER"},
            ContractState.RUNNING,
        ),
    ],
)
def test_what_happens_to_a_contract_is_recorded_from_its_page(world, denis, client_of, act, values, state):
    sent(client_of(denis), url(act, world.contract.pk), **values)
    assert Contract.objects.get(pk=world.contract.pk).state_on(b.TODAY) is state


def test_a_suspension_ends_and_an_exit_is_read_three_times(world, claire, client_of):
    browser = client_of(claire)
    sent(browser, url("suspend", world.contract.pk), starts_on="04/05/2026", reason="WORK_STOPPAGE", pay_kept="FULL")
    sent(browser, url("end_suspension", Suspension.objects.get().pk), ends_on="15/05/2026")
    sent(browser, url("break_contract", world.contract.pk), broken_on="12/06/2026", reason="RESIGNATION_FOR_CDI")
    checked = {"same_employer": "NO", "same_job": "YES"}
    sent(browser, url("record_exit", world.contract.pk), recorded_on="20/06/2026", situation="CDI", **checked)
    follow_up = {"follow_up": "AT_3_MONTHS", "situation": "CDI", "checked_on": "14/09/2026"}
    page = sent(browser, url("record_follow_up", world.contract.pk), **follow_up)
    assert "À 3 mois" in page
    assert Exit.objects.get().situation_3_months == "CDI"


def test_a_double_click_records_once(world, denis, client_of):
    browser, address = client_of(denis), url("suspend", world.contract.pk)
    values = {"starts_on": "02/11/2026", "ends_on": "04/11/2026", "reason": "OTHER", "pay_kept": "NONE"}
    for _ in range(2):
        sent(browser, address, **values, form_token="the-same-sending")
    assert Suspension.objects.count() == 1


@pytest.mark.parametrize("day", ["0001-01-01", "31/12/9999"])
def test_a_year_out_of_time_is_refused(world, claire, client_of, day):
    typed = {"version": "0", "kind": "CDD_PEC", "job_title": "Agent de service", "weekly_hours": "28"}
    days = {"starts_on": day, "ends_on": "01/02/2027", "signed_on": "28/01/2026"}
    page = refused(client_of(claire), url("change_contract", world.contract.pk), **typed | days)
    assert "Vérifiez l'année" in page.replace("&#x27;", "'")
    assert client_of(claire).get(url("contract_list"), {"le": day}).status_code == 200


def test_a_contract_is_corrected_without_losing_what_one_may_not_read(world, client_of):
    Contract.objects.filter(pk=world.contract.pk).update(hourly_pay=Decimal("12.50"))
    pilot = b.a_user("pilote@agence.example")
    b.a_membership(pilot)
    typed = {
        "version": "0",
        "kind": "CDD_PEC",
        "job_title": "Aide-soignante",
        "weekly_hours": "26,50",
        "starts_on": "02/02/2026",
        "ends_on": "",
        "signed_on": "28/01/2026",
    }
    browser = client_of(pilot)
    assert "hourly_pay" not in browser.get(url("change_contract", world.contract.pk)).context["form"].fields
    sent(browser, url("change_contract", world.contract.pk), **typed)
    contract = Contract.objects.get(pk=world.contract.pk)
    assert (contract.job_title, contract.weekly_hours, contract.hourly_pay, contract.ends_on) == (
        "Aide-soignante",
        Decimal("26.50"),
        Decimal("12.50"),
        b.LAST_DAY,
    )
    assert "Une autre personne" in refused(browser, url("change_contract", world.contract.pk), **typed)


@pytest.mark.parametrize("act", ["change_contract", "sign_contract", "suspend", "break_contract", "extend_contract"])
def test_a_neighbour_employer_gets_404(world, gaelle, client_of, act):
    assert client_of(gaelle).get(url(act, world.contract.pk)).status_code == 404
    assert client_of(gaelle).post(url(act, world.contract.pk), {}).status_code == 404


def test_a_social_security_number_in_a_field_is_refused_and_forgotten(world, denis, client_of):
    page = refused(
        client_of(denis),
        url("record_immersion", world.contract.pk),
        host="2 84 06 50 147 023 55",
        starts_on="02/11/2026",
        ends_on="13/11/2026",
        purpose="DISCOVER",
    )
    assert "147 023" not in page


# --- Dated rows of the authorities ---


def test_an_order_is_typed_then_confirmed_then_applies(world, claire, client_of):
    AidOrder.objects.all().update(confirmed_on=None)
    browser = client_of(claire)
    sent(
        browser,
        url("order_add"),
        region="Normandie",
        public="Tout public",
        rate="43,5",
        weekly_hours_min="20",
        weekly_hours_max="23,5",
        valid_from="01/01/2026",
    )
    order = AidOrder.objects.latest("pk")
    assert (order.rate, order.confirmed_on) == (Decimal("43.50"), None)
    sent(browser, url("order_confirm", order.pk))
    order.refresh_from_db()
    assert (order.confirmed_on, order.confirmed_by) == (b.TODAY, claire)


def test_two_confirmed_orders_of_a_public_never_overlap(world, claire, client_of):
    other = b.an_order(confirmed_on=None, valid_from=date(2026, 6, 1))
    page = refused(client_of(claire), url("order_confirm", other.pk))
    assert "court déjà du 01/01/2026" in page
    b.AidOrder.objects.filter(pk=world.order.pk).update(valid_to=date(2026, 5, 31))
    sent(client_of(claire), url("order_confirm", other.pk))


def test_a_corrected_order_is_confirmed_again(world, claire, client_of):
    typed = {"region": "Normandie", "public": "Tout public", "rate": "45", "valid_from": "01/01/2026", "version": "0"}
    sent(client_of(claire), url("order_change", world.order.pk), **typed)
    world.order.refresh_from_db()
    assert (world.order.rate, world.order.confirmed_on) == (Decimal("45.00"), None)
    assert "Une autre personne" in refused(
        client_of(claire), url("order_change", world.order.pk), **typed | {"rate": "46"}
    )


def test_a_smic_is_added_and_never_twice_for_a_day(world, claire, client_of):
    typed = {"territory": "FRANCE_HORS_MAYOTTE", "valid_from": "01/01/2027", "hourly_gross": "12,31"}
    sent(client_of(claire), url("smic_add"), **typed)
    assert SmicRate.objects.get(valid_from=date(2027, 1, 1)).is_corrected
    assert "commence déjà ce jour-là" in refused(client_of(claire), url("smic_add"), **typed)


def test_a_stop_of_entries_is_announced_on_contracts_and_changes_none(world, claire, denis, client_of):
    typed = {"territory": "France", "starts_on": "01/11/2026", "covers_entries": "on", "covers_renewals": "on"}
    sent(client_of(claire), url("stop_add"), **typed)
    page = client_of(denis).get(url("contract_detail", world.contract.pk)).content.decode()
    assert "Plus d&#x27;entrée ni de renouvellement à partir du 01/11/2026" in page
    assert EntryStop.objects.count() == 1
    assert "Dites ce que" in refused(client_of(claire), url("stop_add"), territory="France", starts_on="01/11/2026")


@pytest.mark.parametrize("name", ["order_list", "smic_list", "stop_list", "order_add", "smic_add", "stop_add"])
def test_reference_pages_open_for_those_who_keep_them(world, claire, ines, denis, client_of, name):
    EntryStop.objects.create(starts_on=date(2026, 1, 5))
    for user, status in ((claire, 200), (ines, 200), (denis, 403)):
        assert client_of(user).get(url(name)).status_code == status
