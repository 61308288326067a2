"""What protects the house as a whole: headers, cookies, forms, redirections, addresses."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as live_settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Message, User
from tests import builders as b

SECRET = "suite de signes assez longue pour un essai 0123456789"
PASSWORD = "quatre chevaux gris sous la pluie"
LOGIN = "/compte/connexion/"
MARKUP = "<script>alert(1)</script>\"'&"


@pytest.fixture
def tls(settings):
    """The settings of a deployment, behind TLS."""
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME = "__Host-session"
    settings.CSRF_COOKIE_NAME = "__Host-csrftoken"


def policy_of(answer):
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {name: sources for name, *sources in parts}


# --- Headers ---


@pytest.mark.usefixtures("tls")
@pytest.mark.django_db
@pytest.mark.parametrize("path", [LOGIN, "/n-existe-pas/", "/sante", "/invitation/", "/"])
def test_every_answer_carries_its_protections(path):
    answer = Client().get(path, secure=True)
    assert "max-age=31536000" in answer["Strict-Transport-Security"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Request-ID"]
    policy = policy_of(answer)
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == ["'none'"]
    assert policy["default-src"] == ["'self'"]


@pytest.mark.django_db
def test_no_script_or_style_of_a_page_escapes_the_policy(client):
    answer = client.get(LOGIN)
    policy = policy_of(answer)
    assert "'unsafe-inline'" not in policy["script-src"] + policy["style-src"]
    page = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\b(src|nonce)=)", page)
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", page)


def test_signed_in_pages_are_kept_by_no_cache(client_of, claire):
    for route in ("accounts:account", "accounts:members", "home"):
        assert "no-store" in client_of(claire).get(reverse(route))["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("path, kind", [(LOGIN, "text/html; charset=utf-8"), ("/sante", "text/plain")])
def test_answers_say_what_they_are(client, path, kind):
    assert client.get(path)["Content-Type"].startswith(kind)


# --- Cookies ---


@pytest.mark.usefixtures("tls")
def test_cookies_stay_with_the_host_and_away_from_scripts(claire):
    claire.set_password(PASSWORD)
    claire.save()
    client = Client()
    client.get(LOGIN, secure=True)
    client.post(LOGIN, {"login": claire.email, "password": PASSWORD}, secure=True)
    for name in ("__Host-session", "__Host-csrftoken"):
        cookie = client.cookies[name]
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


def test_the_session_cookie_ends_with_the_browser(claire):
    client = Client()
    client.force_login(claire)
    answer = client.get("/compte/")
    assert answer.status_code == 200
    cookie = client.cookies[live_settings.SESSION_COOKIE_NAME]
    assert live_settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    assert not answer.cookies.get(live_settings.SESSION_COOKIE_NAME, cookie)["max-age"]


# --- Forms ---


def test_a_form_without_its_token_changes_nothing(claire):
    client = Client(enforce_csrf_checks=True)
    client.force_login(claire)
    answer = client.post(reverse("accounts:identity"), {"first_name": "Intrus", "last_name": "INTRUS"})
    assert answer.status_code == 403
    assert "Formulaire refusé" in answer.content.decode()
    claire.refresh_from_db()
    assert claire.first_name == "Claire"


def test_hidden_fields_of_others_are_ignored(client_of, claire):
    client_of(claire).post(
        reverse("accounts:identity"),
        {"first_name": "Clara", "last_name": "MOREL", "email": "intrus@nulle-part.example", "is_active": "", "id": "0"},
    )
    claire.refresh_from_db()
    assert (claire.first_name, claire.email, claire.is_active) == ("Clara", "claire@agence.example", True)


def test_markup_typed_in_a_name_comes_back_as_text(client_of, claire):
    client = client_of(claire)
    client.post(reverse("accounts:identity"), {"first_name": MARKUP, "last_name": "MOREL"})
    for route in ("accounts:account", "accounts:members", "home"):
        assert "<script>alert" not in client.get(reverse(route)).content.decode()


@pytest.mark.django_db
def test_markup_typed_at_sign_in_comes_back_as_text(client):
    page = client.post(LOGIN + "?next=" + MARKUP, {"login": MARKUP, "password": MARKUP}).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize("parameter", ["q", "page", "tri", "etat"])
@pytest.mark.parametrize("value", ["' OR 1=1 --", "%00", "-1", "9" * 40, MARKUP, "\ud83d\ude00"])
def test_strange_parameters_break_no_list(client_of, claire, parameter, value):
    client = client_of(claire)
    for route in ("accounts:access_log", "accounts:jobs"):
        value = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        assert client.get(reverse(route), {parameter: value}).status_code == 200


# --- Redirections and hosts ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target",
    [
        "https://ailleurs.example/",
        "//ailleurs.example/",
        "/\\ailleurs.example",
        "javascript:alert(1)",
        "https:ailleurs",
        "http://testserver@ailleurs.example/",
    ],
)
def test_signing_in_never_leads_elsewhere(client, claire, target):
    claire.set_password(PASSWORD)
    claire.save()
    cache.clear()
    answer = client.post(LOGIN, {"login": claire.email, "password": PASSWORD, "next": target})
    assert answer["Location"] == "/"


def test_leaving_and_switching_never_lead_elsewhere(client_of, claire):
    client = client_of(claire)
    elsewhere = {"next": "https://ailleurs.example/", "membership": claire.memberships.get().pk}
    headers = {"referer": "https://ailleurs.example/"}
    assert client.post(reverse("accounts:switch"), elsewhere, headers=headers)["Location"] == "/"
    assert client.post(reverse("account_logout"), elsewhere, headers=headers)["Location"] == LOGIN


@pytest.mark.django_db
def test_signing_in_leads_back_to_the_page_that_was_asked(client, claire):
    claire.set_password(PASSWORD)
    claire.save()
    asked = client.get("/membres/")["Location"]
    assert (
        client.post(asked, {"login": claire.email, "password": PASSWORD, "next": "/membres/"})["Location"]
        == "/membres/"
    )


@pytest.mark.django_db
def test_a_forged_host_is_refused(client):
    assert client.get(LOGIN, headers={"host": "ailleurs.example"}).status_code == 400


def test_a_forged_forwarded_host_does_not_enter_mailed_links(client, claire):
    client.post(
        reverse("account_reset_password"), {"email": claire.email}, headers={"X-Forwarded-Host": "ailleurs.example"}
    )
    claire.set_password(PASSWORD)
    claire.save()
    client.post(
        reverse("account_reset_password"), {"email": claire.email}, headers={"X-Forwarded-Host": "ailleurs.example"}
    )
    assert Message.objects.exists()
    assert not Message.objects.filter(body__contains="ailleurs").exists()


# --- What is not there ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/.git/config", "/manage.py", "/impec/settings.py", "/var/", "/static/", "/admin/", "/metrics", "/docs"]
)
def test_nothing_of_the_machine_is_served(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"Traceback" not in answer.content
    assert b"urlpatterns" not in answer.content


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", [LOGIN, "/compte/mot-de-passe/oublie/", "/compte/nom/", "/employeurs/nouveau/", "/"])
def test_methods_that_no_page_offers_are_refused(client_of, claire, path, method):
    answer = client_of(claire).generic(method, path)
    assert answer.status_code == 405
    assert "POST" in answer["Allow"]


@pytest.mark.django_db
def test_trace_is_not_answered(client):
    assert client.trace(LOGIN).status_code == 405


@pytest.mark.django_db
def test_a_fresh_installation_has_no_account():
    assert not User.objects.exists()


@pytest.mark.django_db
def test_public_answers_do_not_tell_who_has_an_account(client):
    b.a_user("connue@agence.example")
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in ("connue@agence.example", "inconnue@agence.example")
    ]
    assert answers[0].status_code == answers[1].status_code
    assert answers[0]["Location"] == answers[1]["Location"]


# --- Start of a deployment ---


def start(**environment):
    """`manage.py check --deploy` with exactly these variables."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=live_settings.BASE_DIR,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def place(tmp_path):
    return {"IMPEC_VAR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}"}


def test_a_deployment_starts_without_a_warning(place):
    outcome = start(**place, SECRET_KEY=SECRET, ALLOWED_HOSTS="impec.example.org")
    assert outcome.returncode == 0, outcome.stderr


def test_without_a_secret_the_start_stops_with_one_clear_sentence(place):
    outcome = start(**place, ALLOWED_HOSTS="impec.example.org")
    assert outcome.returncode != 0
    assert "SECRET_KEY manque" in outcome.stderr


def test_the_second_factor_is_not_put_off_in_a_deployment(place):
    outcome = start(**place, SECRET_KEY=SECRET, ALLOWED_HOSTS="impec.example.org", MFA_REQUIRED="0")
    assert outcome.returncode != 0
    assert "MFA_REQUIRED=0" in outcome.stderr


@pytest.mark.parametrize("said", ["true", "yes", "on", "2", ""])
def test_only_1_turns_debug_on(place, said):
    code = "from django.conf import settings; print(settings.DEBUG)"
    outcome = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=live_settings.BASE_DIR,
        env=os.environ | place | {"SECRET_KEY": SECRET, "DEBUG": said},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.stdout.strip() == "False"
