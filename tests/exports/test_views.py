"""Pages of the files: three clicks to a file, downloads that say what they are, nobody else's files."""

import hashlib

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from accounts.models import AccessLog, Job
from accounts.roles import Role
from exports import actions
from exports.models import Delivery
from exports.registry import KINDS
from exports.scope import Destination
from tests import builders as b
from tests.exports.helpers import TODAY, a_delivery, by_calamine


@pytest.fixture
def sent_to_hugo(world, claire, hugo):
    opco = b.a_financer(organisation=hugo.memberships.get().organisation)
    b.a_financing(world.closerie.employer, opco)
    delivery = a_delivery(world.cohort, claire, destination=Destination(opco))
    return actions.send_delivery(delivery=delivery, sent_on=TODAY, through="", by=claire)


def a_button(cohort, code="O1", **changes):
    return {"cohorte": cohort.pk, "code": code, "au": "20/11/2026", "form_token": "un-jeton", **changes}


# --- Preparing


def test_every_recipient_has_its_files_and_their_rows(world, claire, client_of):
    b.a_financing(world.closerie.employer)
    page = client_of(claire).get(reverse("exports:new_delivery")).content.decode()
    for words in ("OPCO Santé", "Résidence La Closerie du Mont", "coordination de la cohorte", "DDETS"):
        assert words in page
    assert ("2 stagiaires" in page, "2 lignes" in page) == (True, True)


def test_the_preparation_costs_the_same_whatever_the_employers(world, claire, client_of, django_assert_max_num_queries):
    for _ in range(6):
        site = b.an_establishment()
        b.a_financing(site.employer)
        b.a_contract(cohort=world.cohort, establishment=site)
        b.an_attendance(world.half_day, world.cohort.enrolments.latest("pk"))
    client = client_of(claire)
    client.get(reverse("exports:new_delivery"))
    with django_assert_max_num_queries(30):
        client.get(reverse("exports:new_delivery"))


def test_a_button_gives_the_page_of_its_delivery(world, claire, client_of):
    client = client_of(claire)
    answer = client.post(reverse("exports:prepare"), a_button(world.cohort))
    delivery = Delivery.objects.get()
    assert answer.url == reverse("exports:delivery_detail", args=[delivery.pk])
    page = client.get(answer.url).content.decode()
    assert "cellules relues, 0 écart" in page
    assert "toutes les feuilles, titres compris" in page
    assert "Lignes de la feuille « Stagiaires »" in page
    assert delivery.number in page
    assert delivery.sha256 in page
    assert "Télécharger le classeur" in page


def test_a_double_click_makes_one_delivery(world, claire, client_of):
    client = client_of(claire)
    first, second = (client.post(reverse("exports:prepare"), a_button(world.cohort)) for _ in range(2))
    assert first.url == second.url
    assert Delivery.objects.count() == 1


def test_the_control_says_what_lacks(world, claire, client_of):
    world.person.birth_date = None
    world.person.save()
    page = client_of(claire).get(reverse("exports:prepare"), a_button(world.cohort)).content.decode()
    assert "Contrôle avant envoi" in page
    assert "Dates de naissance manquantes : 1" in page
    assert world.person.get_absolute_url() in page


def test_the_control_of_attendance_counts_signatures(world, claire, client_of):
    page = client_of(claire).get(reverse("exports:prepare"), a_button(world.cohort, "O2")).content.decode()
    assert "1. Demi-journée sans signature : 1" in page
    assert reverse("training:roll", args=[world.half_day.pk]) in page


@pytest.mark.parametrize("code", sorted(KINDS))
def test_each_kind_of_file_has_its_control(world, claire, client_of, code):
    answer = client_of(claire).get(reverse("exports:prepare"), a_button(world.cohort, code))
    assert "Contrôle avant envoi" in answer.content.decode()


def test_a_refusal_is_said_on_the_page(world, claire, client_of):
    # Nobody is financed by this one.
    empty = b.a_financer()
    answer = client_of(claire).post(reverse("exports:prepare"), a_button(world.cohort, financeur=empty.pk))
    assert answer.status_code == 200
    assert "aucune ligne à remettre" in answer.content.decode()
    assert AccessLog.objects.filter(action="refusal").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"cohorte": "x"},
        {"cohorte": "999999"},
        {"code": "ZZ"},
        {"au": "31/02/2026"},
        {"au": "01/01/2099"},
        {"etablissement": "-1"},
        {"financeur": "\x00"},
        {"au": ""},
    ],
)
def test_odd_values_are_refused_in_words(world, claire, client_of, changes):
    client = client_of(claire)
    values = a_button(world.cohort) | changes
    for answer in (
        client.post(reverse("exports:prepare"), values),
        client.get(reverse("exports:prepare"), values),
        client.get(reverse("exports:new_delivery"), values),
    ):
        assert answer.status_code == 200
    assert not Delivery.objects.exists()


def test_another_agencys_cohort_is_not_offered(world, claire, client_of):
    elsewhere = b.a_cohort(agency=b.an_organisation(name="Agence de Caen"))
    answer = client_of(claire).post(reverse("exports:prepare"), a_button(elsewhere))
    assert answer.status_code == 200
    assert not Delivery.objects.exists()


