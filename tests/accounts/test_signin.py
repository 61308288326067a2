"""Signing in: password, mailed code, second factor; and how each refuses."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, Message
from tests import builders as b

PASSWORD = "quatre chevaux gris sous la pluie"
LOGIN = "/compte/connexion/"


@pytest.fixture(autouse=True)
def fresh_counters(db):
    cache.clear()


@pytest.fixture
def claire_with_password(claire):
    claire.set_password(PASSWORD)
    claire.save()
    return claire


@pytest.fixture
def secret(claire_with_password):
    """Claire's second factor."""
    secret = generate_totp_secret()
    TOTP.activate(claire_with_password, secret)
    return secret


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def sign_in(client, user, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": user.email, "password": password}, **extra)


def is_inside(client):
    return client.get(reverse("accounts:account")).status_code == 200


def test_a_password_signs_in(client, claire_with_password):
    answer = sign_in(client, claire_with_password)
    assert answer["Location"] == "/"
    assert is_inside(client)


def test_the_address_is_read_whatever_its_capitals(client, claire_with_password):
    client.post(LOGIN, {"login": claire_with_password.email.upper(), "password": PASSWORD})
    assert is_inside(client)


def test_wrong_password_and_unknown_address_get_the_same_words(client, claire_with_password):
    wrong = sign_in(client, claire_with_password, "une autre phrase assez longue")
    unknown = client.post(LOGIN, {"login": "personne@nulle-part.example", "password": PASSWORD})
    words = [list(answer.context["form"].non_field_errors()) for answer in (wrong, unknown)]
    assert words[0] == words[1] != []
    assert not is_inside(client)


def test_a_deactivated_account_does_not_enter(client, claire_with_password):
    claire_with_password.is_active = False
    claire_with_password.save()
    sign_in(client, claire_with_password)
    assert not is_inside(client)


def test_the_session_key_changes_at_sign_in(client, claire_with_password):
    client.get(LOGIN)
    client.session["seen"] = True
    before = client.session.session_key
    sign_in(client, claire_with_password)
    assert client.session.session_key != before


def test_eleven_wrong_passwords_close_the_door_for_a_while(client, claire_with_password):
    for _ in range(10):
        sign_in(client, claire_with_password, "une autre phrase assez longue")
    answer = sign_in(client, claire_with_password)
    assert "Trop de tentatives" in answer.content.decode()
    assert not is_inside(client)


def test_thirty_wrong_passwords_from_one_address_close_the_door(client, claire_with_password):
    for number in range(30):
        client.post(LOGIN, {"login": f"inconnu{number}@nulle-part.example", "password": PASSWORD})
    sign_in(client, claire_with_password)
    assert not is_inside(client)


def test_a_forged_forwarding_header_does_not_reset_the_count(client, claire_with_password):
    for number in range(30):
        client.post(
            LOGIN,
            {"login": f"inconnu{number}@nulle-part.example", "password": PASSWORD},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
    sign_in(client, claire_with_password, headers={"X-Forwarded-For": "198.51.100.200"})
    assert not is_inside(client)


def test_each_way_in_is_written_down(client, claire_with_password, secret):
    sign_in(client, claire_with_password)
    assert not AccessLog.objects.filter(action="sign-in").exists()
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    line = AccessLog.objects.get(action="sign-in")
    assert (line.user, line.organisation) == (claire_with_password, claire_with_password.memberships.get().organisation)
    assert line.request_id
    assert line.address == "127.0.0.0/24"


# --- Mailed code ---


def ask_code(client, email):
    client.post(reverse("account_request_login_code"), {"email": email})
    message = Message.objects.order_by("-pk").first()
    return re.search(r"\n\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*\n", message.body)[1] if message else None


def test_a_mailed_code_signs_in(client, claire_with_password):
    code = ask_code(client, claire_with_password.email)
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert is_inside(client)


def test_a_mailed_code_works_in_the_browser_that_asked_only(client, claire_with_password):
    code = ask_code(client, claire_with_password.email)
    other = Client()
    other.post(reverse("account_confirm_login_code"), {"code": code})
    assert not is_inside(other)


def test_a_mailed_code_works_once(client, claire_with_password):
    code = ask_code(client, claire_with_password.email)
    client.post(reverse("account_confirm_login_code"), {"code": code})
    client.post(reverse("account_logout"))
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert not is_inside(client)


def test_three_wrong_codes_end_the_sign_in(client, claire_with_password):
    code = ask_code(client, claire_with_password.email)
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"})
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert not is_inside(client)


def test_an_unknown_address_gets_the_same_page_and_no_mail(client, claire):
    page = client.post(reverse("account_request_login_code"), {"email": "personne@nulle-part.example"})
    assert page["Location"] == reverse("account_confirm_login_code")
    assert not Message.objects.exists()


# --- Second factor ---


def test_password_then_code_of_the_application(client, claire_with_password, secret):
    sign_in(client, claire_with_password)
    assert not is_inside(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_inside(client)


def test_a_mailed_code_does_not_replace_the_second_factor(client, claire_with_password, secret):
    code = ask_code(client, claire_with_password.email)
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert not is_inside(client)


def test_a_code_of_the_application_works_once(client, claire_with_password, secret):
    code = code_of(secret)
    sign_in(client, claire_with_password)
    client.post(reverse("mfa_authenticate"), {"code": code})
    other = Client()
    sign_in(other, claire_with_password)
    other.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_inside(other)


def test_a_recovery_code_works_once(client, claire_with_password, secret):
    code = RecoveryCodes.activate(claire_with_password).get_unused_codes()[0]
    sign_in(client, claire_with_password)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert is_inside(client)
    other = Client()
    sign_in(other, claire_with_password)
    other.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_inside(other)


def test_secrets_of_the_second_factor_are_kept_encrypted(claire_with_password, secret):
    kept = Authenticator.objects.get(user=claire_with_password, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    assert kept.wrap().validate_code(code_of(secret))


@pytest.fixture
def second_factor_required(settings):
    settings.MFA_REQUIRED = True


@pytest.mark.usefixtures("second_factor_required")
def test_a_password_alone_reaches_no_page_for_roles_that_list_people(
    client_of, claire, denis, esther, farid, hugo, ines
):
    for user in (claire, denis, esther, farid, hugo, ines):
        client = client_of(user)
        for route in ("home", "accounts:account", "accounts:jobs", "account_email", "usersessions_list"):
            assert client.get(reverse(route))["Location"] == reverse("mfa_activate_totp"), (user, route)
        assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.usefixtures("second_factor_required")
def test_tutors_and_trainees_enter_without_a_second_factor(client_of, bruno, amina):
    assert is_inside(client_of(bruno))
    assert is_inside(client_of(amina))


@pytest.mark.usefixtures("second_factor_required")
def test_a_tutor_who_manages_members_needs_a_second_factor(client_of, bruno):
    bruno.memberships.update(is_admin=True)
    for route in ("home", "accounts:members", "accounts:invite"):
        assert client_of(bruno).get(reverse(route))["Location"] == reverse("mfa_activate_totp"), route


@pytest.mark.usefixtures("second_factor_required")
@pytest.mark.parametrize("manages, kept", [(True, True), (False, False)])
def test_a_tutor_keeps_her_second_factor_as_long_as_she_manages_members(client, bruno, manages, kept):
    bruno.memberships.update(is_admin=manages)
    bruno.set_password(PASSWORD)
    bruno.save()
    secret = generate_totp_secret()
    TOTP.activate(bruno, secret)
    sign_in(client, bruno)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=bruno, type=Authenticator.Type.TOTP).exists() == kept


@pytest.mark.usefixtures("second_factor_required")
def test_setting_up_the_second_factor_opens_the_pages(client, claire_with_password):
    sign_in(client, claire_with_password)
    form = client.get(reverse("mfa_activate_totp")).context["form"]
    client.post(reverse("mfa_activate_totp"), {"code": code_of(form.secret)})
    assert is_inside(client)


@pytest.mark.usefixtures("second_factor_required")
def test_a_compulsory_second_factor_is_not_put_down(client, claire_with_password, secret):
    sign_in(client, claire_with_password)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=claire_with_password, type=Authenticator.Type.TOTP).exists()


# --- Leaving ---


def test_after_logout_the_old_cookie_is_dead(client, claire_with_password, settings):
    sign_in(client, claire_with_password)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert not is_inside(thief)


def test_a_link_does_not_sign_out(client, claire_with_password):
    sign_in(client, claire_with_password)
    client.get(reverse("account_logout"))
    assert is_inside(client)


def test_changing_the_password_asks_for_the_present_one_and_ends_other_sessions(client, claire_with_password):
    other = Client()
    for browser in (client, other):
        sign_in(browser, claire_with_password)
    new = "cinq moutons bleus dans un jardin"
    form = {"oldpassword": "pas la bonne phrase du tout", "password1": new, "password2": new}
    client.post(reverse("account_change_password"), form)
    claire_with_password.refresh_from_db()
    assert claire_with_password.check_password(PASSWORD)
    client.post(reverse("account_change_password"), form | {"oldpassword": PASSWORD})
    claire_with_password.refresh_from_db()
    assert claire_with_password.check_password(new)
    assert is_inside(client)
    assert not is_inside(other)
    assert Message.objects.filter(recipient=claire_with_password.email).exists()


def test_setting_up_a_second_factor_ends_other_sessions_and_tells_the_owner(
    client, claire_with_password, django_capture_on_commit_callbacks
):
    other = Client()
    for browser in (client, other):
        sign_in(browser, claire_with_password)
    form = client.get(reverse("mfa_activate_totp")).context["form"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_of(form.secret)})
    assert is_inside(client)
    assert not is_inside(other)
    assert Message.objects.filter(recipient=claire_with_password.email).exists()


def test_one_sees_and_ends_her_other_sessions(client, claire_with_password):
    other = Client(headers={"user-agent": "Navigateur de poche"})
    for browser in (client, other):
        sign_in(browser, claire_with_password)
    assert "Navigateur de poche" in client.get(reverse("usersessions_list")).content.decode()
    client.post(reverse("usersessions_list"))
    assert is_inside(client)
    assert not is_inside(other)


def test_a_reset_password_does_not_sign_in_and_keeps_the_second_factor(client, claire_with_password, secret):
    client.post(reverse("account_reset_password"), {"email": claire_with_password.email})
    link = re.search(r"http://testserver(/compte/mot-de-passe/nouveau/\S+)", Message.objects.get().body)[1]
    page = client.get(link, follow=True)
    new = "cinq moutons bleus dans un jardin"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    claire_with_password.refresh_from_db()
    assert claire_with_password.check_password(new)
    assert not is_inside(client)
    assert Authenticator.objects.filter(user=claire_with_password).exists()


def test_nobody_signs_up_alone(client, db):
    client.post(
        reverse("account_signup"),
        {"email": "intrus@nulle-part.example", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not b.User.objects.filter(email="intrus@nulle-part.example").exists()
