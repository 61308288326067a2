"""A recipient's workbook in a browser: its pages at any width, by keyboard, without a fault."""

import pytest
from django.urls import reverse

from exports import reference
from tests import builders as b
from tests.browser.page_checks import keyboard_faults, sideways
from tests.exports.test_workbook_models import OPCO, kept, received, renamed, rezipped


@pytest.fixture(autouse=True)
def place_of_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_of_a_model_have_no_fault(world, open_page, accessibility_faults, width):
    reference.load()
    claire, financer = world.users["coordinator"], b.a_financer()
    kept(claire, financer=financer)
    model = received(claire, rezipped(OPCO, "xl/sharedStrings.xml", renamed), financer)
    page = open_page(claire, width=width)
    pages = [reverse("exports:model_list"), reverse("exports:model_receive")]
    pages += [reverse(f"exports:{name}", args=[model.pk]) for name in ("model_detail", "model_mapping", "model_codes")]
    for address in pages:
        page.goto(address)
        found = [*accessibility_faults(page), *keyboard_faults(page)]
        assert (address, found, sideways(page)) == (address, [], 0)
