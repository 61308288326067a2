"""Pages of what is due: each role reads its own, acts are refused in words, counts equal the rows they open."""

from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessLog, Receipt, Reminder, ReminderSetting
from contracts.late import waiting_statements
from contracts.models import DoneStep, Suspension
from impec.due.sources import items_for, upcoming_for
from regulations.contracts import SuspensionReason
from regulations.deadlines import Step
from regulations.due import PRINCIPLES, Rule
from tests import builders as b

pytestmark = pytest.mark.django_db

TODAY = b.TODAY
LIST = reverse("due:due_list")
UPCOMING = reverse("due:upcoming")
RECEIPTS = reverse("due:receipt_list")
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@pytest.fixture(autouse=True)
def place_of_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def text_of(answer):
    return unescape(answer.content.decode())


def receive_url(world, rule=Rule.CERTIFICATE):
    return reverse("due:receive", args=[rule, world.contract.pk])


def reminder_url(name, world, rule=Rule.CERTIFICATE, day="2026-12-02", key=None):
    return reverse(f"due:{name}", args=[rule, key or world.contract.pk, day, world.users["employer"].pk])


# --- The list ---


def test_each_one_reads_its_own(world, client_of, claire, denis, gaelle):
    assert {"BAUDRY Amina", "DA COSTA Zoé"} <= names_in(client_of(claire).get(LIST))
    assert names_in(client_of(denis).get(LIST)) == {"BAUDRY Amina"}
    assert names_in(client_of(gaelle).get(LIST)) == {"DA COSTA Zoé"}


def names_in(answer):
    return {item.who for item in answer.context["page"].rows}


def test_the_line_says_why_since_when_and_leads_to_the_act(world, client_of, denis):
    page = text_of(client_of(denis).get(LIST, {"regle": "CERTIFICATE"}))
    assert "attestation remise un mois avant au plus tard" in page
    assert "depuis le 01/11/2026" in page
    assert reverse("contracts:mark_step", args=[world.contract.pk, "CERTIFICATE"]) in page


def test_what_is_only_a_hypothesis_says_so(world, client_of, denis):
    assert "Date : hypothèse." in text_of(client_of(denis).get(LIST, {"regle": "STATEMENT"}))
    assert "Date : hypothèse." not in text_of(client_of(denis).get(LIST, {"regle": "CERTIFICATE"}))


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        ({"quand": "retard"}, lambda item: item.due_on < TODAY),
        ({"quand": "mois"}, lambda item: (item.due_on.year, item.due_on.month) == (2026, 11)),
        ({"quand": "ouvertes"}, lambda item: item.since <= TODAY),
        ({"regle": "RENEWAL"}, lambda item: item.rule == Rule.RENEWAL),
    ],
)
def test_filters_in_the_address(world, client_of, claire, filters, holds):
    everything = list(client_of(claire).get(LIST).context["view"].rows)
    page = client_of(claire).get(LIST, filters)
    kept = [item.ident for item in page.context["view"].rows]
    assert kept == [item.ident for item in everything if holds(item)]
    assert page.context["count"].number == len(kept) > 0


def test_the_filter_of_a_cohort(world, client_of, claire):
    other = b.a_cohort(agency=world.cohort.agency)
    page = client_of(claire).get(LIST, {"cohorte": other.pk})
    assert page.context["count"].number == 0
    assert "Aucune ligne pour ces critères." in text_of(page)


@pytest.mark.parametrize("filters", [{"quand": "demain"}, {"regle": "\0"}, {"cohorte": "9" * 40}, {"tri": "étrange"}])
def test_the_list_takes_anything(world, client_of, claire, filters):
    assert client_of(claire).get(LIST, filters).status_code == 200
    assert client_of(claire).get(UPCOMING, filters).status_code == 200


def test_an_empty_list_says_so(agency, client_of, claire):
    assert "Rien n'est attendu dans les 30 jours." in text_of(client_of(claire).get(LIST))
    assert "Aucun rappel ne doit partir" in text_of(client_of(claire).get(UPCOMING))
    assert "Rien n'est noté reçu autrement." in text_of(client_of(claire).get(RECEIPTS))


