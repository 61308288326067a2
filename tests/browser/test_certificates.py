"""Papers in a browser: prepared, issued and checked at any width, by keyboard; each prints to its sheets of A4."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cohorts.models import Person
from regulations.periods import Period
from regulations.training import HalfDayPart
from tests import builders as b
from tests.browser.page_checks import keyboard_faults, sideways, sideways_with_spaced_text
from tests.training.paid import (
    AT,
    a_certificate,
    a_convention,
    a_held_half_day,
    a_training_body,
    an_expense,
    an_invoice,
)
from training.actions.certificates import MOST_LINES, issue_certificate
from training.models import Certificate, Convention
from training.papers import FEW_LINES

# A name as long as the columns allow, and made of words that can be cut.
LONG = "Association intercommunale pour l'accompagnement des personnes âgées et handicapées du Mont-Saint-Michel"


def url(name, *args):
    return reverse(f"training:{name}", args=args)


def faults(page, accessibility_faults, width) -> list:
    found = [*accessibility_faults(page), *keyboard_faults(page)]
    found += [f"{sideways(page)} pixels too wide"] if sideways(page) else []
    if width < 400:
        found += ["too wide with spaced text"] if sideways_with_spaced_text(page) else []
    return found


def sheets(pdf: bytes) -> int:
    """How many pages a PDF of Chromium has: it writes each page object in clear."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.parametrize("width", [375, 768, 1280])
def test_a_month_is_certified_from_the_conventions_to_the_paper(world, esther, open_page, accessibility_faults, width):
    body = a_training_body(world.cohort.training_organisation)
    page = open_page(esther, width=width)
    page.goto(url("prepare_conventions", world.cohort.pk))
    assert body.name in page.locator("main").inner_text()
    assert faults(page, accessibility_faults, width) == []
    page.get_by_label("Prix de l'heure par stagiaire, HT").fill("15,00")
    page.get_by_role("button", name="Préparer les conventions").click()
    assert faults(page, accessibility_faults, width) == []
    page.get_by_role("link", name="SM-2026-CONV-01").click()
    page.get_by_role("link", name="Noter la signature").click()
    page.get_by_label("Signée le").fill("30/01/2026")
    page.get_by_role("button", name="Noter la signature").click()
    a_held_half_day(world.cohort, date(2026, 3, 10), world.enrolment, world.other_contract.enrolment)
    page.get_by_role("link", name="Noter une facture").click()
    page.get_by_role("link", name="03/2026", exact=True).click()
    page.get_by_label("Numéro de la facture").fill("F-2026-03")
    assert page.get_by_label("Heures de BAUDRY Amina").input_value() == "3,50"
    assert faults(page, accessibility_faults, width) == []
    page.get_by_role("button", name="Noter la facture").click()
    page.get_by_role("link", name="Certificats de la cohorte").click()
    expect(page.locator(".state-danger")).to_have_count(1)
    assert faults(page, accessibility_faults, width) == []
    page.get_by_role("button", name="Émettre pour tous").press("Enter")
    page.get_by_role("link", name="SM-2026-CR-001").click()
    assert faults(page, accessibility_faults, width) == []
    assert Certificate.objects.get().enrolment == world.enrolment


@pytest.mark.parametrize("width", [320, 1280])
def test_a_stranger_checks_the_paper_with_the_keyboard(world, esther, open_page, accessibility_faults, width):
    certificate = a_certificate(a_convention(world.cohort, world.closerie, world.enrolment), world.enrolment, esther)
    page = open_page(width=width)
    page.goto(url("check_certificate"))
    page.get_by_label("Numéro du certificat").press_sequentially(certificate.number)
    page.keyboard.press("Tab")
    page.keyboard.type(certificate.verification_code)
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status] .state-success")
    assert "A. B." in page.locator("[role=status]").inner_text()
    assert "BAUDRY" not in page.content()
    assert faults(page, accessibility_faults, width) == []


