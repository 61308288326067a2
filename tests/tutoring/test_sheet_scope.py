"""How far the way in of a tutor reaches: whose sheets, until when, how many messages; fingerprints alone are kept."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse

from accounts import clock
from tests import builders as b
from tests.tutoring.sheets import MOBILE, TODAY, access_link, fill, go_in, posted, with_phone
from tutoring.models import SheetLink, TutorSheet

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def fresh_counters(db):
    cache.clear()


@pytest.fixture
def tutor(world):
    return with_phone(world.tutor)


def queued(client, tutorship, *month):
    """What the telephone keeps, sent once its session is over."""
    client.cookies.pop("sessionid", None)
    return client.post(fill(tutorship, *month), posted(nothing_new="on"), headers=JSON)


def test_no_session_holds_the_token_of_a_link(client, world, tutor):
    address = access_link(tutor)
    client.get(address)
    token = address.rstrip("/").split("/")[-1]
    assert token not in str([session.get_decoded() for session in Session.objects.all()])


def test_the_queue_of_a_telephone_ends_with_its_organisation(client, world, tutor):
    go_in(client, tutor)
    organisation = world.closerie.employer.organisation
    organisation.deactivated_at = clock.now()
    organisation.save()
    answer = queued(client, world.tutorship)
    assert (answer.status_code, answer.json()) == (401, {"closed": True})
    assert not TutorSheet.objects.exists()


def test_sending_reaches_nobody_who_works_for_another_employer_now(client, world, tutor):
    go_in(client, tutor)
    world.contract.establishment = world.estran
    world.contract.save()
    b.a_tutorship(b.a_contract(establishment=world.closerie, cohort=world.cohort), tutor)
    name = world.person.first_name
    answer = client.post(fill(world.tutorship), {"mood": "?"})
    assert answer.status_code == 404
    assert name not in answer.content.decode()
    assert queued(client, world.tutorship).status_code == 409
    assert not TutorSheet.objects.exists()


@pytest.mark.parametrize("mark", ["objected_on", "erased_on"])
def test_sending_reaches_nobody_whose_file_is_frozen_or_erased(client, world, tutor, mark):
    b.a_tutorship(b.a_contract(establishment=world.closerie, cohort=world.cohort), tutor)
    go_in(client, tutor)
    setattr(world.person, mark, TODAY)
    world.person.save()
    assert client.post(fill(world.tutorship), {"mood": "?"}).status_code == 404
    assert queued(client, world.tutorship).status_code == 409


def test_five_links_an_hour_to_one_address_however_many_tutors_share_it(client, world, tutor):
    for rank in range(3):
        other = b.a_tutor(world.closerie, phone=MOBILE, last_name=f"LEROY {rank}")
        b.a_tutorship(b.a_contract(establishment=world.closerie, cohort=world.cohort), other)
    for _ in range(4):
        client.post(reverse("tutoring:enter_sheets"), {"contact": MOBILE})
    assert SheetLink.objects.count() == 5
