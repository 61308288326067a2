"""Reminders of the monthly sheets: once each, one message for all, none after the answer."""

from datetime import date

import pytest
from django.db import connection

from accounts import clock, jobs
from accounts.models import Message, ReminderSetting
from accounts.outbox import post_message
from accounts.reminders import key_of_digest, record_receipt, take_back_receipt
from contracts.models import Contract
from regulations.due import PRINCIPLES, Rule
from tests import builders as b
from tests.tutoring.sheets import NOVEMBER, OCTOBER, TODAY, a_sheet, address_in, send, texts, with_phone
from tutoring import jobs as tutoring_jobs
from tutoring.due import due_items
from tutoring.models import SheetLink, Tutor, Tutorship
from tutoring.sheet_reminders import owed
from tutoring.sheets import waited

pytestmark = pytest.mark.django_db


@pytest.fixture
def tutor(world):
    # Zoé's tutor has neither mobile nor mail: nobody can reach her.
    return with_phone(world.tutor)


def run(day, settings):
    settings.IMPEC_TODAY = day
    return tutoring_jobs.remind_tutors(day)


def test_one_text_message_for_all_the_sheets_and_no_name_in_it(world, tutor, settings):
    assert run("2026-11-20", settings) == 1
    message = texts().get()
    assert message.recipient == "+33639980010"
    assert "2 fiches de suivi vous attendent" in message.body
    assert "Amina" not in message.body
    assert address_in(message).startswith("/ma-fiche/entrer/")


def test_the_same_morning_twice_sends_nothing_more(world, tutor, settings):
    run("2026-11-20", settings)
    assert run("2026-11-20", settings) == 0
    assert run("2026-11-21", settings) == 0
    assert texts().count() == 1


def test_each_planned_day_sends_one_and_missed_mornings_are_one(world, tutor, settings):
    for day in ("2026-11-20", "2026-11-27", "2026-12-03"):
        assert run(day, settings) == 1, day
    assert [link.planned_on for link in SheetLink.objects.order_by("pk")] == [
        date(2026, 11, 20),
        date(2026, 11, 27),
        date(2026, 12, 3),
    ]


def test_three_missed_mornings_are_one_reminder(world, tutor, settings):
    assert run("2026-12-04", settings) == 1
    assert texts().count() == 1


def test_a_morning_that_was_interrupted_goes_on_where_it_stood(world, tutor, settings):
    settings.IMPEC_TODAY = "2026-11-20"
    other = b.a_tutor(world.closerie, email="nicole@closerie.example")
    b.a_tutorship(b.a_contract(establishment=world.closerie, cohort=world.cohort), other)
    first, day = owed(TODAY)[0]
    # Workers really killed: test_reminders_killed.py.
    tutoring_jobs.sheet_links.remind(tutor=first, planned_on=day, at=clock.now())
    assert run("2026-11-20", settings) == 1
    assert Message.objects.count() == 2
    assert [jobs.send_message(message.pk) for message in Message.objects.all() for _ in range(2)] == [True, False] * 2


def test_who_has_no_mobile_gets_a_mail(world, settings):
    world.tutor.email, world.tutor.phone = "bruno@closerie.example", "02 33 58 00 00"
    world.tutor.save()
    run("2026-11-20", settings)
    message = Message.objects.get()
    assert (message.channel, message.recipient) == (Message.Channel.MAIL, "bruno@closerie.example")
    assert "plus aucun rappel ne partira" in message.body


def test_who_got_the_mail_of_the_day_gets_this_one_the_next_morning(world, settings, denis):
    """A human resources officer who holds the place of a tutor."""
    world.tutor.email, world.tutor.phone = denis.email.upper(), ""
    world.tutor.save()
    post_message(key=key_of_digest(denis, date(2026, 11, 20)), recipient=denis.email, subject="Échéances", body="…")
    assert run("2026-11-20", settings) == 0
    assert run("2026-11-21", settings) == 1
    assert SheetLink.objects.get().planned_on == date(2026, 11, 20)


def test_two_records_of_one_number_get_one_text_a_day(world, tutor, settings):
    twin = with_phone(b.a_tutor(world.closerie))
    b.a_tutorship(b.a_contract(establishment=world.closerie, cohort=world.cohort), twin)
    run("2026-11-20", settings)
    assert texts().count() == 1


