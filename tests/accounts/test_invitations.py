"""Invitations: bound to an address, an organisation and a role; opening the link uses up nothing."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import actions, clock
from accounts.models import AccessLog, Invitation, Message, User
from accounts.roles import OrganisationKind, Role
from tests import builders as b

PASSWORD = "quatre chevaux gris sous la pluie"
NEW = "sophie@agence.example"
ANSWER = "/invitation/"
IDENTITY = {"first_name": "Sophie", "last_name": "GIRARD", "password": PASSWORD}


def invite(by, email=NEW, role=Role.COORDINATOR, organisation=None, is_admin=False):
    membership = by.memberships.first()
    return actions.invite_member(
        organisation=organisation or membership.organisation,
        email=email,
        role=role,
        is_admin=is_admin,
        invited_by=membership,
        site="http://testserver/",
    )


def link_of(message=None):
    message = message or Message.objects.order_by("-pk").first()
    return re.search(r"http://testserver(/invitation/\S+)", message.body)[1]


def token_of(link):
    return link.strip("/").split("/")[-1]


@pytest.fixture
def invitation(claire):
    return invite(claire)


@pytest.fixture
def link(invitation):
    return link_of()


def test_an_administrator_invites_from_the_members_page(client_of, claire):
    client = client_of(claire)
    answer = client.post(reverse("accounts:invite"), {"email": NEW.upper(), "role": Role.COORDINATOR})
    assert answer["Location"] == reverse("accounts:members")
    assert Invitation.objects.get().email == NEW
    assert Message.objects.get().recipient == NEW
    assert NEW in client.get(reverse("accounts:members")).content.decode()


def test_accepting_makes_the_account_and_its_membership(client, link, agency):
    page = client.get(link, follow=True)
    assert page.redirect_chain == [(ANSWER, 302)]
    assert NEW in page.content.decode()
    client.post(ANSWER, IDENTITY)
    user = User.objects.get(email=NEW)
    assert user.check_password(PASSWORD)
    assert [(one.organisation, one.role) for one in user.memberships.active()] == [(agency, Role.COORDINATOR)]
    assert AccessLog.objects.filter(action="accept-invitation").exists()


def test_whoever_accepted_can_sign_in(client, link):
    client.get(link)
    client.post(ANSWER, IDENTITY)
    client.post(reverse("account_login"), {"login": NEW, "password": PASSWORD})
    assert client.get(reverse("accounts:account")).status_code == 200


def test_opening_the_link_uses_up_nothing(client, link, invitation):
    client.get(link, follow=True)
    client.head(link)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not User.objects.filter(email=NEW).exists()


def test_the_token_leaves_the_address_and_is_kept_as_a_hash_only(client, link, invitation):
    answer = client.get(link)
    assert token_of(link) not in answer["Location"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert len(token_of(link)) >= 43
    assert token_of(link) not in invitation.token_hash


def test_a_second_use_is_said_without_data(client, client_of, link):
    client.get(link)
    client.post(ANSWER, IDENTITY)
    page = client_of(None).get(link, follow=True)
    assert page.status_code == 410
    assert "déjà été utilisée" in page.content.decode()
    assert NEW not in page.content.decode()


def test_a_known_address_signs_in_before_accepting(client_of, claire, denis, link):
    other = invite(claire, email=denis.email)
    other_link = link_of()
    stranger = client_of(None)
    page = stranger.get(other_link, follow=True)
    assert "connectez-vous, puis acceptez" in page.content.decode()
    stranger.post(ANSWER, IDENTITY)
    assert denis.memberships.count() == 1
    client = client_of(denis)
    client.get(other_link)
    client.post(ANSWER)
    other.refresh_from_db()
    assert other.accepted_at
    assert denis.memberships.active().filter(role=Role.COORDINATOR).exists()


def test_another_account_does_not_accept(client_of, denis, link, invitation):
    client = client_of(denis)
    client.get(link)
    page = client.post(ANSWER)
    assert "pour une autre adresse" in page.content.decode()
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_a_weak_password_is_refused_and_what_was_typed_stays(client, link):
    client.get(link)
    page = client.post(ANSWER, IDENTITY | {"password": "court"})
    assert "15 caractères" in page.context["form"].errors["password"][0]
    assert "GIRARD" in page.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_an_old_link_gives_a_fresh_one_while_the_invitation_is_open(client, link, invitation, settings):
    settings.IMPEC_TODAY = "2026-11-28"
    page = client.get(link, follow=True)
    assert page.status_code == 410
    assert "Recevoir un nouveau lien" in page.content.decode()
    client.post(reverse("accounts:renew_invitation"))
    fresh = link_of()
    assert fresh != link
    assert client.get(fresh, follow=True).status_code == 200


def test_a_fresh_link_closes_the_old_one(client, link, invitation, settings):
    settings.IMPEC_TODAY = "2026-11-21"
    actions.renew_invitation(invitation=invitation, site="http://testserver/")
    assert client.get(link, follow=True).status_code == 410


def test_fresh_links_are_not_sent_in_a_row(invitation):
    with pytest.raises(ValidationError, match="vient d'être envoyé"):
        actions.renew_invitation(invitation=invitation, site="http://testserver/")


def test_after_thirty_days_the_invitation_is_closed(client, link, settings):
    settings.IMPEC_TODAY = "2026-12-22"
    page = client.get(link, follow=True)
    assert page.status_code == 410
    assert "Recevoir un nouveau lien" not in page.content.decode()


def test_an_unknown_link_says_no_more_than_an_old_one(client, db):
    page = client.get("/invitation/un-lien-invente/", follow=True)
    assert page.status_code == 410


def test_a_withdrawn_invitation_opens_nothing(client_of, claire, link, invitation):
    client_of(claire).post(reverse("accounts:revoke", args=[invitation.pk]))
    assert "retirée" in client_of(None).get(link, follow=True).content.decode()


def test_the_inviter_must_still_manage_members_at_acceptance(claire, invitation, link):
    claire.memberships.update(is_admin=False)
    with pytest.raises(ValidationError):
        actions.accept_invitation(token=token_of(link), identity=actions.Identity("Sophie", "GIRARD", PASSWORD))


def test_a_closed_organisation_takes_nobody(agency, invitation, link):
    agency.deactivated_at = clock.now()
    agency.save()
    with pytest.raises(ValidationError):
        actions.accept_invitation(token=token_of(link), identity=actions.Identity("Sophie", "GIRARD", PASSWORD))


def test_the_role_belongs_to_the_trade_of_the_organisation(claire):
    with pytest.raises(ValidationError, match="Ce rôle n'existe pas"):
        invite(claire, role=Role.FUNDER)


def test_managing_members_is_not_given_to_a_role_without_second_factor(client_of, denis):
    data = {"email": NEW, "role": Role.TUTOR}
    page = client_of(denis).post(reverse("accounts:invite"), data | {"is_admin": "on"})
    assert "demande un second facteur" in page.context["form"].errors["is_admin"][0]
    assert not Invitation.objects.exists()
    client_of(denis).post(reverse("accounts:invite"), data)
    assert not Invitation.objects.get().is_admin


def test_a_member_who_manages_nothing_invites_nobody(bruno):
    with pytest.raises(ValidationError, match="qui gère les membres"):
        invite(bruno, role=Role.TUTOR)


def test_the_agency_brings_in_the_partners_of_a_cohort_and_no_other_agency(claire, denis):
    assert invite(claire, role=Role.EMPLOYER, organisation=denis.memberships.get().organisation, is_admin=True)
    other_agency = b.an_organisation(OrganisationKind.AGENCY, "Agence de Cherbourg")
    with pytest.raises(ValidationError):
        invite(claire, organisation=other_agency)


def test_an_employer_invites_nobody_next_door(denis, gaelle):
    with pytest.raises(ValidationError):
        invite(denis, role=Role.TUTOR, organisation=gaelle.memberships.get().organisation)


def test_twenty_invitations_a_day_at_most(claire):
    for number in range(20):
        invite(claire, email=f"personne{number}@agence.example")
    with pytest.raises(ValidationError, match="20 invitations"):
        invite(claire, email="de-trop@agence.example")


def test_inviting_again_replaces_the_first_invitation(claire, invitation, link, client):
    invite(claire)
    assert client.get(link, follow=True).status_code == 410
    assert Invitation.objects.open().count() == 1


def test_a_present_member_is_not_invited_again(claire):
    with pytest.raises(ValidationError, match="déjà ce rôle"):
        invite(claire, email=claire.email)


# --- Members ---


@pytest.fixture
def sophie(claire, agency):
    user = b.a_user(NEW, first_name="Sophie")
    b.a_membership(user, agency, Role.COORDINATOR)
    return user


def test_access_is_withdrawn_and_given_back(client_of, claire, sophie):
    membership = sophie.memberships.get()
    client = client_of(claire)
    assert "Sophie" in client.get(reverse("accounts:deactivate", args=[membership.pk])).content.decode()
    client.post(reverse("accounts:deactivate", args=[membership.pk]))
    assert client_of(sophie).get(reverse("accounts:account")).status_code == 302
    client.post(reverse("accounts:reactivate", args=[membership.pk]))
    assert client_of(sophie).get(reverse("accounts:account")).status_code == 200


def test_the_last_administrator_cannot_leave(client_of, claire, sophie):
    membership = claire.memberships.get()
    client_of(claire).post(reverse("accounts:deactivate", args=[membership.pk]))
    membership.refresh_from_db()
    assert membership.deactivated_at is None


def test_one_of_two_administrators_may_leave(claire, sophie):
    sophie.memberships.update(is_admin=True)
    actions.deactivate_membership(membership=claire.memberships.get(), by=sophie.memberships.get())
    assert not claire.memberships.active().exists()


def test_removing_a_member_drops_her_invitations(claire, sophie):
    sophie.memberships.update(is_admin=True)
    invitation = invite(sophie, email="autre@agence.example")
    actions.deactivate_membership(membership=sophie.memberships.get(), by=claire.memberships.get())
    invitation.refresh_from_db()
    assert invitation.revoked_at


def test_a_neighbours_member_is_not_found(client_of, denis, gaelle):
    membership = gaelle.memberships.get()
    for route in ("accounts:deactivate", "accounts:reactivate"):
        assert client_of(denis).post(reverse(route, args=[membership.pk])).status_code == 404


def test_a_neighbours_invitation_is_not_found(client_of, denis, gaelle):
    invitation = invite(gaelle, role=Role.TUTOR)
    assert client_of(denis).post(reverse("accounts:revoke", args=[invitation.pk])).status_code == 404


def test_rights_are_given_with_a_fresh_proof_of_identity(client, claire):
    claire.set_password(PASSWORD)
    claire.save()
    client.force_login(claire)
    answer = client.get(reverse("accounts:invite"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    client.post(answer["Location"], {"password": PASSWORD})
    assert client.get(reverse("accounts:invite")).status_code == 200


def test_a_reactivation_of_an_open_access_is_refused(claire):
    membership = claire.memberships.get()
    with pytest.raises(ValidationError, match="déjà ouvert"):
        actions.reactivate_membership(membership=membership, by=membership)


def test_the_link_lives_seven_days(invitation):
    assert invitation.link_expires_at - invitation.created_at == timedelta(days=7)


def test_whoever_lost_every_access_may_be_invited_again(client, claire, denis):
    lost = denis.memberships.get()
    lost.deactivated_at = clock.now()
    lost.save()
    invite(claire, email=denis.email, organisation=lost.organisation, role=Role.EMPLOYER)
    client.get(link_of())
    client.force_login(denis)
    assert client.get(reverse("accounts:answer_invitation")).status_code == 200
    assert client.post(reverse("accounts:answer_invitation"))["Location"] == reverse("home")
    lost.refresh_from_db()
    assert lost.deactivated_at is None


def test_no_name_is_a_social_security_number(client_of, claire):
    number = "1 84 06 50 147 023 69"
    page = client_of(claire).post(reverse("accounts:identity"), {"first_name": "Claire", "last_name": number})
    assert number not in page.content.decode()
    claire.refresh_from_db()
    assert claire.last_name == "MOREL"
