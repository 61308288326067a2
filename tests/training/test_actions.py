"""Planning, rolls and proofs of the core training."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from cohorts.models import CohortTemplate
from regulations.training import AttendanceStatus, HalfDayPart
from tests import builders as b
from training import actions, reference
from training.models import Attendance, Module, Programme

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 10, 12, 30, tzinfo=ZoneInfo("Europe/Paris"))
MORNING = actions.Slot(day=date(2026, 2, 10), part=HalfDayPart.MORNING, starts_at=time(9), ends_at=time(12, 30))


@pytest.fixture
def half_day(world):
    """A half-day nobody noted yet."""
    return b.a_half_day(world.session, day=date(2026, 3, 10))


def entry(enrolment, status=AttendanceStatus.PRESENT, **changes):
    return actions.RollEntry(enrolment=enrolment, status=status, **changes)


def test_a_cohort_gets_the_programme_of_its_model_once(db):
    template = CohortTemplate.objects.create(name="Modèle")
    reference.load()
    cohort = b.a_cohort(template=template)
    first = actions.ensure_programme(cohort=cohort)
    assert actions.ensure_programme(cohort=cohort) == first
    titles = list(first.modules.order_by("position").values_list("title", flat=True))
    assert titles == list(reference.MODULES)


def test_reference_programme_may_be_loaded_twice_and_keeps_corrections(db):
    CohortTemplate.objects.create(name="Modèle")
    reference.load()
    Module.objects.filter(position=1).update(title="Accueil")
    reference.load()
    assert Programme.objects.count() == 1
    assert Module.objects.filter(title="Accueil").count() == 1


def test_a_session_is_planned_with_its_half_days(cohort):
    module = actions.add_module(programme=actions.ensure_programme(cohort=cohort), title="Gestes et postures")
    session = actions.plan_session(cohort=cohort, module=module, slots=[MORNING], place="Salle Tombelaine")
    half_day = session.half_days.get()
    assert (half_day.day, half_day.planned_minutes) == (date(2026, 2, 10), 210)


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(date(2026, 7, 14), id="14 juillet, L3133-1"),
        pytest.param(date(2026, 2, 15), id="dimanche, L3132-3"),
        pytest.param(date(2025, 10, 8), id="avant la cohorte"),
    ],
)
def test_an_unusual_day_asks_for_a_written_reason(cohort, day):
    session = b.a_session(cohort)
    slot = actions.Slot(day=day, part=HalfDayPart.MORNING, starts_at=time(9), ends_at=time(12, 30))
    with pytest.raises(ValidationError, match="écrivez le motif"):
        actions.add_half_day(session=session, slot=slot)
    reasons = dict.fromkeys(("jour_ferie", "dimanche", "hors_dates_cohorte"), "Salle libre ce jour-là seulement")
    assert actions.add_half_day(session=session, slot=slot, accepted=reasons).day == day


def test_backwards_hours_are_refused(cohort):
    slot = actions.Slot(day=date(2026, 2, 10), part=HalfDayPart.MORNING, starts_at=time(12), ends_at=time(9))
    with pytest.raises(ValidationError, match="La fin de la demi-journée doit suivre son début"):
        actions.add_half_day(session=b.a_session(cohort), slot=slot)


def test_a_roll_counts_exact_minutes(world, half_day, esther):
    late = entry(world.enrolment, AttendanceStatus.LATE, minutes_late=20)
    [row] = actions.record_roll(half_day=half_day, entries=[late], by=esther, at=AT)
    assert (row.attended_minutes, row.status, row.recorded_by) == (190, "LATE", esther)


def test_an_absence_counts_no_minute_even_when_excused(world, half_day, esther):
    [row] = actions.record_roll(
        half_day=half_day, entries=[entry(world.enrolment, AttendanceStatus.EXCUSED)], by=esther, at=AT
    )
    assert row.attended_minutes == 0


def test_the_same_roll_twice_writes_one_row(world, half_day, esther):
    for _ in range(2):
        actions.record_roll(half_day=half_day, entries=[entry(world.enrolment)], by=esther, at=AT)
    assert half_day.attendances.count() == 1


def test_a_correction_voids_the_proof_and_writes_another(world, half_day, esther):
    actions.record_roll(half_day=half_day, entries=[entry(world.enrolment)], by=esther, at=AT)
    absent = entry(world.enrolment, AttendanceStatus.ABSENT)
    actions.record_roll(half_day=half_day, entries=[absent], by=esther, at=AT)
    voided = half_day.attendances.exclude(voided_at=None).get()
    assert (voided.status, voided.voided_by, voided.void_reason) == ("PRESENT", esther, "Corrigé à l'appel")
    assert half_day.attendances.valid().get().status == "ABSENT"


def test_more_minutes_than_the_half_day_has_are_refused(world, half_day, esther):
    too_late = entry(world.enrolment, AttendanceStatus.LATE, minutes_late=300)
    with pytest.raises(ValidationError, match="300 minutes"):
        actions.record_roll(half_day=half_day, entries=[too_late], by=esther, at=AT)
    assert not half_day.attendances.exists()


def test_a_closed_half_day_refuses_a_roll_until_it_is_reopened_with_a_reason(world, half_day, esther):
    lines = [entry(world.enrolment), entry(world.other_contract.enrolment)]
    actions.record_roll(half_day=half_day, entries=lines, by=esther, at=AT)
    expected = [line.enrolment for line in lines]
    closed = actions.close_half_day(half_day=half_day, by=esther, at=AT, expected=expected)
    with pytest.raises(ValidationError, match="close"):
        actions.record_roll(half_day=closed, entries=lines, by=esther, at=AT)
    with pytest.raises(ValidationError, match="pourquoi"):
        actions.reopen_half_day(half_day=closed, by=esther, at=AT, reason=" ")
    opened = actions.reopen_half_day(half_day=closed, by=esther, at=AT, reason="Feuille retrouvée")
    assert (opened.closed_at, opened.reopen_reason) == (None, "Feuille retrouvée")


def test_closing_names_who_is_missing(world, half_day, esther):
    with pytest.raises(ValidationError, match="DA COSTA Zoé"):
        actions.close_half_day(half_day=half_day, by=esther, at=AT, expected=[world.other_contract.enrolment])


def test_a_noted_half_day_can_neither_move_nor_be_cancelled(world):
    with pytest.raises(ValidationError, match="présences"):
        actions.move_half_day(half_day=world.half_day, slot=MORNING)
    with pytest.raises(ValidationError, match="présences"):
        actions.cancel_half_day(half_day=world.half_day, on=date(2026, 2, 10), reason="Neige")


def test_a_cancelled_half_day_takes_no_roll(world, half_day, esther):
    cancelled = actions.cancel_half_day(half_day=half_day, on=date(2026, 3, 9), reason="Intervenante absente")
    with pytest.raises(ValidationError, match="annulée"):
        actions.record_roll(half_day=cancelled, entries=[entry(world.enrolment)], by=esther, at=AT)
    assert not Attendance.objects.filter(half_day=cancelled).exists()


def test_moving_keeps_what_calendars_know_it_by_and_raises_its_revision(half_day):
    slot = actions.Slot(day=date(2026, 3, 12), part=HalfDayPart.MORNING, starts_at=time(9), ends_at=time(12, 30))
    moved = actions.move_half_day(half_day=half_day, slot=slot)
    assert (moved.pk, moved.calendar_id, moved.sequence) == (half_day.pk, half_day.calendar_id, 1)
    assert actions.move_half_day(half_day=moved, slot=slot).sequence == 1
    assert actions.cancel_half_day(half_day=moved, on=slot.day, reason="Salle fermée").sequence == 2


def test_another_place_is_news_for_calendars_and_another_capacity_is_not(half_day):
    actions.change_session(session=half_day.session, capacity=14)
    half_day.refresh_from_db()
    assert half_day.sequence == 0
    actions.change_session(session=half_day.session, place="Salle Cancale")
    half_day.refresh_from_db()
    assert half_day.sequence == 1


def test_public_holidays_are_those_of_where_the_cohort_works(cohort):
    site = b.an_establishment(postcode="97400")
    b.a_seat(cohort, site)
    slot = actions.Slot(day=date(2026, 12, 20), part=HalfDayPart.MORNING, starts_at=time(9), ends_at=time(12, 30))
    with pytest.raises(ValidationError, match="Abolition de l'esclavage"):
        actions.add_half_day(session=b.a_session(cohort), slot=slot)
