"""Money and simulation in a browser: a figure opens its lines, an hypothesis gives its difference, at any width."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from contracts.models import AidPayment
from tests.browser.page_checks import keyboard_faults, sideways, sideways_with_spaced_text

WIDTHS = (1280, 320)


@pytest.fixture
def paid(world):
    """April paid twice, March once, and an envelope: every kind of block is on the page."""
    for number, month in enumerate((3, 4, 4)):
        AidPayment.objects.create(
            aid_request=world.contract.aid_requests.get(),
            month=date(2026, month, 1),
            amount=Decimal("520.87"),
            paid_on=date(2026, 6, 5),
            line_key=f"ligne {number}",
        )
    world.cohort.aid_envelope = Decimal(10_000)
    world.cohort.save()
    return world


def faults(page, accessibility_faults, width) -> list:
    found = [*accessibility_faults(page)]
    found += [f"{sideways(page)} pixels too wide"] if sideways(page) else []
    if width == 320:
        found += ["too wide with spaced text"] if sideways_with_spaced_text(page) else []
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_a_figure_opens_its_lines_and_a_line_its_formula(paid, claire, open_page, accessibility_faults, width):
    page = open_page(claire, width=width)
    page.goto(reverse("contracts:cohort_money", args=[paid.cohort.pk]))
    assert page.get_by_text("dépassée").is_visible()
    page.get_by_role("link", name="Aide versée en trop").click()
    lines = page.locator(".ledger-table tbody tr")
    expect(lines).to_have_count(1)
    assert "double paiement" in lines.inner_text()
    lines.locator("details.formula summary").first.click()
    assert "12,02 € × 20 h" in lines.inner_text().replace("\u00a0", " ")
    assert keyboard_faults(page) == []
    assert faults(page, accessibility_faults, width) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_an_hypothesis_is_typed_read_kept_and_opened_again(paid, claire, open_page, accessibility_faults, width):
    page = open_page(claire, width=width)
    page.goto(reverse("contracts:whatif", args=[paid.cohort.pk]))
    page.get_by_label("Hausse du SMIC").fill("200 %")
    page.get_by_role("button", name="Simuler").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.get_by_label("Hausse du SMIC").input_value() == "200 %"
    page.get_by_label("Hausse du SMIC").fill("2,5 %")
    page.get_by_label("À partir du", exact=False).first.fill("01/12/2026")
    page.get_by_role("button", name="Simuler").click()
    expect(page.locator(".figure-supposed")).to_be_visible()
    page.get_by_role("link", name="ligne par ligne").click()
    expect(page.locator("#lignes ~ .table-region tbody tr")).to_have_count(26)
    assert keyboard_faults(page) == []
    assert faults(page, accessibility_faults, width) == []
    page.get_by_role("link", name="Garder cette simulation").click()
    assert faults(page, accessibility_faults, width) == []
    page.get_by_label("Nom").fill("SMIC de l'hiver")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="SMIC de l'hiver").click()
    expect(page.locator(".figure-supposed")).to_be_visible()
    assert faults(page, accessibility_faults, width) == []
