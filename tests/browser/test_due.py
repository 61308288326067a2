"""What is due, from the home page to what was received otherwise; what will leave, moved; narrow and wide."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Receipt, Reminder
from tests import builders as b
from tests.browser.page_checks import sideways

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("due:due_list", "due:upcoming", "due:receipt_list", "due:setting_list")


def test_what_is_due_is_answered_from_the_home(world, denis, open_page):
    page = open_page(denis)
    page.goto("/")
    page.get_by_role("link", name="échéance : attestation d'expérience professionnelle").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Échéances")
    page.get_by_role("link", name="Reçu autrement — attestation").click()
    page.get_by_label("Comment").fill("remise en main propre")
    page.get_by_role("button", name="Noter et arrêter les rappels").click()
    expect(page.get_by_text("plus aucun rappel ne part")).to_be_visible()
    expect(page.get_by_role("row", name="attestation d'expérience professionnelle")).to_have_count(0)
    page.get_by_role("link", name="Reçus autrement").click()
    page.get_by_role("link", name="Reprendre").click()
    page.get_by_role("button", name="Reprendre : c'est de nouveau attendu").click()
    expect(page.get_by_text("C'est de nouveau attendu.")).to_be_visible()
    assert Receipt.objects.get().taken_back_by == denis


def test_what_will_leave_is_put_off_in_one_act(world, denis, open_page):
    page = open_page(denis)
    page.goto(reverse("due:upcoming") + "?regle=CERTIFICATE")
    page.get_by_role("link", name="Déplacer — attestation").click()
    page.get_by_label("Nouvelle date").fill("02/01/2027")
    page.get_by_role("button", name="Déplacer").click()
    expect(page.get_by_text("le délai légal finit ce jour-là").first).to_be_visible()
    expect(page.get_by_label("Nouvelle date")).to_have_value("02/01/2027")
    page.get_by_label("Nouvelle date").fill("07/12/2026")
    page.get_by_role("button", name="Déplacer").click()
    expect(page.get_by_text("Le rappel est déplacé.")).to_be_visible()
    assert Reminder.objects.get().moved_to.isoformat() == "2026-12-07"


@pytest.mark.parametrize("width", [1280, 320])
def test_long_lists_are_usable_by_everybody(world, claire, open_page, accessibility_faults, width):
    for number in range(30):
        enrolment = b.an_enrolment(cohort=world.cohort, person=b.a_person(birth_name=f"NOM{number:02d}"))
        b.an_aid_request(b.a_contract(enrolment=enrolment, establishment=world.closerie))
    page = open_page(claire, width=width)
    for name in PAGES:
        page.goto(reverse(name))
        assert accessibility_faults(page) == [], name
        assert sideways(page) == 0, name
