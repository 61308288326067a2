"""The list of the members, read again every three months; and what leaves with a member."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import actions, clock
from accounts.models import AccessLog
from accounts.roles import Role
from exports.models import Delivery, DeliveryLink, ExportProfile
from tests import builders as b
from tests.contracts.test_at_once import at_once
from training.actions.calendars import find_feed, open_feed

CONFIRM = "accounts:confirm_members"


def test_the_list_is_confirmed_and_the_day_is_kept(client_of, claire):
    client = client_of(claire)
    assert "Confirmer la liste" in client.get(reverse("accounts:members")).content.decode()
    assert client.post(reverse(CONFIRM))["Location"] == reverse("accounts:members")
    assert claire.memberships.get().members_confirmed_on == clock.today()
    line = AccessLog.objects.get(action="confirm-members")
    assert (line.user, line.count) == (claire, 1)
    assert "Vous l'avez confirmée le 20/11/2026" in client.get(reverse("accounts:members")).content.decode()
    assert "liste des membres confirmée" in client.get(reverse("accounts:access_log")).content.decode()


@pytest.mark.parametrize("day, is_asked", [("2027-02-19", False), ("2027-02-20", True), ("2027-06-01", True)])
def test_three_months_later_the_home_asks_again(client_of, claire, settings, day, is_asked):
    b.a_membership(b.a_user("sophie@agence.example"), claire.memberships.get().organisation, Role.COORDINATOR)
    client_of(claire).post(reverse(CONFIRM))
    settings.IMPEC_TODAY = day
    page = client_of(claire).get(reverse("home")).content.decode()
    assert ("membres à relire dans votre liste" in page) == is_asked
    assert ("À relire depuis le" in client_of(claire).get(reverse("accounts:members")).content.decode()) == is_asked


def test_each_one_who_manages_the_members_is_asked(client_of, claire, agency, settings):
    sophie = b.a_user("sophie@agence.example")
    b.a_membership(sophie, agency, Role.COORDINATOR, is_admin=True)
    other = b.a_user("lea@agence.example")
    b.a_membership(other, agency, Role.COORDINATOR)
    settings.IMPEC_TODAY = "2027-03-01"
    client_of(claire).post(reverse(CONFIRM))
    said = {
        user: "à relire dans votre liste" in client_of(user).get(reverse("home")).content.decode()
        for user in (claire, sophie, other)
    }
    assert said == {claire: False, sophie: True, other: False}


@pytest.mark.parametrize("name", ["denis", "hugo", "ines", "esther"])
def test_every_kind_of_organisation_is_asked(request, client_of, settings, name):
    user = request.getfixturevalue(name)
    settings.IMPEC_TODAY = "2027-03-01"
    assert "membre à relire dans votre liste" in client_of(user).get(reverse("home")).content.decode()


def test_whoever_manages_nothing_confirms_nothing(client_of, bruno):
    assert client_of(bruno).post(reverse(CONFIRM)).status_code == 403
    with pytest.raises(ValidationError, match="qui gère les membres"):
        actions.confirm_members(by=bruno.memberships.get(), on=clock.today())


# --- What leaves with a member ---


@pytest.fixture
def sophie(claire, agency):
    user = b.a_user("sophie@agence.example", first_name="Sophie")
    b.a_membership(user, agency, Role.COORDINATOR)
    return user


@pytest.fixture
def delivery(world, claire, hugo):
    day = b.TODAY
    profile = ExportProfile.objects.create(code="O1", version=99, name="Liste", columns=[], valid_from=day)
    return Delivery.objects.create(
        cohort=world.cohort,
        number="2026-11-OPCO-99",
        code="O1",
        profile=profile,
        recipient=hugo.memberships.get().organisation,
        as_of=day,
        author=claire,
        frozen_at=clock.now(),
        sent_at=clock.now(),
        file="remises/o1.xlsx",
        file_name="o1.xlsx",
        sha256="a" * 64,
    )


def withdraw(user, by, organisation=None):
    rows = user.memberships.filter(organisation=organisation) if organisation else user.memberships
    return actions.deactivate_membership(membership=rows.first(), by=by.memberships.first())


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_remove_each_other_at_once_one_stays(claire, agency):
    sophie = b.a_user("sophie@agence.example")
    hers, mine = b.a_membership(sophie, agency, Role.COORDINATOR, is_admin=True), claire.memberships.get()
    outcomes = at_once(
        lambda: actions.deactivate_membership(membership=hers, by=mine),
        lambda: actions.deactivate_membership(membership=mine, by=hers),
    )
    assert outcomes == ["done", "refused"]
    assert agency.memberships.active().filter(is_admin=True).count() == 1


def a_link(delivery, user):
    return DeliveryLink.objects.create(
        delivery=delivery,
        email="hugo@opco.example",
        token_hash=f"lien de {user.pk}",
        sent_by=user,
        created_at=clock.now(),
        expires_at=clock.at(b.LAST_DAY, clock.now().time()),
    )


def test_links_she_sent_open_nothing_more(world, claire, sophie, delivery):
    hers, mine = a_link(delivery, sophie), a_link(delivery, claire)
    withdraw(sophie, claire)
    hers.refresh_from_db()
    mine.refresh_from_db()
    assert (hers.stands, hers.revoked_by) == (False, claire)
    assert mine.stands


def test_calendars_she_opened_answer_no_more(world, denis, claire):
    chief = b.a_user("chef@closerie.example")
    b.a_membership(chief, denis.memberships.get().organisation, Role.EMPLOYER, is_admin=True)
    token = open_feed(establishment=world.closerie, by=denis, at=clock.now())
    other = open_feed(establishment=world.estran, by=claire, at=clock.now())
    assert find_feed(token)
    withdraw(denis, chief)
    assert find_feed(token) is None
    assert find_feed(other)


def test_another_role_in_the_same_house_keeps_her_calendars(world, denis):
    chief = b.a_user("chef@closerie.example")
    organisation = denis.memberships.get().organisation
    b.a_membership(chief, organisation, Role.EMPLOYER, is_admin=True)
    tutor = b.a_membership(denis, organisation, Role.TUTOR)
    token = open_feed(establishment=world.closerie, by=denis, at=clock.now())
    actions.deactivate_membership(membership=tutor, by=chief.memberships.get())
    assert find_feed(token)


def test_her_own_calendar_as_a_trainee_stays(world, amina, denis):
    organisation = denis.memberships.get().organisation
    membership = b.a_membership(amina, organisation, Role.EMPLOYER)
    token = open_feed(person=amina.person, by=amina, at=clock.now())
    actions.deactivate_membership(membership=membership, by=denis.memberships.get())
    assert find_feed(token)
