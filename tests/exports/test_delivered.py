"""A delivery that left: its bytes, its correction, its acknowledgement; no act and no page changes what was frozen."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts import work
from accounts.models import AccessLog
from accounts.rows import keep
from exports import actions
from exports.actions import Received
from exports.models import Acknowledgement, Delivery
from exports.models.deliveries import FROZEN
from exports.scope import Destination
from tests import builders as b
from tests.exports.helpers import TODAY, a_delivery, bytes_of, rows_of

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"


@pytest.fixture
def opco(world, hugo):
    found = b.a_financer(organisation=hugo.memberships.get().organisation)
    b.a_financing(world.closerie.employer, found)
    return found


@pytest.fixture
def prepared(world, claire, opco) -> Delivery:
    return a_delivery(world.cohort, claire, destination=Destination(opco))


@pytest.fixture
def sent(prepared, claire) -> Delivery:
    return actions.send_delivery(delivery=prepared, sent_on=TODAY, through="portail", by=claire)


def received(**changes) -> Received:
    facts = {"received_on": TODAY, "received_by": "Hugo PETIT", "way": "MAIL", **changes}
    return Received(**facts)


def facts_of(delivery) -> dict:
    return Delivery.objects.filter(pk=delivery.pk).values(*FROZEN).get()


def corrected(delivery, claire, reason="Deux contrats manquaient.") -> Delivery:
    asked = actions.correct_delivery(delivery=delivery, reason=reason, as_of=TODAY, by=claire)
    work.run_job(asked.job_id)
    return Delivery.objects.with_names().get(pk=asked.pk)


# --- Frozen


def test_sending_correcting_and_acknowledging_change_nothing_that_was_frozen(prepared, claire):
    facts, content = facts_of(prepared), bytes_of(prepared)
    sent = actions.send_delivery(delivery=prepared, sent_on=TODAY, through="portail", by=claire)
    row = actions.acknowledge(delivery=sent, received=received(), by=claire)
    actions.void_acknowledgement(acknowledgement=row, reason="mauvaise remise", by=claire)
    corrected(sent, claire)
    assert facts_of(prepared) == facts
    assert bytes_of(prepared) == content


@pytest.mark.parametrize("field, value", [("row_count", 9), ("sha256", "0" * 64), ("number", "2026-11-OPCO-09")])
def test_a_frozen_fact_cannot_be_written_again(prepared, field, value):
    setattr(prepared, field, value)
    with pytest.raises(ValidationError, match="est figée"):
        keep(prepared)


def test_no_page_writes_on_a_delivery_but_to_send_correct_and_acknowledge(prepared, claire, client_of):
    """Every address that takes the number of a delivery, posted to with nothing: its frozen facts stay."""
    facts, browser = facts_of(prepared), client_of(claire)
    for name in ("detail", "download", "send", "changes", "correct", "acknowledge", "sheet"):
        browser.post(reverse(f"exports:delivery_{name}", args=[prepared.pk]))
    assert facts_of(prepared) == facts


def test_a_file_that_was_altered_goes_to_nobody_and_the_page_says_so(prepared, claire, client_of):
    name = prepared.file.name
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"autre chose"))
    answer = client_of(claire).get(reverse("exports:delivery_download", args=[prepared.pk]), follow=True)
    assert "plus celui qui a été figé" in answer.content.decode()
    assert AccessLog.objects.filter(action="altered", object_id=str(prepared.pk)).exists()
    assert not AccessLog.objects.filter(action="download").exists()


def test_a_file_that_is_missing_is_said_too(prepared, claire):
    default_storage.delete(prepared.file.name)
    with pytest.raises(ValidationError, match="manque"):
        actions.take_copy(delivery=prepared, user=claire)


# --- Corrected


def test_a_correction_is_another_number_that_says_what_it_replaces_and_why(sent, claire):
    after = corrected(sent, claire)
    assert (sent.number, after.number) == ("2026-11-OPCO-01", "2026-11-OPCO-02")
    assert (after.replaces, after.replace_reason) == (sent, "Deux contrats manquaient.")
    assert (after.code, after.financer, after.establishment) == (sent.code, sent.financer, sent.establishment)
    told = {row["Information"]: row["Valeur"] for row in rows_of(after, "Informations")}
    assert told["Remplace la remise"] == "2026-11-OPCO-01 : Deux contrats manquaient."


def test_both_pages_say_it(sent, claire, client_of):
    after = corrected(sent, claire)
    browser = client_of(claire)
    for one, other in ((sent, after), (after, sent)):
        page = browser.get(one.get_absolute_url()).content.decode()
        assert other.get_absolute_url() in page
        assert "Deux contrats manquaient." in page


def test_a_delivery_is_replaced_once(sent, claire):
    after = corrected(sent, claire)
    with pytest.raises(ValidationError, match=f"déjà remplacée par la {after.number}"):
        actions.correct_delivery(delivery=sent, reason="Encore.", as_of=TODAY, by=claire)
    assert corrected(after, claire).replaces == after


def test_a_correction_that_failed_leaves_room_for_another(sent, claire, monkeypatch):
    monkeypatch.setattr(work, "enqueue", lambda *arguments: None)
    asked = actions.correct_delivery(delivery=sent, reason="Une.", as_of=TODAY, by=claire)
    with pytest.raises(ValidationError, match="déjà remplacée"):
        actions.correct_delivery(delivery=sent, reason="Deux.", as_of=TODAY, by=claire)
    asked.job.state = asked.job.State.FAILED
    asked.job.save()
    assert actions.correct_delivery(delivery=sent, reason="Deux.", as_of=TODAY, by=claire).replaces == sent


def test_what_was_replaced_is_no_longer_sent(prepared, claire):
    corrected(prepared, claire)
    with pytest.raises(ValidationError, match="déjà remplacée"):
        actions.send_delivery(delivery=prepared, sent_on=TODAY, through="", by=claire)


def test_a_correction_says_why(sent, claire):
    with pytest.raises(ValidationError, match="ce que cette remise corrige"):
        actions.correct_delivery(delivery=sent, reason="  ", as_of=TODAY, by=claire)


def test_what_is_not_frozen_is_not_corrected(world, claire, monkeypatch):
    monkeypatch.setattr(work, "enqueue", lambda *arguments: None)
    asked = actions.new_delivery(cohort=world.cohort, code="O1", destination=Destination(), as_of=TODAY, author=claire)
    with pytest.raises(ValidationError, match="pas encore figé"):
        actions.correct_delivery(delivery=asked, reason="Déjà.", as_of=TODAY, by=claire)


# --- Acknowledged


def test_a_refused_acknowledgement_leaves_no_piece_behind(sent, claire, settings):
    wrong = received(reference="1 85 07 75 056 012 57", file=ContentFile(PDF, "accuse.pdf"))
    with pytest.raises(ValidationError):
        actions.acknowledge(delivery=sent, received=wrong, by=claire)
    assert list(settings.MEDIA_ROOT.glob("accuses/*")) == []


def test_an_acknowledgement_says_who_when_how_with_its_piece(sent, claire):
    row = actions.acknowledge(
        delivery=sent, received=received(reference="AR-77", file=ContentFile(PDF, "Hugo PETIT.pdf")), by=claire
    )
    assert (row.received_on, row.received_by, row.way, row.reference) == (TODAY, "Hugo PETIT", "MAIL", "AR-77")
    assert row.content_type == "application/pdf"
    # The name of a file may hold a person's.
    assert "PETIT" not in row.file.name


def test_it_is_noted_once_then_voided_with_a_reason(sent, claire):
    row = actions.acknowledge(delivery=sent, received=received(), by=claire)
    with pytest.raises(ValidationError, match="déjà noté"):
        actions.acknowledge(delivery=sent, received=received(), by=claire)
    with pytest.raises(ValidationError, match="pourquoi"):
        actions.void_acknowledgement(acknowledgement=row, reason=" ", by=claire)
    actions.void_acknowledgement(acknowledgement=row, reason="autre remise", by=claire)
    with pytest.raises(ValidationError, match="déjà annulé"):
        actions.void_acknowledgement(acknowledgement=row, reason="autre remise", by=claire)
    again = actions.acknowledge(delivery=sent, received=received(way="PHONE"), by=claire)
    assert list(sent.acknowledgements.valid()) == [again]
    assert sent.acknowledgements.count() == 2


@pytest.mark.parametrize("day", [date(2026, 11, 19), date(2026, 11, 21)])
def test_a_file_is_received_between_its_sending_and_today(sent, claire, day):
    with pytest.raises(ValidationError, match="La réception va du 20/11/2026"):
        actions.acknowledge(delivery=sent, received=received(received_on=day), by=claire)


def test_what_did_not_leave_is_not_acknowledged(prepared, claire):
    with pytest.raises(ValidationError, match="pas notée remise"):
        actions.acknowledge(delivery=prepared, received=received(), by=claire)


def test_a_piece_that_is_no_document_is_refused(sent, claire):
    with pytest.raises(ValidationError, match="ni une photographie ni un document"):
        actions.acknowledge(delivery=sent, received=received(file=ContentFile(b"MZ...", "x.pdf")), by=claire)
    assert not Acknowledgement.objects.exists()


# --- On the pages


def test_the_page_of_the_changes_counts_lists_and_filters_them(sent, claire, client_of, world):
    world.contract.job_title = "Lingère"
    world.contract.save()
    after = corrected(sent, claire)
    address = reverse("exports:delivery_changes", args=[after.pk])
    page = client_of(claire).get(address).content.decode()
    assert "Agent de service hospitalier" in page
    assert "Lingère" in page
    assert f'depuis la <a href="{sent.get_absolute_url()}">' in page
    assert "Aucune ligne ajoutée" in client_of(claire).get(f"{address}?nature=ajoutees&page=9").content.decode()
    assert AccessLog.objects.filter(action="read", object_id=str(after.pk)).exists()


def test_a_funder_is_led_to_no_delivery_made_before_its_account(sent, claire, hugo, client_of):
    later = corrected(sent, claire)
    actions.send_delivery(delivery=later, sent_on=TODAY, through="", by=claire)
    Delivery.objects.filter(pk=sent.pk).update(recipient=None)
    for address in (later.get_absolute_url(), reverse("exports:delivery_changes", args=[later.pk])):
        link = f'href="{sent.get_absolute_url()}"'
        page = client_of(hugo).get(address).content.decode()
        assert sent.number in page
        assert link not in page
        assert link in client_of(claire).get(address).content.decode()


def test_whoever_may_not_open_the_file_reads_neither_its_rows_nor_its_changes(prepared, agency, client_of):
    josette = b.a_user("josette@agence.example")
    b.a_membership(josette, agency)
    browser = client_of(josette)
    assert browser.get(reverse("exports:delivery_changes", args=[prepared.pk])).status_code == 403
    slip = browser.get(reverse("exports:delivery_sheet", args=[prepared.pk])).content.decode()
    assert prepared.sha256 in slip
    assert "BAUDRY" not in slip


def test_the_slip_holds_the_whole_file_on_one_page(sent, claire, client_of, django_assert_max_num_queries):
    actions.acknowledge(delivery=sent, received=received(reference="AR-77"), by=claire)
    browser = client_of(claire)
    with django_assert_max_num_queries(25):
        page = browser.get(reverse("exports:delivery_sheet", args=[sent.pk])).content.decode()
    for words in ("BAUDRY Amina", "30/09/1991", sent.sha256, "AR-77", "0 écart", "OPCO Santé"):
        assert words in page


def test_a_correction_is_asked_for_on_its_page(sent, claire, client_of):
    browser = client_of(claire)
    address = reverse("exports:delivery_correct", args=[sent.pk])
    assert "20/11/2026" in browser.get(address).content.decode()
    answer = browser.post(address, {"reason": "Deux contrats manquaient.", "as_of": "19/11/2026"})
    after = Delivery.objects.get(replaces=sent)
    assert answer.url == after.get_absolute_url()
    assert after.as_of == date(2026, 11, 19)


def test_what_was_typed_stays_when_a_correction_is_refused(sent, claire, client_of):
    corrected(sent, claire)
    answer = client_of(claire).post(
        reverse("exports:delivery_correct", args=[sent.pk]), {"reason": "Une faute de frappe.", "as_of": "20/11/2026"}
    )
    page = answer.content.decode()
    assert "déjà remplacée par la 2026-11-OPCO-02" in page
    assert "Une faute de frappe." in page


def test_an_acknowledgement_is_noted_read_and_voided_on_its_pages(sent, claire, client_of):
    browser = client_of(claire)
    facts = {"received_on": "20/11/2026", "received_by": "Hugo PETIT", "way": "PORTAL", "reference": "AR-77"}
    browser.post(
        reverse("exports:delivery_acknowledge", args=[sent.pk]), {**facts, "file": ContentFile(PDF, "accuse.pdf")}
    )
    row = sent.acknowledgements.get()
    page = browser.get(sent.get_absolute_url()).content.decode()
    assert "portail du destinataire, référence AR-77" in page
    piece = browser.get(reverse("exports:acknowledgement_file", args=[row.pk]))
    assert (b"".join(piece.streaming_content), piece["Content-Type"]) == (PDF, "application/pdf")
    browser.post(reverse("exports:acknowledgement_void", args=[row.pk]), {"reason": "C'était une autre remise."})
    row.refresh_from_db()
    assert row.void_reason == "C'était une autre remise."
    assert "une autre remise" in browser.get(sent.get_absolute_url()).content.decode()


def test_an_employer_does_not_read_what_the_funder_answered(world, claire, denis, opco, client_of):
    destination = Destination(opco, establishment=world.closerie)
    delivery = a_delivery(world.cohort, claire, destination=destination)
    delivery = actions.send_delivery(delivery=delivery, sent_on=TODAY, through="portail", by=claire)
    actions.acknowledge(delivery=delivery, received=received(), by=claire)
    page = client_of(denis).get(delivery.get_absolute_url())
    assert page.status_code == 200
    assert "Hugo PETIT" not in page.content.decode()
