"""Pages of the life of a contract: amendments, renewal, steps, notices, a stop of entries."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Receipt
from contracts.models import AidOrder, AidRequest, Amendment, Contract, DoneStep, EntryStop, Suspension
from regulations.contracts import AidRequestKind, BreakReason, ContractKind, SuspensionReason
from regulations.due import Rule
from tests import builders as b
from tests.contracts.pages import read, refused, sent, told, url

pytestmark = pytest.mark.django_db


# --- Amendments ---


def test_an_amendment_is_recorded_and_shown_as_a_version(world, denis, client_of):
    browser = client_of(denis)
    page = told(
        sent(
            browser,
            url("amend_contract", world.contract.pk),
            effective_on="01/06/2026",
            weekly_hours="24,50",
            reason="à sa demande",
        )
    )
    assert "À partir du 01/06/2026" in page
    assert "24,50 h par semaine" in page
    assert "Au début, le 02/02/2026" in page
    assert Contract.objects.get(pk=world.contract.pk).weekly_hours == Decimal("24.50")
    page = told(sent(browser, url("void_amendment", Amendment.objects.get().pk), reason="saisi deux fois"))
    assert "avenant annulé" in page
    assert "saisi deux fois" in page
    assert Contract.objects.get(pk=world.contract.pk).weekly_hours == Decimal("28.00")


def test_an_amendment_to_come_is_announced_and_today_is_unchanged(world, denis, client_of):
    address = url("amend_contract", world.contract.pk)
    sent(client_of(denis), address, effective_on="01/12/2026", weekly_hours="35")
    answer = client_of(denis).get(url("contract_detail", world.contract.pk))
    facts = dict(answer.context["facts"])
    assert told(facts["Heures du contrat"]) == "28,00 h par semaine"
    assert "À partir du 01/12/2026" in told(answer.content.decode())


def test_hours_under_the_aided_hours_ask_for_another_decision(world, denis, client_of):
    page = sent(
        client_of(denis), url("amend_contract", world.contract.pk), effective_on="01/06/2026", weekly_hours="18"
    )
    assert "faites modifier la décision" in told(page)


def test_the_place_of_an_amendment_is_of_the_same_employer(world, denis, client_of):
    annex = b.an_establishment(employer=world.closerie.employer, name="Annexe du Mont")
    form = client_of(denis).get(url("amend_contract", world.contract.pk)).context["form"]
    assert set(form.fields["establishment"].queryset) == {world.closerie, annex}


def test_a_change_of_employer_is_the_coordinator_s_and_closes_the_door(world, claire, denis, gaelle, client_of):
    address = url("change_employer", world.contract.pk)
    assert client_of(denis).get(address).status_code == 403
    form = client_of(claire).get(address).context["form"]
    assert list(form.fields["establishment"].queryset) == [world.estran]
    page = told(
        sent(client_of(claire), address, effective_on="01/09/2026", establishment=world.estran.pk, reason="fusion")
    )
    assert "changement d'employeur" in page
    assert "Instruction n° 2012-107" in page
    detail = url("contract_detail", world.contract.pk)
    assert client_of(denis).get(detail).status_code == 404
    assert client_of(gaelle).get(detail).status_code == 200


def test_versions_cost_no_query_each(world, claire, client_of, django_assert_max_num_queries):
    detail, browser = url("contract_detail", world.contract.pk), client_of(claire)
    browser.get(detail)
    for month in range(3, 11):
        sent(
            browser,
            url("amend_contract", world.contract.pk),
            effective_on=f"01/{month:02}/2026",
            weekly_hours=str(20 + month),
        )
    with django_assert_max_num_queries(45):
        assert "30,00 h" in read(browser, detail)


# --- Renewal ---


def renewal(**changes):
    return {"signed_on": "20/11/2026", "asked_until": "01/08/2027", "review": "Socle suivi, diplôme visé."} | changes


def test_a_renewal_gathers_its_evidence(world, claire, client_of):
    DoneStep.objects.create(contract=world.contract, step="REVIEW_3", done_on=date(2026, 5, 4))
    page = read(client_of(claire), url("request_renewal", world.contract.pk))
    for words in (
        "3,50 h sur 1 demi-journée",
        "0 observation",
        "fait le 04/05/2026",
        "0 sur 9 déclarés ; manquent : 02/2026",
        "L5134-25-1",
        "01/02/2028",
    ):
        assert words in page


def test_a_statement_received_otherwise_is_not_missing_from_the_evidence(world, claire, client_of):
    Receipt.objects.create(
        rule=Rule.STATEMENT,
        object_key=f"{world.contract.aid_requests.get().pk}-2026-02",
        subject_kind=Contract._meta.label,
        subject_id=world.contract.pk,
        received_on=date(2026, 5, 4),
    )
    page = read(client_of(claire), url("request_renewal", world.contract.pk))
    assert "1 sur 9 déclarés ; manquent : 03/2026" in page


def test_the_end_proposed_follows_the_order(world, claire, client_of):
    AidOrder.objects.filter(pk=world.order.pk).update(renewal_months_min=6, renewal_months_max=9)
    answer = client_of(claire).get(url("request_renewal", world.contract.pk))
    assert answer.context["form"]["asked_until"].initial == date(2027, 11, 1)
    assert "6 à 9 mois" in answer.content.decode()


def test_a_renewal_is_asked_with_its_review(world, denis, client_of):
    page = told(sent(client_of(denis), url("request_renewal", world.contract.pk), **renewal()))
    request = AidRequest.objects.get(kind=AidRequestKind.RENEWAL)
    assert (request.review, request.aid_ends_on) == ("Socle suivi, diplôme visé.", date(2027, 8, 1))
    assert "renouvellement demandé" in page
    assert "Aide demandée" in page


def test_a_renewal_without_a_review_is_refused_and_nothing_typed_is_lost(world, denis, client_of):
    page = refused(client_of(denis), url("request_renewal", world.contract.pk), **renewal(review=" "))
    assert 'value="01/08/2027"' in page
    assert not AidRequest.objects.filter(kind=AidRequestKind.RENEWAL).exists()


def test_over_24_months_asks_for_the_case_and_then_for_the_reason(world, denis, client_of):
    address, browser = url("request_renewal", world.contract.pk), client_of(denis)
    long = renewal(asked_until="01/03/2028")
    assert "choisissez le cas qui le permet" in told(refused(browser, address, **long))
    long |= {"exception": "SENIOR_OR_DISABLED"}
    assert 'name="motif_plus_de_24_mois"' in refused(browser, address, **long)
    page = told(sent(browser, address, **long, motif_plus_de_24_mois="reconnue travailleuse handicapée"))
    request = AidRequest.objects.get(kind=AidRequestKind.RENEWAL)
    assert (request.ceiling_exception, request.ceiling_reason) == (
        "SENIOR_OR_DISABLED",
        "reconnue travailleuse handicapée",
    )
    assert "chaque décision dure un an au plus" in page


def test_earlier_pec_with_the_employer_shorten_what_is_left(world, claire, client_of):
    old = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31)}
    b.a_contract(person=world.person, establishment=world.closerie, **old)
    page = read(client_of(claire), url("request_renewal", world.contract.pk))
    assert "du 01/01/2025 au 31/12/2025" in page
    assert "24 mois en tout</dt><dd>01/02/2027" in page


def test_age_is_said_to_who_may_read_it_only(world, claire, client_of):
    world.person.birth_date = date(1977, 6, 12)
    world.person.save()
    pilot = b.a_user("pilote@agence.example")
    b.a_membership(pilot)
    address = url("request_renewal", world.contract.pk)
    assert "les sources se contredisent" in read(client_of(claire), address)
    assert "les sources se contredisent" not in read(client_of(pilot), address)


def test_a_renewal_costs_the_same_whatever_was_done(world, claire, client_of):
    address, browser = url("request_renewal", world.contract.pk), client_of(claire)
    browser.get(address)
    with CaptureQueriesContext(connection) as first:
        browser.get(address)
    for day in range(3, 9):
        b.an_attendance(b.a_half_day(world.session, date(2026, 3, day)), world.enrolment)
        Suspension.objects.create(
            contract=world.contract,
            starts_on=date(2026, 4, day),
            ends_on=date(2026, 4, day),
            reason=SuspensionReason.OTHER,
        )
    with CaptureQueriesContext(connection) as second:
        browser.get(address)
    assert len(first) == len(second)


# --- Steps and notices ---


def test_a_step_is_noted_then_voided(world, denis, client_of):
    browser = client_of(denis)
    page = told(sent(browser, url("mark_step", world.contract.pk, "DPAE"), done_on="29/01/2026", note="en ligne"))
    assert "<strong>le 29/01/2026</strong> (en ligne)" in page
    twice = refused(browser, url("mark_step", world.contract.pk, "DPAE"), done_on="30/01/2026")
    assert "déjà notée" in told(twice)
    sent(browser, url("void_step", DoneStep.objects.get().pk), reason="autre salariée")
    assert not DoneStep.objects.valid().exists()
    sent(browser, url("mark_step", world.contract.pk, "DPAE"), done_on="30/01/2026")


def test_a_step_to_come_or_unknown_is_not_noted(world, denis, client_of):
    page = refused(client_of(denis), url("mark_step", world.contract.pk, "CERTIFICATE"), done_on="01/01/2027")
    assert "Ce jour est à venir" in told(page)
    assert client_of(denis).get(url("mark_step", world.contract.pk, "NOTHING")).status_code == 404


def test_a_suspension_is_to_be_told_within_seven_clear_days(world, denis, client_of):
    browser = client_of(denis)
    page = told(
        sent(browser, url("suspend", world.contract.pk), starts_on="02/11/2026", reason="UNPAID_LEAVE", pay_kept="NONE")
    )
    assert "à signaler avant le 10/11/2026" in page
    page = told(sent(browser, url("declare_suspension", Suspension.objects.get().pk), declared_on="05/11/2026"))
    assert "signalée à l'autorité le 05/11/2026" in page


def test_a_break_is_told_too(world, denis, client_of):
    browser = client_of(denis)
    sent(browser, url("break_contract", world.contract.pk), broken_on="12/06/2026", reason="RESIGNATION")
    page = told(sent(browser, url("declare_break", world.contract.pk), declared_on="15/06/2026"))
    assert "Signalée à l'autorité le" in page
    assert Contract.objects.get(pk=world.contract.pk).break_declared_on == date(2026, 6, 15)


def test_only_a_break_there_was_is_told(world, denis, client_of):
    page = refused(client_of(denis), url("declare_break", world.contract.pk), declared_on="15/06/2026")
    assert "n'est pas rompu" in told(page)


def test_a_suspension_is_corrected(world, denis, client_of):
    browser = client_of(denis)
    typed = {"starts_on": "02/11/2026", "ends_on": "10/11/2026", "reason": "WORK_STOPPAGE", "pay_kept": "NONE"}
    sent(browser, url("suspend", world.contract.pk), **typed)
    row = Suspension.objects.get()
    sent(browser, url("change_suspension", row.pk), **typed | {"pay_kept": "PARTIAL", "kept_percent": "50"})
    row.refresh_from_db()
    assert (row.pay_kept, row.kept_percent) == ("PARTIAL", Decimal("50"))


def test_a_trial_elsewhere_proposes_to_leave_without_notice(world, denis, client_of):
    Suspension.objects.create(
        contract=world.contract, starts_on=date(2026, 11, 2), reason=SuspensionReason.TRIAL_ELSEWHERE
    )
    answer = client_of(denis).get(url("break_contract", world.contract.pk))
    assert answer.context["form"]["reason"].initial == BreakReason.RESIGNATION_FOR_CDI
    assert "sans préavis" in told(answer.content.decode())


# --- Contracts without aid ---


def test_a_contract_without_aid_says_so_and_lacks_no_decision(world, claire, client_of):
    contract = b.a_contract(
        enrolment=b.an_enrolment(cohort=world.cohort), establishment=world.closerie, kind=ContractKind.CDD
    )
    answer = client_of(claire).get(url("contract_detail", contract.pk))
    page = told(answer.content.decode())
    assert "Contrat sans aide de l'État" in page
    assert "Demande d'aide et décision" not in page
    assert "Aide attendue" not in page
    assert "décision datée" not in [label for label, _ in answer.context["points"]]
    assert contract not in Contract.objects.lacking("sans-decision", b.TODAY)


# --- A stop of entries ---


@pytest.fixture
def stop(db):
    return EntryStop.objects.create(starts_on=date(2026, 11, 1), note="Circulaire attendue.")


SAID = "Plus d'entrée ni de renouvellement à partir du 01/11/2026"


def test_everyone_concerned_sees_the_stop(world, claire, denis, stop, client_of):
    contract = world.contract.pk
    for user in (claire, denis):
        browser = client_of(user)
        for address in (
            reverse("home"),
            reverse("cohort_page", args=[world.cohort.pk]),
            url("contract_detail", contract),
            url("request_renewal", contract),
            url("record_request", contract),
        ):
            assert SAID in read(browser, address), address


def test_a_stop_that_is_over_or_elsewhere_is_not_shown(world, claire, client_of):
    EntryStop.objects.create(starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31))
    EntryStop.objects.create(starts_on=date(2026, 11, 1), territory="Bretagne")
    assert "Plus d'entrée" not in read(client_of(claire), reverse("home"))
    assert "Plus d'entrée" not in read(client_of(claire), url("request_renewal", world.contract.pk))


def test_a_renewal_during_a_stop_is_a_question_asked_once(world, denis, claire, stop, client_of):
    address, browser = url("request_renewal", world.contract.pk), client_of(denis)
    page = refused(browser, address, **renewal())
    assert 'name="motif_arret_des_entrees"' in page
    sent(browser, address, **renewal(), motif_arret_des_entrees="accordé avant l'annonce")
    request = AidRequest.objects.get(kind=AidRequestKind.RENEWAL)
    sent(
        client_of(claire),
        url("record_decision", request.pk),
        decision_number="050260019999",
        decided_on="20/11/2026",
        order=world.order.pk,
        weekly_hours="20",
        aid_starts_on="02/02/2027",
        aid_ends_on="01/08/2027",
    )
    request.refresh_from_db()
    assert request.is_granted


def test_a_stop_blocks_nothing_that_runs(world, denis, stop, client_of):
    browser = client_of(denis)
    sent(browser, url("suspend", world.contract.pk), starts_on="02/11/2026", reason="OTHER", pay_kept="NONE")
    sent(browser, url("amend_contract", world.contract.pk), effective_on="15/11/2026", weekly_hours="30")
    assert Contract.objects.running(b.TODAY).filter(pk=world.contract.pk).exists()