def test_employers_are_not_asked_for_what_the_agency_records(world, client_of, claire, denis):
    world.contract.ends_on = date(2026, 11, 15)
    world.contract.save()
    rules = {user: {item.rule for item in items_for(user, on=TODAY, until=TODAY)} for user in (claire, denis)}
    assert Rule.EXIT in rules[claire]
    assert Rule.EXIT not in rules[denis]


def test_the_reason_of_a_suspension_is_on_no_line(world, client_of, claire):
    Suspension.objects.create(contract=world.contract, starts_on=date(2026, 11, 9), reason=SuspensionReason.PARENTAL)
    page = text_of(client_of(claire).get(LIST, {"regle": "SUSPENSION_NOTICE"}))
    assert "suspension à signaler, du 09/11/2026" in page
    assert SuspensionReason.PARENTAL.label not in page


def test_three_hundred_contracts_cost_what_two_do(world, client_of, claire):
    browser = client_of(claire)
    browser.get(LIST)
    costs = []
    for count in (0, 300):
        for number in range(count):
            person = b.a_person(birth_name=f"NOM{number:03d}")
            enrolment = b.an_enrolment(cohort=world.cohort, person=person)
            b.an_aid_request(b.a_contract(enrolment=enrolment, establishment=world.closerie))
        for address in (LIST, UPCOMING):
            with CaptureQueriesContext(connection) as queries:
                page = browser.get(address)
            costs.append(len(queries))
    assert page.context["count"].number > 600
    assert costs[:2] == costs[2:]
    assert max(costs) <= 30


@pytest.mark.parametrize("name", ["echeances", "rappels", "recus", "jours-de-rappel"])
def test_lists_are_exported_as_shown(world, client_of, claire, name):
    Receipt.objects.create(
        rule="REVIEW_9",
        object_key=str(world.contract.pk),
        subject_kind="contracts.Contract",
        subject_id=world.contract.pk,
        label="point d'étape",
        received_on=TODAY,
        how="par courrier",
        recorded_by=claire,
    )
    answer = client_of(claire).get(reverse("exports:export_list", args=[name]))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"PK"


# --- Home ---


def test_the_home_counts_what_the_list_shows(world, client_of, claire, denis):
    for user in (claire, denis):
        browser = client_of(user)
        todo = [item for item in browser.get(reverse("home")).context["home"].todo if LIST in item.url]
        assert {"échéance : demande de renouvellement", "échéances : demande de renouvellement"} & {
            item.label for item in todo
        }
        assert [browser.get(item.url).context["count"].number for item in todo] == [item.count for item in todo]


def test_a_thing_is_said_once_on_the_home(world, client_of, denis):
    labels = [item.label for item in client_of(denis).get(reverse("home")).context["home"].todo]
    assert not [label for label in labels if "échéance" in label and "état de présence" in label]
    assert len(labels) == len(set(labels))


# --- Received otherwise ---


def test_received_otherwise_leaves_the_list_and_stands_in_the_register(world, client_of, denis):
    browser = client_of(denis)
    answer = browser.post(
        receive_url(world), {"received_on": "20/11/2026", "how": "remise en main propre"}, follow=True
    )
    assert "plus aucun rappel ne part" in text_of(answer)
    assert "attestation d'expérience" not in text_of(answer).partition("<tbody>")[2]
    register = text_of(browser.get(RECEIPTS))
    assert "remise en main propre" in register
    assert "Denis TURPIN" in register


def test_a_statement_received_otherwise_is_late_no_more(world, client_of, denis):
    items = [item for item in items_for(denis, on=TODAY, until=TODAY) if item.rule is Rule.STATEMENT]
    item = next(item for item in items if item.detail == "octobre 2026")
    address = reverse("due:receive", args=item.ident)
    before = {one.month: one.count for one in waiting_statements(denis, TODAY)}
    client_of(denis).post(address, {"received_on": "19/11/2026", "how": "sur SYLAé directement"})
    after = {one.month: one.count for one in waiting_statements(denis, TODAY)}
    assert before.pop(date(2026, 10, 1)) == 1
    assert after == before


