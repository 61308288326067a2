"""In a browser: the pack of a committee on any screen, and on one sheet of paper."""

import re

import pytest
from django.urls import reverse

from tests.browser.page_checks import sideways
from tests.impec.test_committee import a_decision, cohort_of_nine

__all__ = ["cohort_of_nine"]


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pack_is_accessible(cohort_of_nine, claire, open_page, accessibility_faults, width):
    a_decision(cohort_of_nine)
    page = open_page(claire, width=width)
    for address in (
        reverse("committee_pack", args=[cohort_of_nine.cohort.pk]),
        reverse("cohorts:decision_add", args=[cohort_of_nine.cohort.pk]),
    ):
        page.goto(address)
        assert accessibility_faults(page) == [], address
        assert sideways(page) == 0, address


def test_the_pack_prints_on_one_sheet(cohort_of_nine, claire, open_page):
    for rank in range(8):
        a_decision(cohort_of_nine, what=f"Décision {rank + 1} : revoir avec les employeurs le planning des séances")
    page = open_page(claire)
    page.goto(reverse("committee_pack", args=[cohort_of_nine.cohort.pk]))
    paper = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
