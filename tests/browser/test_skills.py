"""The pages about skills, on a small phone and on a desk: light, reachable, read by a machine without a fault."""

import re
from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from regulations.skills import Face, Level
from tests.browser.page_checks import keyboard_faults, sideways
from tests.builders import TODAY, a_grid, an_experience_certificate, an_observation, an_own_view
from tutoring.models import OwnView

MOST_BYTES = 100_000


@pytest.fixture(autouse=True)
def the_day(settings, transactional_db):
    settings.IMPEC_TODAY = "2026-11-20"
    cache.clear()


@pytest.fixture
def told(world):
    first, second, *_ = a_grid().skills_in_order()
    an_observation(world.tutorship, first, Level.WITH_HELP, date(2026, 3, 6))
    an_own_view(world.contract, first, Face.CAN, sentence="Je la fais seule.")
    world.certificate = an_experience_certificate(world.contract, world.users["employer"])
    world.grid = second.block.grid
    return world


def test_she_says_where_she_is_in_four_gestures(open_page, amina, told):
    page = open_page(amina, width=320)
    page.goto(reverse("own_skills:my_skills"))
    page.get_by_role("link", name="Dire où j'en suis — Entretenir").click()
    page.get_by_role("group", name="Trier les déchets").get_by_role("radio", name="avec aide").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Merci, c'est noté.").wait_for()
    assert OwnView.objects.filter(skill="Trier les déchets", face=Face.HELPED).count() == 1


@pytest.mark.parametrize("route", ["my_skills", "my_block", "my_experience"])
def test_her_pages_hold_on_the_smallest_phone(open_page, amina, told, accessibility_faults, route):
    args = {"my_block": [1], "my_experience": [told.certificate.pk]}.get(route)
    page = open_page(amina, width=320)
    answer = page.goto(reverse(f"own_skills:{route}", args=args))
    assert len(answer.body()) < MOST_BYTES
    assert sideways(page) == 0
    assert accessibility_faults(page) == []
    assert keyboard_faults(page) == []


@pytest.mark.parametrize("route", ["contract_skills", "booklet", "issue_experience", "grid_write", "grid_detail"])
@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_the_agency_are_without_a_fault(open_page, claire, told, accessibility_faults, route, width):
    row = told.grid if route.startswith("grid") else told.contract
    page = open_page(claire, width=width)
    page.goto(reverse(f"tutoring:{route}", args=[row.pk]))
    assert accessibility_faults(page) == []
    assert sideways(page) == 0


def test_a_full_certificate_prints_on_one_sheet(open_page, denis, told):
    blocks = {
        f"Bloc de métier {rank}": [f"Un savoir-faire observé {rank}.{line}" for line in range(7)] for rank in range(5)
    }
    for skill in a_grid("KITCHEN", blocks=blocks).skills_in_order():
        an_observation(told.tutorship, skill, Level.ALONE, TODAY)
    told.contract.job_title = "Cuisinière"
    told.contract.save()
    told.certificate.delete()
    certificate = an_experience_certificate(told.contract, denis)
    # What was observed in the trade she had before stays in it.
    titles = [block["title"] for block in certificate.facts["blocks"]]
    assert titles == [*blocks, "Autres savoir-faire"]
    page = open_page(denis)
    page.goto(certificate.get_absolute_url())
    assert sheets(page.pdf(format="A4")) == 1


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
