"""Members, and a second factor reset: by keyboard, at any width, nothing that axe finds wrong."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.roles import Role
from tests import builders as b


@pytest.fixture
def sophie(agency):
    user = b.a_user("sophie@agence.example", first_name="Sophie", last_name="GIRARD")
    b.a_membership(user, agency, Role.COORDINATOR)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


@pytest.mark.parametrize("width", [320, 1280])
def test_a_lost_factor_is_reset_and_the_list_confirmed(open_page, accessibility_faults, claire, sophie, width):
    page = open_page(claire, width=width)
    page.goto(reverse("accounts:members"))
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Réinitialiser le second facteur — Sophie GIRARD").press("Enter")
    page.wait_for_url("**/second-facteur/")
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Comment avez-vous vérifié").fill("vue au bureau ce matin")
    page.get_by_role("button", name="Réinitialiser le second facteur").press("Enter")
    page.get_by_text("La personne en est prévenue.").wait_for()
    assert not Authenticator.objects.filter(user=sophie).exists()
    page.get_by_role("button", name="Confirmer la liste").press("Enter")
    page.get_by_text("Liste confirmée.").wait_for()
