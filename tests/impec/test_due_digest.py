"""The nightly mails: once, grouped, made up once, stopped by what is done, equal to what was announced."""

import json
from datetime import date, timedelta

import pytest

from accounts import outbox, reminders
from accounts.models import Message, Receipt, Reminder
from contracts.models import AidRequest, DoneStep, PresenceStatement, Suspension
from impec.due.jobs import send_digests
from impec.due.sources import items_for, upcoming_for
from regulations.contracts import SuspensionReason
from regulations.deadlines import Step
from regulations.due import Rule
from tests import builders as b
from tests.tutoring.sheets import NOVEMBER, OCTOBER, a_sheet

pytestmark = pytest.mark.django_db

TODAY = b.TODAY
NIGHT = timedelta(days=1)
MONTH = timedelta(days=30)


@pytest.fixture(autouse=True)
def up_to_date(world):
    """Months are declared, reviews held, sheets sent: what is left is what the tests look at."""
    for contract in (world.contract, world.other_contract):
        DoneStep.objects.create(contract=contract, step=Step.REVIEW_9, done_on=TODAY)
        for month in (OCTOBER, NOVEMBER):
            a_sheet(contract.tutorships.get(), month=month, observed_on=TODAY)
    for request in AidRequest.objects.select_related("contract"):
        for month in range(2, 11):
            PresenceStatement.objects.create(
                aid_request=request,
                month=date(2026, month, 1),
                establishment=request.contract.establishment,
                parts=30,
                declared_on=TODAY,
            )


@pytest.fixture
def night(settings):
    """`night(day)` runs the job that night, on the house's clock."""

    def run(day):
        settings.IMPEC_TODAY = day.isoformat()
        return send_digests()

    return run


def mails_to(user):
    return list(Message.objects.filter(recipient=user.email, key__startswith="digest").order_by("key"))


def item_of(user, rule, on=TODAY):
    return next(item for item in items_for(user, on=on, until=on + MONTH) if item.rule == rule)


def announced(user, on):
    return [(one.leaves_on, one.recipient.pk, one.item.ident) for one in upcoming_for(user, on=on, until=on + MONTH)]


def left(after=date.min):
    """What really left: the day of its mail, to whom, about what."""
    found = []
    for row in Reminder.objects.exclude(message=None).select_related("message"):
        day = date.fromisoformat(row.message.key.rpartition(":")[2])
        if day > after:
            found.append((day, row.recipient_id, (row.rule, row.object_key)))
    return sorted(found)


# --- One mail a night for each person ---


def test_one_mail_gathers_what_each_person_is_owed(night, claire, denis, gaelle):
    assert night(TODAY) == 3
    (to_claire,), (to_denis,), (to_gaelle,) = mails_to(claire), mails_to(denis), mails_to(gaelle)
    assert "entretien de sortie" in to_claire.body
    assert "demande de renouvellement" in to_denis.body
    assert "Amina B., Résidence La Closerie du Mont" in to_denis.body
    assert "Zoé" not in to_denis.body
    assert "Amina" not in to_gaelle.body


def test_the_same_night_twice_sends_nothing_twice(night):
    assert night(TODAY) == 3
    assert night(TODAY) == 0
    assert Message.objects.count() == 3
    assert Reminder.objects.values("rule", "object_key", "planned_on", "recipient").distinct().count() == (
        Reminder.objects.count()
    )


def test_what_arises_after_the_mail_of_the_night_waits_for_the_next(night, world, denis):
    night(TODAY)
    Suspension.objects.create(
        contract=world.contract, starts_on=date(2026, 11, 16), reason=next(iter(SuspensionReason))
    )
    night(TODAY)
    assert len(mails_to(denis)) == 1
    night(TODAY + NIGHT)
    assert "suspension à signaler" in mails_to(denis)[-1].body


def test_three_missed_nights_are_made_up_by_one_mail(night, denis):
    night(TODAY)
    night(date(2026, 12, 8))
    later = mails_to(denis)[1:]
    assert len(later) == 1
    assert later[0].body.count("\n- ") == later[0].reminders.count() == 3


