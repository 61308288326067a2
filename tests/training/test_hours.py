"""Hours in minutes: planned, due, done, and what nobody noted."""

from datetime import date

import pytest

from cohorts.models import Enrolment
from regulations.training import AttendanceStatus, HalfDayPart
from tests import builders as b
from training.hours import Hours, expected_at, hours_by_enrolment, total

pytestmark = pytest.mark.django_db


def test_planned_stops_where_the_contract_stops(cohort):
    session = b.a_session(cohort)
    b.a_half_day(session, day=date(2026, 2, 10))
    b.a_half_day(session, day=date(2026, 6, 30))
    enrolment = b.an_enrolment(cohort=cohort)
    b.a_contract(enrolment=enrolment, broken_on=date(2026, 6, 12), break_reason="RESIGNATION")
    hours = hours_by_enrolment(Enrolment.objects.all(), on=b.TODAY)[enrolment.pk]
    assert (hours.planned_minutes, hours.half_days, hours.half_days_missing) == (210, 1, 1)


def test_cancelled_half_days_count_nowhere(world):
    b.a_half_day(world.session, day=date(2026, 4, 28), cancelled_on=date(2026, 4, 28), cancel_reason="Absente")
    hours = hours_by_enrolment(Enrolment.objects.all(), on=b.TODAY)
    assert {one.planned_minutes for one in hours.values()} == {210}


def test_a_half_day_to_come_is_planned_and_not_due(world):
    b.a_half_day(world.session, day=date(2026, 12, 8), part=HalfDayPart.AFTERNOON)
    hours = hours_by_enrolment(Enrolment.objects.filter(pk=world.enrolment.pk), on=b.TODAY)[world.enrolment.pk]
    assert hours == Hours(
        planned_minutes=420,
        due_minutes=210,
        done_minutes=210,
        half_days=2,
        half_days_due=1,
        half_days_noted=1,
        half_days_missing=0,
    )


def test_voided_rows_do_not_count(world, esther):
    world.half_day.attendances.filter(enrolment=world.enrolment).update(voided_at="2026-02-11T08:00:00Z")
    hours = hours_by_enrolment(Enrolment.objects.all(), on=b.TODAY)[world.enrolment.pk]
    assert (hours.done_minutes, hours.half_days_missing) == (0, 1)


def test_expected_are_the_people_under_contract_that_day_of_all_employers(world):
    assert set(expected_at(world.half_day)) == {world.enrolment, world.other_contract.enrolment}
    after = b.a_half_day(world.session, day=date(2027, 3, 1))
    assert not expected_at(after).exists()


def test_hours_cost_the_same_queries_for_two_people_and_for_twenty(world, django_assert_num_queries):
    with django_assert_num_queries(4):
        hours_by_enrolment(Enrolment.objects.filter(cohort=world.cohort), on=b.TODAY)
    for _ in range(18):
        enrolment = b.an_enrolment(cohort=world.cohort)
        b.a_contract(enrolment=enrolment, cohort=world.cohort)
        b.an_attendance(world.half_day, enrolment, AttendanceStatus.PRESENT)
    with django_assert_num_queries(4):
        hours = hours_by_enrolment(Enrolment.objects.filter(cohort=world.cohort), on=b.TODAY)
    assert total(hours.values()).done_minutes == 20 * 210
