"""What comes from a device: five replays, two trainers, a wrong clock, a network that was away."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from accounts import clock
from accounts.roles import Role
from regulations.training import AbsenceReason, AttendanceStatus, SignatureWay
from tests import builders as b
from tests.training.drawings import a_drawing
from training import actions
from training.actions.submissions import faults_of
from training.marks import Mark, mark_of, parsed
from training.models import Attendance, RollSubmission, Signature

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)
AT = clock.parse("2026-03-10T12:20")
PRESENT = Mark()
ABSENT = Mark(AttendanceStatus.ABSENT, absence_reason=AbsenceReason.TRANSPORT.value)


@pytest.fixture
def half_day(world):
    return b.a_half_day(world.session, day=DAY)


@pytest.fixture
def group(world):
    return [world.enrolment, world.other_contract.enrolment]


@pytest.fixture
def second_trainer(cohort):
    user = b.a_user("remi@formation.example", first_name="Rémi", last_name="COSTARD")
    b.a_membership(user, cohort.training_organisation, Role.TRAINER)
    return user


def line(enrolment, mark=PRESENT, seen=None):
    return actions.SentLine(enrolment=enrolment, seen=seen, mark=mark)


def drawn(enrolment, seed=1, **changes):
    facts = {"way": SignatureWay.TABLET, "image": a_drawing(seed), "device_at": AT, **changes}
    return actions.SentSignature(request_id=uuid4(), enrolment=enrolment, **facts)


def sending(**changes):
    return actions.Sending(request_id=changes.pop("request_id", None) or uuid4(), device_id="tablette-1", **changes)


@pytest.fixture
def send(half_day, group, esther):
    def receive(one, by=esther, at=AT, **changes):
        return actions.receive(half_day=half_day, sending=one, expected=group, by=by, at=at, **changes)

    return receive


def noted(half_day):
    return {row.enrolment_id: mark_of(row) for row in half_day.attendances.valid()}


def test_one_sending_brings_roll_signatures_and_closing(half_day, group, send, esther):
    amina, zoe = group
    one = sending(
        lines=[line(amina), line(zoe, ABSENT)],
        signatures=[drawn(amina), drawn(None, seed=2)],
        closes=True,
        device_at=AT,
        taken_at=AT,
    )
    outcome = send(one).outcome
    half_day.refresh_from_db()
    assert noted(half_day) == {amina.pk: PRESENT, zoe.pk: ABSENT}
    assert (half_day.closed_at, half_day.countersigned_at) == (AT, AT)
    assert half_day.attendances.get(enrolment=amina).signed_at == AT
    assert outcome["closed"]
    assert faults_of(outcome) == []


def test_five_replays_leave_one_row_of_each(half_day, group, send):
    one = sending(lines=[line(person) for person in group], signatures=[drawn(group[0])])
    answers = [send(one, at=AT + timedelta(minutes=minute)) for minute in range(5)]
    assert len({answer.pk for answer in answers}) == 1
    assert (Attendance.objects.filter(half_day=half_day).count(), Signature.objects.count()) == (2, 1)
    assert RollSubmission.objects.count() == 1


def test_two_trainers_on_one_roll_overwrite_nothing_and_the_second_is_told(half_day, group, send, second_trainer):
    amina, zoe = group
    send(sending(lines=[line(amina), line(zoe, ABSENT)]))
    late = Mark(AttendanceStatus.LATE, minutes_late=15)
    answer = send(sending(lines=[line(amina, late), line(zoe)]), by=second_trainer)
    assert noted(half_day) == {amina.pk: PRESENT, zoe.pk: ABSENT}
    assert half_day.attendances.count() == 2
    told = {one["name"]: (one["kept"], one["sent"], one["by"]) for one in answer.outcome["conflicts"]}
    assert told == {
        "BAUDRY Amina": ("présent", "retard, 15 min", "Esther PARENT"),
        "DA COSTA Zoé": ("absent non justifié", "présent", "Esther PARENT"),
    }
    assert "TRANSPORT" not in str(answer.outcome)


def test_the_second_who_has_seen_corrects(half_day, group, send, second_trainer):
    amina = group[0]
    send(sending(lines=[line(amina)]))
    send(sending(lines=[line(amina, ABSENT, seen=PRESENT)]), by=second_trainer)
    assert noted(half_day) == {amina.pk: ABSENT}
    assert half_day.attendances.exclude(voided_at=None).get().voided_by == second_trainer


def test_the_same_answer_from_two_devices_is_no_difference(half_day, group, send, second_trainer):
    send(sending(lines=[line(group[0], ABSENT)]))
    answer = send(sending(lines=[line(group[0], ABSENT)]), by=second_trainer)
    assert answer.outcome["conflicts"] == []
    assert half_day.attendances.count() == 1


def test_two_sendings_queued_by_one_device_follow_each_other(half_day, group, send):
    amina = group[0]
    send(sending(lines=[line(amina)]))
    answer = send(sending(lines=[line(amina, ABSENT, seen=PRESENT)]))
    assert answer.outcome["conflicts"] == []
    assert noted(half_day) == {amina.pk: ABSENT}


def test_a_person_who_signed_on_two_devices_has_one_signature_and_it_is_said(half_day, group, send, second_trainer):
    amina = group[0]
    send(sending(lines=[line(amina)], signatures=[drawn(amina)]))
    answer = send(sending(signatures=[drawn(amina, seed=2)]), by=second_trainer)
    assert "a déjà signé" in answer.outcome["signatures_refused"][0]["message"]
    assert half_day.signatures.valid().count() == 1


def test_one_bad_line_does_not_lose_the_others(half_day, group, send):
    amina, zoe = group
    answer = send(sending(lines=[line(amina, Mark(AttendanceStatus.LATE, minutes_late=400)), line(zoe)]))
    assert noted(half_day) == {zoe.pk: PRESENT}
    assert answer.outcome["recorded"] == [zoe.pk]
    assert "400 minutes" in answer.outcome["refused"][0]["message"]


def test_a_page_that_shows_its_faults_keeps_all_or_nothing(half_day, group, send):
    amina, zoe = group
    lines = [line(amina, Mark(AttendanceStatus.LATE, minutes_late=400)), line(zoe)]
    with pytest.raises(ValidationError, match="400 minutes"):
        send(sending(lines=lines), whole=True)
    assert not half_day.attendances.exists()
    assert not RollSubmission.objects.exists()


@pytest.mark.parametrize(
    "gap, words",
    [
        pytest.param(timedelta(hours=3, minutes=5), "avance de 3 h 05", id="en avance"),
        pytest.param(timedelta(days=-400), "retarde de 400 j", id="quatre cents jours de retard"),
        pytest.param(timedelta(minutes=2), None, id="deux minutes"),
    ],
)
def test_a_wrong_clock_is_kept_beside_the_right_one_and_said(group, send, gap, words):
    amina = group[0]
    wrong = AT + gap
    one = sending(lines=[line(amina)], signatures=[drawn(amina, device_at=wrong)], device_at=wrong, taken_at=wrong)
    answer = send(one)
    assert (answer.device_at, answer.received_at) == (wrong, AT)
    signature = Signature.objects.get()
    assert (signature.device_at, signature.server_at) == (wrong, AT)
    assert [words in note for note in answer.outcome["notes"]] == ([True] if words else [])


def test_what_was_done_in_time_arrives_the_next_day_even_from_a_wrong_clock(half_day, group, send):
    amina = group[0]
    wrong = AT - timedelta(days=30)
    one = sending(lines=[line(amina)], signatures=[drawn(amina)], taken_at=wrong, device_at=wrong + timedelta(days=1))
    send(one, at=AT + timedelta(days=1))
    assert noted(half_day) == {amina.pk: PRESENT}


def test_what_is_done_after_the_lock_waits_for_a_reason(half_day, group, send, esther):
    evening = clock.parse("2026-03-10T16:31")
    one = sending(lines=[line(group[0])])
    with pytest.raises(ValidationError, match="verrouillé 4 heures après la fin"):
        send(one, at=evening)
    assert not RollSubmission.objects.exists()
    actions.reopen_half_day(half_day=half_day, by=esther, at=evening, reason="La tablette était restée au vestiaire")
    send(one, at=evening + timedelta(minutes=1))
    assert noted(half_day) == {group[0].pk: PRESENT}


def test_a_closed_half_day_is_not_written_on_by_a_device_that_comes_back(half_day, group, send, second_trainer):
    send(sending(lines=[line(person) for person in group], closes=True))
    with pytest.raises(ValidationError, match="close"):
        send(sending(lines=[line(group[0], ABSENT)]), by=second_trainer)
    assert noted(half_day)[group[0].pk] == PRESENT


def test_closing_an_unfinished_roll_is_refused_and_the_lines_stay(half_day, group, send):
    answer = send(sending(lines=[line(group[0])], closes=True))
    assert "DA COSTA Zoé" in answer.outcome["close_refused"]
    assert noted(half_day) == {group[0].pk: PRESENT}
    half_day.refresh_from_db()
    assert half_day.closed_at is None


def test_signing_before_the_end_is_allowed_and_said(send):
    early = clock.parse("2026-03-10T11:00")
    answer = send(sending(signatures=[drawn(None)]), at=early)
    assert "avant la fin prévue (12:30)" in answer.outcome["notes"][0]


def test_a_stranger_to_the_cohort_is_added_with_a_reason_only(half_day, send, esther):
    stranger = b.an_enrolment()
    answer = send(sending(lines=[line(stranger)]))
    assert "ajoutez-la à l'appel" in answer.outcome["refused"][0]["message"]
    with pytest.raises(ValidationError, match="pourquoi"):
        actions.add_to_roll(half_day=half_day, enrolment=stranger, reason=" ", by=esther, at=AT)
    actions.add_to_roll(half_day=half_day, enrolment=stranger, reason="Rattrape le module", by=esther, at=AT)
    send(sending(lines=[line(stranger, ABSENT, seen=PRESENT)]))
    row = half_day.attendances.valid().get()
    assert (row.status, row.added_reason) == ("ABSENT", "Rattrape le module")
    with pytest.raises(ValidationError, match="déjà sur cet appel"):
        actions.add_to_roll(half_day=half_day, enrolment=stranger, reason="Encore", by=esther, at=AT)


def test_a_request_of_another_half_day_is_not_this_one(world, half_day, group, send, esther):
    one = sending(lines=[line(group[0])])
    send(one)
    other = b.a_half_day(world.session, day=DAY, part="AFTERNOON")
    with pytest.raises(ValidationError, match="rechargez"):
        actions.receive(half_day=other, sending=one, expected=group, by=esther, at=AT)


@pytest.mark.parametrize(
    "mark", [PRESENT, ABSENT, Mark(AttendanceStatus.LATE, minutes_late=20), Mark(AttendanceStatus.LEFT_EARLY, 0, 5)]
)
def test_a_mark_is_read_as_it_is_spelled(mark):
    assert parsed(str(mark)) == mark


@pytest.mark.parametrize("text", ["PRESENT", "MAYBE.0.0.", "LATE.-1.0.", "LATE.601.0.", "LATE.²0.0.", "ABSENT.0.0.FLU"])
def test_what_is_no_mark_is_refused(text):
    with pytest.raises(ValidationError, match="illisible"):
        parsed(text)
