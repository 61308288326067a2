"""*Convoquer*, the sheet to hand over and the calendar of an establishment: open to everybody, at every width."""

from datetime import date

import pytest
from django.urls import reverse

from tests import builders as b
from tests.browser.page_checks import keyboard_faults, sideways, sideways_with_spaced_text, skip_link_fault
from training.models import Convocation


@pytest.fixture
def to_convene(world):
    """Two half-days to come; Amina has a mail, Zoé has none."""
    world.person.email = "amina@courriel.example"
    world.person.save()
    for day in (8, 15):
        b.a_half_day(world.session, day=date(2026, 12, day))
    return world


def faults_of(page, accessibility_faults):
    found = [
        *accessibility_faults(page),
        *keyboard_faults(page),
        *filter(None, [skip_link_fault(page), sideways(page), sideways_with_spaced_text(page)]),
    ]
    return {page.url: found} if found else {}


@pytest.mark.parametrize("width", [320, 1280])
def test_a_cohort_is_convened_in_one_gesture(open_page, accessibility_faults, to_convene, esther, width):
    page = open_page(esther, width=width)
    page.goto(reverse("training:convene_cohort", args=[to_convene.cohort.pk]))
    faults = faults_of(page, accessibility_faults)
    page.get_by_role("button", name="Convoquer 1 personne").click()
    page.get_by_text("1 convocation part, avec un fichier d'agenda.").wait_for()
    faults |= faults_of(page, accessibility_faults)
    page.get_by_role("link", name="Convocation de DA COSTA Zoé").click()
    page.get_by_role("heading", name="Convocation", exact=True).wait_for()
    faults |= faults_of(page, accessibility_faults)
    page.get_by_role("button", name="Noter comme remise en main propre").click()
    page.get_by_text("La convocation est notée comme remise.").wait_for()
    assert faults == {}
    assert Convocation.objects.count() == 4


@pytest.mark.parametrize("width", [320, 1280])
def test_an_establishment_opens_and_closes_its_address(open_page, accessibility_faults, to_convene, denis, width):
    page = open_page(denis, width=width)
    page.goto(reverse("training:establishment_calendar", args=[to_convene.closerie.pk]))
    faults = faults_of(page, accessibility_faults)
    page.get_by_role("button", name="Créer l'adresse").click()
    address = page.get_by_label("Adresse à copier").input_value()
    faults |= faults_of(page, accessibility_faults)
    assert page.request.get(address).ok
    page.get_by_role("button", name="Révoquer l'adresse").click()
    page.get_by_text("L'adresse est révoquée").wait_for()
    assert page.request.get(address).status == 404
    assert faults == {}
