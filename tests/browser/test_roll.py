"""J7: the roll of twelve people with one absentee, in four gestures and their signatures."""

import pytest

from regulations.training import SignatureWay
from tests import builders as b
from tests.browser.page_checks import keyboard_faults, sideways, sideways_with_spaced_text
from tests.browser.roll_gestures import draw, mark, sent, sign
from tests.browser.test_open_cohort import Gestures
from training.models import Signature

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def twelve(world, half_day):
    """Amina, Zoé and ten more."""
    for name in ("ABRAHAM", "BESNARD", "DELAUNAY", "FOUCHER", "GAUTIER", "HAMEL", "JOUIN", "LEROY", "MARIE", "OZENNE"):
        person = b.a_person(birth_name=name, first_name="Camille")
        b.a_contract(enrolment=b.an_enrolment(person, world.cohort), cohort=world.cohort)
    return half_day


def test_twelve_people_and_one_absentee_in_four_gestures_and_signatures(open_roll, twelve, esther):
    page = open_roll(esther, width=768, height=1024)
    gestures = Gestures(page)
    gestures.count += 1  # the link of the day
    gestures.count += 1
    mark(page, "HAMEL Camille", "absent non justifié")
    gestures.click("button", "Passer la tablette")
    names = page.get_by_role("dialog").get_by_role("listitem").all_inner_texts()
    assert "HAMEL Camille" not in names
    assert len(names) == 11
    for seed, name in enumerate(names):
        sign(page, name, seed)
    page.get_by_role("button", name="Rendre la tablette").click()
    gestures.click("button", "Clore la demi-journée")
    draw(page, 30)
    page.get_by_role("button", name="Signer et clore").click()
    page.get_by_text("la demi-journée est close").wait_for()
    assert gestures.count <= 4
    twelve.refresh_from_db()
    assert twelve.closed_at
    assert twelve.countersigned_at
    assert Signature.objects.filter(way=SignatureWay.TABLET).values("image_sha256").distinct().count() == 12
    assert set(twelve.attendances.values_list("status", "attended_minutes")) == {("PRESENT", 210), ("ABSENT", 0)}


def test_with_the_keyboard_alone_somebody_signs_by_her_name(open_roll, half_day, esther):
    page = open_roll(esther)
    page.get_by_role("button", name="Passer la tablette").press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Touchez votre nom"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "BAUDRY Amina"
    page.get_by_text("Je ne peux pas dessiner").press("Enter")
    page.get_by_role("button", name="C'est moi").press("Enter")
    page.get_by_text("cochez la case").wait_for()
    page.get_by_label("Votre prénom et votre nom").last.press_sequentially("Amina Baudry")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="C'est moi").press("Enter")
    page.get_by_text("Merci Amina").wait_for()
    sent(page)
    page.keyboard.press("Escape")
    signature = Signature.objects.get()
    assert (signature.way, signature.signer_name) == ("TYPED", "Amina Baudry")
    assert keyboard_faults(page) == []


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_each_state_of_the_roll_can_be_used_by_everybody(open_roll, half_day, esther, accessibility_faults, width):
    page = open_roll(esther, width=width)
    assert (accessibility_faults(page), sideways(page)) == ([], 0)
    if width == 320:
        assert sideways_with_spaced_text(page) == 0
    line = page.get_by_role("group", name="BAUDRY Amina")
    mark(page, "BAUDRY Amina", "retard")
    line.get_by_label("Minutes de retard").fill("400")
    assert (accessibility_faults(page), sideways(page)) == ([], 0)
    page.get_by_role("button", name="Passer la tablette").click()
    page.get_by_text("Touchez votre nom").wait_for()
    assert (accessibility_faults(page), sideways(page)) == ([], 0)
    page.get_by_role("dialog").get_by_role("button", name="DA COSTA Zoé").click()
    page.get_by_text("Je ne peux pas dessiner").click()
    assert (accessibility_faults(page), sideways(page)) == ([], 0)
    page.get_by_role("button", name="C'est moi").click()
    page.get_by_text("cochez la case").wait_for()
    assert (accessibility_faults(page), sideways(page)) == ([], 0)
    page.get_by_role("button", name="Retour").click()
    page.get_by_role("button", name="Rendre la tablette").click()
    page.get_by_text("400 minutes manquées").wait_for()
    assert (accessibility_faults(page), sideways(page)) == ([], 0)
    page.goto(f"/socle/demi-journees/{half_day.pk}/signatures/")
    assert (accessibility_faults(page), sideways(page)) == ([], 0)


