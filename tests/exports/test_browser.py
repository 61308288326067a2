"""In a browser: from the home page to a financer's file in three clicks, at any width, whatever reads the page."""

import pytest
from django.urls import reverse

from exports.models import Delivery
from tests import builders as b
from tests.browser.page_checks import sideways
from tests.exports.helpers import a_delivery


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
