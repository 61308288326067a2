"""The world everybody tests in says who sees whom: rows first, the pages come after."""

import pytest

from accounts import clock
from cohorts.models import Cohort, Enrolment, Person, Referral
from contracts.models import AidRequest, Contract
from tests import builders as b
from training.models import Attendance, Session
from tutoring.models import Tutor

SEEN = {
    # model: role → number of rows
    Cohort: {"coordinator": 1, "employer": 1, "neighbour": 1, "trainer": 1, "tutor": 0, "adviser": 0, "funder": 0},
    Person: {"coordinator": 2, "employer": 1, "neighbour": 1, "trainer": 2, "tutor": 1, "adviser": 1, "funder": 0},
    Enrolment: {"coordinator": 2, "employer": 1, "neighbour": 1, "trainer": 2, "tutor": 1, "adviser": 0, "funder": 0},
    Contract: {"coordinator": 2, "employer": 1, "neighbour": 1, "trainer": 2, "tutor": 1, "adviser": 0, "funder": 0},
    AidRequest: {"coordinator": 2, "employer": 1, "neighbour": 1, "tutor": 1, "adviser": 0, "funder": 0},
    Referral: {"coordinator": 1, "employer": 1, "neighbour": 0, "trainer": 0, "tutor": 0, "adviser": 1, "funder": 0},
    Session: {"coordinator": 1, "employer": 1, "trainer": 1, "tutor": 1, "trainee": 1, "adviser": 0, "funder": 0},
    Attendance: {"coordinator": 2, "employer": 1, "trainer": 2, "tutor": 1, "trainee": 1, "adviser": 0, "funder": 0},
    Tutor: {"coordinator": 2, "employer": 1, "neighbour": 1, "tutor": 1, "adviser": 0, "trainer": 0, "funder": 0},
}


@pytest.mark.parametrize("model", SEEN, ids=lambda model: model.__name__)
def test_each_role_reaches_its_own_rows(world, model):
    found = {role: model.objects.visible_to(world.users[role]).count() for role in SEEN[model]}
    assert found == SEEN[model]


def test_neighbour_employer_reaches_none_of_the_rows_next_door(world, gaelle):
    assert world.person not in Person.objects.visible_to(gaelle)
    assert world.contract not in Contract.objects.visible_to(gaelle)


def test_a_stranger_and_an_administrator_reach_nobody(world, ines):
    for model in SEEN:
        assert not model.objects.visible_to(ines).exists(), model


def test_an_objection_hides_the_person_and_her_contract(world, claire):
    Person.objects.filter(pk=world.person.pk).update(objected_on="2026-11-01")
    assert world.person not in Person.objects.visible_to(claire)
    assert world.contract not in Contract.objects.visible_to(claire)


def test_an_invitation_withdrawn_or_refused_closes_the_cohort_again(world, gaelle):
    cohort = b.a_cohort(code="GRV 09/26")
    invitation = cohort.invitations.create(
        establishment=world.estran, email="rh@estran.example", token_hash="a" * 64, link_expires_at=clock.now()
    )
    assert cohort in Cohort.objects.visible_to(gaelle)
    invitation.answer, invitation.answered_at = "REFUSED", clock.now()
    invitation.save()
    assert cohort not in Cohort.objects.visible_to(gaelle)
