"""`verify` reads everything again: an honest database holds, and whatever was touched behind our back is named."""

from datetime import date

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.urls import reverse

from accounts import jobs, journal, work
from accounts.journal import log_access
from accounts.models import AccessLog, ChainHead, Job, Message
from accounts.roles import OrganisationKind, Role
from exports import reference
from exports.models import Delivery, EvidencePack
from impec.verifying import files
from impec.verifying.jobs import verify_daily
from impec.verifying.verification import last, read
from tests import builders as b
from tests.access_proofs import a_pack_of_proofs, an_absence_document
from tests.exports.helpers import a_delivery
from tests.training.drawings import a_drawing
from training.models import Signature

# Gone within the day: their fingerprint is that of what left.
SHORT_LIVED = {"exports.ListExport", "imports.ImportBatch"}


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def used(world, claire):
    """A database that was used: a delivery, reads, a history under seal."""
    reference.load()
    delivery = a_delivery(world.cohort, claire)
    log_access(user=claire, action="read", obj=world.cohort)
    jobs.seal_history()
    return delivery


def by_hand(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def faults() -> dict:
    return {key: fault for key, _, fault, _ in read() if fault}


def verified(capsys, **options) -> tuple[str, str]:
    try:
        call_command("verify", **options)
    except CommandError as error:
        return capsys.readouterr().out, str(error)
    return capsys.readouterr().out, ""


# --- The command ---


def test_an_honest_database_holds(used, capsys):
    told, error = verified(capsys)
    assert error == ""
    assert "remises : 1, tout concorde" in told
    assert f"historique : {LogEntry.objects.count()}, tout concorde" in told.replace("\u202f", "")
    assert told.endswith("Tout concorde.\n")


def test_it_is_written_in_the_log_with_who_ran_it(used, ines, capsys):
    verified(capsys, login="ines@exploitation.example")
    row = AccessLog.objects.get(action="verify")
    assert (row.user, row.role, row.purpose) == (ines, Role.ADMINISTRATOR, "tout concorde")
    assert row.count == sum(count for _, count, _, _ in row.filters["parts"])


def test_the_next_verification_reads_the_line_of_the_one_before(used, capsys):
    verified(capsys)
    assert verified(capsys)[1] == ""


def test_only_the_administration_verifies(used, capsys):
    assert "qui seul vérifie" in verified(capsys, login="claire@agence.example")[1]
    assert "Aucun compte actif" in verified(capsys, login="personne@agence.example")[1]
    assert not AccessLog.objects.filter(action="verify").exists()


def test_what_is_wrong_is_named_and_the_command_fails(used, capsys):
    row = AccessLog.objects.order_by("pk").first()
    by_hand("UPDATE accounts_accesslog SET action = 'rien' WHERE id = %s", row.pk)
    told, error = verified(capsys)
    assert f"journal d'accès : 0, la ligne n° {row.pk} a été modifiée." in told
    assert error == f"1 sur {len(read())} ne concordent pas."
    assert AccessLog.objects.get(action="verify").purpose == f"journal d'accès : la ligne n° {row.pk} a été modifiée."


def test_a_head_told_one_day_is_found_again(used, claire, capsys):
    heads = [head.row_hash for head in ChainHead.objects.order_by("name")]
    log_access(user=claire, action="read")
    assert "bien dans la base : ligne n° " in verified(capsys, head=heads[0])[0]
    assert "bien dans la base : sceau n° " in verified(capsys, head=heads[1])[0]
    assert "tout a été récrit" in verified(capsys, head="0" * 64)[1]
    journal.remove_rows(rows=AccessLog.objects.all(), by=claire)
    assert "tout a été récrit" in verified(capsys, head=heads[0])[1]


# --- The files ---


def replaced(name, content):
    default_storage.delete(name)
    if content:
        default_storage.save(name, ContentFile(content))


@pytest.mark.parametrize("content, said", [(b"autre", "le contenu a été modifié."), (b"", "le fichier manque.")])
def test_a_delivery_whose_bytes_changed_is_named(used, content, said):
    replaced(used.file.name, content)
    assert faults() == {"deliveries": f"remise 2026-11-AGENCE-01 (SM 2026) : {said}"}


def test_the_kept_rows_of_a_delivery_are_read_too(used):
    replaced(used.rows_file.name, b"autre")
    assert faults().keys() == {"delivered_rows"}


def test_one_byte_is_enough(used):
    content = used.file.read()
    used.file.close()
    replaced(used.file.name, content[:-1] + bytes([content[-1] ^ 1]))
    assert faults().keys() == {"deliveries"}


def test_a_fingerprint_changed_in_the_database_is_named(used):
    by_hand("UPDATE exports_delivery SET sha256 = %s", "0" * 64)
    assert "remise 2026-11-AGENCE-01" in faults()["deliveries"]


def test_the_first_delivery_that_differs_is_named(used, world, claire):
    second = a_delivery(world.cohort, claire)
    jobs.seal_history()
    for one in (used, second):
        replaced(one.file.name, b"")
    assert "AGENCE-01" in faults()["deliveries"]


def test_packs_and_documents_are_read(used, world):
    a_pack_of_proofs(world)
    document = an_absence_document(world)
    found = faults()
    assert found["packs"].startswith("dossier de preuves 2026-11-PREUVES-99 (SM 2026)")
    assert found["absence_documents"].startswith(f"justificatif d'absence n° {document.pk} ")


def test_drawings_are_read(used, world):
    half_day = b.a_half_day(world.session, day=date(2026, 3, 2))
    one = Signature(half_day=half_day, enrolment=world.enrolment, signer_name="A", way="DRAWN")
    one.image, one.image_sha256 = a_drawing(), files.fingerprint(a_drawing())
    one.save()
    assert faults() == {}
    by_hand("UPDATE training_signature SET image = %s", a_drawing() + b"x")
    assert faults()["signatures"].startswith(f"tracé de la signature n° {one.pk} ")


def test_every_file_with_a_fingerprint_is_read():
    def is_kept(field):
        return isinstance(field, models.FileField | models.BinaryField)

    found = {
        model._meta.label
        for model in apps.get_models()
        if any(is_kept(field) for field in model._meta.fields) and any("sha256" in f.name for f in model._meta.fields)
    }
    assert found - SHORT_LIVED == {kept.model._meta.label for kept in files.KEPT}
    both = {(kept.model, kept.bytes) for kept in files.KEPT}
    assert {(Delivery, "file"), (Delivery, "rows_file"), (EvidencePack, "file")} <= both


# --- Each night ---


def test_the_night_finds_nothing_and_writes_to_nobody(used, ines):
    assert verify_daily()
    assert not Message.objects.filter(key__startswith="verify").exists()


def test_what_the_night_finds_is_mailed_to_the_administrators_alone(used, ines, claire):
    replaced(used.file.name, b"")
    assert not verify_daily()
    message = Message.objects.get(key__startswith="verify")
    assert message.recipient == ines.email
    assert "remise 2026-11-AGENCE-01 (SM 2026) : le fichier manque." in message.body


def test_a_fault_stays_on_the_home_of_the_administrator(used, ines, client_of):
    browser = client_of(ines)
    assert "aucun écart" in browser.get(reverse("home")).content.decode()
    content = used.file.read()
    used.file.close()
    replaced(used.file.name, b"")
    verify_daily()
    assert "écart trouvé par la vérification" in browser.get(reverse("home")).content.decode()
    default_storage.save(used.file.name, ContentFile(content))
    verify_daily()
    assert "écart trouvé" not in browser.get(reverse("home")).content.decode()


# --- The page ---


def test_the_page_says_what_was_read_and_found(used, ines, client_of):
    browser = client_of(ines)
    assert "Aucune vérification n" in browser.get(reverse("verifying:verifications")).content.decode()
    replaced(used.file.name, b"")
    verify_daily()
    page = browser.get(reverse("verifying:verifications")).content.decode()
    assert "Remise 2026-11-AGENCE-01 (SM 2026) : le fichier manque." in page
    assert "par le service" in page


def test_the_administrator_verifies_from_the_page(used, ines, client_of, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client_of(ines).post(reverse("verifying:ask_verification"))
    job = Job.objects.get(kind="verify")
    work.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["message"]) == (Job.State.DONE, "Tout concorde.")
    assert last().row.user == ines


def test_the_page_asks_the_same_number_of_queries(used, ines, client_of, django_assert_max_num_queries):
    browser = client_of(ines)
    for _ in range(12):
        verify_daily()
    with django_assert_max_num_queries(12):
        browser.get(reverse("verifying:verifications"))


def test_a_verification_of_somebody_gone_is_still_shown(used, client_of, ines):
    other = b.a_user("paul@exploitation.example", first_name="Paul", last_name="HUE")
    b.a_membership(other, b.an_organisation(OrganisationKind.OPERATOR, "Exploitation 2"), Role.ADMINISTRATOR)
    client_of(other).post(reverse("verifying:ask_verification"))
    work.run_job(Job.objects.get(kind="verify").pk)
    other.is_active = False
    other.save()
    assert "Paul HUE" in client_of(ines).get(reverse("verifying:verifications")).content.decode()