def test_nobody_owed_anything_gets_no_mail(night, world):
    world.users["employer"].memberships.update(deactivated_at="2026-11-01T00:00Z")
    night(TODAY)
    assert mails_to(world.users["employer"]) == []


def test_a_cohort_without_referent_speaks_to_the_whole_agency(night, world, claire, agency):
    world.cohort.referents.all().delete()
    colleague = b.a_user("sophie@agence.example", first_name="Sophie", last_name="LE GALL")
    b.a_membership(colleague, agency)
    night(TODAY)
    assert len(mails_to(claire)) == len(mails_to(colleague)) == 1


def test_a_colleague_who_is_not_the_referent_is_left_in_peace(night, agency):
    colleague = b.a_user("sophie@agence.example", first_name="Sophie", last_name="LE GALL")
    b.a_membership(colleague, agency)
    night(TODAY)
    assert mails_to(colleague) == []


def test_a_person_who_objected_is_in_no_mail(night, world, denis):
    world.person.objected_on = TODAY
    world.person.save()
    night(TODAY)
    assert mails_to(denis) == []


def test_mails_carry_no_reason_and_no_full_name(night, world):
    Suspension.objects.create(
        contract=world.contract, starts_on=date(2026, 11, 2), reason=SuspensionReason.WORK_STOPPAGE
    )
    night(TODAY)
    for message in Message.objects.all():
        text = f"{message.subject} {message.body}".lower()
        assert SuspensionReason.WORK_STOPPAGE.label.lower() not in text
        assert "baudry" not in text


# --- What stops them ---


def test_what_is_done_is_reminded_no_more(night, world, denis):
    AidRequest.objects.create(contract=world.contract, kind="RENEWAL", signed_on=TODAY)
    night(TODAY)
    assert mails_to(denis) == []


def test_received_otherwise_stops_the_mail_that_waits_to_leave(night, denis):
    """U14: from the next minute, even when the mail is written and the server was down."""
    night(TODAY)
    (message,) = mails_to(denis)
    item = item_of(denis, Rule.RENEWAL)
    reminders.record_receipt(item=item, received_on=TODAY, how="par courrier", today=TODAY, by=denis)
    assert outbox.send(message.pk) is False
    assert mails_to(denis) == []
    assert not Reminder.objects.filter(rule=Rule.RENEWAL, recipient=denis).exists()


def test_a_mail_that_waits_loses_only_the_line_that_was_done(night, world, claire):
    night(TODAY)
    (message,) = mails_to(claire)
    DoneStep.objects.create(contract=world.contract, step=Step.EXIT_INTERVIEW, done_on=TODAY)
    assert outbox.send(message.pk) is True
    message.refresh_from_db()
    lines = [line for line in message.body.splitlines() if line.startswith("- entretien de sortie")]
    assert len(lines) == 1
    assert "Zoé" in lines[0]


def test_taken_back_the_rule_starts_again_and_nothing_leaves_twice(night, denis):
    """U14."""
    night(TODAY)
    item = item_of(denis, Rule.RENEWAL)
    receipt = reminders.record_receipt(item=item, received_on=TODAY, how="par courrier", today=TODAY, by=denis)
    night(date(2026, 11, 24))
    assert len(mails_to(denis)) == 1
    reminders.take_back_receipt(receipt=receipt, by=denis)
    night(date(2026, 11, 25))
    assert ["demande de renouvellement" in message.body for message in mails_to(denis)] == [True, True]
    night(date(2026, 11, 26))
    assert len(mails_to(denis)) == 2
    planned = Reminder.objects.filter(rule=Rule.RENEWAL, recipient=denis).values_list("planned_on", flat=True)
    assert sorted(planned) == [date(2026, 11, 1), date(2026, 11, 24)]


# --- U20: what leaves is what was announced ---


