"""The style page: every component in each of its states, in the windows people have."""

import pytest
from django.urls import include, path

from impec.style import style_page
from tests.browser.page_checks import keyboard_faults, sideways, sideways_with_spaced_text, skip_link_fault

pytestmark = pytest.mark.urls(__name__)
urlpatterns = [path("style/", style_page), path("", include("impec.urls"))]

WIDE, PHONE, NARROW = 1280, 375, 320


@pytest.fixture
def style(open_page):
    def open_at(width):
        page = open_page(width=width)
        page.goto("/style/?lignes=30")
        return page

    return open_at


@pytest.mark.parametrize("width", [WIDE, PHONE, NARROW])
def test_every_component_is_accessible_and_fits(style, accessibility_faults, width):
    page = style(width)
    assert accessibility_faults(page) == []
    assert sideways(page) == 0


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(style, width):
    page = style(width)
    assert skip_link_fault(page) == ""
    assert keyboard_faults(page) == []


def test_text_with_more_space_still_fits(style):
    page = style(NARROW)
    assert sideways_with_spaced_text(page) == 0


def test_a_page_in_error_puts_the_focus_on_its_summary(style):
    page = style(WIDE)
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.get_by_role("link", name="Date de naissance").click()
    assert page.evaluate("document.activeElement.id") == "wrong_born_on"


def test_the_summary_keeps_the_focus_when_the_address_still_names_a_place(style):
    page = style(WIDE)
    page.goto("/style/?lignes=31#contenu")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.url.endswith("lignes=31")


def test_a_wide_table_scrolls_in_its_own_region(style):
    page = style(NARROW)
    region = page.get_by_role("region", name="Contrats de la cohorte Sud Manche")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.table-region').scrollLeft > 0")


def test_the_head_of_a_table_that_fits_stays_in_sight(style):
    page = style(WIDE)
    head = page.locator(".table-region.fits thead th").first
    page.locator("tbody tr").nth(20).scroll_into_view_if_needed()
    assert head.is_visible()
    assert head.bounding_box()["y"] >= 0


def test_nothing_is_lost_without_scripts(browser, live_server):
    window = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 320, "height": 700}
    )
    page = window.new_page()
    page.goto("/style/?lignes=3")
    assert page.get_by_role("button", name="Enregistrer").first.is_visible()
    assert page.get_by_text("6 points sont à corriger").is_visible()
    window.close()