def test_what_was_answered_meanwhile_goes_no_further(world, tutor, settings):
    run("2026-11-20", settings)
    for month in (OCTOBER, NOVEMBER):
        a_sheet(world.tutorship, month=month, observed_on=TODAY)
    message = texts().get()
    assert jobs.send_message(message.pk) is False
    assert not Message.objects.exists()
    assert run("2026-11-27", settings) == 0


def receive(world, month, denis):
    items = due_items(Contract.objects.filter(pk=world.contract.pk), on=TODAY)
    item = next(one for one in items if one.key.endswith(f"{month:%Y-%m}"))
    return record_receipt(item=item, received_on=TODAY, how="fiche papier", today=TODAY, by=denis)


def test_received_otherwise_stops_the_reminders_and_taken_back_starts_them_again(world, tutor, denis, settings):
    run("2026-11-20", settings)
    receipts = [receive(world, month, denis) for month in (OCTOBER, NOVEMBER)]
    assert jobs.send_message(texts().get().pk) is False
    assert run("2026-11-27", settings) == 0
    take_back_receipt(receipt=receipts[1], by=denis)
    assert run("2026-11-27", settings) == 1
    assert "1 fiche de suivi vous attend," in texts().get().body
    assert run("2026-11-28", settings) == 0


def test_the_days_are_a_setting_and_can_be_silenced(world, tutor, settings):
    setting = ReminderSetting.objects.create(rule=Rule.TUTOR_SHEET, days_before=[1])
    assert run("2026-11-20", settings) == 1  # October's, late since the 5th
    SheetLink.objects.all().delete()
    Message.objects.all().delete()
    send(world.tutorship, month=OCTOBER)
    assert run("2026-11-27", settings) == 0
    setting.is_active = False
    setting.save()
    assert run("2026-12-04", settings) == 0


def test_the_days_say_they_are_a_hypothesis():
    assert "hypothèse" in PRINCIPLES[Rule.TUTOR_SHEET].hypothesis


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL itself keeps no such address")
def test_a_failure_keeps_nobody_else_from_his(world, tutor, settings, caplog):
    other = b.a_tutor(world.closerie, email="nicole@closerie.example")
    b.a_tutorship(b.a_contract(establishment=world.closerie, cohort=world.cohort), other)
    # Longer than any address: the link itself is refused.
    Tutor.objects.filter(pk=tutor.pk).update(phone="", email="x" * 300 + "@closerie.example")
    assert run("2026-11-20", settings) == 1
    assert Message.objects.get().recipient == "nicole@closerie.example"


def test_three_hundred_tutors_are_read_in_a_few_queries(world, settings, django_assert_max_num_queries):
    many = Tutor.objects.bulk_create(
        [
            Tutor(
                establishment=world.closerie,
                last_name=f"TUTEUR {number}",
                first_name="Luc",
                email=f"tuteur{number}@closerie.example",
                search_text=f"tuteur {number} luc",
            )
            for number in range(300)
        ]
    )
    people = [b.a_person(birth_name=f"NOM {number}", first_name="Lou") for number in range(3)]
    contracts = [b.a_contract(person=person, establishment=world.closerie, cohort=world.cohort) for person in people]
    pattern = contracts[0]
    copies = [
        Contract(
            enrolment=pattern.enrolment,
            cohort=pattern.cohort,
            establishment=pattern.establishment,
            kind=pattern.kind,
            job_title=pattern.job_title,
            rome_code=pattern.rome_code,
            weekly_hours=pattern.weekly_hours,
            signed_on=pattern.signed_on,
            starts_on=pattern.starts_on,
            ends_on=pattern.ends_on,
        )
        for _ in range(300)
    ]
    copies = Contract.objects.bulk_create(copies)
    Tutorship.objects.bulk_create(
        [Tutorship(contract=one, tutor=tutor, starts_on=one.starts_on) for one, tutor in zip(copies, many, strict=True)]
    )
    settings.IMPEC_TODAY = "2026-11-20"
    with django_assert_max_num_queries(12):
        found = owed(TODAY)
    assert len({tutor.pk for tutor, _ in found} & {tutor.pk for tutor in many}) == 300
    assert len(waited(TODAY)) == 604
    assert tutoring_jobs.remind_tutors("2026-11-20") == 300
    assert tutoring_jobs.remind_tutors("2026-11-20") == 0
    assert Message.objects.count() == len(set(Message.objects.values_list("recipient", flat=True))) == 300
