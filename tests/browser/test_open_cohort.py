"""J1: open a cohort and invite six employers, in ten gestures at most."""

import pytest

from accounts.models import Message
from cohorts import reference
from cohorts.models import Cohort
from tests import builders as b


class Gestures:
    """One click, one field, one choice or one paste counts for one."""

    def __init__(self, page):
        self.page = page
        self.count = 0

    def click(self, role, name):
        self.count += 1
        self.page.get_by_role(role, name=name).first.click()

    def fill(self, label, text):
        self.count += 1
        self.page.get_by_label(label).first.fill(text)


@pytest.fixture
def six_lines():
    return "\n".join(f"{b.a_siret(900 + number)} ; rh{number}@employeur.example ; 2" for number in range(6))


@pytest.mark.django_db(transaction=True)
def test_a_cohort_is_opened_and_six_employers_invited_in_ten_gestures(open_page, claire, six_lines):
    reference.load()
    page = open_page(claire)
    page.goto("/cohortes/")
    gestures = Gestures(page)
    gestures.click("link", "Nouvelle cohorte")
    gestures.fill("Premier jour", "01/02/2027")
    gestures.fill("Places visées", "12")
    gestures.fill("Bassin", "Avranches")
    page.get_by_text("03/11/2026").wait_for()
    gestures.click("button", "Ouvrir la cohorte")
    gestures.fill("Employeurs", six_lines)
    gestures.click("button", "Vérifier")
    gestures.click("button", "Envoyer 6 invitations")
    page.get_by_text("6 invitations partent").wait_for()
    assert gestures.count <= 10
    assert Cohort.objects.get().invitations.count() == 6
    assert Message.objects.count() == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_of_the_journey_have_no_accessibility_fault(
    open_page, claire, six_lines, accessibility_faults, width
):
    reference.load()
    page = open_page(claire, width=width)
    page.goto("/cohortes/nouvelle/")
    page.get_by_label("Premier jour").fill("01/02/2027")
    page.get_by_label("Bassin").first.fill("Avranches")
    page.get_by_text("03/11/2026").wait_for()
    assert accessibility_faults(page) == []
    page.get_by_label("Places visées").fill("12")
    page.get_by_role("button", name="Ouvrir la cohorte").click()
    page.get_by_label("Employeurs").first.fill(f"{six_lines}\n99998211900012 ; faux@cle.example ; 1")
    page.get_by_role("button", name="Vérifier").click()
    page.get_by_role("button", name="Envoyer 6 invitations").wait_for()
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
