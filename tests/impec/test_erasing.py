"""Erasing one person: what goes at once, what waits in the archive, and what never comes back."""

import json
from datetime import date

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from accounts import history, journal
from accounts.models import AccessLog, Job, Message, User
from accounts.outbox import post_message
from cohorts.actions import add_note
from cohorts.models import CommitteeDecision, Enrolment, Erasure, Person
from exports.models import ListExport
from impec.erasing import ledger
from impec.erasing.actions import erase_person, finish_interrupted
from impec.erasing.fates import FATES
from impec.erasing.mentions import mentions_of
from imports.models import ImportBatch, ImportRow
from regulations.retention import ErasureDepth, Kept
from tests import builders as b
from tests.impec.erased import everything, fill, holding, lines, mark
from tests.training.paid import a_convention
from training.models import PaperSheet, Signature

ON = b.TODAY
REASON = "Demande de la personne"
# Long after the last ground: six years of training evidence.
LATE = date(2035, 1, 1)
PRIVATE = {
    "address": "14 impasse des Tamaris",
    "postcode": "97133",
    "town": "Avranches-sur-Essai",
    "phone": "+33639980041",
    "email": "amina.baudry@courriel.example",
    "jobseeker_number": "7654321K",
}


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ERASURE_LEDGER = tmp_path / "registre" / "effacements.jsonl"


@pytest.fixture
def full(world, claire):
    """Amina, with a row in every table, and what no foreign key leads to."""
    Person.objects.filter(pk=world.person.pk).update(**PRIVATE)
    world.person.refresh_from_db()
    a_convention(world.cohort, world.closerie, world.enrolment)
    b.a_grid()
    fill(world.person, claire)
    Signature.objects.filter(enrolment=world.enrolment).update(signer_name="BAUDRY Amina")
    _beside(world, claire)
    return world.person


def _beside(world, claire):
    sent = post_message(key="essai-1", recipient=PRIVATE["email"], subject="Convocation", body="Bonjour Amina")
    Message.objects.filter(pk=sent.pk).update(sent_at=sent.created_at)
    told = post_message(
        key="essai-2", recipient="denis@x.example", subject="Absence", body="Amina BAUDRY était absente"
    )
    Message.objects.filter(pk=told.pk).update(sent_at=told.created_at)
    post_message(key="essai-3", recipient="denis@x.example", subject="Nouvelle", body="Mme Baudry arrive lundi")
    post_message(key="essai-4", recipient="denis@x.example", subject="Autre", body="Zoé DA COSTA arrive lundi")
    CommitteeDecision.objects.create(
        cohort=world.cohort, decided_on=ON, what="Revoir la garde de Amina Baudry", who="Claire", recorded_by=claire
    )
    Job.objects.create(
        key="essai", kind="list", label="Essai", created_by=claire, error="Ligne 4 : BAUDRY, date absente"
    )
    batch = ImportBatch.objects.create(
        organisation=world.cohort.agency, uploaded_by=claire, file_name="suivi.xlsx", sha256="a" * 64, state="READ"
    )
    content = {"valeurs": {"nom": "BAUDRY", "prenom": "Amina"}}
    ImportRow.objects.create(
        batch=batch, position=1, sheet="S", number=2, nature="x", verdict="y", name="BAUDRY Amina", content=content
    )
    ListExport.objects.create(name="personnes", author=claire)


def erase(person, by, on=ON):
    return erase_person(person=person, by=by, reason=REASON, on=on)


def test_the_name_leaves_the_file_and_waits_in_the_archive(world, claire):
    erasure = erase(world.person, claire)
    world.person.refresh_from_db()
    assert (world.person.full_name, world.person.short_name) == ("Personne effacée", "Personne effacée")
    assert world.person.erased_on == ON
    assert erasure.archived_name == "BAUDRY Amina"
    assert (erasure.depth, erasure.ground) == (ErasureDepth.ARCHIVED, Kept.TRAINING)
    assert erasure.kept_until == date(2032, 2, 10)


