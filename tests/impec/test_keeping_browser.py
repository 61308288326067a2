"""The pages of the verification and of the retention in a browser: nothing that axe finds wrong, at two widths."""

import pytest
from django.urls import reverse

from impec.verifying.jobs import verify_daily
from tests import builders as b

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize(
    "who, route",
    [
        ("administrator", "verifying:verifications"),
        ("administrator", "retention:proposals"),
        ("coordinator", "retention:proposals"),
        ("coordinator", "retention:approve"),
    ],
)
def test_the_page_reads_well(world, open_page, accessibility_faults, settings, tmp_path, who, route, width):
    settings.MEDIA_ROOT = tmp_path
    b.a_person()
    settings.IMPEC_TODAY = "2028-11-21"
    verify_daily()
    page = open_page(world.users[who], width=width)
    page.goto(reverse(route))
    assert page.locator("h1").count() == 1
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