def test_a_failed_delivery_says_why_and_can_be_tried_again(world, claire, client_of, monkeypatch):
    monkeypatch.setattr("accounts.work.enqueue", lambda *arguments: None)
    client = client_of(claire)
    client.post(reverse("exports:prepare"), a_button(world.cohort))
    delivery = Delivery.objects.get()
    page = client.get(delivery.get_absolute_url()).content.decode()
    assert "Vous pouvez quitter cette page" in page
    Job.objects.update(state=Job.State.FAILED, error="Remise bloquée : 1 écart.")
    page = client.get(delivery.get_absolute_url()).content.decode()
    assert ("Remise bloquée : 1 écart." in page, "Relancer" in page) == (True, True)


# --- Downloading


def test_a_download_is_an_attachment_that_no_page_can_use(world, claire, client_of):
    delivery = a_delivery(world.cohort, claire)
    answer = client_of(claire).get(reverse("exports:delivery_download", args=[delivery.pk]))
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == delivery.sha256
    assert answer["Content-Disposition"] == f'attachment; filename="{delivery.file_name}"'
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_each_download_is_journalled_by_name(sent_to_hugo, hugo, client_of):
    client = client_of(hugo)
    for _ in range(2):
        answer = client.get(reverse("exports:delivery_download", args=[sent_to_hugo.pk]))
        assert b"".join(answer.streaming_content)
    rows = AccessLog.objects.filter(action="download")
    assert [(row.user, row.file_sha256) for row in rows] == [(hugo, sent_to_hugo.sha256)] * 2


def test_a_download_asks_again_who_one_is(world, claire, client_of, settings):
    settings.MFA_REQUIRED = True
    settings.ACCOUNT_REAUTHENTICATION_REQUIRED = True
    TOTP.activate(claire, generate_totp_secret())
    delivery = a_delivery(world.cohort, claire)
    client = client_of(claire)
    answer = client.get(reverse("exports:delivery_download", args=[delivery.pk]))
    assert answer.status_code == 302
    assert not AccessLog.objects.filter(action="download").exists()


def test_protected_files_do_not_open_for_others_of_the_agency(world, claire, agency, client_of):
    delivery = a_delivery(world.cohort, claire, "D1")
    josette = b.a_user("josette@agence.example")
    b.a_membership(josette, agency, Role.COORDINATOR)
    client = client_of(josette)
    assert client.get(delivery.get_absolute_url()).status_code == 200
    assert client.get(reverse("exports:delivery_download", args=[delivery.pk])).status_code == 403


@pytest.mark.parametrize(
    "user, status",
    [("denis", 404), ("gaelle", 404), ("hugo", 404), ("esther", 403), ("farid", 403), ("ines", 403), ("bruno", 403)],
)
def test_others_do_not_even_see_it(world, claire, client_of, request, user, status):
    delivery = a_delivery(world.cohort, claire)
    client = client_of(request.getfixturevalue(user))
    for name in ("delivery_detail", "delivery_download"):
        assert client.get(reverse(f"exports:{name}", args=[delivery.pk])).status_code == status


def test_an_unfinished_file_is_not_there(world, claire, client_of, monkeypatch):
    monkeypatch.setattr("accounts.work.enqueue", lambda *arguments: None)
    client = client_of(claire)
    client.post(reverse("exports:prepare"), a_button(world.cohort))
    address = reverse("exports:delivery_download", args=[Delivery.objects.get().pk])
    assert client.get(address).status_code == 404


# --- Sending, receiving


def test_a_delivery_is_noted_sent(world, claire, client_of):
    delivery = a_delivery(world.cohort, claire, "D1")
    client = client_of(claire)
    address = reverse("exports:delivery_send", args=[delivery.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"sent_on": "20/11/2026", "through": "dépôt sécurisé"})
    delivery.refresh_from_db()
    assert (delivery.sent_by, delivery.sent_through) == (claire, "dépôt sécurisé")
    assert "dépôt sécurisé" in client.get(delivery.get_absolute_url()).content.decode()


def test_a_wrong_date_of_sending_comes_back(world, claire, client_of):
    delivery = a_delivery(world.cohort, claire, "D1")
    answer = client_of(claire).post(
        reverse("exports:delivery_send", args=[delivery.pk]), {"sent_on": "01/01/2026", "through": "dépôt"}
    )
    assert answer.status_code == 200
    assert "du jour où le fichier est prêt" in answer.content.decode()


def test_the_funder_has_its_own_list(sent_to_hugo, hugo, client_of):
    client = client_of(hugo)
    page = client.get(reverse("exports:delivery_list")).content.decode()
    assert ("Fichiers qui vous sont remis" in page, sent_to_hugo.number in page) == (True, True)
    assert "Préparer un fichier" not in page
    assert client.get(sent_to_hugo.get_absolute_url()).status_code == 200
    assert client.get(reverse("exports:new_delivery")).status_code == 403


def test_the_register_filters_searches_and_stays_cheap(world, claire, client_of, django_assert_max_num_queries):
    numbers = [a_delivery(world.cohort, claire, code).number for code in ("O1", "O2", "D1")]
    client = client_of(claire)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("exports:delivery_list"), {"fichier": "D1", "etat": "pretes", "q": "ddets"})
    text = page.content.decode()
    assert [number in text for number in numbers] == [False, False, True]


def test_the_register_exports_itself(world, claire, client_of):
    delivery = a_delivery(world.cohort, claire)
    answer = client_of(claire).get(reverse("exports:export_list", args=["remises"]))
    rows = by_calamine(b"".join(answer.streaming_content)).get_sheet_by_name("Remises").to_python()
    assert rows[1][0] == delivery.number
