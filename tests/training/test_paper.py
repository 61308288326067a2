"""Paper: the sheet to print, its photograph kept as a proof, what it says typed once."""

import struct
import zlib
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import clock
from accounts.models import AccessLog, User
from regulations.training import AttendanceStatus, HalfDayPart
from tests import builders as b
from training.actions.paper import attach_sheet, void_sheet
from training.models import Attendance, HalfDay, PaperSheet, TrainingBody
from training.sheets import sheet_of, week_of

AT = datetime(2026, 11, 20, 9, tzinfo=clock.PARIS)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00?\x00\x00\xff\xd9"
)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"


def png(width=1, height=1):
    def part(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\0" * height)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", rows) + part(b"IEND", b"")


@pytest.fixture(autouse=True)
def place_of_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def half_day(world):
    """A half-day of the week of the world's, that nobody has noted."""
    return b.a_half_day(world.session, day=date(2026, 2, 12))


def a_file(content=JPEG, name="photo.jpg"):
    return SimpleUploadedFile(name, content)


def typed(world, **changes):
    """The form as it opens: everybody present and signed."""
    values = {"trainer_signed": "on"}
    for enrolment in world.cohort.enrolments.all():
        values |= {f"l{enrolment.pk}-status": "PRESENT", f"l{enrolment.pk}-signed": "on"}
    return values | changes


def url(half_day):
    return reverse("training:paper", args=[half_day.pk])


def text_of(answer):
    return answer.content.decode()


def test_a_sheet_is_typed_once_and_closes_the_half_day(world, half_day, client_of, esther):
    answer = client_of(esther).post(url(half_day), typed(world, photo=a_file()))
    assert answer.status_code == 302
    rows = half_day.attendances.valid()
    assert {(row.status, row.source, row.signed_on_paper, row.attended_minutes) for row in rows} == {
        ("PRESENT", Attendance.Source.PAPER, True, 210)
    }
    half_day.refresh_from_db()
    assert half_day.countersigned_on_paper
    assert half_day.closed_at is not None
    sheet = half_day.paper_sheets.get()
    assert (sheet.content_type, sheet.uploaded_by) == ("image/jpeg", esther)
    assert "photo" not in sheet.file.name


def test_who_has_not_signed_was_late_or_absent_is_typed_as_such(world, half_day, client_of, esther):
    amina, zoe = world.enrolment.pk, world.cohort.enrolments.exclude(pk=world.enrolment.pk).get().pk
    values = typed(world, photo=a_file()) | {f"l{amina}-status": "LATE", f"l{amina}-minutes": "20"}
    values |= {f"l{zoe}-status": "ABSENT"}
    del values[f"l{amina}-signed"]
    client_of(esther).post(url(half_day), values)
    rows = {row.enrolment_id: row for row in half_day.attendances.valid()}
    assert (rows[amina].minutes_late, rows[amina].attended_minutes, rows[amina].signed_on_paper) == (20, 190, False)
    assert (rows[zoe].status, rows[zoe].signed_on_paper) == ("ABSENT", False)


def test_a_row_of_the_screen_gets_its_signature_by_a_new_row(world, half_day, client_of, esther):
    first = b.an_attendance(half_day, world.enrolment, signed_on_paper=False, recorded_by=esther)
    client_of(esther).post(url(half_day), typed(world, photo=a_file()))
    first.refresh_from_db()
    again = half_day.attendances.valid().get(enrolment=world.enrolment)
    assert (first.void_reason, again.source, again.signed_on_paper) == ("Repris de la feuille papier", "PAPER", True)


def test_typed_again_the_same_sheet_changes_nothing(world, half_day, client_of, esther):
    browser = client_of(esther)
    values = typed(world)
    del values["trainer_signed"]
    browser.post(url(half_day), values | {"photo": a_file()})
    before = list(half_day.attendances.values_list("pk", "voided_at"))
    browser.post(url(half_day), values | {"photo": a_file()})
    assert list(half_day.attendances.values_list("pk", "voided_at")) == before
    assert half_day.paper_sheets.count() == 1


