"""J6: twenty-four half-days planned, published and convened in nine gestures; by keyboard, on a phone."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cohorts.models import CohortTemplate
from tests import builders as b
from tests.browser.page_checks import keyboard_faults, sideways
from tests.browser.test_open_cohort import Gestures
from training import reference
from training.models import HalfDay, RosterShift

PARIS = ZoneInfo("Europe/Paris")
ROSTER = Path(__file__).resolve().parent.parent / "imports" / "data" / "planning-ehpad.xlsx"


@pytest.fixture
def next_cohort(world):
    """The cohort of next year: twelve modules to place, and two trainees one of whom works on Tuesday mornings."""
    template = CohortTemplate.objects.create(name="Modèle")
    reference.load()
    cohort = b.a_cohort(
        code="SM 2027",
        agency=world.cohort.agency,
        training_organisation=world.cohort.training_organisation,
        template=template,
        starts_on=date(2027, 2, 1),
        ends_on=date(2028, 1, 31),
    )
    seat = b.a_seat(cohort, world.closerie, quantity=2)
    for name in ("GAUDIN", "MARÉCHAL"):
        person = b.a_person(birth_name=name, agency=cohort.agency, email=f"{name[:3].lower()}@courriel.example")
        enrolment = b.an_enrolment(person, cohort, seat=seat)
        b.a_contract(enrolment=enrolment, cohort=cohort, starts_on=date(2027, 2, 1), ends_on=date(2028, 1, 31))
    for day in (2, 9, 16, 23):
        start = datetime(2027, 2, day, 6, 45, tzinfo=PARIS)
        RosterShift.objects.create(enrolment=enrolment, starts_at=start, ends_at=start.replace(hour=14))
    return cohort


@pytest.mark.django_db(transaction=True)
def test_twenty_four_half_days_are_planned_and_convened_in_nine_gestures(open_page, next_cohort, esther):
    page = open_page(esther)
    page.goto(f"/socle/cohortes/{next_cohort.pk}/programme/")
    gestures = Gestures(page)
    gestures.click("link", "Créer la série")
    gestures.fill("Premier jour", "2027-02-02")
    gestures.click("checkbox", "mardi matin")
    gestures.click("checkbox", "jeudi matin")
    gestures.fill("Lieu", "Salle Tombelaine, Avranches")
    gestures.fill("Intervenant", "Noémi TOUSSAINT")
    gestures.click("button", "Proposer")
    page.get_by_role("heading", name="24 demi-journées, mardi matin et jeudi matin").wait_for()
    assert page.get_by_text("en poste").count() == 4
    gestures.click("button", "Publier")
    page.get_by_text("24 demi-journées publiées.").wait_for()
    gestures.click("button", "Convoquer")
    page.get_by_text("2 convocations partent").wait_for()
    assert gestures.count <= 9
    days = HalfDay.objects.filter(session__cohort=next_cohort).order_by("day").values_list("day", flat=True)
    assert len(days) == 24
    # Nothing of the twenty-four falls on a public holiday: Ascension Day is a Thursday.
    assert date(2027, 5, 6) not in days


@pytest.mark.django_db(transaction=True)
def test_a_better_pattern_is_one_gesture_and_one_is_moved_by_its_fields(open_page, next_cohort, esther):
    page = open_page(esther)
    page.goto(f"/socle/cohortes/{next_cohort.pk}/serie/")
    page.get_by_label("Premier jour").fill("2027-02-02")
    page.get_by_label("mardi matin").check()
    page.get_by_label("Lieu").fill("Salle Tombelaine")
    # The Enter key proposes, and takes no pattern.
    page.get_by_label("Lieu").press("Enter")
    page.get_by_role("heading", name="24 demi-journées, mardi matin").wait_for()
    assert page.get_by_text("en poste").count() == 4
    page.get_by_role("button", name="Prendre").first.click()
    page.get_by_text("aucun empêchement").first.wait_for()
    assert page.get_by_text("en poste").count() == 0
    assert not page.get_by_label("mardi matin").is_checked()
    page.locator("summary", has_text="Déplacer la demi-journée 1").first.click()
    page.locator("#id_r1-day").fill("2027-02-03")
    page.get_by_role("button", name="Vérifier la demi-journée 1").first.click()
    page.get_by_text("mercredi 3 février 2027").wait_for()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_pages_of_planning_are_accessible_and_hold_in_their_width(
    open_page, next_cohort, world, claire, accessibility_faults, width
):
    b.a_referent(next_cohort, claire)
    page = open_page(claire, width=width)

    def judge():
        assert accessibility_faults(page) == []
        assert sideways(page) == 0
        assert keyboard_faults(page) == []

    page.goto(f"/socle/cohortes/{next_cohort.pk}/serie/")
    judge()
    page.get_by_label("mardi matin").check()
    page.get_by_label("Lieu").fill("Salle Tombelaine")
    page.get_by_role("button", name="Proposer").click()
    page.get_by_role("heading", name="24 demi-journées").wait_for()
    judge()
    page.locator("summary", has_text="Déplacer la demi-journée 1").first.click()
    page.locator("#id_r1-ends_at").fill("08:00")
    page.get_by_role("button", name="Vérifier la demi-journée 1").first.click()
    page.get_by_text("Demi-journée 1 : La fin doit suivre le début.").wait_for()
    judge()
    page.goto(f"/imports/plannings/{next_cohort.pk}/")
    page.get_by_label("Planning du mois").set_input_files(ROSTER)
    page.get_by_role("button", name="Lire ce planning").click()
    page.get_by_role("heading", name="Planning de mars 2026").wait_for()
    judge()
    page.goto(f"/socle/cohortes/{next_cohort.pk}/disponibilites/")
    judge()
    page.get_by_role("link", name="Dire une disponibilité").first.click()
    page.get_by_label("De (heure)").wait_for()
    judge()
