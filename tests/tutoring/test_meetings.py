"""Meetings: planned, invited once each, minuted, signed; the two parts kept apart."""

from dataclasses import replace
from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from icalendar import Calendar

from accounts import clock
from accounts.models import Message
from accounts.questions import Questions
from contracts import actions as contract_actions
from contracts.models import DoneStep
from regulations.contracts import BreakReason
from regulations.deadlines import Step
from regulations.meetings import MeetingKind, MeetingWay, Party
from tests import builders as b
from tests.training.drawings import a_drawing
from tutoring import actions, jobs
from tutoring.models import ConfidentialNote, Meeting

DAY = date(2026, 12, 3)
SLOT = actions.Slot(day=DAY, starts_at=time(9, 30), place="Salle du premier étage")
MINUTES = actions.Minutes(held_on=date(2026, 11, 19), going_well="Ponctuelle.", agreed="Un planning affiché.")


@pytest.fixture
def told(world):
    """Everybody can be written to."""
    world.person.email = "amina@courriel.example"
    world.person.save()
    world.tutor.email = "bruno@closerie.example"
    world.tutor.save()
    return world


def plan(world, slot=SLOT, kind=MeetingKind.EXIT, **changes):
    by = world.users["coordinator"]
    return actions.plan_meeting(contract=world.contract, kind=kind, slot=slot, by=by, at=clock.now(), **changes).meeting


@pytest.fixture
def held(world):
    meeting = plan(world, replace(SLOT, day=date(2026, 11, 19)))
    return actions.minute_meeting(meeting=meeting, minutes=MINUTES, by=world.users["coordinator"], at=clock.now())


def files():
    """What left: address, method, UID, sequence."""
    found = []
    for message in Message.objects.filter(key__startswith="entretien/").order_by("pk"):
        book = Calendar.from_ical(message.attachments[0]["text"])
        (event,) = book.walk("VEVENT")
        found.append((message.recipient, str(book["method"]), str(event["uid"]), int(event["sequence"])))
    return found


def test_everybody_concerned_is_invited_once(told):
    meeting = plan(told)
    uid = f"{meeting.calendar_id}@impec"
    people = ["amina@courriel.example", "bruno@closerie.example", "denis@closerie.example", "claire@agence.example"]
    assert files() == [(one, "REQUEST", uid, 0) for one in people]
    actions.move_meeting(meeting=meeting, slot=SLOT, by=told.users["coordinator"], at=clock.now())
    assert len(files()) == 4


def test_a_move_keeps_the_uid_and_raises_the_sequence(told):
    meeting = plan(told)
    slot = replace(SLOT, starts_at=time(14, 0))
    moved = actions.move_meeting(meeting=meeting, slot=slot, by=told.users["coordinator"], at=clock.now()).meeting
    assert moved.sequence == 1
    assert {one[1:] for one in files()[4:]} == {("REQUEST", f"{meeting.calendar_id}@impec", 1)}


def test_a_cancellation_tells_whoever_was_invited(told):
    meeting = actions.cancel_meeting(
        meeting=plan(told), reason="Grève des cars.", by=told.users["coordinator"], at=clock.now()
    )
    assert [one[1] for one in files()] == ["REQUEST"] * 4 + ["CANCEL"] * 4
    assert {one[3] for one in files()[4:]} == {1}
    assert plan(told).pk != meeting.pk


def test_an_early_end_cancels_what_was_planned_after_it_once(told):
    before = plan(told, replace(SLOT, day=date(2026, 11, 25)), MeetingKind.OTHER)
    after = plan(told)
    assert jobs.cancel_left_behind() == 0
    contract_actions.break_contract(
        contract=told.contract, broken_on=date(2026, 11, 30), reason=BreakReason.RESIGNATION, by=None
    )
    assert [jobs.cancel_left_behind(), jobs.cancel_left_behind()] == [1, 0]
    after.refresh_from_db()
    assert (after.cancel_reason, after.cancelled_by) == ("Le contrat finit le 30/11/2026.", None)
    assert [one[1:] for one in files()[8:]] == [("CANCEL", f"{after.calendar_id}@impec", 1)] * 4
    before.refresh_from_db()
    assert before.cancelled_at is None