def test_a_reason_already_noted_stays(world, half_day, client_of, esther):
    b.an_attendance(half_day, world.enrolment, AttendanceStatus.ABSENT, absence_reason="TRANSPORT")
    values = typed(world, photo=a_file()) | {f"l{world.enrolment.pk}-status": "ABSENT"}
    client_of(esther).post(url(half_day), values)
    assert half_day.attendances.get(enrolment=world.enrolment).absence_reason == "TRANSPORT"


def test_one_sheet_may_cover_the_other_half_days_of_its_week(world, half_day, client_of, esther):
    client_of(esther).post(url(half_day), typed(world, photo=a_file(), others=[str(world.half_day.pk)]))
    assert PaperSheet.objects.filter(half_day=world.half_day).count() == 1


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("IMG_0001.PDF.exe", JPEG, "jpg"), ("scan", png(), "png"), ("x.png", PDF, "pdf")],
)
def test_a_photograph_is_known_by_its_content(world, half_day, esther, name, content, kind):
    sheet = attach_sheet(half_day=half_day, file=a_file(content, name), by=esther, at=AT)
    assert sheet.file.name.endswith(f".{kind}")


def test_a_photograph_that_no_row_keeps_is_not_left_behind(half_day, tmp_path):
    with pytest.raises(ValueError, match="unsaved related object"):
        attach_sheet(half_day=half_day, file=a_file(), by=User(email="inconnue@of.example"), at=AT)
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


NOT_READ = "ni une photographie ni un document"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"<html><script>alert(1)</script>", NOT_READ, id="une page nommée jpg"),
        pytest.param(b"\xff\xd8\xff" + b"<html>" * 20, NOT_READ, id="le début d'un JPEG, rien d'autre"),
        pytest.param(png()[:30], NOT_READ, id="un PNG coupé"),
        pytest.param(png(width=0), NOT_READ, id="un PNG sans largeur"),
        pytest.param(b"%PDF-1.7\n", NOT_READ, id="un PDF sans fin"),
        pytest.param(JPEG + b"\0" * (10 * 1024**2), "10 Mo", id="plus de 10 Mo"),
        pytest.param(JPEG + b"\0" * (30 * 1024**2), "10 Mo", id="30 Mo"),
        pytest.param(b"", "vide", id="vide"),
    ],
)
def test_another_file_is_refused_and_what_was_typed_stays(world, half_day, client_of, esther, content, said):
    values = typed(world, photo=a_file(content)) | {f"l{world.enrolment.pk}-status": "ABSENT"}
    answer = client_of(esther).post(url(half_day), values)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert '<option value="ABSENT" selected>' in text_of(answer)
    assert not PaperSheet.objects.exists()
    assert not half_day.attendances.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, "Choisissez le fichier à joindre", id="sans photographie"),
        pytest.param({"status": "LATE", "photo": True}, "combien de minutes", id="retard sans minutes"),
        pytest.param({"status": "LATE", "minutes": "999", "photo": True}, "600", id="trop de minutes"),
        pytest.param(
            {"status": "LATE", "minutes": "300", "photo": True}, "300 minutes manquées", id="plus que la séance"
        ),
    ],
)
def test_a_line_that_cannot_be_is_refused_in_french(world, half_day, client_of, esther, changes, said):
    values = typed(world)
    if changes.pop("photo", False):
        values["photo"] = a_file()
    values |= {f"l{world.enrolment.pk}-{name}": value for name, value in changes.items()}
    answer = client_of(esther).post(url(half_day), values)
    assert said in text_of(answer)
    assert not half_day.attendances.exists()
    assert not PaperSheet.objects.exists()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param({"cancelled_on": date(2026, 2, 11)}, "annulée", id="annulée"),
        pytest.param({"day": date(2026, 11, 24)}, "aura lieu", id="à venir"),
        pytest.param({"closed_at": AT}, "close", id="close"),
    ],
)
def test_a_half_day_that_cannot_be_written_on_says_why(world, half_day, client_of, esther, facts, said):
    HalfDay.objects.filter(pk=half_day.pk).update(**facts)
    answer = client_of(esther).post(url(half_day), typed(world, photo=a_file()))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not half_day.attendances.exists()


