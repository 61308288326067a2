"""The frame of every page in a browser: folded menu, user's menu, end of the session."""

import pytest
from django.urls import reverse

from accounts.roles import OrganisationKind, Role
from tests import builders as b

LONG_SILENCE = "27:30"


@pytest.fixture
def claires_page(open_page, claire):
    def open_at(width):
        page = open_page(claire, width=width)
        page.clock.install()
        page.goto(reverse("help"))
        return page

    return open_at


def test_on_a_phone_the_menu_unfolds_and_folds_with_the_keyboard(claires_page):
    page = claires_page(320)
    entries = page.locator("#main-menu a")
    assert not entries.first.is_visible()
    page.get_by_role("button", name="Menu").press("Enter")
    assert entries.first.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not entries.first.is_visible()
    assert page.evaluate("document.activeElement.innerText") == "Menu"


def test_the_users_menu_closes_on_escape_and_on_a_click_elsewhere(claires_page):
    page = claires_page(1280)
    account = page.get_by_role("link", name="Mon compte")
    page.locator(".user-menu summary").press("Enter")
    assert account.is_visible()
    page.keyboard.press("Escape")
    assert not account.is_visible()
    page.locator(".user-menu summary").click()
    page.locator("h1").click()
    assert not account.is_visible()


def test_another_role_is_two_gestures_away(claires_page, claire):
    b.a_membership(claire, b.an_organisation(OrganisationKind.EMPLOYER, "Foyer des Marais"), Role.EMPLOYER)
    page = claires_page(320)
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Foyer des Marais").click()
    page.get_by_text("Vous agissez maintenant pour Foyer des Marais.").wait_for()


def test_the_end_of_the_session_is_announced_and_put_off(claires_page, accessibility_faults):
    page = claires_page(320)
    dialog = page.get_by_role("dialog", name="Votre session va se fermer")
    page.clock.fast_forward("20:00")
    assert not dialog.is_visible()
    page.clock.fast_forward(LONG_SILENCE)
    dialog.wait_for()
    assert page.evaluate("document.activeElement.innerText") == "Prolonger"
    page.get_by_role("button", name="Prolonger").click()
    dialog.wait_for(state="hidden")
    page.clock.fast_forward(LONG_SILENCE)
    dialog.wait_for()
    page.clock.resume()
    assert accessibility_faults(page) == []


def test_what_was_typed_is_still_there_once_the_session_is_prolonged(claires_page, claire):
    page = claires_page(1280)
    page.goto(reverse("accounts:identity"))
    page.get_by_label("Prénom").fill("Clarisse")
    page.clock.fast_forward(LONG_SILENCE)
    page.get_by_role("button", name="Prolonger").click()
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.get_by_label("Prénom").input_value() == "Clarisse"
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Votre nom est enregistré.").wait_for()
    claire.refresh_from_db()
    assert claire.first_name == "Clarisse"


def test_a_session_that_cannot_be_prolonged_says_what_to_do(claires_page, claire):
    page = claires_page(1280)
    page.clock.fast_forward(LONG_SILENCE)
    claire.is_active = False
    claire.save()
    page.get_by_role("button", name="Prolonger").click()
    page.get_by_text("Copiez votre saisie").wait_for()


def test_another_window_of_the_same_person_keeps_the_session_quiet(claires_page):
    page = claires_page(1280)
    page.evaluate("localStorage.setItem('impec-seen', String(Date.now() + 20 * 60 * 1000))")
    page.clock.fast_forward("30:00")
    assert not page.get_by_role("dialog").is_visible()
