"""Rights follow the acting membership, and are read again at each request."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from accounts import clock
from accounts.access import PERMISSIONS, permissions_of
from accounts.middleware import SEEN_KEY, STARTED_KEY
from accounts.models import Job, Membership, Organisation, User
from accounts.roles import OrganisationKind, Role
from accounts.scope import acting_membership, acting_role
from tests import builders as b


@pytest.fixture
def two_hats(claire, denis):
    """Claire also tutors at Denis's."""
    return b.a_membership(claire, denis.memberships.get().organisation, Role.TUTOR)


def switch_to(client, membership):
    return client.post(reverse("accounts:switch"), {"membership": membership.pk})


def status_of(client, route="accounts:members"):
    return client.get(reverse(route)).status_code


def test_the_switch_changes_rights_at_once(client_of, claire, two_hats):
    client = client_of(claire)
    assert status_of(client) == 200
    switch_to(client, two_hats)
    assert status_of(client) == 403
    switch_to(client, claire.memberships.get(role=Role.COORDINATOR))
    assert status_of(client) == 200


def test_somebody_elses_role_is_not_taken(client_of, claire, denis):
    client = client_of(claire)
    switch_to(client, denis.memberships.get())
    page = client.get(reverse("accounts:account"))
    assert page.context["acting_membership"] == claire.memberships.get()


def test_a_withdrawn_role_is_not_taken(client_of, claire, two_hats):
    client = client_of(claire)
    Membership.objects.filter(pk=two_hats.pk).update(deactivated_at=clock.now())
    switch_to(client, two_hats)
    assert client.get(reverse("accounts:account")).context["acting_membership"].role == Role.COORDINATOR


def withdraw_member(user):
    user.memberships.update(deactivated_at=clock.now())


def close_organisation(user):
    Organisation.objects.filter(memberships__user=user).update(deactivated_at=clock.now())


def close_account(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("withdraw", [withdraw_member, close_organisation, close_account])
@pytest.mark.parametrize("already_seen", [True, False])
def test_access_is_lost_at_the_very_next_request(client_of, claire, withdraw, already_seen):
    client = client_of(claire)
    if already_seen:
        assert status_of(client, "accounts:account") == 200
    withdraw(claire)
    answer = client.get(reverse("accounts:account"))
    assert answer["Location"].startswith(reverse("account_login"))
    assert status_of(client, "accounts:jobs") == 302


def test_losing_the_role_one_acts_in_ends_the_session_even_with_another(client_of, claire, two_hats):
    client = client_of(claire)
    switch_to(client, two_hats)
    Membership.objects.filter(pk=two_hats.pk).update(deactivated_at=clock.now())
    assert status_of(client, "accounts:account") == 302


def age_session(client, key, minutes):
    session = client.session
    session[key] = (parse_datetime(session[key]) - timedelta(minutes=minutes)).isoformat()
    session.save()


@pytest.mark.parametrize(
    "key, minutes, status", [(SEEN_KEY, 29, 200), (SEEN_KEY, 31, 302), (STARTED_KEY, 719, 200), (STARTED_KEY, 721, 302)]
)
def test_sessions_end_by_themselves(client_of, claire, key, minutes, status):
    client = client_of(claire)
    status_of(client, "accounts:account")
    age_session(client, key, minutes)
    assert status_of(client, "accounts:account") == status


def test_being_there_prolongs_the_session(client_of, claire):
    client = client_of(claire)
    status_of(client, "accounts:account")
    age_session(client, SEEN_KEY, 20)
    client.post(reverse("accounts:prolong"))
    age_session(client, SEEN_KEY, 20)
    assert status_of(client, "accounts:account") == 200


def test_every_role_has_its_line_in_the_table():
    assert set(PERMISSIONS) == set(Role)


def test_permissions_name_a_room_and_an_act():
    named = [permission for permissions in PERMISSIONS.values() for permission in permissions]
    assert [name for name in named if len(name.split(".")) != 2 or "_" not in name.split(".")[1]] == []


def test_the_technical_administrator_reaches_no_person():
    of_people = {"person", "protected", "referral", "contract", "aid", "tutor", "observation", "session", "delivery"}
    assert not {name for name in PERMISSIONS[Role.ADMINISTRATOR] if name.split("_", 1)[1] in of_people}


def test_managing_members_comes_with_the_membership_and_not_the_role(claire):
    membership = claire.memberships.get()
    assert "accounts.manage_members" in permissions_of(membership)
    membership.is_admin = False
    assert "accounts.manage_members" not in permissions_of(membership)
    assert permissions_of(None) == frozenset()


def test_has_perm_reads_the_acting_role(claire, two_hats):
    assert claire.has_perm("cohorts.open_cohort")
    assert claire.has_module_perms("cohorts")
    assert claire.has_perms(["cohorts.open_cohort", "contracts.record_decision"])
    claire.acting_through = two_hats
    assert not claire.has_perm("cohorts.open_cohort")
    assert not claire.has_module_perms("imports")
    assert "tutoring.record_observation" in claire.get_all_permissions()


def test_a_stranger_acts_through_nothing(db, amina):
    assert acting_membership(None) is None
    assert acting_membership(amina) is None
    assert acting_role(amina) is None


def test_the_administration_site_is_for_the_technical_administrator(client_of, claire, ines):
    assert client_of(ines).get("/administration/").status_code == 200
    assert client_of(claire).get("/administration/", follow=True).status_code == 403


@pytest.mark.django_db
def test_the_administration_site_signs_in_where_everybody_does(client):
    page = client.get("/administration/", follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_an_organisation_holds_the_roles_of_its_trade(agency):
    assert agency.roles == (Role.COORDINATOR,)
    assert b.an_organisation(OrganisationKind.EMPLOYER).roles == (Role.EMPLOYER, Role.TUTOR)


def test_a_job_is_seen_while_acting_for_its_organisation(claire, two_hats):
    job = Job.objects.create(
        key="k", kind="export", label="O1", created_by=claire, membership=claire.memberships.get(role=Role.COORDINATOR)
    )
    assert list(Job.objects.visible_to(claire)) == [job]
    claire.acting_through = two_hats
    assert not Job.objects.visible_to(claire).exists()