def test_every_free_text_goes_at_once(full, claire, django_capture_on_commit_callbacks):
    before = everything()
    assert mark("tutoring.Meeting", "going_well") in before
    with django_capture_on_commit_callbacks(execute=True):
        erase(full, claire)
    after = everything()
    gone = [(fate.model, name) for fate in FATES for name in fate.now.split()]
    assert [one for one in gone if mark(*one) in after] == []
    deleted = [fate.model.rpartition(".")[2].lower() for fate in FATES if fate.is_deleted]
    assert [name for name in deleted if f"marque-{name}-" in after] == []


def test_what_is_hers_is_only_in_the_archive_and_in_the_proofs(full, claire, django_capture_on_commit_callbacks):
    words = ("baudry", "1991, 9, 30", "1991-09-30")
    assert {"cohorts.Person", "accounts.Message", "imports.ImportRow", "accounts.User"} <= holding(*words)
    with django_capture_on_commit_callbacks(execute=True):
        erase(full, claire)
    assert holding(*words) == {"cohorts.Erasure", "training.Signature"}
    assert holding(*PRIVATE.values()) == set()


def test_once_the_last_ground_has_ended_the_name_is_nowhere(full, claire, django_capture_on_commit_callbacks):
    erase(full, claire)
    with django_capture_on_commit_callbacks(execute=True):
        erasure = erase(full, claire, on=LATE)
    assert (erasure.depth, erasure.ground, erasure.kept_until) == (ErasureDepth.COMPLETE, "", None)
    assert erasure.completed_at
    after = everything()
    assert "baudry" not in after.lower()
    ends = [(fate.model, name) for fate in FATES for name in fate.end.split()]
    assert [one for one in ends if mark(*one) in after] == []
    # The proofs keep their figures, their dates and their fingerprints.
    assert "412.50" in after
    signature = Signature.objects.get(enrolment__person=full)
    assert (bytes(signature.image), signature.signer_name) == (b"", "effacé")
    assert signature.image_sha256 == mark("training.Signature", "image_sha256")
    assert '"minutes": 210' in json.dumps(signature.enrolment.certificates.get().facts)


def test_files_go_after_the_commit_and_the_shared_ones_stay(full, world, claire, django_capture_on_commit_callbacks):
    sheet = default_storage.save("sheets/feuille.jpg", ContentFile(b"octets"))
    PaperSheet.objects.create(half_day=world.half_day, file=sheet, content_type="image/jpeg", sha256="b" * 64)
    doomed = [
        f"essai/{mark(*one)}bin" for one in (("training.AbsenceDocument", "file"), ("tutoring.TutorSheet", "scan"))
    ]
    pack = f"essai/{mark('exports.EvidencePack', 'file')}bin"
    assert all(map(default_storage.exists, doomed))
    with django_capture_on_commit_callbacks(execute=True):
        erasure = erase(full, claire)
    assert not any(map(default_storage.exists, doomed))
    assert default_storage.exists(pack)
    assert default_storage.exists(sheet)
    erasure.refresh_from_db()
    assert erasure.waiting_files == []
    with django_capture_on_commit_callbacks(execute=True):
        erase(full, claire, on=LATE)
    assert not default_storage.exists(pack)


def _any_file():
    return f"essai/{mark('tutoring.TutorSheet', 'scan')}bin"


def test_killed_before_the_files_go_the_next_run_removes_them(full, claire):
    erasure = erase(full, claire)
    # The commit has come; nothing after it ran.
    assert default_storage.exists(_any_file())
    assert _any_file() in Erasure.objects.get(pk=erasure.pk).waiting_files
    assert finish_interrupted() == 1
    assert not default_storage.exists(_any_file())
    assert finish_interrupted() == 0


