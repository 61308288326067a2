"""The monthly sheets at the office: who gave back what, a sheet held for a tutor, its paper."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import clock
from regulations.sheets import SheetWay
from tests import builders as b
from tests.tutoring.sheets import A_PDF, NOVEMBER, OCTOBER, TODAY, a_sheet, posted, send
from tutoring.actions.sheets import void_sheet
from tutoring.models import Observation, TutorSheet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place_of_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def grid(db):
    return b.a_grid()


def url(name, tutorship, month=NOVEMBER):
    return reverse(f"tutoring:{name}", args=[tutorship.pk, month.year, month.month])


def held(grid, **changes):
    return posted(grid, {"Servir": "ALONE"}, observed_on="20/11/2026", way="PHONE", **changes)


def test_the_list_says_which_are_there_how_and_which_are_late(world, denis, client_of):
    a_sheet(world.tutorship, month=NOVEMBER, observed_on=TODAY, way=SheetWay.PAPER, recorded_by=denis)
    page = client_of(denis).get(reverse("tutoring:sheet_list")).content.decode()
    assert "fiche papier recopiée" in page
    assert "en retard de 15 jours" in page
    assert "DA COSTA" not in page


def test_the_employer_holds_the_place_of_a_tutor_and_it_is_marked(world, grid, denis, client_of):
    client = client_of(denis)
    assert client.post(url("hold_sheet", world.tutorship), held(grid)).status_code == 302
    sheet = TutorSheet.objects.get()
    assert (sheet.way, sheet.recorded_by, Observation.objects.get().recorded_by) == (SheetWay.PHONE, denis, denis)
    page = client.get(url("sheet_detail", world.tutorship)).content.decode()
    assert "dictée au téléphone" in page
    assert "pour le compte de HAMON Bruno" in page


def test_a_day_to_come_is_refused_and_what_was_typed_stays(world, grid, denis, client_of):
    answer = client_of(denis).post(
        url("hold_sheet", world.tutorship), held(grid, note="À l'aise au service.") | {"observed_on": "21/11/2026"}
    )
    page = answer.content.decode()
    assert "Le 21/11/2026 n&#x27;est pas encore venu" in page
    assert "l&#x27;aise au service." in page
    assert 'value="21/11/2026"' in page
    assert not TutorSheet.objects.exists()


def test_a_scan_is_kept_under_our_name_and_read_back(world, grid, denis, client_of):
    client = client_of(denis)
    scan = SimpleUploadedFile("Amina BAUDRY malade.pdf", A_PDF)
    client.post(url("hold_sheet", world.tutorship), held(grid, scan=scan))
    sheet = TutorSheet.objects.get()
    assert "Amina" not in sheet.scan.name
    answer = client.get(reverse("tutoring:sheet_scan", args=[sheet.pk]))
    assert b"".join(answer.streaming_content) == A_PDF
    assert answer["Content-Disposition"] == f'attachment; filename="fiche-{sheet.pk}.pdf"'


def test_a_sheet_that_is_not_received_leaves_no_paper_behind(world, grid, denis, tmp_path):
    facts = {"way": SheetWay.PAPER, "scan": ContentFile(A_PDF, "fiche.pdf")}
    room = grid.skills_in_order()[0]
    with pytest.raises(ValidationError):
        send(world.tutorship, by=denis, levels={room: "EXPERT"}, **facts)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    sheet = send(world.tutorship, by=denis, levels={room: "ALONE"}, **facts)
    with sheet.scan.open() as kept:
        assert kept.read() == A_PDF


@pytest.mark.parametrize("content", [b"MZ\x90\x00 a program", b"<html></html>", b"\xff\xd8\xff cut short"])
def test_a_scan_that_is_no_picture_is_refused(world, grid, denis, client_of, content):
    scan = SimpleUploadedFile("fiche.jpg", content, content_type="image/jpeg")
    page = client_of(denis).post(url("hold_sheet", world.tutorship), held(grid, scan=scan)).content.decode()
    assert "ni une photographie ni un document" in page
    assert not TutorSheet.objects.exists()


def test_a_sheet_held_by_mistake_is_voided_with_a_reason(world, denis, client_of):
    sheet = send(world.tutorship, by=denis, way=SheetWay.HELD_FOR)
    client = client_of(denis)
    client.post(reverse("tutoring:void_sheet", args=[sheet.pk]), {"reason": "Fiche d'une autre personne."})
    sheet.refresh_from_db()
    assert (sheet.voided_by, sheet.void_reason) == (denis, "Fiche d'une autre personne.")
    assert "en retard" in client.get(reverse("tutoring:sheet_list")).content.decode()
    with pytest.raises(ValidationError, match="déjà annulée"):
        void_sheet(sheet=sheet, reason="Encore.", by=denis, at=clock.now())


def test_a_sheet_with_observations_is_corrected_by_another_one(world, grid, denis):
    sheet = send(world.tutorship, by=denis, way=SheetWay.HELD_FOR, levels={grid.skills_in_order()[0]: "ALONE"})
    with pytest.raises(ValidationError, match="envoyez-en une nouvelle"):
        void_sheet(sheet=sheet, reason="Erreur.", by=denis, at=clock.now())


def test_what_a_tutor_sent_himself_is_nobody_elses_to_void(world, denis, client_of):
    sheet = send(world.tutorship)
    assert client_of(denis).get(reverse("tutoring:void_sheet", args=[sheet.pk])).status_code == 404


def test_two_values_are_shown_with_their_day(world, grid, claire, client_of):
    room = grid.skills_in_order()[0]
    for level in ("ALONE", "WITH_HELP"):
        send(world.tutorship, levels={room: level})
    page = client_of(claire).get(url("sheet_detail", world.tutorship)).content.decode()
    assert "Deux valeurs le même jour" in page
    assert "Faire la chambre, le 20/11/2026" in page


def test_the_paper_has_the_same_items(world, grid, denis, client_of):
    page = client_of(denis).get(url("print_sheet", world.tutorship)).content.decode()
    items = ("Faire la chambre", "avec aide", "Rien de nouveau ce mois-ci", "Absent tout le mois", "à suivre")
    for words in (*items, "au plus tard le 05/12/2026"):
        assert words in page
    assert "BAUDRY" not in page


def test_who_may_not_read_what_was_seen_still_knows_it_came(world, claire, client_of):
    send(world.tutorship, month=OCTOBER, note="Un mot.")
    world.cohort.referents.all().delete()
    page = client_of(claire).get(url("sheet_detail", world.tutorship, OCTOBER)).content.decode()
    assert "Un mot." not in page
    assert "par le tuteur" in client_of(claire).get(reverse("tutoring:sheet_list")).content.decode()


def test_a_sheet_is_among_what_is_due_and_received_otherwise_there(world, denis, client_of):
    client = client_of(denis)
    page = client.get(url("sheet_detail", world.tutorship)).content.decode()
    address = reverse("due:receive", args=["TUTOR_SHEET", f"{world.contract.pk}-2026-11"])
    assert address in page
    listed = client.get(reverse("due:due_list"), {"regle": "TUTOR_SHEET"}).content.decode()
    assert url("hold_sheet", world.tutorship) in listed
    scan = SimpleUploadedFile("fiche.pdf", A_PDF)
    sent = {"nature": "RECEIVED", "received_on": "19/11/2026", "how": "photo de la fiche papier", "scan": scan}
    assert client.post(address, sent).status_code == 302
    assert "reçu autrement" in client.get(reverse("tutoring:sheet_list")).content.decode()
    assert client.get(address).status_code == 404


def test_who_may_not_read_what_was_seen_is_shown_no_level_either(world, grid, claire, client_of):
    """Neither two values that differ, nor a paper with the last levels, nor a gesture that would not be found."""
    room = grid.skills_in_order()[0]
    for level in ("ALONE", "WITH_HELP"):
        send(world.tutorship, month=OCTOBER, levels={room: level})
    world.cohort.referents.all().delete()
    client = client_of(claire)
    for month in (OCTOBER, NOVEMBER):
        page = client.get(url("sheet_detail", world.tutorship, month)).content.decode()
        assert "Deux valeurs" not in page
        for name in ("hold_sheet", "print_sheet"):
            assert url(name, world.tutorship, month) not in page
            assert client.get(url(name, world.tutorship, month)).status_code == 404


def test_the_title_of_a_held_sheet_keeps_the_capital_of_a_name(world, denis, client_of):
    page = client_of(denis).get(url("hold_sheet", world.tutorship)).content.decode()
    assert "<title>Tenir pour le tuteur : Fiche de novembre 2026 — Amina B." in page


def test_a_tutor_prints_the_sheet_of_whom_he_follows(world, grid, bruno, client_of):
    assert client_of(bruno).get(url("print_sheet", world.tutorship)).status_code == 200


@pytest.mark.parametrize(
    ("month", "words"),
    [(NOVEMBER, "attendue, au plus tard le 05/12/2026"), (OCTOBER, "reçue"), (date(2026, 1, 1), "pas demandée")],
)
def test_the_page_says_where_the_sheet_is(world, denis, client_of, month, words):
    send(world.tutorship, month=OCTOBER)
    page = client_of(denis).get(url("sheet_detail", world.tutorship, month)).content.decode()
    assert f"<dd>{words}</dd>" in page
