"""In a browser: from the home page to a financer's file in three clicks, at any width, whatever reads the page."""

import pytest
from django.urls import reverse

from exports import actions
from exports.models import Delivery
from tests import builders as b
from tests.browser.page_checks import sideways
from tests.exports.answering import ALL, answer, corrected, refused, sent_to_opco
from tests.exports.helpers import TODAY, a_delivery


@pytest.fixture
def financed(world):
    b.a_financing(world.closerie.employer)
    return world


def test_a_financers_file_is_three_clicks_from_home(financed, claire, open_page):
    page = open_page(claire)
    page.goto("/")
    page.get_by_role("link", name="Préparer un fichier OPCO").first.click()
    page.get_by_role("button", name="Préparer O1, OPCO Santé, tous les employeurs").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le classeur").click()
    assert download.value.suggested_filename == Delivery.objects.get().file_name


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_of_files_are_accessible(financed, claire, open_page, accessibility_faults, width):
    delivery = a_delivery(financed.cohort, claire)
    page = open_page(claire, width=width)
    prepare = reverse("exports:prepare") + f"?code=O2&cohorte={financed.cohort.pk}&au=20/11/2026"
    for address in (
        reverse("exports:new_delivery"),
        prepare,
        delivery.get_absolute_url(),
        reverse("exports:delivery_list"),
    ):
        page.goto(address)
        assert accessibility_faults(page) == []
        assert sideways(page) == 0, address


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_that_follow_a_delivery_are_accessible(world, claire, hugo, open_page, accessibility_faults, width):
    """Refused in part, corrected, acknowledged: what changed, the slip, both deliveries, the register, on each side."""
    first = sent_to_opco(world, claire, hugo)
    answer(first, hugo, refused(1), ALL)
    person = world.person
    person.usual_name = "BAUDRY-LEROY"
    person.save()
    later = corrected(first, claire)
    actions.acknowledge(
        delivery=later, received=actions.Received(received_on=TODAY, received_by="Hugo PETIT", way="MAIL"), by=claire
    )
    assert later.changed_count
    for user in (claire, hugo):
        page = open_page(user, width=width)
        for address in (
            later.get_absolute_url(),
            first.get_absolute_url(),
            reverse("exports:delivery_changes", args=[later.pk]),
            reverse("exports:delivery_sheet", args=[later.pk]),
            reverse("exports:delivery_lines", args=[later.pk]),
            reverse("exports:delivery_list"),
        ):
            page.goto(address)
            assert (address, accessibility_faults(page), sideways(page)) == (address, [], 0)


def test_the_register_fits_a_usual_screen_and_no_number_is_cut(world, claire, hugo, open_page):
    corrected(sent_to_opco(world, claire, hugo), claire)
    page = open_page(claire, width=1280)
    page.goto(reverse("exports:delivery_list"))
    region = page.locator(".table-region")
    assert region.evaluate("region => region.scrollWidth - region.clientWidth") == 0
    lines = "link => link.getClientRects().length"
    assert {link.evaluate(lines) for link in region.locator("tbody th a").all()} == {1}
