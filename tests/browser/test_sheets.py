"""J5 on a small telephone: five gestures, big targets, a light page, with the keyboard and at 200 %."""

import gzip
import re
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse

from regulations.skills import Level
from tests import builders as b
from tests.browser.page_checks import keyboard_faults, sideways, sideways_with_spaced_text
from tests.tutoring.sheets import OCTOBER, a_sheet, access_link, reminder_link, with_phone
from tutoring.models import Observation, SheetLink, TutorSheet

MOST_WIRE, MOST_GESTURES = 80_000, 5
SMALL = """() => [...document.querySelectorAll("main a, main button, main .level, main summary")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.innerText.slice(0, 30), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 44)"""


@pytest.fixture
def tutor(world):
    cache.clear()
    a_sheet(world.tutorship, month=OCTOBER)
    b.a_grid()
    return with_phone(world.tutor)


def enter(page, tutor):
    page.goto(access_link(tutor))
    page.get_by_role("button", name="Ouvrir").click()
    page.get_by_role("heading", name="Fiche de novembre 2026").wait_for()


def faults(page, accessibility_faults):
    found = [*accessibility_faults(page), *keyboard_faults(page), *page.evaluate(SMALL)]
    found += [f"{sideways(page)} pixels too wide"] if sideways(page) else []
    return found + (["too wide with spaced text"] if sideways_with_spaced_text(page) else [])


def touch(page, words, level):
    page.get_by_role("group", name=words).get_by_label(level, exact=True).check()


def test_the_sheet_takes_five_gestures_from_the_message(world, tutor, open_page, accessibility_faults):
    page = open_page(width=320, height=640)
    enter(page, tutor)
    assert faults(page, accessibility_faults) == []
    # The message of the month, on the telephone that is now known: the first gesture.
    SheetLink.objects.filter(kind="REMINDER").delete()
    address = reminder_link(tutor)
    weights = {}
    page.on("response", lambda answer: weights.update({answer.url: answer}))
    page.goto(address)
    page.get_by_role("heading", name="Fiche de novembre 2026").wait_for()
    wire = sum(
        len(gzip.compress(answer.body())) if answer.status == 200 else 300
        for url, answer in weights.items()
        if not urlsplit(url).path.endswith(("gardien.js", ".webmanifest"))
    )
    assert wire <= MOST_WIRE
    gestures = [
        lambda: touch(page, "Faire la chambre", "seul"),
        lambda: touch(page, "Servir", "avec aide"),
        lambda: page.get_by_label("tout va bien").check(),
        lambda: page.get_by_role("button", name="Envoyer").click(),
    ]
    assert 1 + len(gestures) <= MOST_GESTURES
    for gesture in gestures:
        gesture()
    page.get_by_text("La fiche de Amina B. est envoyée").or_(page.get_by_text("Tout est envoyé")).first.wait_for()
    assert {(one.skill, one.level) for one in Observation.objects.all()} == {
        ("Faire la chambre", Level.ALONE),
        ("Servir", Level.WITH_HELP),
    }
    assert TutorSheet.objects.filter(month__month=11).count() == 1
    assert faults(page, accessibility_faults) == []


# WCAG 1.4.4 and 1.4.10: the text of the telephone doubled, its whole page doubled, a window of 1280 pixels at 200 %.
TWICE_AS_BIG = [
    pytest.param(320, "200%", id="text of 320 pixels doubled"),
    pytest.param(160, "100%", id="page of 320 pixels doubled"),
    pytest.param(640, "100%", id="window of 1280 pixels doubled"),
]
TEXT = """size => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`html { font-size: ${size} }`);
  document.adoptedStyleSheets = [sheet];
}"""
STICKING_OUT = """() => {
  const right = (one) => one.getBoundingClientRect().right;
  return [...document.querySelectorAll("main .skill *, main .btn")]
    .filter((one) => one.checkVisibility())
    .filter((one) => right(one) > right(one.parentElement.closest(".skill, main")))
    .map((one) => one.innerText);
}"""


