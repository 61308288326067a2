"""Two people at the same instant: one certificate, one convention, numbers that follow each other."""

from datetime import date
from decimal import Decimal

import pytest

from tests.contracts.test_at_once import at_once
from tests.training.paid import AT, MARCH, a_convention, a_held_half_day, a_training_body, an_invoice
from training.actions.certificates import issue_certificate
from training.actions.conventions import Terms, prepare_conventions
from training.models import Certificate, Convention

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_trainers_who_issue_at_once_one_does(world, esther, claire):
    convention = a_convention(world.cohort, world.closerie, world.enrolment)
    a_held_half_day(world.cohort, date(2026, 3, 10), world.enrolment)
    an_invoice(convention, (world.enrolment, 210))

    def issue(by):
        issue_certificate(convention=convention, enrolment=world.enrolment, period=MARCH, by=by, at=AT)

    assert at_once(lambda: issue(esther), lambda: issue(claire)) == ["done", "refused"]
    assert Certificate.objects.get().number == "SM-2026-CR-001"


def test_of_two_people_who_prepare_the_conventions_at_once_one_does(world):
    terms = Terms(training_body=a_training_body(world.cohort.training_organisation), hourly_rate=Decimal(15))

    def prepare():
        prepare_conventions(cohort=world.cohort, terms=terms)

    assert at_once(prepare, prepare) == ["done", "refused"]
    assert sorted(Convention.objects.values_list("number", flat=True)) == ["SM-2026-CONV-01", "SM-2026-CONV-02"]