def test_in_other_hands_the_tablet_shows_names_and_nothing_else(open_roll, world, half_day, esther):
    page = open_roll(esther, width=768)
    line = page.get_by_role("group", name="DA COSTA Zoé")
    mark(page, "DA COSTA Zoé", "absent justifié")
    line.get_by_label("Motif").select_option(label="maladie")
    page.get_by_role("button", name="Passer la tablette").click()
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_role("listitem").all_inner_texts() == ["BAUDRY Amina"]
    box = dialog.bounding_box()
    assert (box["x"], box["width"]) == (0, 768)
    # The page behind takes neither finger nor focus.
    assert page.evaluate("document.elementFromPoint(400, 300).closest('dialog') !== null")


def test_a_double_tap_signs_once(open_roll, half_day, esther):
    page = open_roll(esther)
    page.get_by_role("button", name="Passer la tablette").click()
    page.get_by_role("dialog").get_by_role("button", name="BAUDRY Amina").click()
    draw(page)
    page.evaluate("const form = document.querySelector('[data-hand-sign]'); form.requestSubmit(); form.requestSubmit()")
    sent(page)
    assert Signature.objects.count() == 1


def test_the_page_lives_with_what_the_phones_sign(open_roll, world, half_day, esther):
    page = open_roll(esther)
    page.get_by_text("0 sur 2").wait_for()
    Signature.objects.create(
        half_day=half_day, enrolment=world.enrolment, signer_name="BAUDRY Amina", way=SignatureWay.PHONE
    )
    page.get_by_text("1 sur 2").wait_for()
    assert page.get_by_role("group", name="BAUDRY Amina").get_by_text("a signé").is_visible()


def test_two_trainers_on_one_roll_the_second_is_told(open_roll, world, half_day, esther, claire):
    first, second = open_roll(esther), open_roll(claire)
    mark(first, "BAUDRY Amina", "absent non justifié")
    first.get_by_role("button", name="Enregistrer sans clore").click()
    sent(first)
    second.get_by_role("button", name="Enregistrer sans clore").click()
    second.get_by_text("BAUDRY Amina : « absent non justifié » par Esther PARENT").wait_for()
    line = second.get_by_role("group", name="BAUDRY Amina")
    assert line.get_by_label("absent non justifié").is_checked()
    assert half_day.attendances.count() == 2
    mark(second, "BAUDRY Amina", "présent")
    second.get_by_role("button", name="Enregistrer sans clore").click()
    sent(second)
    assert half_day.attendances.valid().get(enrolment=world.enrolment).status == "PRESENT"


def test_what_another_trainer_changed_meanwhile_shows_and_is_not_taken_back(open_roll, world, half_day, esther, claire):
    first = open_roll(esther)
    first.get_by_role("button", name="Enregistrer sans clore").click()
    sent(first)
    second = open_roll(claire)
    mark(second, "DA COSTA Zoé", "absent non justifié")
    second.get_by_role("button", name="Enregistrer sans clore").click()
    sent(second)
    mark(first, "BAUDRY Amina", "départ anticipé")
    first.get_by_role("button", name="Enregistrer sans clore").click()
    line = first.get_by_role("group", name="DA COSTA Zoé")
    line.locator("input[value=ABSENT]:checked").wait_for(state="attached")
    mark(first, "BAUDRY Amina", "présent")
    first.get_by_role("button", name="Enregistrer sans clore").click()
    sent(first)
    assert half_day.attendances.valid().get(enrolment=world.other_contract.enrolment).status == "ABSENT"
