"""From a proposal to an answer: the last seat, the reasons, what the prescriber learns."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Message
from cohorts import actions, jobs
from cohorts.models import Enrolment, Referral
from tests import builders as b

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(cohort, closerie):
    return b.a_seat(cohort, closerie, quantity=1)


@pytest.fixture
def propose(cohort, seat, farid):
    adviser = farid.adviser

    def propose(person=None, seat=seat):
        return actions.refer(
            person=person or b.a_person(),
            cohort=cohort,
            prescriber=adviser.prescriber,
            adviser=adviser,
            seat=seat,
            referred_on=b.TODAY,
        )

    return propose


def test_a_person_taken_is_enrolled_and_holds_the_place(propose, denis, seat):
    referral = actions.accept_referral(referral=propose(), by=denis, on=b.TODAY)
    enrolment = Enrolment.objects.get()
    assert (enrolment.seat, enrolment.seat_accepted_on) == (seat, b.TODAY)
    assert (referral.outcome, referral.answered_by) == (Referral.Outcome.ACCEPTED, denis)


def test_the_last_place_is_taken_once(propose, denis):
    first, second = propose(), propose()
    actions.accept_referral(referral=first, by=denis, on=b.TODAY)
    with pytest.raises(ValidationError, match="Plus de place"):
        actions.accept_referral(referral=second, by=denis, on=b.TODAY)
    second.refresh_from_db()
    assert second.answered_on is None
    assert Enrolment.objects.count() == 1


def test_a_freed_place_is_open_again(propose, denis):
    actions.accept_referral(referral=propose(), by=denis, on=b.TODAY)
    actions.free_seat(enrolment=Enrolment.objects.get(), on=b.TODAY)
    actions.accept_referral(referral=propose(), by=denis, on=b.TODAY)
    assert Enrolment.objects.holding().count() == 1


def test_an_answer_is_given_once(propose, denis):
    referral = actions.refuse_referral(referral=propose(), reason="SCHEDULE", by=denis, on=b.TODAY)
    with pytest.raises(ValidationError, match="déjà été donnée"):
        actions.accept_referral(referral=referral, by=denis, on=b.TODAY)


def test_a_refusal_needs_its_reason(propose, denis):
    with pytest.raises(ValidationError, match="motif"):
        actions.refuse_referral(referral=propose(), reason="", by=denis, on=b.TODAY)


def test_a_refused_person_is_proposed_elsewhere_and_the_history_stays(propose, denis, cohort, estran):
    first = propose()
    actions.refuse_referral(referral=first, reason="DISTANCE", by=denis, on=b.TODAY)
    propose(first.person, b.a_seat(cohort, estran))
    assert first.person.referrals.count() == 2


def test_the_same_proposal_twice_is_refused(propose):
    first = propose()
    with pytest.raises(ValidationError, match="déjà proposée"):
        propose(first.person)


def test_a_person_who_holds_a_place_is_not_proposed_again(propose, denis, cohort, estran):
    first, other = propose(), None
    actions.accept_referral(referral=first, by=denis, on=b.TODAY)
    with pytest.raises(ValidationError, match="tient déjà une place"):
        other = propose(first.person, b.a_seat(cohort, estran))
    assert other is None


def test_a_place_of_another_cohort_is_refused(propose, closerie):
    with pytest.raises(ValidationError, match="autre cohorte"):
        propose(seat=b.a_seat(b.a_cohort(), closerie))


def test_a_person_taken_elsewhere_waits_no_more(propose, denis, cohort, estran):
    here = propose()
    there = propose(here.person, b.a_seat(cohort, estran))
    actions.accept_referral(referral=here, by=denis, on=b.TODAY)
    assert list(Referral.objects.waiting()) == [there]
    assert not Referral.objects.to_answer().exists()


def test_the_prescriber_learns_the_end_once_without_reason_nor_employer(propose, denis, closerie):
    referral = actions.accept_referral(referral=propose(), by=denis, on=b.TODAY)
    actions.tell_outcome(referral=referral, outcome="recrutée")
    message = Message.objects.get()
    assert message.recipient == "farid@prescripteur.example"
    assert "recrutée" in message.body
    assert referral.person.birth_name not in message.body
    assert closerie.name not in message.body


def test_a_refusal_is_told_when_nothing_followed_it(propose, denis):
    referral = propose()
    actions.refuse_referral(referral=referral, reason="SCHEDULE", by=denis, on=b.TODAY)
    assert jobs.tell_prescribers(str(b.TODAY + timedelta(days=13))) == 0
    for _ in range(2):
        assert jobs.tell_prescribers(str(b.TODAY + timedelta(days=14))) == 1
    message = Message.objects.get()
    assert "non retenue" in message.body
    assert "horaires" not in message.body


def test_a_refusal_followed_by_another_proposal_is_not_told(propose, denis, cohort, estran):
    first = propose()
    actions.refuse_referral(referral=first, reason="DISTANCE", by=denis, on=b.TODAY)
    propose(first.person, b.a_seat(cohort, estran))
    assert jobs.tell_prescribers(str(b.TODAY + timedelta(days=14))) == 0


def test_giving_up_before_a_contract_keeps_its_reason(cohort):
    enrolment = b.an_enrolment(cohort=cohort)
    with pytest.raises(ValidationError, match="pourquoi"):
        actions.withdraw(enrolment=enrolment, on=b.TODAY, reason=" ")
    assert actions.withdraw(enrolment=enrolment, on=b.TODAY, reason="Autre emploi").withdrawn_on == b.TODAY


def test_giving_up_after_a_contract_is_a_break(world):
    with pytest.raises(ValidationError, match="contrat existe"):
        actions.withdraw(enrolment=world.contract.enrolment, on=b.TODAY, reason="Autre emploi")


def test_a_person_is_enrolled_once_in_a_cohort(cohort):
    enrolment = b.an_enrolment(cohort=cohort)
    with pytest.raises(ValidationError, match="déjà inscrite"):
        actions.enrol(person=enrolment.person, cohort=cohort, enrolled_on=date(2026, 3, 1))
