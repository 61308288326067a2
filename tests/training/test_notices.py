"""The employer of an absentee is told within the half-hour: a name and a half-day, once, and once more if she came."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import clock
from accounts.models import Message
from employers.models import Contact
from impec.schedule import SCHEDULE
from regulations.training import AttendanceStatus
from tests import builders as b
from training import jobs
from training.actions.notices import GRACE, tell_absences
from training.actions.roll import RollEntry, close_half_day, record_roll
from training.models import AbsenceNotice

DAY = date(2026, 11, 20)
NOTED = datetime(2026, 11, 20, 9, 15, tzinfo=clock.PARIS)
LATER = NOTED + timedelta(minutes=15)


@pytest.fixture
def half_day(world):
    return b.a_half_day(world.session, day=DAY)


@pytest.fixture
def zoe(world):
    return world.cohort.enrolments.exclude(pk=world.enrolment.pk).get()


def note(half_day, enrolment, status=AttendanceStatus.ABSENT, at=NOTED, by=None, **facts):
    entry = RollEntry(enrolment=enrolment, status=status, **facts)
    return record_roll(half_day=half_day, entries=[entry], by=by, at=at, taken_at=at)[0]


def mails():
    return Message.objects.filter(key__startswith="absence:").order_by("pk")


def test_the_employer_gets_one_mail_with_name_and_half_day_and_no_reason(world, half_day, esther, denis):
    note(half_day, world.enrolment, by=esther, absence_reason="ILLNESS")
    assert tell_absences(at=LATER) == 1
    assert tell_absences(at=LATER + timedelta(minutes=5)) == 0
    mail = mails().get()
    assert mail.recipient == denis.email
    assert mail.subject == "Absence en formation, le 20 novembre 2026 (matin)"
    assert "- BAUDRY Amina" in mail.body
    assert "maladie" not in mail.body.lower()
    assert AbsenceNotice.objects.get().enrolment == world.enrolment


def test_a_roll_still_open_leaves_ten_minutes_to_tap_again(world, half_day, esther):
    note(half_day, world.enrolment, by=esther)
    assert tell_absences(at=NOTED + timedelta(minutes=9)) == 0
    assert tell_absences(at=NOTED + timedelta(minutes=10)) == 1


def test_its_job_may_run_twice(world, half_day, esther, settings):
    settings.IMPEC_TODAY = "2026-11-20T09:40"
    note(half_day, world.enrolment, by=esther)
    assert jobs.tell_employers() == 1
    assert jobs.tell_employers() == 0


def test_its_job_comes_back_well_within_the_half_hour():
    (planned,) = [one for one in SCHEDULE.values() if one["func"] == "training.jobs.tell_employers"]
    assert timedelta(minutes=planned["minutes"]) + GRACE <= timedelta(minutes=20)


def test_closing_the_roll_tells_at_once(world, half_day, zoe, esther):
    note(half_day, world.enrolment, by=esther)
    note(half_day, zoe, AttendanceStatus.PRESENT, by=esther)
    close_half_day(half_day=half_day, by=esther, at=NOTED, expected=[])
    assert mails().count() == 1


def test_each_establishment_hears_of_its_own_people_only(world, half_day, zoe, esther, denis, gaelle):
    note(half_day, world.enrolment, by=esther)
    note(half_day, zoe, by=esther)
    assert tell_absences(at=LATER) == 2
    bodies = dict(mails().values_list("recipient", "body"))
    assert set(bodies) == {denis.email, gaelle.email}
    assert "DA COSTA" not in bodies[denis.email]
    assert "BAUDRY" not in bodies[gaelle.email]


def test_two_absentees_of_one_place_make_one_mail_and_a_third_later_another(world, half_day, esther):
    first = [world.enrolment, *(b.a_contract(cohort=world.cohort, establishment=world.closerie).enrolment for _ in "a")]
    for enrolment in first:
        note(half_day, enrolment, by=esther)
    assert tell_absences(at=LATER) == 1
    assert mails().get().body.count("\n- ") == 2
    third = b.a_contract(cohort=world.cohort, establishment=world.closerie).enrolment
    note(half_day, third, by=esther)
    assert tell_absences(at=LATER) == 1
    assert mails().last().body.count("\n- ") == 1


def test_the_contact_named_for_training_is_written_to(world, half_day, esther):
    for role in ("HR", "TRAINING"):
        Contact.objects.create(
            establishment=world.closerie, name="x", role=role, email=f"{role.lower()}@closerie.example"
        )
    note(half_day, world.enrolment, by=esther)
    tell_absences(at=LATER)
    assert mails().get().recipient == "training@closerie.example"


def test_somebody_who_came_after_all_is_told_once(world, half_day, esther):
    note(half_day, world.enrolment, by=esther)
    tell_absences(at=LATER)
    note(half_day, world.enrolment, AttendanceStatus.LATE, by=esther, minutes_late=45)
    assert tell_absences(at=LATER) == 1
    assert tell_absences(at=LATER) == 0
    mail = mails().last()
    assert mail.subject.startswith("Finalement en formation")
    assert "- BAUDRY Amina" in mail.body
    assert "45" not in mail.body


def test_corrected_before_the_first_mail_nothing_leaves(world, half_day, esther):
    note(half_day, world.enrolment, by=esther)
    note(half_day, world.enrolment, AttendanceStatus.PRESENT, by=esther)
    assert tell_absences(at=LATER) == 0


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"day": date(2026, 11, 18)}, id="avant-hier"),
        pytest.param({"cancelled_on": DAY}, id="annulée depuis"),
    ],
)
def test_what_is_old_or_cancelled_is_not_told(world, half_day, esther, change):
    note(half_day, world.enrolment, by=esther)
    type(half_day).objects.filter(pk=half_day.pk).update(**change)
    assert tell_absences(at=LATER) == 0


def test_an_establishment_without_any_address_is_told_when_it_has_one(world, half_day, esther, denis):
    denis.memberships.update(deactivated_at=NOTED)
    note(half_day, world.enrolment, by=esther)
    assert tell_absences(at=LATER) == 0
    Contact.objects.create(establishment=world.closerie, name="x", role="HR", email="rh@closerie.example")
    assert tell_absences(at=LATER) == 1


def test_the_database_keeps_one_notice_of_each_kind(world, half_day):
    facts = {"half_day": half_day, "enrolment": world.enrolment, "message_key": "x"}
    AbsenceNotice.objects.create(**facts, kind="ABSENCE")
    AbsenceNotice.objects.create(**facts, kind="CORRECTION")
    with pytest.raises(IntegrityError), transaction.atomic():
        AbsenceNotice.objects.create(**facts, kind="ABSENCE")