@pytest.mark.parametrize("width", [375, 1280])
def test_expenses_and_settings_are_read_at_any_width(world, denis, claire, open_page, accessibility_faults, width):
    convention = a_convention(world.cohort, world.closerie, world.enrolment)
    a_certificate(convention, world.enrolment, world.users["trainer"])
    an_expense(convention, world.enrolment)
    page = open_page(denis, width=width)
    page.goto(url("expense_list", convention.pk))
    assert "37,00" in page.locator("main").inner_text()
    assert faults(page, accessibility_faults, width) == []
    page.get_by_role("link", name="Ajouter une dépense").click()
    assert faults(page, accessibility_faults, width) == []
    page = open_page(claire, width=width)
    for name in ("convention_list", "certificate_list", "cap_list", "cap_add", "training_rules_list"):
        page.goto(url(name))
        assert (name, faults(page, accessibility_faults, width)) == (name, [])


@pytest.fixture(params=[FEW_LINES, MOST_LINES])
def worst(world, request):
    """The longest names, as many lines as each setting of the sheet prints, every optional mention filled."""
    world.lines = request.param
    Person.objects.filter(pk=world.person.pk).update(
        birth_name="DE LA ROCHEFOUCAULD-MONTMORENCY", usual_name="VAN DEN BROUCKE-LEFEBVRE", first_name="Marie-Amélie"
    )
    world.closerie.name = LONG
    world.closerie.save()
    world.closerie.employer.name = LONG
    world.closerie.employer.save()
    body = a_training_body(
        world.cohort.training_organisation,
        name=LONG,
        siret="99998211900011",
        address="Bâtiment C, deuxième étage, 127 boulevard du Maréchal-Juin, 50300 Avranches",
        representative_role="directrice générale adjointe chargée de la formation professionnelle continue",
    )
    other = b.an_organisation("TRAINING_BODY")
    convention = a_convention(
        world.cohort,
        world.closerie,
        world.enrolment,
        training_body=body,
        subcontractor=a_training_body(other, name=LONG),
        title=f"Socle commun ImPEC' : {LONG}"[:160],
        file_number="OS-2026-0417-AVENANT-02",
    )
    world.half_day.cancelled_on = world.half_day.day
    world.half_day.save()
    first = date(2026, 3, 2)
    for number in range(world.lines):
        part = HalfDayPart.AFTERNOON if number % 2 else HalfDayPart.MORNING
        a_held_half_day(world.cohort, first + timedelta(days=number // 2), world.enrolment, part=part)
    world.period = Period(first, first + timedelta(days=world.lines // 2 - 1))
    an_invoice(convention, (world.enrolment, world.lines * 210), period=world.period)
    world.convention = convention
    return world


def test_the_certificate_prints_to_exactly_one_sheet_even_with_the_longest_names(worst, esther, open_page, tmp_path):
    certificate = issue_certificate(
        convention=worst.convention, enrolment=worst.enrolment, period=worst.period, by=esther, at=AT
    )
    assert len(certificate.facts["lines"]) == worst.lines
    page = open_page(esther)
    page.goto(certificate.get_absolute_url())
    pdf = page.pdf(format="A4", path=tmp_path / "certificat.pdf")
    assert sheets(pdf) == 1
    page.emulate_media(media="print")
    assert page.locator("article.paper").is_visible()
    # On paper: the certificate alone.
    for gone in ("header.masthead", "footer.footer", ".no-print"):
        assert not page.locator(gone).first.is_visible()


def test_the_convention_prints_its_programme_with_it(worst, esther, open_page):
    Convention.objects.filter(pk=worst.convention.pk).update(hourly_rate=Decimal("15.00"))
    page = open_page(esther)
    page.goto(url("print_convention", worst.convention.pk))
    # A module for each half-day: what does not fit goes on, no sheet is empty.
    assert sheets(page.pdf(format="A4")) <= 3
    assert "Annexe : programme" in page.content()
