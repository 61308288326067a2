"""J4: the month of four employees with one exception is closed in four gestures, from the link of the mail."""

from datetime import date

import pytest

from contracts.models import PresenceStatement, Suspension
from tests import builders as b
from tests.browser.page_checks import keyboard_faults, sideways, sideways_with_spaced_text
from tests.browser.test_open_cohort import Gestures

OCTOBER = "/mois/2026/10/"


@pytest.fixture
def four(world):
    """Amina and three more at Denis's."""
    for name in ("BESNARD", "HAMEL", "POTIER"):
        person = b.a_person(birth_name=name, first_name="Isabelle")
        enrolment = b.an_enrolment(person, world.cohort)
        b.an_aid_request(b.a_contract(enrolment=enrolment, establishment=world.closerie), order=world.order)
    return world


@pytest.mark.django_db(transaction=True)
def test_the_month_of_four_people_is_closed_in_four_gestures(open_page, four, denis):
    page = open_page(denis)
    gestures = Gestures(page)
    gestures.count += 1  # the link of the mail
    page.goto(OCTOBER)
    gestures.fill("HAMEL Isabelle", "12-16")
    gestures.click("button", "Je confirme le mois")
    page.get_by_text("4 salariés confirmés pour octobre 2026").wait_for()
    gestures.click("button", "Déclaré sur SYLAé")
    page.get_by_text("Octobre 2026 est déclaré sur SYLAé pour 4 salariés").wait_for()
    assert gestures.count <= 4
    assert set(PresenceStatement.objects.values_list("declared_on", "absent_days")) == {(b.TODAY, 0), (b.TODAY, 5)}
    assert Suspension.objects.get().starts_on == date(2026, 10, 12)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_each_state_of_the_month_can_be_used_by_everybody(open_page, four, denis, accessibility_faults, width):
    page = open_page(denis, width=width)
    page.goto(OCTOBER)
    page.get_by_text("Salaire maintenu ?").first.click()
    assert (accessibility_faults(page), sideways(page)) == ([], 0)
    assert keyboard_faults(page) == []
    page.get_by_label("HAMEL Isabelle").first.fill("40")
    page.get_by_role("button", name="Je confirme le mois").click()
    page.get_by_text("« 40 » : octobre 2026 va du 1er au 31.").first.wait_for()
    assert page.title().startswith("Erreur : ")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert (accessibility_faults(page), sideways(page)) == ([], 0)
    page.get_by_role("link", name="HAMEL Isabelle — « 40 »").click()
    assert page.evaluate("document.activeElement.value") == "40"
    page.get_by_label("HAMEL Isabelle").first.fill("5, 12-16")
    page.get_by_role("button", name="Je confirme le mois").click()
    page.get_by_role("button", name="Déclaré sur SYLAé").wait_for()
    assert (accessibility_faults(page), sideways(page)) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_a_narrow_page_of_several_establishments_holds_spaced_text(open_page, four, claire):
    page = open_page(claire, width=320)
    page.goto(OCTOBER)
    assert page.get_by_label("Établissement").is_visible()
    assert sideways_with_spaced_text(page) == 0
