"""Paste, check, send; then the employer's answer from a link."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Message
from cohorts.models import EmployerInvitation, Seat
from tests import builders as b

pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode()


@pytest.fixture
def six_lines(closerie):
    new = [b.a_siret(700 + number) for number in range(3)]
    return "\n".join(
        [
            "999 982 119 00011 ; rh@closerie.example ; 2",
            *(f"{siret} ; rh{number}@nouveau.example ; 2" for number, siret in enumerate(new)),
            "99998211900012 ; faux@cle.example ; 2",
            f"{new[0]} ; encore@nouveau.example ; 2",
        ]
    )


@pytest.fixture
def send(client_of, claire, cohort):
    """Sends these lines; gives the link of the only message."""

    def send(lines):
        data = {"lines": lines, "step": "send"}
        client_of(claire).post(reverse("cohorts:invite", args=[cohort.pk]), data)
        return link_in(Message.objects.latest("pk"))

    return send


def link_in(message):
    return re.search(r"https?://[^/]+(/invitations-employeurs/\S+)", message.body)[1]


def test_nothing_leaves_before_the_preview(client_of, claire, cohort, six_lines):
    address = reverse("cohorts:invite", args=[cohort.pk])
    text = text_of(client_of(claire).post(address, {"lines": six_lines, "step": "check"}))
    assert "Envoyer 4 invitations" in text
    assert "La clé de ce SIRET est fausse" in text
    assert "Même SIRET que la ligne 2" in text
    assert "encore@nouveau.example" in text
    assert not Message.objects.exists()


def test_a_social_security_number_pasted_by_mistake_is_not_shown_back(client_of, claire, cohort, six_lines):
    lines = f"{six_lines}\n2 98 03 50 218 004 12 ; rh@closerie.example"
    text = text_of(client_of(claire).post(reverse("cohorts:invite", args=[cohort.pk]), {"lines": lines}))
    assert "ni lu ni gardé" in text
    assert "218 004" not in text


def test_a_social_security_number_typed_as_a_name_stops_its_line(client_of, claire, cohort):
    siret = b.a_siret(700)
    data = {"lines": f"{siret} ; rh@nouveau.example ; 2", f"nom-{siret}": "2 98 03 50 218 004 12", "step": "send"}
    text = text_of(client_of(claire).post(reverse("cohorts:invite", args=[cohort.pk]), data))
    assert "numéro de sécurité sociale" in text
    assert "218 004" not in text
    assert not EmployerInvitation.objects.exists()


def test_an_invisible_character_in_a_name_is_left_out(client_of, claire, cohort):
    siret = b.a_siret(700)
    data = {"lines": f"{siret} ; rh@nouveau.example ; 2", f"nom-{siret}": "Les Gr\0èves", "step": "send"}
    client_of(claire).post(reverse("cohorts:invite", args=[cohort.pk]), data)
    assert EmployerInvitation.objects.get().establishment.name == "Les Grèves"


def test_an_address_longer_than_any_is_refused_on_its_line(client_of, claire, cohort):
    address = f"rh@{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 40}.example"
    data = {"lines": f"{b.a_siret(700)} ; {address} ; 2", "step": "send"}
    text = text_of(client_of(claire).post(reverse("cohorts:invite", args=[cohort.pk]), data))
    assert "adresse électronique" in text
    assert not EmployerInvitation.objects.exists()


def test_four_invitations_leave_once(client_of, claire, cohort, six_lines):
    client, address = client_of(claire), reverse("cohorts:invite", args=[cohort.pk])
    for _ in range(2):
        response = client.post(address, {"lines": six_lines, "step": "send"}, follow=True)
    assert response.status_code == 200
    assert Message.objects.count() == 4
    followed = text_of(client.get(reverse("cohorts:invitation_list", args=[cohort.pk])))
    assert "rh@closerie.example" in followed
    assert "sans réponse" in followed


def test_a_name_and_a_status_given_on_the_preview_are_kept(client_of, claire, cohort):
    siret = b.a_siret(801)
    data = {
        "lines": f"{siret};rh@nouveau.example;1",
        "step": "send",
        f"nom-{siret}": "Foyer des Salines",
        f"statut-{siret}": "COMPANY",
    }
    preview = client_of(claire).post(reverse("cohorts:invite", args=[cohort.pk]), data | {"step": "check"})
    assert "société commerciale" in text_of(preview)
    client_of(claire).post(reverse("cohorts:invite", args=[cohort.pk]), data)
    invitation = EmployerInvitation.objects.get()
    assert invitation.establishment.name == "Foyer des Salines"
    assert invitation.establishment.employer.legal_category == "COMPANY"


def test_an_employer_answers_without_an_account(send):
    link = send("999 982 119 00011 ; rh@closerie.example ; 2")
    browser = Client()
    who = browser.get(link, follow=True)
    assert "C'est bien nous" in text_of(who)
    assert link.split("/")[-2] not in who.redirect_chain[-1][0]
    invitation = EmployerInvitation.objects.get()
    assert invitation.opened_at is None
    browser.post(reverse("cohorts:answer"), {"step": "us"})
    invitation.refresh_from_db()
    assert invitation.opened_at is not None
    answer = {"answer": "oui", "seats": "3", "job_title": "Agent de service", "contact_name": "Paul TURPIN"}
    # The SIRET was new here: its own answer names it.
    answer |= {"establishment_name": "Résidence La Closerie", "legal_category": "ASSOCIATION"}
    done = browser.post(reverse("cohorts:answer"), answer, follow=True)
    assert "votre réponse est enregistrée" in text_of(done)
    assert Seat.objects.get().quantity == 3


def test_an_employer_refuses_with_its_reason(send):
    link = send("999 982 119 00011 ; rh@closerie.example ; 2")
    browser = Client()
    browser.get(link)
    browser.post(reverse("cohorts:answer"), {"step": "us"})
    bare = browser.post(reverse("cohorts:answer"), {"answer": "non"})
    assert "Dites en quelques mots pourquoi" in text_of(bare)
    browser.post(reverse("cohorts:answer"), {"answer": "non", "reason": "Pas de tuteur"})
    assert EmployerInvitation.objects.get().refusal_reason == "Pas de tuteur"


def test_opening_the_link_many_times_uses_nothing_up(send):
    link = send("999 982 119 00011 ; rh@closerie.example ; 2")
    for _ in range(3):
        scanner = Client()
        assert scanner.head(link).status_code == 302
        assert scanner.get(link, follow=True).status_code == 200
    invitation = EmployerInvitation.objects.get()
    assert (invitation.opened_at, invitation.answered_at) == (None, None)


def test_a_second_answer_is_told_that_one_was_given(send):
    link = send("999 982 119 00011 ; rh@closerie.example ; 2")
    EmployerInvitation.objects.update(answered_at=clock.now() + timedelta(minutes=1), answer="ACCEPTED")
    response = Client().get(link, follow=True)
    assert response.status_code == 410
    assert "déjà été donnée" in text_of(response)


def test_an_expired_link_offers_a_new_one(send):
    link = send("999 982 119 00011 ; rh@closerie.example ; 2")
    long_ago = clock.now() - timedelta(days=8)
    EmployerInvitation.objects.update(sent_at=long_ago, link_expires_at=long_ago + timedelta(days=7))
    browser = Client()
    assert "Recevoir un nouveau lien" in text_of(browser.get(link, follow=True))
    browser.post(reverse("cohorts:renew"))
    assert Message.objects.count() == 2
    fresh = link_in(Message.objects.latest("pk"))
    assert "C'est bien nous" in text_of(Client().get(fresh, follow=True))


@pytest.mark.parametrize("address", ["/invitations-employeurs/nimporte-quoi/", "/invitations-employeurs/reponse/"])
def test_a_link_that_never_was_opens_nothing(db, address):
    response = Client().get(address, follow=True)
    assert response.status_code == 410
    assert "Closerie" not in text_of(response)


def test_the_link_opens_this_form_and_no_other_page(send, closerie):
    browser = Client()
    browser.get(send("999 982 119 00011 ; rh@closerie.example ; 2"))
    assert browser.get(closerie.get_absolute_url()).status_code == 302


def test_reminding_correcting_and_withdrawing(client_of, claire, cohort, send):
    send("999 982 119 00011 ; rh@closerie.example ; 2")
    invitation = EmployerInvitation.objects.get()
    client = client_of(claire)
    early = client.post(reverse("cohorts:invitation_remind", args=[invitation.pk]))
    assert "dix minutes" in text_of(early)
    client.post(reverse("cohorts:invitation_address", args=[invitation.pk]), {"email": "direction@closerie.example"})
    assert Message.objects.latest("pk").recipient == "direction@closerie.example"
    client.post(reverse("cohorts:invitation_revoke", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None


def test_an_employer_cannot_follow_the_invitations(client_of, denis, world):
    cohort = world.contract.enrolment.cohort
    assert client_of(denis).get(reverse("cohorts:invitation_list", args=[cohort.pk])).status_code == 403
