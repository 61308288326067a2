"""Absences: their document joined, read by whoever answers it and nobody else, accepted or refused."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AccessLog
from regulations.training import AttendanceStatus, DocumentDecision
from tests import builders as b
from tests.training.test_paper import AT, JPEG, PDF, a_file, text_of
from training.actions.absences import answer_document, join_document
from training.actions.roll import RollEntry, record_roll
from training.models import AbsenceDocument

LIST = "/socle/absences/"


@pytest.fixture(autouse=True)
def place_of_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def absence(world, esther):
    """Amina missed the afternoon of the world's day; somebody noted a reason."""
    half_day = b.a_half_day(world.session, day=date(2026, 2, 12))
    facts = {"absence_reason": "ILLNESS", "recorded_by": esther}
    return b.an_attendance(half_day, world.enrolment, AttendanceStatus.ABSENT, **facts)


@pytest.fixture
def document(absence, denis):
    return join_document(attendance=absence, file=a_file(PDF, "arret.pdf"), by=denis, at=AT)


def address(name, row):
    return reverse(f"training:{name}", args=[row.pk])


def test_the_employer_joins_a_document_and_the_referent_accepts_it(world, absence, client_of, denis, claire):
    browser = client_of(denis)
    assert "BAUDRY Amina" in text_of(browser.get(LIST))
    browser.post(address("join_absence_document", absence), {"file": a_file()})
    document = AbsenceDocument.objects.get()
    assert (document.uploaded_by, document.content_type) == (denis, "image/jpeg")
    assert "photo" not in document.file.name
    client_of(claire).post(address("answer_absence_document", document), {"decision": "ACCEPTED"})
    absence.refresh_from_db()
    assert (absence.void_reason, absence.voided_by) == ("Justificatif accepté", claire)
    row = absence.half_day.attendances.valid().get()
    assert (row.status, row.attended_minutes, row.absence_reason) == ("EXCUSED", 0, "ILLNESS")
    assert "accepté" in text_of(browser.get(address("absence", row)))


def test_a_refusal_is_given_its_reason_and_changes_no_row(absence, document, client_of, claire, denis, esther):
    browser = client_of(claire)
    page = address("answer_absence_document", document)
    assert "pourquoi il est refusé" in text_of(browser.post(page, {"decision": "REFUSED", "reason": " "}))
    browser.post(page, {"decision": "REFUSED", "reason": "Document d'une autre période"})
    absence.refresh_from_db()
    assert absence.voided_at is None
    assert "autre période" in text_of(client_of(denis).get(address("absence", absence)))
    # The training body reads the answer, not what is said of it.
    shown = text_of(client_of(esther).get(address("absence", absence)))
    assert "refusé" in shown
    assert "autre période" not in shown
    assert browser.get(page).status_code == 404


def test_a_refusal_that_speaks_of_health_is_read_again(document, client_of, claire):
    page = address("answer_absence_document", document)
    sent = {"decision": "REFUSED", "reason": "La maladie ne suffit pas"}
    assert "Relisez ce texte" in text_of(client_of(claire).post(page, sent))
    client_of(claire).post(page, sent | {"knowingly": "on"})
    assert AccessLog.objects.filter(user=claire, action="note-kept-knowingly").count() == 1


def test_one_document_covers_several_half_days_and_is_answered_once(world, absence, client_of, denis, claire, esther):
    other = b.an_attendance(
        b.a_half_day(world.session, day=date(2026, 2, 17)),
        world.enrolment,
        AttendanceStatus.ABSENT,
        recorded_by=esther,
    )
    client_of(denis).post(address("join_absence_document", absence), {"file": a_file(), "others": [str(other.pk)]})
    assert AbsenceDocument.objects.count() == 2
    client_of(claire).post(
        address("answer_absence_document", AbsenceDocument.objects.first()), {"decision": "ACCEPTED"}
    )
    assert set(AbsenceDocument.objects.values_list("decision", flat=True)) == {"ACCEPTED"}
    assert set(world.enrolment.attendances.valid().values_list("status", flat=True)) == {"PRESENT", "EXCUSED"}


def test_the_document_opens_to_the_referent_alone_and_each_reading_is_logged(
    world, absence, document, client_of, claire, agency
):
    page = address("absence_document", document)
    answer = client_of(claire).get(page)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == f'attachment; filename="justificatif-{document.pk}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    colleague = b.a_user()
    b.a_membership(colleague, agency)
    assert client_of(colleague).get(page).status_code == 404
    assert client_of(colleague).get(address("answer_absence_document", document)).status_code == 404
    refused = [client_of(world.users[role]).get(page).status_code for role in ("employer", "trainer", "neighbour")]
    assert refused == [403, 403, 403]
    assert list(AccessLog.objects.filter(action="read").values_list("user", "object_type", "object_id")) == [
        (claire.pk, "training.AbsenceDocument", str(document.pk))
    ]


