"""A funder reviews a delivery in few gestures, at any width and by keyboard; the agency answers what came back."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Message
from accounts.roles import FunderKind, OrganisationKind, Role
from exports import actions, reference
from exports.answers import tally_of
from exports.scope import Destination
from tests import builders as b
from tests.browser.page_checks import keyboard_faults, sideways, sideways_with_spaced_text
from tests.exports.helpers import TODAY, a_delivery


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path / "var"
    reference.load()


@pytest.fixture
def sent(world, claire, hugo):
    opco = b.a_financer(organisation=hugo.memberships.get().organisation)
    b.a_financing(world.closerie.employer, opco)
    for _ in range(2):
        b.a_contract(cohort=world.cohort, establishment=world.closerie)
    delivery = a_delivery(world.cohort, claire, destination=Destination(opco))
    return actions.send_delivery(delivery=delivery, sent_on=TODAY, through="", by=claire)


class Gestures:
    """Counts what a person does: a click, a choice in a list."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def click(self, role, name, **more):
        self.count += 1
        self.page.get_by_role(role, name=name, **more).click()

    def choose(self, label, value):
        self.count += 2
        self.page.get_by_label(label).select_option(value)


def faults(page, accessibility_faults, width) -> list:
    found = [*accessibility_faults(page), *keyboard_faults(page)]
    found += [f"{sideways(page)} pixels too wide"] if sideways(page) else []
    if width < 400:
        found += ["too wide with spaced text"] if sideways_with_spaced_text(page) else []
    return found


def test_a_delivery_is_taken_and_accepted_in_five_gestures_from_the_mail(sent, hugo, open_page):
    address = re.search(r"/fichiers/couverture/\S+/", Message.objects.get(recipient=hugo.email).body).group()
    page = open_page(hugo)
    page.goto(address)
    hand = Gestures(page)
    hand.count = 1
    with page.expect_download() as download:
        hand.click("link", "Télécharger le classeur")
    assert download.value.suggested_filename == sent.file_name
    hand.click("link", "Tout accepter")
    hand.click("button", "Répondre", exact=True)
    page.wait_for_selector("text=Votre réponse est partie")
    assert tally_of(sent).accepted == sent.row_count
    assert hand.count <= 5


@pytest.fixture
def forty(world, claire):
    """Forty contracts for a DDETS."""
    organisation = b.an_organisation(OrganisationKind.FUNDER, "DDETS de la Manche", funder_kind=FunderKind.DDETS)
    nadia = b.a_user("nadia@ddets.example", first_name="Nadia", last_name="BERNARD")
    b.a_membership(nadia, organisation, Role.FUNDER)
    for _ in range(38):
        contract = b.a_contract(cohort=world.cohort, establishment=world.closerie)
        b.an_aid_request(contract, order=world.order)
    destination = Destination(organisation=organisation, ddets=True)
    delivery = a_delivery(world.cohort, claire, "D1", destination)
    return actions.send_delivery(delivery=delivery, sent_on=TODAY, through="", by=claire), nadia


def test_forty_contracts_are_reviewed_in_six_gestures_and_two_per_exception(forty, open_page):
    delivery, nadia = forty
    assert delivery.row_count == 40
    page = open_page(nadia)
    page.goto("/")
    hand = Gestures(page)
    hand.click("link", "à contrôler")
    exceptions = (3, 7, 11, 19, 23, 31, 40)
    for rank in exceptions:
        hand.choose(re.compile(f"^Réponse à la ligne {rank},"), "DOCUMENT")
    hand.click("radio", "Accepter les 40 lignes sans réponse choisie, sur toutes les pages")
    hand.click("checkbox", re.compile("^J'ai contrôlé"))
    hand.click("button", "Répondre", exact=True)
    page.wait_for_selector("text=Votre réponse est partie")
    tally = tally_of(delivery)
    assert (tally.accepted, tally.refused) == (33, 7)
    assert hand.count <= 6 + 2 * len(exceptions)


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_both_sides_are_read_at_any_width(sent, hugo, claire, open_page, accessibility_faults, width):
    page = open_page(hugo, width=width)
    page.goto(sent.get_absolute_url())
    assert faults(page, accessibility_faults, width) == []
    page.get_by_role("link", name="Répondre ligne par ligne").click()
    page.locator("summary").filter(has_text="BAUDRY").click()
    assert faults(page, accessibility_faults, width) == []
    page.get_by_label("Réponse à la ligne 1,").select_option("OTHER")
    page.get_by_role("button", name="Répondre", exact=True).click()
    page.wait_for_selector("[data-focus]")
    assert faults(page, accessibility_faults, width) == []
    page.get_by_label("Commentaire sur la ligne 1,").fill("Le total ne tombe pas juste.")
    page.get_by_role("button", name="Répondre", exact=True).press("Enter")
    page.wait_for_selector("text=Votre réponse est partie")
    page.get_by_role("link", name="Ajouter une note").click()
    assert faults(page, accessibility_faults, width) == []
    page = open_page(claire, width=width)
    page.goto("/")
    page.get_by_role("link", name="ligne refusée ou rendue par OPCO Santé").click()
    assert faults(page, accessibility_faults, width) == []
    page.get_by_label("Suite pour la ligne 1,").select_option("MENDED")
    page.get_by_role("button", name="Répondre au financeur").click()
    page.wait_for_selector("text=Vos suites sont notées")
    page.locator("summary").filter(has_text="Qui l'a ouverte").click()
    assert faults(page, accessibility_faults, width) == []
    page.goto(reverse("exports:delivery_links", args=[sent.pk]))
    assert faults(page, accessibility_faults, width) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_cover_is_read_by_anybody_who_holds_its_link(sent, hugo, open_page, accessibility_faults, width, settings):
    address = re.search(r"/fichiers/couverture/\S+/", Message.objects.get(recipient=hugo.email).body).group()
    page = open_page(width=width)
    page.goto(address)
    assert "BAUDRY" not in page.content()
    assert page.url.endswith(reverse("exports:cover"))
    assert faults(page, accessibility_faults, width) == []
    settings.IMPEC_TODAY = f"{date(2026, 12, 2):%Y-%m-%d}"
    page.reload()
    assert faults(page, accessibility_faults, width) == []
    page.get_by_role("button", name="Recevoir un nouveau lien").click()
    page.wait_for_selector("text=Regardez votre boîte")
    assert faults(page, accessibility_faults, width) == []