def test_a_photograph_leaves_as_an_attachment_and_its_reading_is_logged(world, half_day, client_of, esther):
    sheet = attach_sheet(half_day=half_day, file=a_file(), by=esther, at=AT)
    answer = client_of(esther).get(reverse("training:sheet_file", args=[sheet.pk]))
    assert b"".join(answer.streaming_content) == JPEG
    assert answer["Content-Disposition"] == f'attachment; filename="feuille-{sheet.pk}.jpg"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    row = AccessLog.objects.get(object_type="training.PaperSheet")
    assert (row.user, row.action, row.object_id) == (esther, "read", str(sheet.pk))


def test_only_the_training_body_and_the_referents_open_it(world, half_day, client_of, esther, agency):
    sheet = attach_sheet(half_day=half_day, file=a_file(), by=esther, at=AT)
    address = reverse("training:sheet_file", args=[sheet.pk])
    colleague = b.a_user()
    b.a_membership(colleague, agency)
    assert client_of(colleague).get(address).status_code == 404
    assert address not in text_of(client_of(colleague).get(url(half_day)))
    assert address in text_of(client_of(esther).get(url(half_day)))
    assert client_of(world.users["employer"]).get(address).status_code == 403
    assert not AccessLog.objects.filter(object_type="training.PaperSheet").exists()


def test_a_photograph_is_voided_with_a_reason_and_stays(world, half_day, client_of, esther):
    sheet = attach_sheet(half_day=half_day, file=a_file(), by=esther, at=AT)
    client_of(esther).post(reverse("training:void_sheet", args=[sheet.pk]), {"reason": "Autre groupe"})
    sheet.refresh_from_db()
    assert (sheet.void_reason, sheet.voided_by) == ("Autre groupe", esther)
    assert client_of(esther).get(reverse("training:void_sheet", args=[sheet.pk])).status_code == 404
    with pytest.raises(ValidationError, match="déjà annulée"):
        void_sheet(sheet=sheet, reason="Encore", by=esther, at=AT)


# --- The sheet to print ---


def test_the_sheet_says_what_a_funder_looks_for(world, half_day, client_of, esther):
    TrainingBody.objects.create(
        organisation=world.cohort.training_organisation, name="Centre de la Baie", declaration_number="28500000050"
    )
    text = text_of(client_of(esther).get(reverse("training:sheet", args=[half_day.pk])))
    for words in (
        "Socle commun ImPEC&#x27;",
        "28500000050",
        "jeudi 12 février 2026",
        "de 09:00 à 12:30",
        "3,50\xa0h",
        "Salle Tombelaine, Avranches",
        "Noémi TOUSSAINT",
        "BAUDRY Amina",
        "Résidence La Closerie du Mont",
        "Signature de l'intervenant",
    ):
        assert words in text, words


def test_the_week_has_a_column_per_half_day_and_tells_who_is_not_expected(world, half_day, esther):
    afternoon = b.a_half_day(world.session, day=date(2026, 2, 12), part=HalfDayPart.AFTERNOON)
    b.a_half_day(world.session, day=date(2026, 2, 13), cancelled_on=date(2026, 2, 12))
    b.a_half_day(world.session, day=date(2026, 2, 16))
    world.contract.starts_on = world.contract.signed_on = date(2026, 2, 11)
    world.contract.save()
    sheet = sheet_of(esther, week_of(half_day))
    assert [one.pk for one in sheet.half_days] == [world.half_day.pk, half_day.pk, afternoon.pk]
    assert [(line.person.first_name, line.expected, line.minutes) for line in sheet.lines] == [
        ("Amina", [False, True, True], 420),
        ("Zoé", [True, True, True], 630),
    ]
    assert sheet.planned_minutes == 630


def test_a_sheet_costs_the_same_queries_for_two_people_and_for_twenty(
    world, half_day, esther, django_assert_num_queries
):
    sheet_of(esther, [half_day])
    with django_assert_num_queries(5):
        sheet_of(esther, [half_day])
    for _ in range(18):
        b.a_contract(cohort=world.cohort, establishment=world.closerie)
    with django_assert_num_queries(5):
        assert len(sheet_of(esther, [half_day]).lines) == 20


def test_a_cancelled_half_day_has_no_sheet(world, half_day, client_of, esther):
    HalfDay.objects.filter(pk=half_day.pk).update(cancelled_on=date(2026, 2, 11))
    assert client_of(esther).get(reverse("training:sheet", args=[half_day.pk])).status_code == 404
