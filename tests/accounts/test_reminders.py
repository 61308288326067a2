"""Reminders: what is planned, what a person changes, what stops them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import clock, reminders
from accounts.models import Receipt, Reminder, ReminderSetting
from accounts.reminders import DueItem, Planned, pending, planned_for, upcoming
from regulations.deadlines import Owner
from regulations.due import Rule, of_end, statement
from tests import builders as b

pytestmark = pytest.mark.django_db

TODAY = b.TODAY
LAST = date(2027, 2, 1)
NIGHT = timedelta(days=1)


def item_of(deadline, key="1", **changes):
    facts = {
        "subject_kind": "contracts.Contract",
        "subject_id": 1,
        "cohort_id": 1,
        "establishment_id": 1,
        "url": "/contrats/1/",
    }
    return DueItem(deadline=deadline, key=key, **facts | changes)


@pytest.fixture
def certificate():
    """Legal: at the latest on 1 January 2027; reminded on 2 and 25 December."""
    return item_of(of_end(Rule.CERTIFICATE, LAST))


@pytest.fixture
def renewal():
    """Recommended before 1 December 2026; reminded on 1 and 24 November."""
    return item_of(of_end(Rule.RENEWAL, LAST))


def line(item, user, owner=Owner.EMPLOYER):
    return planned_for([item], {item.ident: {owner: [user]}}).get((item.ident, user.pk), [])


def keep_row(planned, **facts):
    return Reminder.objects.create(**reminders.facts_of(planned), **reminders.subject_of(planned.item), **facts)


# --- What is planned ---


def test_each_owner_is_planned_for_at_the_days_of_the_rule(certificate, claire):
    assert [one.leaves_on for one in line(certificate, claire)] == [date(2026, 12, 2), date(2026, 12, 25)]
    assert [one.leaves_on for one in line(certificate, claire, Owner.COORDINATOR)] == [date(2026, 12, 25)]


def test_somebody_in_two_roles_is_reminded_once(certificate, claire):
    both = {certificate.ident: {Owner.EMPLOYER: [claire], Owner.COORDINATOR: [claire]}}
    (found,) = planned_for([certificate], both).values()
    assert [one.leaves_on for one in found] == [date(2026, 12, 2), date(2026, 12, 25)]


def test_the_days_a_person_set_replace_those_of_the_programme(certificate, claire):
    reminders.save_setting(rule=Rule.CERTIFICATE, days_before=[3, 10], is_active=True, note="", version=None)
    assert [one.leaves_on for one in line(certificate, claire)] == [date(2026, 12, 22), date(2026, 12, 29)]


def test_a_rule_can_be_silenced(certificate, claire):
    ReminderSetting.objects.create(rule=Rule.CERTIFICATE, days_before=[], is_active=False)
    assert line(certificate, claire) == []


def test_a_setting_keeps_its_version(db):
    facts = {"rule": Rule.CERTIFICATE, "is_active": True, "note": ""}
    first = reminders.save_setting(days_before=[3], version=None, **facts)
    reminders.save_setting(days_before=[4], version=first.version, **facts)
    with pytest.raises(ValidationError, match="Une autre personne"):
        reminders.save_setting(days_before=[5], version=first.version, **facts)


def test_the_days_of_the_statement_are_not_set_here(db):
    with pytest.raises(ValidationError, match="jours du mois"):
        reminders.save_setting(rule=Rule.STATEMENT, days_before=[3], is_active=True, note="", version=None)


# --- What leaves ---


def test_a_reminder_is_owed_from_its_day_until_it_has_left(certificate, claire):
    assert pending(line(certificate, claire), date(2026, 12, 1)) is None
    owed = pending(line(certificate, claire), date(2026, 12, 2))
    assert owed.planned_on == date(2026, 12, 2)
    keep_row(owed, sent_at=clock.now())
    assert pending(line(certificate, claire), date(2026, 12, 24)) is None
    assert pending(line(certificate, claire), date(2026, 12, 25)).planned_on == date(2026, 12, 25)


def test_missed_nights_are_made_up_by_the_last_one_only(certificate, claire):
    owed = pending(line(certificate, claire), date(2026, 12, 28))
    assert owed.planned_on == date(2026, 12, 25)
    keep_row(owed, sent_at=clock.now())
    assert pending(line(certificate, claire), date(2026, 12, 29)) is None


def test_what_is_owed_already_is_announced_for_the_next_night(certificate, claire):
    on = date(2026, 12, 3)
    assert [one.leaves_on for one in upcoming(line(certificate, claire), on, on + timedelta(days=30))] == [
        date(2026, 12, 4),
        date(2026, 12, 25),
    ]
    eve = date(2026, 12, 24)
    assert [one.leaves_on for one in upcoming(line(certificate, claire), eve, eve + NIGHT)] == [date(2026, 12, 25)]


# --- Moved, cancelled ---


def test_a_moved_reminder_leaves_on_its_new_day_only(renewal, claire):
    (last,) = [one for one in line(renewal, claire) if one.planned_on == date(2026, 11, 24)]
    row = reminders.move_reminder(planned=last, to=date(2026, 11, 28), today=TODAY, by=claire)
    assert row.moved_by == claire
    assert pending(line(renewal, claire), date(2026, 11, 27)).planned_on == date(2026, 11, 1)
    assert pending(line(renewal, claire), date(2026, 11, 28)).planned_on == date(2026, 11, 24)


def test_a_moved_reminder_can_be_moved_again(renewal, claire):
    first = line(renewal, claire)[-1]
    reminders.move_reminder(planned=first, to=date(2026, 11, 28), today=TODAY, by=claire)
    reminders.move_reminder(planned=line(renewal, claire)[-1], to=date(2026, 12, 3), today=TODAY, by=claire)
    assert Reminder.objects.get().moved_to == date(2026, 12, 3)


@pytest.mark.parametrize("to", [TODAY, TODAY - NIGHT])
def test_a_reminder_is_moved_after_today(renewal, claire, to):
    with pytest.raises(ValidationError, match="après aujourd'hui"):
        reminders.move_reminder(planned=line(renewal, claire)[-1], to=to, today=TODAY, by=claire)


def test_a_legal_reminder_is_delayed_within_its_deadline(certificate, claire):
    first = line(certificate, claire)[0]
    with pytest.raises(ValidationError, match="au plus tard le 01/01/2027"):
        reminders.move_reminder(planned=first, to=date(2027, 1, 2), today=TODAY, by=claire)
    assert reminders.move_reminder(planned=first, to=date(2027, 1, 1), today=TODAY, by=claire).pk


def test_a_cancelled_reminder_never_leaves(renewal, claire):
    for planned in line(renewal, claire):
        reminders.cancel_reminder(planned=planned, reason="pas de renouvellement", by=claire)
    assert line(renewal, claire) == []


def test_a_legal_reminder_is_not_cancelled(certificate, claire):
    with pytest.raises(ValidationError, match="obligation légale"):
        reminders.cancel_reminder(planned=line(certificate, claire)[0], reason="non", by=claire)


def test_a_reminder_that_left_is_neither_moved_nor_cancelled(renewal, claire):
    planned = line(renewal, claire)[0]
    keep_row(planned, sent_at=clock.now())
    with pytest.raises(ValidationError, match="déjà partie"):
        reminders.cancel_reminder(planned=planned, reason="trop tard", by=claire)
    with pytest.raises(ValidationError, match="déjà partie"):
        reminders.move_reminder(planned=planned, to=date(2026, 11, 30), today=TODAY, by=claire)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("reminder_cancelled_before_leaving", {"cancelled_at": clock.true_now}),
        (
            "reminder_cancelled_before_leaving",
            {"cancelled_at": clock.true_now, "cancel_reason": "non", "sent_at": clock.true_now},
        ),
        ("reminder_planned_before_due", {"due_on": lambda: date(2026, 1, 1)}),
    ],
)
def test_the_database_refuses(renewal, claire, name, facts):
    planned = line(renewal, claire)[0]
    row = {**reminders.facts_of(planned), **reminders.subject_of(renewal)}
    row |= {field: value() if callable(value) else value for field, value in facts.items()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Reminder.objects.create(**row)


def test_one_reminder_per_rule_object_date_and_recipient(renewal, claire):
    planned = line(renewal, claire)[0]
    keep_row(planned)
    with pytest.raises(IntegrityError), transaction.atomic():
        keep_row(planned)


# --- Received otherwise ---


def receive(item, by, **changes):
    facts = {"received_on": TODAY, "how": "par courrier", "today": TODAY, "by": by}
    return reminders.record_receipt(item=item, **facts | changes)


def test_received_otherwise_says_who_when_and_how(certificate, claire):
    receipt = receive(certificate, claire)
    assert (receipt.recorded_by, receipt.received_on, receipt.how) == (claire, TODAY, "par courrier")
    assert reminders.standing_receipts() == {certificate.ident}


def test_taken_back_it_is_waited_for_again_and_the_register_keeps_both(certificate, claire):
    reminders.take_back_receipt(receipt=receive(certificate, claire), by=claire)
    assert reminders.standing_receipts() == set()
    receive(certificate, claire)
    assert Receipt.objects.count() == 2


def test_taken_back_twice_is_refused(certificate, claire):
    receipt = receive(certificate, claire)
    reminders.take_back_receipt(receipt=receipt, by=claire)
    with pytest.raises(ValidationError, match="déjà repris"):
        reminders.take_back_receipt(receipt=receipt, by=claire)


def test_received_twice_is_refused(certificate, claire):
    receive(certificate, claire)
    with pytest.raises(ValidationError, match="déjà noté"):
        receive(certificate, claire)


def test_nothing_is_received_tomorrow(certificate, claire):
    with pytest.raises(ValidationError, match="pas encore venu"):
        receive(certificate, claire, received_on=TODAY + NIGHT)


def test_what_the_law_asks_for_is_not_left_without_an_answer(certificate, renewal, claire):
    with pytest.raises(ValidationError, match="obligation légale"):
        receive(certificate, claire, nature=Receipt.Nature.DROPPED)
    assert receive(renewal, claire, nature=Receipt.Nature.DROPPED, how="elle part en formation").pk


def test_a_social_security_number_is_refused(certificate, claire):
    with pytest.raises(ValidationError, match="sécurité sociale"):
        receive(certificate, claire, how="2 84 06 50 129 001 32")
    assert not Receipt.objects.exists()


def test_rows_follow_the_scope_of_their_subject(world, claire, denis, gaelle):
    ours = item_of(statement(date(2026, 10, 1)), subject_id=world.contract.pk)
    receive(ours, claire)
    keep_row(Planned(ours, denis, date(2026, 11, 5), date(2026, 11, 5)))
    for user, count in ((claire, 1), (denis, 1), (gaelle, 0), (world.users["funder"], 0)):
        assert Receipt.objects.visible_to(user).count() == count
        assert Reminder.objects.visible_to(user).count() == count