@pytest.mark.parametrize(("width", "size"), TWICE_AS_BIG)
def test_at_200_percent_nothing_is_lost_nor_scrolls_sideways(world, tutor, open_page, width, size):
    page = open_page(width=width, height=640)
    if width < 640 and size == "100%":
        page.context.new_cdp_session(page).send(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 320, "deviceScaleFactor": 2, "mobile": False},
        )
    enter(page, tutor)
    page.evaluate(TEXT, size)
    for summary in page.locator("main summary").all():
        summary.click()
    assert page.evaluate("innerWidth") == width
    assert (sideways(page), page.evaluate(STICKING_OUT)) == (0, [])
    touch(page, "Servir", "seul")
    page.get_by_label("à suivre").check()
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("Tout est envoyé").wait_for()
    page.evaluate(TEXT, size)
    assert sideways(page) == 0


def test_a_button_that_prints_does_so_once(world, tutor, denis, open_page):
    page = open_page(denis)
    page.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1; }")
    for address in (
        reverse("tutoring:recognition", args=[tutor.pk, 2026]),
        reverse("tutoring:print_sheet", args=[world.tutorship.pk, 2026, 11]),
    ):
        page.goto(address)
        page.get_by_role("button", name="Imprimer").click()
        assert page.evaluate("window.printed") == 1


def test_absent_all_month_is_one_gesture(world, tutor, open_page):
    page = open_page(width=320)
    enter(page, tutor)
    page.get_by_role("button", name="Absent tout le mois").click()
    page.get_by_text("Tout est envoyé").wait_for()
    assert TutorSheet.objects.get(month__month=11).absent_all_month


def test_what_moved_and_nothing_new_follow_the_last_gesture(world, tutor, open_page):
    page = open_page(width=320)
    enter(page, tutor)
    nothing = page.get_by_label("Rien de nouveau ce mois-ci")
    touch(page, "Servir", "seul")
    nothing.check()
    assert page.get_by_role("group", name="Servir").get_by_label("pas encore montré").is_checked()
    touch(page, "Servir", "seul")
    assert not nothing.is_checked()


def test_without_script_it_is_a_plain_form(world, tutor, browser, live_server):
    window = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="fr-FR")
    page = window.new_page()
    enter(page, tutor)
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("Touchez « tout va bien »").first.wait_for()
    page.get_by_label("Rien de nouveau ce mois-ci").check()
    page.get_by_label("à suivre").check()
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("Tout est envoyé").wait_for()
    assert TutorSheet.objects.get(month__month=11).nothing_new
    window.close()


def test_it_can_be_put_beside_the_applications(world, tutor, open_page):
    page = open_page(width=375)
    enter(page, tutor)
    devtools = page.context.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"].endswith(reverse("tutoring:sheet_manifest"))
    page.wait_for_function("navigator.serviceWorker.controller")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_outer_pages_are_usable_by_everybody(world, tutor, open_page, accessibility_faults, width):
    page = open_page(width=width)
    page.goto(reverse("tutoring:enter_sheets"))
    assert faults(page, accessibility_faults) == []
    page.get_by_role("button", name="Recevoir un nouveau lien").click()
    page.get_by_role("link", name=re.compile("Écrivez|corriger|portable")).first.wait_for()
    assert faults(page, accessibility_faults) == []
    page.goto(reminder_link(tutor))
    page.get_by_role("heading", name="Est-ce bien vous").wait_for()
    assert faults(page, accessibility_faults) == []


@pytest.mark.parametrize("width", [375, 1280])
def test_the_office_holds_a_sheet_and_prints_it(world, tutor, denis, open_page, accessibility_faults, width):
    page = open_page(denis, width=width)
    page.goto(reverse("tutoring:sheet_list"))
    found = [*accessibility_faults(page), *keyboard_faults(page)]
    page.get_by_role("link", name=re.compile("Ouvrir — BAUDRY Amina")).click()
    found += [*accessibility_faults(page), *keyboard_faults(page)]
    page.get_by_role("link", name="Tenir pour le tuteur").click()
    found += [*accessibility_faults(page), *keyboard_faults(page)]
    page.get_by_label("dictée au téléphone").check()
    touch(page, "Servir", "seul")
    page.get_by_label("tout va bien").check()
    page.get_by_role("button", name="Enregistrer pour le compte du tuteur").click()
    page.get_by_role("heading", name="Ce qui a changé").wait_for()
    page.get_by_role("link", name="Fiche à imprimer").click()
    found += [*accessibility_faults(page), *keyboard_faults(page)]
    assert found == []
    assert sideways(page) == 0
