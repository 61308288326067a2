"""J4: a payer's file reconciled in three clicks, and one for each doubt."""

import pytest

from accounts.models import User
from contracts.models import AidPayment
from tests.browser.test_open_cohort import Gestures
from tests.imports.payer import XLSX, a_line, lines, twelve_contracts


@pytest.fixture
def claires_page(open_page, world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    world.contract.aid_requests.all().delete()
    twelve_contracts(world.cohort, world.closerie, world.estran)
    page = open_page(User.objects.get(first_name="Claire"))
    page.goto("/imports/paiements/nouveau/")
    return page


@pytest.mark.django_db(transaction=True)
def test_a_file_is_reconciled_in_three_gestures_and_one_for_each_doubt(claires_page):
    page, doubts = claires_page, 1
    gestures = Gestures(page)
    gestures.count += 1
    page.get_by_label("ou un fichier").set_input_files(XLSX)
    gestures.click("button", "Lire ces lignes")
    page.get_by_role("heading", name="104 lignes sûres").wait_for()
    gestures.count += 1
    page.get_by_label("Réponse : ligne 98").select_option(
        label="Partager : juillet 2026 677,13\u00a0€, août 2026 677,13\u00a0€"
    )
    gestures.click("button", "Tout confirmer ce qui est sûr")
    page.get_by_text("105 lignes de paiement enregistrées.").wait_for()
    assert gestures.count <= 3 + doubts
    assert page.get_by_role("heading", level=1).inner_text() == "L'argent de la cohorte"
    assert AidPayment.objects.count() == 106


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_payments_are_accessible_and_hold_in_their_width(claires_page, accessibility_faults, width):
    page = claires_page
    page.set_viewport_size({"width": width, "height": 900})
    assert judge(page, accessibility_faults) == []
    doubts = [a_line(decision=""), a_line(montant="1.234"), a_line(mois="03/2026 - 04/2026", montant="1041,74")]
    page.get_by_label("Lignes copiées").fill(lines(*doubts))
    page.get_by_role("button", name="Lire ces lignes").click()
    page.get_by_role("heading", name="Aucune ligne sûre sans votre réponse").wait_for()
    assert judge(page, accessibility_faults) == []
    page.get_by_role("link", name="Changer les colonnes").click()
    page.get_by_label("Colonne A").wait_for()
    assert judge(page, accessibility_faults) == []


def judge(page, accessibility_faults):
    overflow = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return accessibility_faults(page) + ([("too wide", page.url)] if overflow else [])