def test_no_page_links_the_document_to_whoever_may_not_open_it(world, absence, document, client_of, claire, agency):
    colleague = b.a_user()
    b.a_membership(colleague, agency)
    readers = {user: address("absence_document", document) for user in (world.users["employer"], colleague)}
    for user, page in readers.items():
        assert page not in text_of(client_of(user).get(address("absence", absence)))
    assert address("absence_document", document) in text_of(client_of(claire).get(address("absence", absence)))


def test_the_reason_noted_at_the_roll_is_on_no_page_of_absences(absence, document, client_of, claire, denis):
    for user in (claire, denis):
        for page in (LIST, address("absence", absence)):
            assert "maladie" not in text_of(client_of(user).get(page))


def test_the_neighbour_sees_nothing_of_it(world, absence, client_of, gaelle):
    assert "BAUDRY" not in text_of(client_of(gaelle).get(LIST))
    assert client_of(gaelle).get(address("absence", absence)).status_code == 404


def test_the_list_is_filtered_by_what_became_of_the_document(world, absence, document, client_of, claire, esther):
    b.an_attendance(b.a_half_day(world.session, day=date(2026, 2, 17)), world.enrolment, AttendanceStatus.ABSENT)
    browser = client_of(claire)
    found = {
        what: browser.get(f"{LIST}?justificatif={what}").context["count"].number
        for what in ("sans", "attente", "accepte", "refuse")
    }
    assert found == {"sans": 1, "attente": 1, "accepte": 0, "refuse": 0}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"MZ\x90\0", "ni une photographie", id="un programme"),
        pytest.param(JPEG + b"\0" * (11 * 1024**2), "10 Mo", id="11 Mo"),
        pytest.param(None, "Choisissez le fichier", id="aucun"),
    ],
)
def test_what_is_no_document_is_refused_in_french(absence, client_of, denis, content, said):
    sent = {} if content is None else {"file": a_file(content)}
    assert said in text_of(client_of(denis).post(address("join_absence_document", absence), sent))
    assert not AbsenceDocument.objects.exists()


def test_the_same_file_again_is_the_same_document(absence, document, denis):
    assert join_document(attendance=absence, file=a_file(PDF), by=denis, at=AT) == document


def test_a_document_that_no_row_keeps_is_not_left_behind(absence, denis, tmp_path):
    with pytest.raises(ValidationError):
        join_document(attendance=absence, file=a_file(), by=denis, at=None)
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_a_row_corrected_meanwhile_takes_no_document(world, absence, denis, esther):
    entry = RollEntry(enrolment=world.enrolment, status=AttendanceStatus.EXCUSED)
    record_roll(half_day=absence.half_day, entries=[entry], by=esther, at=AT, source="PAPER")
    with pytest.raises(ValidationError, match="corrigée depuis"):
        join_document(attendance=absence, file=a_file(), by=denis, at=AT)
    present = record_roll(
        half_day=absence.half_day, entries=[RollEntry(enrolment=world.enrolment)], by=esther, at=AT, source="PAPER"
    )[0]
    with pytest.raises(ValidationError, match="était présente"):
        join_document(attendance=present, file=a_file(), by=denis, at=AT)


def test_a_document_accepted_for_somebody_present_after_all_changes_no_row(world, absence, document, claire, esther):
    entry = RollEntry(enrolment=world.enrolment)
    record_roll(half_day=absence.half_day, entries=[entry], by=esther, at=AT, source="PAPER")
    answer_document(document=document, decision=DocumentDecision.ACCEPTED, by=claire, at=AT)
    assert absence.half_day.attendances.valid().get().status == "PRESENT"


def test_a_document_is_answered_once(document, claire):
    answer_document(document=document, decision=DocumentDecision.ACCEPTED, by=claire, at=AT)
    with pytest.raises(ValidationError, match="déjà sa réponse"):
        answer_document(document=document, decision=DocumentDecision.REFUSED, reason="x", by=claire, at=AT)


def test_an_answer_is_one_or_the_other(document, claire):
    with pytest.raises(ValidationError, match="Acceptez ou refusez"):
        answer_document(document=document, decision=DocumentDecision.WAITING, by=claire, at=AT)


def test_the_home_of_the_referent_counts_the_documents_that_wait(world, document, client_of, claire, agency):
    browser = client_of(claire)
    assert "justificatif à examiner — ImPEC Sud Manche" in text_of(browser.get("/"))
    address = f"{LIST}?justificatif=attente&cohorte={world.cohort.pk}"
    assert browser.get(address).context["count"].number == 1
    colleague = b.a_user()
    b.a_membership(colleague, agency)
    assert "justificatif à examiner" not in text_of(client_of(colleague).get("/"))