def test_erasing_twice_changes_nothing(full, claire, settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erase(full, claire)
    before, told = lines(), settings.ERASURE_LEDGER.read_text()
    with django_capture_on_commit_callbacks(execute=True):
        erase(full, claire)
    assert lines() == before
    assert settings.ERASURE_LEDGER.read_text() == told


def test_somebody_next_door_is_untouched(full, world, claire):
    def of_hers():
        rows = [world.neighbour, world.other_contract, *world.other_contract.enrolment.attendances.all()]
        for row in rows:
            row.refresh_from_db()
        return [[getattr(row, column.attname) for column in row._meta.concrete_fields] for row in rows]

    before, written = of_hers(), LogEntry.objects.get_for_object(world.neighbour).values_list("pk", "changes")
    written = list(written)
    erase(full, claire)
    assert of_hers() == before
    assert list(LogEntry.objects.get_for_object(world.neighbour).values_list("pk", "changes")) == written
    assert Message.objects.get(key="essai-4").body == "Zoé DA COSTA arrive lundi"


def test_messages_that_left_keep_their_day_and_those_that_wait_do_not_leave(full, claire):
    erase(full, claire)
    said = {
        row.key: (row.recipient, row.body, bool(row.sent_at)) for row in Message.objects.filter(key__startswith="essai")
    }
    assert said["essai-1"] == ("effacé", "", True)
    assert said["essai-2"] == ("denis@x.example", "", True)
    assert "essai-3" not in said


def test_a_mention_leaves_the_text_of_somebody_else(full, claire):
    erase(full, claire)
    assert CommitteeDecision.objects.get().what == "Revoir la garde de Personne effacée"
    assert Job.objects.get(key="essai").error == "Ligne 4 : Personne effacée, date absente"
    assert not ImportRow.objects.exists()
    assert ImportBatch.objects.get().state == ImportBatch.State.DROPPED
    assert not ListExport.objects.exists()


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("BAUDRY Amina", "Personne effacée"),
        ("Vu Amina  Baudry hier", "Vu Personne effacée hier"),
        ("Mme Baudry et Mme Baudryan", "Personne effacée et Mme Baudryan"),
        ("Amina B. est là", "Personne effacée est là"),
        ("la baudry d'un fleuve", "la baudry d'un fleuve"),
        ("06 39 98 00 41", "Personne effacée"),
        ("amina.baudry@courriel.example,", "Personne effacée,"),
        ({"nom": ["BAUDRY", 3]}, {"nom": ["Personne effacée", 3]}),
        ("Amina est un prénom", "Amina est un prénom"),
    ],
)
def test_what_names_her(world, text, blanked):
    Person.objects.filter(pk=world.person.pk).update(**PRIVATE)
    assert mentions_of(Person.objects.get(pk=world.person.pk), None).blanked(text) == blanked


def test_the_history_keeps_number_and_date_and_says_nothing(full, world, claire):
    history.seal_history()
    before = set(LogEntry.objects.get_for_object(world.person).values_list("pk", "timestamp", "action"))
    erase(full, claire)
    entries = LogEntry.objects.get_for_object(world.person)
    assert before <= set(entries.values_list("pk", "timestamp", "action"))
    assert set(entries.values_list("object_repr", flat=True)) == {""}
    assert [entry.changes for entry in entries if entry.changes] == []
    # What was done, when and by whom, without what it said.
    assert entries.first().actor == claire
    assert history.check().fault == ""
    assert journal.check().fault == ""
    assert AccessLog.objects.filter(action="erase", object_id=str(full.pk), user=claire).count() == 1


def test_her_account_is_closed_and_names_nobody(full, world, amina, claire, client_of):
    browser = client_of(amina)
    assert browser.get("/mon-dossier/").status_code == 200
    erase(full, claire)
    account = User.objects.get(pk=amina.pk)
    assert (account.get_full_name(), account.is_active, account.has_usable_password()) == ("", False, False)
    assert browser.get("/mon-dossier/").status_code == 302