def test_take_back_puts_it_on_the_list_again(world, client_of, denis):
    browser = client_of(denis)
    browser.post(receive_url(world), {"received_on": "20/11/2026", "how": "remise en main propre"})
    receipt = Receipt.objects.get()
    browser.post(reverse("due:take_back", args=[receipt.pk]))
    receipt.refresh_from_db()
    assert receipt.taken_back_by == denis
    assert browser.get(LIST, {"regle": "CERTIFICATE"}).context["count"].number == 1
    assert "Reprendre" not in text_of(browser.get(RECEIPTS)).partition("<tbody>")[2]


def test_without_an_answer_is_offered_where_the_law_asks_for_nothing(world, client_of, claire):
    request = world.contract.aid_requests.get()
    renewal = client_of(claire).get(reverse("due:receive", args=[Rule.RENEWAL, request.pk]))
    assert "nature" in renewal.context["form"].fields
    legal = client_of(claire).get(receive_url(world))
    assert "nature" not in legal.context["form"].fields


def test_a_double_click_is_one_receipt(world, client_of, denis):
    browser = client_of(denis)
    page = browser.get(receive_url(world))
    token = text_of(page).split('name="form_token" value="')[1].split('"')[0]
    for _ in range(2):
        browser.post(receive_url(world), {"received_on": "20/11/2026", "how": "par courrier", "form_token": token})
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"received_on": "21/11/2026"}, "pas encore venu", id="demain"),
        pytest.param({"received_on": "31/02/2026"}, "date", id="un jour qui n'existe pas"),
        pytest.param({"how": ""}, "obligatoire", id="sans dire comment"),
        pytest.param({"how": "2 84 06 50 129 001 32"}, "sécurité sociale", id="numéro de sécurité sociale"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(world, client_of, denis, typed, said):
    values = {"received_on": "20/11/2026", "how": "par courrier"} | typed
    answer = client_of(denis).post(receive_url(world), values)
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "suffix"),
    [
        ("courrier.pdf", PDF, "pdf"),
        ("photo.exe", b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpg"),
        ("image", b"\x89PNG\r\n\x1a\n\x00", "png"),
    ],
)
def test_a_scan_is_kept_under_the_kind_of_its_content(world, client_of, denis, name, content, suffix):
    browser = client_of(denis)
    scan = SimpleUploadedFile(name, content)
    browser.post(receive_url(world), {"received_on": "20/11/2026", "how": "par courrier", "scan": scan})
    receipt = Receipt.objects.get()
    assert receipt.scan.name.endswith(f".{suffix}")
    answer = browser.get(reverse("due:scan", args=[receipt.pk]))
    assert b"".join(answer.streaming_content) == content
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert AccessLog.objects.filter(user=denis, action="read", object_type="accounts.Receipt").count() == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("page.pdf", b"<html>", "PDF, JPEG, PNG", id="une page nommée pdf"),
        pytest.param("vide.pdf", b"", "vide", id="vide"),
        pytest.param("gros.pdf", PDF + b"0" * (5 * 1024**2), "5 Mo", id="trop lourd"),
    ],
)
def test_another_file_is_refused(world, client_of, denis, name, content, said):
    scan = SimpleUploadedFile(name, content)
    answer = client_of(denis).post(
        receive_url(world), {"received_on": "20/11/2026", "how": "par courrier", "scan": scan}
    )
    assert said in text_of(answer)
    assert "par courrier" in text_of(answer)
    assert not Receipt.objects.exists()


def test_a_scan_is_opened_by_the_referent_and_the_employer_only(world, client_of, denis, agency):
    scan = SimpleUploadedFile("courrier.pdf", PDF)
    client_of(denis).post(receive_url(world), {"received_on": "20/11/2026", "how": "par courrier", "scan": scan})
    colleague = b.a_user("sophie@agence.example", first_name="Sophie", last_name="LE GALL")
    b.a_membership(colleague, agency)
    address = reverse("due:scan", args=[Receipt.objects.get().pk])
    assert client_of(colleague).get(address).status_code == 404
    assert "jointe" in text_of(client_of(colleague).get(RECEIPTS))
    assert client_of(world.users["neighbour"]).get(address).status_code == 404


