"""Pages of the orders: their publics beside the facts of a person, their succession, their overlaps."""

from datetime import date
from decimal import Decimal

import pytest

from cohorts.models import ProtectedFacts
from contracts.models import AidOrder, AidRequest
from regulations.people import Checked
from tests import builders as b
from tests.contracts.pages import read, refused, sent, told, url

pytestmark = pytest.mark.django_db


# --- Publics of the orders ---


@pytest.fixture
def undecided(world):
    b.an_order(public="Résident d'un QPV", public_kind="QPV", rate=Decimal("60"))
    b.an_order(public="Bénéficiaire du RSA", public_kind="RSA", rate=Decimal("55"))
    contract = b.a_contract(enrolment=b.an_enrolment(world.person, b.a_cohort()), establishment=world.closerie)
    return AidRequest.objects.create(contract=contract, signed_on=date(2026, 1, 12))


def test_several_publics_are_shown_with_their_reasons_and_none_is_chosen(world, claire, undecided, client_of):
    ProtectedFacts.objects.create(person=world.person, priority_district=Checked.YES)
    answer = client_of(claire).get(url("record_decision", undecided.pk))
    page = told(answer.content.decode())
    assert "réside en QPV" in page
    assert "minimum social inconnu (RSA)" in page
    assert answer.context["form"]["order"].initial is None


def test_who_does_not_follow_the_person_reads_no_protected_fact(world, undecided, client_of):
    ProtectedFacts.objects.create(person=world.person, priority_district=Checked.YES)
    pilot = b.a_user("pilote@agence.example")
    b.a_membership(pilot)
    page = read(client_of(pilot), url("record_decision", undecided.pk))
    assert "réside en QPV" not in page
    assert "faits protégés : la référente de la cohorte peut les lire" in page


# --- Orders ---


def test_an_order_shows_what_came_before_it_and_its_corrections(world, claire, client_of):
    browser = client_of(claire)
    typed = {"region": "Normandie", "public": "Tout public", "rate": "45", "valid_from": "01/01/2026", "version": "0"}
    sent(browser, url("order_change", world.order.pk), **typed)
    page = read(browser, url("order_detail", world.order.pk))
    assert "taux (%) : 50 → 45" in page
    assert "MOREL" in page


def test_an_order_is_replaced_from_a_day_on(world, claire, client_of):
    browser = client_of(claire)
    address = url("order_replace", world.order.pk)
    assert browser.get(address).context["form"]["rate"].initial == Decimal("50.00")
    typed = {"rate": "45", "weekly_hours_min": "20", "weekly_hours_max": "26"}
    assert "commence après le 01/01/2026" in told(refused(browser, address, **typed, valid_from="01/01/2026"))
    page = told(sent(browser, address, **typed, valid_from="01/12/2026"))
    world.order.refresh_from_db()
    following = AidOrder.objects.latest("pk")
    assert (world.order.valid_to, world.order.confirmed_on) == (date(2026, 11, 30), date(2026, 1, 5))
    assert (following.public, following.region, following.confirmed_on) == ("Tout public", "Normandie", None)
    assert "cette page" in page
    sent(browser, url("order_confirm", following.pk))


def test_orders_that_overlap_are_refused_at_saving_too(world, claire, client_of):
    typed = {"region": "Normandie", "public": "tout  Public", "rate": "45", "valid_from": "01/06/2026"}
    page = refused(client_of(claire), url("order_add"), **typed)
    assert "court déjà du 01/01/2026 sans fin connue (50 %)" in told(page)
    sent(client_of(claire), url("order_add"), **typed | {"public": "Résident d'un QPV"})


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"weekly_hours_min": "26", "weekly_hours_max": "20"}, "Les heures aidées vont du moins au plus"),
        ({"initial_months_min": "12", "initial_months_max": "9"}, "La durée initiale va du moins au plus"),
        ({"renewal_months_min": "12", "renewal_months_max": "6"}, "La durée d'un renouvellement va du moins au plus"),
        ({"valid_to": "01/01/2026"}, "doit suivre son début"),
        ({"rate": "96"}, "Le taux va de 0 à 95 %"),
    ],
)
def test_an_order_out_of_order_is_refused(world, claire, client_of, changes, message):
    typed = {"region": "Bretagne", "public": "Tout public", "rate": "45", "valid_from": "01/06/2026"}
    assert message in told(refused(client_of(claire), url("order_add"), **typed | changes))
