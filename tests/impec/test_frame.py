"""The frame of every page: who sees which menu, what is said of the day, what stands at the same place."""

import re

import pytest
from django.urls import reverse

from accounts import clock
from accounts.roles import OrganisationKind, Role
from impec.context import MENU
from tests import builders as b

pytestmark = pytest.mark.django_db


def menu_of(client, user):
    client.force_login(user)
    page = client.get(reverse("help")).content.decode()
    found = re.search(r'<ul id="main-menu">(.*?)</ul>', page, re.DOTALL)
    return re.findall(r"<a [^>]*>([^<]+)</a>", found.group(1)) if found else []


def test_every_entry_of_the_menu_has_its_page():
    assert all(reverse(entry.route).startswith("/") for entry in MENU)


def test_the_menu_holds_what_the_role_may_open(client, claire, farid, amina, hugo):
    assert menu_of(client, claire)[:3] == ["Cohortes", "Personnes", "Employeurs"]
    assert menu_of(client, farid) == ["Personnes orientées"]
    assert menu_of(client, hugo) == ["Fichiers"]
    assert menu_of(client, amina) == []


def test_the_menu_says_where_one_is(client, claire):
    client.force_login(claire)
    page = client.get(reverse(MENU[0].route)).content.decode()
    assert f'<a href="{reverse(MENU[0].route)}" aria-current="page">{MENU[0].label}</a>' in page


@pytest.mark.parametrize(
    ("route", "label"),
    [
        ("exports:new_delivery", "Fichiers"),
        ("training:roll", "Formation"),
        ("cohorts:hold_seat", "Cohortes"),
        ("cohorts:person_add", "Personnes"),
        ("tutoring:choose_enrolment", "Contrats"),
    ],
)
def test_a_page_under_another_address_belongs_to_the_entry_of_its_room(route, label, client_of, world):
    rows = {"training:roll": world.half_day, "cohorts:hold_seat": world.enrolment}
    address = reverse(route, args=[rows[route].pk] if route in rows else [])
    page = client_of(world.users["coordinator"]).get(address).content.decode()
    assert re.findall(r'aria-current="page">([^<]+)</a>', page.partition("</header>")[0]) == [label]


def test_a_stranger_sees_help_and_no_menu(client):
    page = client.get(reverse("help")).content.decode()
    assert "Menu principal" not in page
    assert "data-session" not in page
    assert f'href="{reverse("help")}"' in page


def test_the_day_of_a_demonstration_is_said(client, settings):
    assert "nous sommes le 20 novembre 2026" in client.get(reverse("help")).content.decode()
    settings.IMPEC_TODAY = ""
    assert "Démonstration" not in client.get(reverse("help")).content.decode()


def test_whoever_has_several_roles_can_change(client, claire):
    second = b.an_organisation(OrganisationKind.EMPLOYER, "Foyer des Marais")
    membership = b.a_membership(claire, second, Role.EMPLOYER)
    client.force_login(claire)
    page = client.get(reverse("help")).content.decode()
    assert f'name="membership" value="{membership.pk}"' in page
    client.post(reverse("accounts:switch"), {"membership": membership.pk})
    assert "<strong>Foyer des Marais</strong>" in client.get(reverse("help")).content.decode()


def test_an_identifier_above_a_thousand_stays_one_number(client, claire):
    second = b.an_organisation(OrganisationKind.EMPLOYER, "Foyer des Marais")
    b.a_membership(claire, second, Role.EMPLOYER, pk=12_345)
    client.force_login(claire)
    assert 'name="membership" value="12345"' in client.get(reverse("help")).content.decode()


def test_a_role_taken_away_is_no_longer_offered(client, claire):
    second = b.an_organisation(OrganisationKind.EMPLOYER, "Foyer des Marais")
    b.a_membership(claire, second, Role.EMPLOYER, deactivated_at=clock.now())
    client.force_login(claire)
    assert "Foyer des Marais" not in client.get(reverse("help")).content.decode()