def test_what_was_done_meanwhile_is_not_received(world, client_of, denis):
    DoneStep.objects.create(contract=world.contract, step=Step.CERTIFICATE, done_on=TODAY)
    assert client_of(denis).get(receive_url(world)).status_code == 404


# --- What will leave ---


def test_the_page_lists_what_the_rules_know(world, client_of, claire, denis, gaelle):
    for user in (claire, denis, gaelle):
        page = client_of(user).get(UPCOMING)
        planned = upcoming_for(user, on=TODAY, until=date(2026, 12, 20))
        assert page.context["count"].number == len(planned) > 0


def test_a_reminder_is_moved_and_says_so(world, client_of, claire):
    browser = client_of(claire)
    browser.post(reminder_url("move", world), {"to": "07/12/2026"})
    page = browser.get(UPCOMING, {"regle": "CERTIFICATE"})
    assert "déplacé du 02/12/2026" in text_of(page)
    assert Reminder.objects.get().moved_by == claire


def test_a_legal_reminder_cannot_be_cancelled(world, client_of, claire):
    page = text_of(client_of(claire).get(UPCOMING, {"regle": "CERTIFICATE"}))
    assert reminder_url("move", world) in page
    assert reminder_url("cancel", world) not in page
    answer = client_of(claire).post(reminder_url("cancel", world), {"reason": "inutile"})
    assert "il se déplace dans son délai" in text_of(answer)
    assert not Reminder.objects.exists()


def test_a_legal_reminder_past_its_term_can_only_leave(world, client_of, claire):
    page = text_of(client_of(claire).get(UPCOMING, {"regle": "STATEMENT"}))
    key = f"{world.contract.aid_requests.get().pk}-2026-10"
    assert key not in page
    assert "novembre 2026" in page
    assert "octobre 2026" in page


def test_a_cancelled_reminder_leaves_the_page(world, client_of, claire):
    address = reminder_url("cancel", world, Rule.RENEWAL, "2026-11-24", world.contract.aid_requests.get().pk)
    browser = client_of(claire)
    assert address in text_of(browser.get(UPCOMING, {"regle": "RENEWAL"}))
    browser.post(address, {"reason": "décidé ensemble"})
    assert address not in text_of(browser.get(UPCOMING, {"regle": "RENEWAL"}))
    assert Reminder.objects.get().cancelled_by == claire


@pytest.mark.parametrize("to", ["20/11/2026", "02/01/2027", "", "demain"])
def test_a_wrong_day_is_refused(world, client_of, claire, to):
    answer = client_of(claire).post(reminder_url("move", world), {"to": to})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Reminder.objects.exists()


def test_the_reminders_of_others_are_out_of_reach(world, client_of, gaelle):
    assert client_of(gaelle).post(reminder_url("move", world), {"to": "07/12/2026"}).status_code == 404


# --- Days of the reminders ---


def test_every_rule_has_its_line(client_of, claire):
    page = client_of(claire).get(reverse("due:setting_list"))
    assert page.context["count"].number == len(PRINCIPLES)


def test_days_are_set_and_the_next_reminders_follow(world, client_of, claire):
    address = reverse("due:change_setting", args=["CERTIFICATE"])
    client_of(claire).post(address, {"is_active": "on", "days_before": "20 ; 3", "note": "vu en comité"})
    assert ReminderSetting.objects.get().days_before == [20, 3]
    assert "20 j avant, 3 j avant" in text_of(client_of(claire).get(reverse("due:setting_list")))
    days = {one.planned_on for one in upcoming_for(claire, on=TODAY, until=date(2026, 12, 20)) if one.item.is_legal}
    assert date(2026, 12, 12) in days
    assert date(2026, 12, 2) not in days


@pytest.mark.parametrize("days", ["bientôt", "-3", "91", "3.5", "٣", ""])
def test_days_that_cannot_be_are_refused(client_of, claire, days):
    address = reverse("due:change_setting", args=["CERTIFICATE"])
    answer = client_of(claire).post(address, {"is_active": "on", "days_before": days})
    assert answer.context["form"].errors
    assert not ReminderSetting.objects.exists()


def test_an_unknown_rule_is_not_found(client_of, claire):
    assert client_of(claire).get(reverse("due:change_setting", args=["AUTRE"])).status_code == 404
