"""Paper and its proofs in a browser: the sheet as it prints, the photograph and its lines, anomalies and absences."""

import re
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from regulations.training import AttendanceStatus
from tests import builders as b
from tests.access_proofs import an_absence_document
from tests.browser.page_checks import keyboard_faults, sideways
from tests.training.test_paper import JPEG
from training.models import HalfDay

pytestmark = pytest.mark.django_db(transaction=True)

LONG = ("DE LA ROCHEFOUCAULD-MONTMORENCY LEGENDRE", "Marie-Antoinette Joséphine")
PAGE_OF_PDF = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture(autouse=True)
def place_of_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def group_of(world, size):
    """As many people as that on the sheet, one of them with a very long name."""
    names = [LONG, *((f"NOM{number:02d}", "Jean-Christophe") for number in range(size - 3))]
    for birth_name, first_name in names:
        enrolment = b.an_enrolment(b.a_person(birth_name=birth_name, first_name=first_name), world.cohort)
        b.a_contract(enrolment=enrolment, establishment=world.closerie)


def printed(page, name, half_day):
    page.goto(reverse(f"training:{name}", args=[half_day.pk]))
    return len(PAGE_OF_PDF.findall(page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize(("size", "pages"), [(12, 1), (30, 2)])
def test_the_sheet_prints_on_as_few_pages_as_it_can(world, esther, open_page, size, pages):
    group_of(world, size)
    page = open_page(esther)
    assert printed(page, "sheet", world.half_day) == pages
    assert printed(page, "week_sheet", world.half_day) == pages
    page.emulate_media(media="print")
    for name in ("sheet", "week_sheet"):
        page.goto(reverse(f"training:{name}", args=[world.half_day.pk]))
        style = "selector => getComputedStyle(document.querySelector(selector))"
        assert page.evaluate(f"({style})('.sheet-table tbody tr').breakInside") == "avoid"
        assert page.evaluate(f"({style})('.sheet-table thead').display") == "table-header-group"
        expect(page.locator(".masthead")).to_be_hidden()
        expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()


def test_a_sheet_of_paper_is_photographed_and_typed_once(world, esther, open_page):
    half_day = b.a_half_day(world.session, day=date(2026, 2, 12))
    page = open_page(esther, width=768)
    page.goto(reverse("training:session_detail", args=[world.session.pk]))
    page.get_by_role("link", name="Saisir une feuille papier — 12/02/2026").click()
    photo = {"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    page.get_by_label("Photographie de la feuille signée").set_input_files(photo)
    amina = page.get_by_role("group", name="BAUDRY Amina")
    amina.get_by_label("Présence").select_option("retard")
    page.get_by_role("button", name="Enregistrer la feuille").click()
    expect(page.get_by_text("Notez combien de minutes manquent.")).to_be_visible()
    amina.get_by_label("Minutes manquées").fill("20")
    page.get_by_label("Photographie de la feuille signée").set_input_files(photo)
    page.get_by_role("button", name="Enregistrer la feuille").click()
    expect(page.get_by_text("La feuille est enregistrée.")).to_be_visible()
    assert half_day.attendances.valid().get(enrolment=world.enrolment).attended_minutes == 190
    assert HalfDay.objects.get(pk=half_day.pk).closed_at is not None


def test_an_anomaly_is_explained_from_the_home_with_the_keyboard_alone(world, esther, open_page):
    page = open_page(esther)
    page.goto("/")
    page.get_by_role("link", name="anomalie d'émargement à expliquer").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Expliquer — ").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Ce qui l'explique").focus()
    page.keyboard.type("Intervenante absente ce jour-là, remplacée.")
    page.get_by_role("button", name="Garder cette explication").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("connu et expliqué").first).to_be_visible()
    expect(page.get_by_text("L'explication est gardée.")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_of_the_proofs_are_usable_by_everybody(world, claire, open_page, accessibility_faults, width):
    document = an_absence_document(world)
    b.an_attendance(b.a_half_day(world.session, day=date(2026, 2, 17)), world.enrolment, AttendanceStatus.ABSENT)
    half_day, absence = [world.half_day.pk], [document.attendance_id]
    page = open_page(claire, width=width)
    for name, args in (
        ("sheet", half_day),
        ("week_sheet", half_day),
        ("paper", half_day),
        ("anomaly_list", []),
        ("explain_anomaly", ["UNSIGNED_TRAINER", world.half_day.pk, 0]),
        ("absence_list", []),
        ("absence", absence),
        ("join_absence_document", absence),
        ("answer_absence_document", [document.pk]),
        ("session_detail", [world.session.pk]),
    ):
        page.goto(reverse(f"training:{name}", args=args))
        assert accessibility_faults(page) == [], name
        assert sideways(page) == 0, name
    page.goto(reverse("training:paper", args=half_day))
    assert keyboard_faults(page) == []
