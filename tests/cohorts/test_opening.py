"""Opening a cohort: its milestones, its referents, its seats."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from cohorts import actions, reference
from cohorts.models import Cohort, CohortTemplate, Milestone, Prescriber, Seat
from regulations.deadlines import milestones
from tests import builders as b

pytestmark = pytest.mark.django_db


@pytest.fixture
def template():
    reference.load()
    return CohortTemplate.objects.get(name=reference.TEMPLATE_NAME)


@pytest.fixture
def avranches(agency, template, claire):
    return actions.open_cohort(
        code="AVR 2027",
        name="ImPEC Avranches",
        agency=agency,
        template=template,
        starts_on=date(2027, 2, 1),
        seats_planned=12,
        referent=claire,
        on=b.TODAY,
    )


def due_days(cohort):
    return dict(cohort.milestones.values_list("label", "due_on"))


def test_reference_data_may_be_loaded_twice(template):
    reference.load()
    assert CohortTemplate.objects.count() == 1
    assert Prescriber.objects.filter(name="Mission locale").count() == 1


def test_a_corrected_template_is_not_overwritten(template):
    template.milestones.first().delete()
    before = template.milestones.count()
    reference.load()
    assert template.milestones.count() == before


def test_the_milestones_are_those_of_the_model(avranches):
    expected = {one.label: one.due_on for one in milestones(avranches.starts_on, avranches.ends_on)}
    assert due_days(avranches) == expected
    assert min(expected.values()) == date(2026, 11, 3)
    assert avranches.ends_on == date(2028, 1, 31)


def test_whoever_opens_a_cohort_follows_its_people(avranches, claire):
    assert list(Cohort.objects.followed_by(claire, b.TODAY)) == [avranches]


def test_a_new_first_day_takes_the_untouched_milestones_along(avranches, claire):
    seats = avranches.milestones.get(label="recenser les places avec les employeurs")
    core = avranches.milestones.get(label="caler les séances du socle commun")
    done = avranches.milestones.get(label="premier jour des contrats")
    actions.move_milestone(milestone=core, due_on=date(2026, 12, 1))
    actions.finish_milestone(milestone=done, done_on=b.TODAY, by=claire)
    cohort = actions.move_first_day(cohort=avranches, starts_on=date(2027, 3, 1), version=0)
    days = due_days(cohort)
    assert cohort.ends_on == date(2028, 2, 29)
    assert days[seats.label] == date(2026, 12, 1)
    assert days[core.label] == date(2026, 12, 1)
    assert days[done.label] == date(2027, 2, 1)


def test_a_milestone_is_late_until_it_is_done(avranches, claire):
    late = Milestone.objects.late(b.TODAY)
    assert {milestone.label for milestone in late} == {
        "recenser les places avec les employeurs",
        "caler les séances du socle commun",
    }
    actions.finish_milestone(milestone=late.first(), done_on=b.TODAY, by=claire)
    assert Milestone.objects.late(b.TODAY).count() == 1


def test_a_code_is_used_once(avranches, agency):
    with pytest.raises(ValidationError):
        actions.open_cohort(code="AVR 2027", name="Autre", agency=agency, starts_on=date(2027, 2, 1))


def test_a_cohort_that_ends_before_it_begins_is_refused(avranches):
    with pytest.raises(ValidationError, match="Le dernier jour doit suivre le premier"):
        actions.change_cohort(cohort=avranches, ends_on=date(2026, 1, 1))


def test_a_referent_belongs_to_the_agency(avranches, denis):
    with pytest.raises(ValidationError, match="agence"):
        actions.name_referent(cohort=avranches, user=denis, valid_from=b.TODAY)


def test_a_referent_is_named_once(avranches, claire):
    with pytest.raises(ValidationError, match="déjà référente"):
        actions.name_referent(cohort=avranches, user=claire, valid_from=b.TODAY)


def test_the_end_of_a_referent_closes_her_view(avranches, claire):
    actions.end_referent(referent=avranches.referents.get(), valid_to=date(2026, 12, 31))
    assert Cohort.objects.followed_by(claire, date(2026, 12, 31)).exists()
    assert not Cohort.objects.followed_by(claire, date(2027, 1, 1)).exists()


def test_the_same_job_offered_again_changes_the_number(cohort, closerie):
    actions.offer_seat(cohort=cohort, establishment=closerie, quantity=2, job_title="Aide à la vie")
    actions.offer_seat(cohort=cohort, establishment=closerie, quantity=3, job_title="Aide à la vie")
    assert Seat.objects.get().quantity == 3


def test_fewer_places_than_are_held_is_refused(cohort, closerie):
    seat = b.a_seat(cohort, closerie, quantity=2)
    for _ in range(2):
        b.an_enrolment(cohort=cohort, seat=seat, seat_accepted_on=b.TODAY)
    with pytest.raises(ValidationError, match="2 places sont déjà tenues"):
        actions.change_seat(seat=seat, quantity=1)


def test_filled_places_are_counted_without_those_freed(cohort, closerie):
    seat = b.a_seat(cohort, closerie, quantity=3)
    b.an_enrolment(cohort=cohort, seat=seat)
    b.an_enrolment(cohort=cohort, seat=seat, freed_on=b.TODAY)
    b.an_enrolment(cohort=cohort, seat=seat, withdrawn_on=b.TODAY)
    assert Seat.objects.with_filled().get().filled == 1