def test_what_leaves_day_by_day_is_what_was_announced(night, world, claire):
    Suspension.objects.create(
        contract=world.contract, starts_on=date(2026, 11, 16), reason=next(iter(SuspensionReason))
    )
    night(TODAY)
    expected = announced(claire, TODAY)
    assert len(expected) > 5
    for number in range(1, 31):
        night(TODAY + number * NIGHT)
    assert left(after=TODAY) == sorted(expected)


def test_what_is_owed_before_the_first_night_is_announced_too(night, claire):
    expected = announced(claire, TODAY)
    for number in range(1, 31):
        night(TODAY + number * NIGHT)
    assert left() == sorted(expected)


def test_a_cancelled_one_never_leaves_a_moved_one_leaves_once(night, claire, denis):
    night(TODAY)
    by_key = {
        (one.item.rule, one.recipient.pk, one.planned_on): one
        for one in upcoming_for(claire, on=TODAY, until=TODAY + MONTH)
        if one.item.subject_id == item_of(denis, Rule.RENEWAL).subject_id
    }
    cancelled = by_key[Rule.RENEWAL, denis.pk, date(2026, 11, 24)]
    moved = by_key[Rule.CERTIFICATE, denis.pk, date(2026, 12, 2)]
    reminders.cancel_reminder(planned=cancelled, reason="décidé ensemble", by=claire)
    reminders.move_reminder(planned=moved, to=date(2026, 12, 7), today=TODAY, by=claire)
    expected = announced(claire, TODAY)
    for number in range(1, 31):
        night(TODAY + number * NIGHT)
    assert left(after=TODAY) == sorted(expected)
    mine = [(day, rule) for day, user, (rule, _) in left(after=TODAY) if user == denis.pk]
    assert (date(2026, 12, 7), "CERTIFICATE") in mine
    assert [rule for _, rule in mine].count("RENEWAL") == 0


def test_an_employer_reads_the_reminders_of_its_own_people(denis, gaelle, claire):
    assert {one.recipient for one in upcoming_for(denis, on=TODAY, until=TODAY + MONTH)} == {denis}
    assert {one.recipient for one in upcoming_for(gaelle, on=TODAY, until=TODAY + MONTH)} == {gaelle}
    assert {one.recipient for one in upcoming_for(claire, on=TODAY, until=TODAY + MONTH)} == {claire, denis, gaelle}


def test_what_was_received_is_announced_no_more(denis):
    before = announced(denis, TODAY)
    item = item_of(denis, Rule.CERTIFICATE)
    reminders.record_receipt(item=item, received_on=TODAY, how="remise en main propre", today=TODAY, by=denis)
    after = announced(denis, TODAY)
    assert [one for one in before if one[2] != item.ident] == after
    assert Receipt.objects.visible_to(denis).count() == 1


# --- A worker killed in the middle ---

PREPARE = """
from tests import builders as b
from accounts.roles import Role
claire = b.a_user("claire@agence.example")
b.a_membership(claire, b.the_agency(), Role.COORDINATOR)
contract = b.a_contract()
b.an_aid_request(contract)
b.a_membership(b.a_user("denis@closerie.example"), contract.establishment.employer.organisation, Role.EMPLOYER)
"""
RUN = """
from impec.due import digest
from impec.due.jobs import send_digests
from tests.dying import die_in
dies = %r
if dies:
    die_in(digest, "_note", "after", call=dies)
send_digests()
"""
TELL = """
import json
from accounts.models import Message, Reminder
rows = Reminder.objects.values_list("rule", "object_key", "planned_on", "recipient")
alone = Reminder.objects.filter(message=None).count()
print(json.dumps([Message.objects.count(), len(rows), len(set(rows)), alone]))
"""


def test_a_worker_killed_in_the_middle_sends_nothing_twice(run_program):
    prepared = run_program(PREPARE)
    assert prepared.returncode == 0, prepared.stderr
    for dies in (1, 3, 0, 0):
        killed = run_program(RUN % dies)
        assert killed.returncode == (-9 if dies else 0), killed.stderr
    messages, rows, distinct, alone = json.loads(run_program(TELL).stdout)
    assert messages == 2
    assert rows == distinct > 2
    assert alone == 0
