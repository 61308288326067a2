"""Sessions of ASVS 7.2.4 and 7.5.1: a new key at each step in, who one is asked again before the way in changes."""

import re
from urllib.parse import urlsplit

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as live_settings
from django.core.cache import cache
from django.urls import reverse

from accounts.models import Message
from accounts.roles import Role
from tests import builders as b
from tests.accounts.test_signin import PASSWORD, code_of, sign_in


@pytest.fixture
def claire_inside(client, claire):
    """Signed in by her password, just now."""
    cache.clear()
    claire.set_password(PASSWORD)
    claire.save()
    sign_in(client, claire)
    return claire


def make_sign_in_old(client):
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] -= live_settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1
    session.save()


def test_the_second_factor_gives_a_new_session_key(client, claire):
    cache.clear()
    claire.set_password(PASSWORD)
    claire.save()
    secret = generate_totp_secret()
    TOTP.activate(claire, secret)
    sign_in(client, claire)
    between = client.session.session_key
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert client.get(reverse("accounts:account")).status_code == 200
    assert client.session.session_key not in (None, between)


def test_switching_roles_gives_a_new_session_key(client, claire_inside, denis):
    other = b.a_membership(claire_inside, denis.memberships.get().organisation, Role.TUTOR)
    before = client.session.session_key
    client.post(reverse("accounts:switch"), {"membership": other.pk})
    assert client.session.session_key != before


def asks_who_one_is(answer):
    return answer.status_code == 302 and urlsplit(answer["Location"]).path in (
        reverse("account_reauthenticate"),
        reverse("mfa_reauthenticate"),
    )


@pytest.mark.parametrize("route", ["mfa_activate_totp", "accounts:invite", "account_email"])
def test_what_changes_the_way_in_asks_again_who_one_is(client, claire_inside, route):
    make_sign_in_old(client)
    typed = {"email": "autre@agence.example", "role": Role.COORDINATOR, "code": "123456", "action_add": ""}
    assert asks_who_one_is(client.post(reverse(route), typed))
    assert not Message.objects.filter(recipient="autre@agence.example").exists()


@pytest.mark.parametrize("route", ["mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"])
def test_what_proves_a_second_factor_is_not_shown_to_a_session_left_open(client, claire_inside, route):
    TOTP.activate(claire_inside, generate_totp_secret())
    RecoveryCodes.activate(claire_inside)
    make_sign_in_old(client)
    assert asks_who_one_is(
        client.post(reverse(route)) if route == "mfa_deactivate_totp" else client.get(reverse(route))
    )
    assert Authenticator.objects.filter(user=claire_inside).count() == 2


def test_a_changed_address_is_told_to_the_old_one(client, claire_inside):
    old, new = claire_inside.email, "claire.morel@agence.example"
    client.post(reverse("account_email"), {"email": new, "action_add": ""})
    link = re.search(r"http://testserver(/compte/adresse/confirmer/\S+)", Message.objects.get(recipient=new).body)[1]
    client.post(link)
    claire_inside.refresh_from_db()
    assert claire_inside.email == new
    assert Message.objects.filter(recipient=old).exists()


# --- Fields of sign-in: 6.2.6, 6.2.7 ---


@pytest.mark.django_db
def test_a_password_can_be_pasted_kept_and_is_not_shown(client):
    page = client.get(reverse("account_login")).content.decode()
    field = re.search(r"<input[^>]*name=\"password\"[^>]*>", page)[0]
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page