def test_a_contract_that_never_began_keeps_no_meeting_to_come(told, held):
    coming = plan(told, kind=MeetingKind.OTHER)
    told.contract.closed_on = date(2026, 11, 20)
    told.contract.save()
    assert jobs.cancel_left_behind() == 1
    assert list(Meeting.objects.exclude(cancelled_at=None)) == [coming]


def test_the_new_tutor_is_invited_and_the_former_told_off(told):
    plan(told)
    new = b.a_tutor(told.closerie, last_name="LEROUX", first_name="Maud", email="maud@closerie.example")
    actions.change_tutor(contract=told.contract, tutor=new, starts_on=date(2026, 11, 23))
    assert [str(one.ends_on) for one in told.contract.tutorships.order_by("pk")] == ["2026-11-22", "2027-02-01"]
    assert [(one[0], one[1]) for one in files()[4:]] == [
        ("bruno@closerie.example", "CANCEL"),
        ("maud@closerie.example", "REQUEST"),
    ]


def test_a_tutor_named_after_the_planning_is_invited(told):
    told.tutorship.delete()
    plan(told)
    assert "bruno@closerie.example" not in {one[0] for one in files()}
    actions.name_tutor(contract=told.contract, tutor=told.tutor)
    assert [one[:2] for one in files()[3:]] == [("bruno@closerie.example", "REQUEST")]


def test_who_has_no_mail_is_said(world):
    planned = actions.plan_meeting(
        contract=world.contract, kind=MeetingKind.EXIT, slot=SLOT, by=world.users["coordinator"], at=clock.now()
    )
    assert Party.TRAINEE in {guest.party for guest in planned.unreached}


def test_a_mail_holds_nothing_of_what_is_said(told, held):
    assert files() == []
    plan(told, kind=MeetingKind.OTHER)
    assert not any("planning" in message.body for message in Message.objects.all())


def test_the_same_meeting_is_not_planned_twice(world):
    plan(world)
    with pytest.raises(ValidationError, match="déjà prévu"):
        plan(world)


def test_an_exit_interview_out_of_its_window_takes_a_reason(world):
    early = replace(SLOT, day=date(2026, 10, 12))
    with pytest.raises(Questions):
        plan(world, early)
    accepted = {"entretien_de_sortie_hors_fenetre": "Départ en formation prévu."}
    assert "Départ en formation" in plan(world, early, accepted=accepted).exception_reason


def test_a_meeting_after_the_end_is_refused(world):
    with pytest.raises(ValidationError, match="finit le 01/02/2027"):
        plan(world, replace(SLOT, day=date(2027, 2, 2)))


def test_minutes_mark_the_step_of_the_contract(world, held):
    assert DoneStep.objects.valid().get(step=Step.EXIT_INTERVIEW).done_on == date(2026, 11, 19)
    actions.minute_meeting(
        meeting=held,
        minutes=replace(MINUTES, held_on=date(2026, 11, 18)),
        by=world.users["coordinator"],
        at=clock.now(),
    )
    assert DoneStep.objects.valid().get(step=Step.EXIT_INTERVIEW).done_on == date(2026, 11, 18)


def test_minutes_of_tomorrow_and_empty_ones_are_refused(world):
    meeting, by = plan(world), world.users["coordinator"]
    with pytest.raises(ValidationError, match="à venir"):
        actions.minute_meeting(meeting=meeting, minutes=replace(MINUTES, held_on=DAY), by=by, at=clock.now())
    with pytest.raises(ValidationError, match="au moins une ligne"):
        actions.minute_meeting(
            meeting=meeting, minutes=actions.Minutes(held_on=date(2026, 11, 19)), by=by, at=clock.now()
        )


def sign(world, meeting, **changes):
    hand = actions.Hand(**{"party": Party.TRAINEE, "signer_name": "Amina Baudry", **changes})
    return actions.sign_meeting(meeting=meeting, hand=hand, by=world.users["coordinator"], at=clock.now())


