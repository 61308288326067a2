"""A member lost her second factor: who may put it down, after which proof, and what no invitation may weaken."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts import clock, factors
from accounts.models import AccessLog, Message
from accounts.roles import Role
from tests import builders as b

PASSWORD = "quatre chevaux gris sous la pluie"
HOW = "vue au bureau, carte professionnelle présentée"


@pytest.fixture(autouse=True)
def fresh_counters(db):
    cache.clear()


def with_factor(user):
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return user


@pytest.fixture
def sophie(agency):
    """Claire's colleague, with a second factor."""
    user = b.a_user("sophie@agence.example", first_name="Sophie", last_name="GIRARD")
    b.a_membership(user, agency, Role.COORDINATOR)
    return with_factor(user)


def page_of(user, organisation=None):
    rows = user.memberships.filter(organisation=organisation) if organisation else user.memberships
    return reverse("accounts:reset_factor", args=[rows.get().pk])


def reset(by, user, organisation=None):
    rows = user.memberships.filter(organisation=organisation) if organisation else user.memberships
    return factors.reset_second_factor(membership=rows.get(), by=by.memberships.get(), identified=HOW)


def has_factor(user):
    return Authenticator.objects.filter(user=user).exists()


def is_inside(client):
    return client.get(reverse("accounts:account")).status_code == 200


def test_the_administrator_resets_the_factor_of_a_member(client_of, claire, sophie):
    client = client_of(claire)
    assert page_of(sophie) in client.get(reverse("accounts:members")).content.decode()
    page = client.get(page_of(sophie)).content.decode()
    assert "Sophie GIRARD" in page
    assert client.post(page_of(sophie), {"identified": HOW})["Location"] == reverse("accounts:members")
    assert not has_factor(sophie)
    line = AccessLog.objects.get(action="reset-second-factor")
    assert (line.user, line.object_id, line.purpose) == (claire, str(sophie.memberships.get().pk), HOW)
    assert "second facteur réinitialisé" in client.get(reverse("accounts:access_log")).content.decode()


def test_the_member_is_told_and_by_whom(claire, sophie):
    reset(claire, sophie)
    message = Message.objects.get()
    assert message.recipient == sophie.email
    assert "Claire MOREL, de « Agence d'Avranches »" in message.body


def test_all_her_sessions_end_within_one_request(claire, sophie):
    computer, phone = Client(), Client()
    codes = Authenticator.objects.get(user=sophie, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    for browser, code in ((computer, codes[0]), (phone, codes[1])):
        browser.post(reverse("account_login"), {"login": sophie.email, "password": PASSWORD})
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert is_inside(browser)
    reset(claire, sophie)
    assert not is_inside(computer)
    assert not is_inside(phone)


def test_her_next_sign_in_leads_to_a_new_factor(client, claire, sophie, settings):
    settings.MFA_REQUIRED = True
    reset(claire, sophie)
    client.post(reverse("account_login"), {"login": sophie.email, "password": PASSWORD})
    assert client.get(reverse("home"))["Location"] == reverse("mfa_activate_totp")


def test_the_administrator_proves_who_she_is_first(client, claire, sophie):
    claire.set_password(PASSWORD)
    claire.save()
    client.force_login(claire)
    for answer in (client.get(page_of(sophie)), client.post(page_of(sophie), {"identified": HOW})):
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert has_factor(sophie)


@pytest.mark.parametrize("said", ["", "oui", "née le 1 84 06 50 147 023 69"])
def test_how_she_was_identified_is_written(client_of, claire, sophie, said):
    page = client_of(claire).post(page_of(sophie), {"identified": said})
    assert page.status_code == 200
    assert page.context["form"].errors["identified"]
    assert "147 023" not in page.content.decode()
    assert has_factor(sophie)


def test_nobody_resets_her_own(client_of, claire):
    with_factor(claire)
    assert page_of(claire) not in client_of(claire).get(reverse("accounts:members")).content.decode()
    with pytest.raises(ValidationError, match="Votre propre second facteur"):
        reset(claire, claire)
    assert has_factor(claire)


def test_a_colleague_who_manages_nothing_resets_nothing(client_of, agency, sophie):
    other = b.a_user("lea@agence.example", first_name="Léa")
    b.a_membership(other, agency, Role.COORDINATOR)
    assert client_of(other).post(page_of(sophie), {"identified": HOW}).status_code == 403
    with pytest.raises(ValidationError, match="qui gère les membres"):
        reset(other, sophie)
    assert has_factor(sophie)


def test_the_neighbours_members_are_not_found(client_of, gaelle, bruno):
    with_factor(bruno)
    client = client_of(gaelle)
    assert client.get(page_of(bruno)).status_code == 404
    assert client.post(page_of(bruno), {"identified": HOW}).status_code == 404
    assert client.post(page_of(bruno), {}).status_code == 404
    with pytest.raises(ValidationError):
        reset(gaelle, bruno)
    assert has_factor(bruno)


@pytest.fixture
def lured(claire, denis):
    """Claire accepted an invitation of Denis, who now manages one of her memberships."""
    b.a_membership(claire, denis.memberships.get().organisation, Role.TUTOR)
    return with_factor(claire)


def test_an_account_that_opens_another_organisation_is_not_weakened(client_of, denis, lured):
    organisation = denis.memberships.get().organisation
    client, address = client_of(denis), page_of(lured, organisation)
    refused = client.get(address, follow=True)
    assert "organisation dont vous ne gérez pas les membres" in refused.content.decode()
    assert "Agence d'Avranches" not in refused.content.decode()
    page = client.post(address, {"identified": HOW})
    assert "organisation dont vous ne gérez pas les membres" in page.content.decode()
    assert has_factor(lured)
    assert not AccessLog.objects.filter(action="reset-second-factor").exists()


def test_withdrawing_one_access_does_not_open_the_way(denis, lured):
    """The one that counts is the other organisation's, and Denis may only withdraw his own."""
    organisation = denis.memberships.get().organisation
    lured.memberships.filter(organisation=organisation).update(deactivated_at=clock.now())
    with pytest.raises(ValidationError, match="accès de cette personne est retiré"):
        reset(denis, lured, organisation)
    assert has_factor(lured)


def test_whoever_manages_both_organisations_may(agency, denis, lured):
    b.a_membership(denis, agency, Role.COORDINATOR, is_admin=True)
    organisation = denis.memberships.get(role=Role.EMPLOYER).organisation
    membership = lured.memberships.get(organisation=organisation)
    by = denis.memberships.get(role=Role.EMPLOYER)
    factors.reset_second_factor(membership=membership, by=by, identified=HOW)
    assert not has_factor(lured)


def test_the_technical_administration_does_it_and_the_organisations_are_told(client_of, ines, denis, lured):
    client = client_of(ines)
    address = page_of(lured, denis.memberships.get().organisation)
    assert address in client.get(reverse("admin:accounts_membership_changelist")).content.decode()
    answer = client.post(address, {"identified": HOW})
    assert answer["Location"] == reverse("admin:accounts_membership_changelist")
    assert not has_factor(lured)
    assert set(Message.objects.values_list("recipient", flat=True)) == {lured.email, denis.email}
    assert not re.search(lured.last_name, Message.objects.get(recipient=denis.email).body)


def test_nothing_is_reset_twice(claire, sophie):
    reset(claire, sophie)
    with pytest.raises(ValidationError, match="pas de second facteur"):
        reset(claire, sophie)
    assert Message.objects.count() == 1
