"""The trainee's space on a small phone: three gestures to sign, big targets, short sentences, light pages."""

import re
from datetime import date, datetime
from struct import unpack

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts import clock
from accounts.models import Message
from regulations.training import SignatureWay
from tests import builders as b
from tests.browser.page_checks import keyboard_faults, sideways, sideways_with_spaced_text, skip_link_fault
from tests.training.paid import a_certificate, a_convention
from training.actions import class_code
from training.models import Signature

PAGES = ("my_schedule", "my_hours", "my_calendar", "my_rights", "sign_here")
# Everything one touches, by its box; the words of a sentence that lead elsewhere excepted (WCAG 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll("main a, main button, main input, main summary, main label")]
  .filter((one) => one.checkVisibility() && one.type !== "hidden" && !one.matches(".field > label"))
  .map((one) => one.type === "checkbox" ? one.closest(".field-box") : one)
  .map((one) => [one.innerText || one.id, one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44)
  .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""
WORDS = """() => [...document.querySelectorAll("main :is(p, li, summary, label, legend, h1, h2, h3)")]
  .filter((one) => one.checkVisibility() && !one.querySelector("p, li, ul"))
  .map((one) => one.innerText)"""
MOST_WORDS = 12
MOST_BYTES = 100_000


@pytest.fixture(autouse=True)
def half_past_nine(settings, transactional_db):
    settings.IMPEC_TODAY = "2026-11-20T09:30"
    cache.clear()


@pytest.fixture
def course(world):
    """This morning's half-day, and two to come."""
    for day in (8, 15):
        b.a_half_day(world.session, day=date(2026, 12, day))
    convention = a_convention(world.cohort, world.closerie, world.enrolment)
    a_certificate(convention, world.enrolment, world.users["trainer"])
    return b.a_half_day(world.session, day=b.TODAY)


def draw(page, times=1):
    box = page.locator("canvas").bounding_box()
    for turn in range(times):
        page.mouse.move(box["x"] + 20, box["y"] + 20 + turn % 60)
        page.mouse.down()
        for step in range(1, 9):
            page.mouse.move(box["x"] + 20 + step * 25, box["y"] + (30 if step % 2 else 80) + turn % 40)
        page.mouse.up()


def test_she_signs_in_three_gestures(open_page, amina, course):
    page = open_page(amina, width=375)
    page.goto(reverse("training:sign_here"))
    page.get_by_label("Code de la classe").fill(class_code(course, clock.now()))
    draw(page)
    page.get_by_role("button", name="C'est moi").click()
    page.get_by_role("heading", name="Merci Amina").wait_for()
    row = Signature.objects.get()
    assert row.way == SignatureWay.PHONE
    assert len(row.image) < 60_000
    assert unpack(">II", bytes(row.image[16:24])) == (640, 240)
    assert isinstance(row.device_at, datetime)
    assert re.fullmatch("[a-z]{24}", row.device_id)


def test_a_code_read_by_the_phone_leaves_two_gestures(open_page, amina, course):
    page = open_page(amina, width=375)
    page.goto(f"{reverse('training:sign_here')}?code={class_code(course, clock.now())}")
    draw(page)
    page.get_by_role("button", name="C'est moi").click()
    page.get_by_role("heading", name="Merci Amina").wait_for()


def test_a_scribble_is_made_small_enough(open_page, amina, course):
    page = open_page(amina, width=375)
    page.goto(reverse("training:sign_here"))
    draw(page, times=120)
    address = page.locator("[data-pad-image]").input_value()
    assert 0 < len(address) * 3 / 4 < 60_100


def test_clearing_empties_and_a_dot_is_no_signature(open_page, amina, course):
    page = open_page(amina, width=375)
    page.goto(reverse("training:sign_here"))
    draw(page)
    page.get_by_role("button", name="Effacer").click()
    assert page.locator("[data-pad-image]").input_value() == ""
    page.get_by_text("Le cadre est vide.").wait_for()
    page.locator("canvas").click()
    page.get_by_text("Le tracé est trop court.").wait_for()
    assert page.locator("[data-pad-image]").input_value() == ""


def test_a_wrong_code_is_said_and_the_drawing_is_still_there(open_page, amina, course, accessibility_faults):
    page = open_page(amina, width=375)
    page.goto(reverse("training:sign_here"))
    page.get_by_label("Code de la classe").fill("ZZZZZZ")
    draw(page)
    page.get_by_role("button", name="C'est moi").click()
    page.get_by_text("Votre signature est dans le cadre.").wait_for()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.title().startswith("Erreur : ")
    assert accessibility_faults(page) == []
    page.get_by_label("Code de la classe").fill(class_code(course, clock.now()))
    page.get_by_role("button", name="C'est moi").click()
    page.get_by_role("heading", name="Merci Amina").wait_for()


def test_she_signs_with_the_keyboard_alone(open_page, amina, course):
    page = open_page(amina)
    page.goto(reverse("training:sign_here"))
    page.get_by_label("Code de la classe").focus()
    page.keyboard.type(class_code(course, clock.now()))
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Amina Baudry")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Merci Amina").wait_for()
    assert Signature.objects.get().way == SignatureWay.TYPED


def test_a_person_without_account_enters_by_her_mail(open_page, world, course, accessibility_faults):
    world.person.user = None
    world.person.email = "amina@courriel.example"
    world.person.save()
    page = open_page(width=320)
    page.goto(reverse("training:my_schedule"))
    assert accessibility_faults(page) == []
    page.get_by_label("Votre courriel").fill("amina@courriel.example")
    page.get_by_role("button", name="Recevoir un lien").click()
    page.get_by_role("heading", name="Regardez vos courriels").wait_for()
    assert accessibility_faults(page) == []
    page.goto(re.search(r"http\S+", Message.objects.get().body)[0])
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Entrer").click()
    page.get_by_role("heading", name="Votre prochain cours").wait_for()
    page.get_by_role("button", name="Sortir de mon espace").click()
    page.get_by_text("À bientôt.").wait_for()


@pytest.mark.parametrize("width", [320, 1280])
def test_her_pages_are_open_to_everybody(open_page, amina, course, accessibility_faults, width):
    page, faults = open_page(amina, width=width), {}
    for name in PAGES:
        page.goto(reverse(f"training:{name}"))
        found = [
            *accessibility_faults(page),
            *keyboard_faults(page),
            *filter(None, [skip_link_fault(page), sideways(page), sideways_with_spaced_text(page)]),
            *page.evaluate(SMALL_TARGETS),
        ]
        if found:
            faults[name] = found
    assert faults == {}


def test_her_pages_are_light_and_their_sentences_short(open_page, amina, course):
    page, heavy, long, answers = open_page(amina, width=320), {}, [], []
    page.on("response", lambda answer: answers.append(answer))
    for name in PAGES:
        answers.clear()
        page.goto(reverse(f"training:{name}"), wait_until="networkidle")
        # Everything the page asks for, before any compression.
        weight = sum(len(answer.body()) for answer in answers)
        if weight > MOST_BYTES:
            heavy[name] = weight
        sentences = (one for text in page.evaluate(WORDS) for one in re.split(r"[.!?:\n]+", text))
        long += [one for one in sentences if len(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", one)) > MOST_WORDS]
    assert heavy == {}
    assert long == []