def test_each_party_signs_once_by_name_or_by_finger(world, held):
    assert sign(world, held).way == MeetingWay.TYPED
    drawn = sign(world, held, party=Party.TUTOR, signer_name="Bruno Hamon", image=a_drawing())
    assert drawn.way == MeetingWay.DRAWN
    assert len(drawn.image_sha256) == 64
    with pytest.raises(ValidationError, match="déjà signé"):
        sign(world, held)


def test_somebody_else_does_not_sign_for_the_trainee(world, held):
    with pytest.raises(ValidationError, match="n'est pas le nom"):
        sign(world, held, signer_name="Bruno Hamon")


def test_those_who_were_there_sign_and_nobody_else(world):
    by = world.users["coordinator"]
    minutes = replace(MINUTES, present=(Party.TRAINEE, Party.REFERENT))
    meeting = plan(world, replace(SLOT, day=date(2026, 11, 19)))
    meeting = actions.minute_meeting(meeting=meeting, minutes=minutes, by=by, at=clock.now())
    assert meeting.parties_present == [Party.TRAINEE, Party.REFERENT]
    hand = actions.Hand(party=Party.TUTOR, signer_name="Bruno Hamon")
    with pytest.raises(ValidationError, match="tuteur n'y était pas"):
        actions.sign_meeting(meeting=meeting, hand=hand, by=by, at=clock.now())
    hand = actions.Hand(party=Party.REFERENT, signer_name="Claire Morel")
    signed = actions.sign_meeting(meeting=meeting, hand=hand, by=by, at=clock.now())
    meeting.present = "TRAINEE REFERENT TUTOR"
    assert actions.minutes.fingerprint(meeting) != signed.text_sha256


def test_a_disagreement_says_why(world, held):
    with pytest.raises(ValidationError, match="sur quoi"):
        sign(world, held, agrees=False)
    assert sign(world, held, agrees=False, comment="Le planning change sans prévenir.").comment


def test_signed_minutes_are_only_added_to(world, held):
    by = world.users["coordinator"]
    with pytest.raises(ValidationError, match="n'est pas signé"):
        actions.add_to_minutes(meeting=held, text="Suite.", by=by, at=clock.now())
    sign(world, held)
    with pytest.raises(ValidationError, match="il ne change plus"):
        actions.minute_meeting(meeting=held, minutes=MINUTES, by=by, at=clock.now())
    assert actions.add_to_minutes(meeting=held, text="Le planning est affiché.", by=by, at=clock.now()).pk


def test_a_decision_is_followed_until_done(world):
    by = world.users["coordinator"]
    meeting = plan(world, replace(SLOT, day=date(2026, 11, 19)))
    decision = actions.Decision(text="Afficher le planning", owner=Party.EMPLOYER, due_on=date(2026, 11, 30))
    actions.minute_meeting(meeting=meeting, minutes=MINUTES, decisions=[decision], by=by, at=clock.now())
    row = meeting.decisions.get()
    with pytest.raises(ValidationError, match="précède"):
        actions.finish_decision(decision=row, done_on=date(2026, 11, 1), by=by, at=clock.now())
    done = actions.finish_decision(decision=row, done_on=date(2026, 11, 20), by=by, at=clock.now())
    with pytest.raises(ValidationError, match="déjà notée faite"):
        actions.finish_decision(decision=done, done_on=date(2026, 11, 20), by=by, at=clock.now())


def test_a_confidential_note_is_the_referents_alone(world, held):
    actions.write_confidential(meeting=held, text="Garde d'enfant.", by=world.users["coordinator"], at=clock.now())
    readers = {
        role for role, user in world.users.items() if user and ConfidentialNote.objects.visible_to(user).exists()
    }
    assert readers == {"coordinator"}


def test_who_sees_a_meeting(world, held):
    readers = {role for role, user in world.users.items() if user and Meeting.objects.visible_to(user).exists()}
    assert readers == {"coordinator", "employer", "tutor", "trainee"}


def test_another_counsellor_of_the_agency_sees_none(world, held, agency):
    other = b.a_user("lea@agence.example", first_name="Léa", last_name="DUR")
    b.a_membership(other, agency, "COORDINATOR")
    assert not Meeting.objects.visible_to(other).exists()
