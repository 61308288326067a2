"""J3: an employer records a contract with its tutor, in ten gestures at most."""

import pytest

from accounts.models import User
from contracts.models import Contract
from tests import builders as b
from tests.browser.test_open_cohort import Gestures


@pytest.fixture
def taken(world):
    """Somebody whom Denis has just accepted: a place, no contract yet."""
    person = b.a_person(birth_name="FOUCHER", first_name="Marianne")
    return b.an_enrolment(person, world.cohort, seat=world.seat, seat_accepted_on=b.TODAY)


@pytest.mark.django_db(transaction=True)
def test_a_contract_is_recorded_in_ten_gestures(open_page, taken, closerie):
    page = open_page(User.objects.get(first_name="Denis"))
    page.goto("/")
    gestures = Gestures(page)
    gestures.click("link", "Nouveau contrat")
    gestures.click("link", "FOUCHER Marianne")
    gestures.fill("Numéro de la demande d'aide", "050260055100")
    gestures.fill("Début", "01/12/2026")
    gestures.fill("Heures du contrat par semaine", "26")
    gestures.fill("Emploi", "Agent de service hospitalier")
    gestures.count += 1
    page.get_by_label("Tuteur").first.select_option(label="HAMON Bruno, Aide-soignante — suit 1 sur 3")
    gestures.click("button", "Enregistrer le contrat")
    page.get_by_text("Le contrat est enregistré").wait_for()
    assert gestures.count <= 10
    contract = Contract.objects.get(enrolment=taken)
    assert contract.tutorships.get().tutor.last_name == "HAMON"
    assert contract.aid_requests.get().decision_number == "050260055100"
