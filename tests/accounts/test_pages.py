"""The pages of the account answer, in French, for whoever may open them."""

from html import unescape

import pytest
from django.urls import reverse

ACCOUNT_PAGES = (
    "accounts:account",
    "accounts:identity",
    "account_email",
    "account_set_password",
    "mfa_index",
    "usersessions_list",
    "accounts:jobs",
)
PUBLIC_PAGES = (
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_signup",
    "accounts:accessibility",
    "accounts:privacy",
    "accounts:legal",
)


@pytest.mark.parametrize("route", ACCOUNT_PAGES)
def test_account_pages_open(client_of, claire, route):
    answer = client_of(claire).get(reverse(route))
    assert answer.status_code == 200, answer.headers.get("Location")
    assert '<html lang="fr">' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("route", PUBLIC_PAGES)
def test_public_pages_open_without_signing_in(client, route):
    answer = client.get(reverse(route))
    assert answer.status_code == 200
    assert '<html lang="fr">' in answer.content.decode()


@pytest.mark.django_db
def test_legal_notices_name_who_answers_for_the_service(client, settings):
    settings.LEGAL_PUBLISHER, settings.LEGAL_HOST = "Agence d'Avranches, 50300 Avranches", "Hébergeur du Mont"
    text = unescape(client.get(reverse("accounts:legal")).content.decode())
    assert "Agence d'Avranches, 50300 Avranches" in text
    assert "Hébergeur du Mont" in text
    assert "non renseigné" not in text


@pytest.mark.django_db
def test_legal_notices_say_what_is_missing_and_whom_to_ask(client, settings):
    settings.LEGAL_PUBLISHER, settings.LEGAL_HOST = "", "Hébergeur du Mont"
    text = client.get(reverse("accounts:legal")).content.decode()
    assert text.count("non renseigné") == 1
    assert "se demande à l'agence" in unescape(text)


@pytest.mark.parametrize("route", ["accounts:members", "accounts:invite", "accounts:access_log"])
def test_pages_of_the_organisation_are_for_its_administrators(client_of, claire, bruno, route):
    assert client_of(claire).get(reverse(route)).status_code == 200
    assert client_of(bruno).get(reverse(route)).status_code == 403


def test_the_name_is_changed(client_of, claire):
    answer = client_of(claire).post(reverse("accounts:identity"), {"first_name": "Clara", "last_name": "MOREL"})
    assert answer.status_code == 302
    claire.refresh_from_db()
    assert str(claire) == "Clara MOREL"


def test_an_empty_name_is_refused_and_what_was_typed_stays(client_of, claire):
    page = client_of(claire).post(reverse("accounts:identity"), {"first_name": "", "last_name": "DE MOREL"})
    assert "DE MOREL" in page.content.decode()
    claire.refresh_from_db()
    assert claire.first_name == "Claire"


def test_a_trainee_reads_what_her_account_is_for(client_of, amina):
    page = client_of(amina).get(reverse("accounts:account")).content.decode()
    assert "<strong>Stagiaire</strong>" in page
    assert "Aucun rôle" not in page