def test_who_never_started_a_contract_is_erased_for_good(world, claire, settings):
    person = b.a_person(birth_name="LEPRÊTRE", first_name="Odile", birth_date=date(1980, 1, 2))
    seat = b.a_seat(world.cohort, world.closerie, job_title="Lingère")
    enrolment = b.an_enrolment(person, world.cohort, seat=seat, seat_accepted_on=date(2026, 10, 1))
    add_note(person=person, text="À rappeler lundi", author=claire)
    erasure = erase(person, claire)
    assert (erasure.depth, erasure.archived_name) == (ErasureDepth.COMPLETE, "")
    assert holding("leprêtre", "À rappeler", "1980, 1, 2") == set()
    enrolment.refresh_from_db()
    assert enrolment.freed_on == ON
    assert not Enrolment.objects.holding().filter(seat=seat).exists()
    assert ErasureDepth.COMPLETE in settings.ERASURE_LEDGER.read_text()


def test_a_running_contract_without_end_is_kept_until_its_end_is_known(world, claire):
    world.contract.ends_on = None
    world.contract.kind = "CDI_PEC"
    world.contract.save()
    erasure = erase(world.person, claire)
    assert (erasure.ground, erasure.kept_until) == (Kept.PEC_FILE, None)


def test_a_cofinanced_cohort_keeps_its_proofs_longer(world, claire):
    world.cohort.cofinancing = "STATE_AID"
    world.cohort.save()
    erasure = erase(world.person, claire)
    assert (erasure.ground, erasure.kept_until) == (Kept.STATE_AID, date(2037, 12, 31))


# --- The ledger ---


def test_the_ledger_names_nobody_and_is_its_owners(world, claire, settings):
    erase(world.person, claire)
    path = settings.ERASURE_LEDGER
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(path.read_text())) == {"public_code", "at", "depth", "by"}
    assert "baudry" not in path.read_text().lower()
    assert [line.public_code for line in ledger.read(path)] == [world.person.public_code]


def test_without_a_ledger_nothing_is_erased(full, claire, settings, tmp_path):
    (tmp_path / "occupé").write_text("un fichier, pas un dossier")
    settings.ERASURE_LEDGER = tmp_path / "occupé" / "effacements.jsonl"
    before = lines()
    with pytest.raises(ValidationError, match="rien n'est effacé"):
        erase(full, claire)
    assert lines() == before


def test_a_database_put_back_forgets_her_again(world, claire, settings, tmp_path):
    path = tmp_path / "registre.jsonl"
    code, author = world.person.public_code, claire.pk
    at = "2026-11-20T09:00:00+01:00"
    told = [
        {"public_code": code, "at": at, "depth": "ARCHIVED", "by": author},
        {"public_code": "INCONNUE", "at": at, "depth": "COMPLETE", "by": author},
        {"public_code": world.neighbour.public_code, "at": at, "depth": "COMPLETE", "by": 999_999},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in told))
    assert ledger.replay(path) == 2
    assert Person.objects.get(pk=world.person.pk).erased_on == ON
    assert Erasure.objects.get(person=world.person).depth == ErasureDepth.ARCHIVED
    # What was erased for good stays so, though her contract still runs in this database.
    assert Erasure.objects.get(person=world.neighbour).archived_name == ""
    assert holding("da costa") == set()
    before = lines()
    assert ledger.replay(path) == 2
    assert lines() == before
    # Replayed is not erased anew.
    assert not settings.ERASURE_LEDGER.exists()


def test_an_erasure_says_why(world, claire):
    with pytest.raises(ValidationError, match="pourquoi"):
        erase_person(person=world.person, by=claire, reason="  ", on=ON)


def test_the_reason_does_not_name_her(world, claire):
    erasure = erase_person(person=world.person, by=claire, reason="Demande de Mme Baudry", on=ON)
    assert erasure.reason == "Demande de Personne effacée"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"birth_name": "BAUDRY"}, "erasure_complete_keeps_nothing"),
        ({"kept_until": ON}, "erasure_complete_keeps_nothing"),
        ({"depth": "ARCHIVED", "ground": ""}, "erasure_archive_says_its_ground"),
        ({"reason": ""}, "erasure_says_why"),
    ],
)
def test_the_database_refuses_nonsense(world, claire, facts, constraint):
    sound = {"person": world.person, "erased_by": claire, "reason": REASON, "depth": ErasureDepth.COMPLETE}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Erasure.objects.create(**sound | facts)
