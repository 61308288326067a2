"""Pages of the meetings: planned, minuted and signed by whom may; the trainee's own; the confidential part hidden."""

from base64 import b64encode
from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts import clock
from contracts.models import DoneStep
from regulations.deadlines import Step
from regulations.meetings import MeetingKind, MeetingWay, Party
from tests import builders as b
from tests.training.drawings import a_drawing
from tests.training.entering import go_in
from tests.tutoring.test_meetings import MINUTES, SLOT
from tutoring import actions
from tutoring.models import Meeting


@pytest.fixture
def held(world):
    by = world.users["coordinator"]
    planned = actions.plan_meeting(
        contract=world.contract,
        kind=MeetingKind.REVIEW_9,
        slot=actions.Slot(day=date(2026, 11, 19), starts_at=SLOT.starts_at),
        by=by,
        at=clock.now(),
    )
    decision = actions.Decision(text="Afficher le planning", owner=Party.EMPLOYER, due_on=date(2026, 11, 30))
    meeting = actions.minute_meeting(
        meeting=planned.meeting, minutes=MINUTES, decisions=[decision], by=by, at=clock.now()
    )
    actions.write_confidential(meeting=meeting, text="Trajets du soir.", by=by, at=clock.now())
    return meeting


def test_from_the_board_to_a_signed_meeting(world, client_of):
    client = client_of(world.users["coordinator"])
    board = client.get(reverse("tutoring:meeting_board")).context["board"]
    kinds = {line.expected.kind for line in board.to_plan if line.contract == world.contract}
    assert kinds == {MeetingKind.REVIEW_9, MeetingKind.EXIT}
    typed = {"kind": "EXIT", "day": "19/11/2026", "starts_at": "09:30", "minutes": "45", "place": "Agence"}
    answer = client.post(reverse("tutoring:plan_meeting", args=[world.contract.pk]), typed)
    meeting = Meeting.objects.get()
    assert answer.url == meeting.get_absolute_url()
    there = ["TRAINEE", "TUTOR"]
    lines = {
        "held_on": "19/11/2026",
        "parties_present": there,
        "going_well": "Ponctuelle.",
        "text_1": "Afficher le planning",
    }
    address = reverse("tutoring:minute_meeting", args=[meeting.pk])
    assert client.get(address).context["form"]["parties_present"].value() == (*there, "REFERENT")
    page = client.post(address, lines).content.decode()
    assert "Une décision dit quoi" in page
    assert "Afficher le planning" in page
    client.post(address, lines | {"owner_1": "EMPLOYER", "due_1": "30/11/2026", "version": "0"})
    hand = {"party": "TUTOR", "signer_name": "Bruno Hamon", "agreement": "non", "comment": ""}
    address = reverse("tutoring:sign_meeting", args=[meeting.pk])
    assert "sur quoi vous n&#x27;êtes pas d&#x27;accord" in client.post(address, hand).content.decode()
    client.post(address, hand | {"comment": "Le rythme."})
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "Le rythme." in page
    assert "salarié stagiaire, tuteur" in page
    left = client.get(address).context["form"].fields["party"].choices
    assert left == [("TRAINEE", "salarié stagiaire")]


def test_what_is_done_or_held_is_no_longer_expected_whoever_looks(held, world, client_of):
    address = reverse("tutoring:contract_meetings", args=[world.contract.pk])
    DoneStep.objects.create(contract=world.contract, step=Step.START_MEETING, done_on=date(2026, 2, 20))
    world.tutorship.starts_on = clock.today()
    world.tutorship.save()
    waited = {
        role: [one.kind for one, _ in client_of(world.users[role]).get(address).context["expected"]]
        for role in ("coordinator", "tutor")
    }
    kinds = [MeetingKind.REVIEW_3, MeetingKind.REVIEW_6, MeetingKind.EXIT]
    assert waited == {"coordinator": kinds, "tutor": kinds}


def test_the_confidential_part_is_on_the_referents_page_alone(held, world, client_of):
    said = {
        role: "Trajets du soir." in client_of(world.users[role]).get(held.get_absolute_url()).content.decode()
        for role in ("coordinator", "employer", "tutor")
    }
    assert said == {"coordinator": True, "employer": False, "tutor": False}


def test_two_people_write_the_same_minutes(held, world, client_of):
    client = client_of(world.users["coordinator"])
    address = reverse("tutoring:minute_meeting", args=[held.pk])
    Meeting.objects.update(present="TRAINEE TUTOR")
    answer = client.post(
        address, {"held_on": "19/11/2026", "parties_present": "TUTOR", "agreed": "Un autre.", "version": "0"}
    )
    assert ("Étaient présents", "tuteur", "salarié stagiaire, tuteur") in answer.context["both_versions"]
    held.refresh_from_db()
    assert held.agreed == "Un planning affiché."


def test_the_trainee_reads_what_was_said_and_signs_it(held, world, client_of):
    client = client_of(world.users["trainee"])
    page = client.get(reverse("own_meetings:my_meetings")).content.decode()
    assert "Un planning affiché." in page
    assert "Trajets du soir." not in page
    hand = {"party": "TRAINEE", "signer_name": "Amina Baudry", "agreement": "non", "comment": "Les horaires."}
    answer = client.post(reverse("own_meetings:sign_mine", args=[held.pk]), hand)
    assert answer.url == reverse("own_meetings:my_meetings")
    assert held.signatures.get().comment == "Les horaires."
    assert client.get(reverse("own_meetings:sign_mine", args=[held.pk])).status_code == 404


def test_who_was_not_there_reads_and_does_not_sign(held, world, client_of):
    Meeting.objects.update(present="TUTOR REFERENT")
    client = client_of(world.users["trainee"])
    address = reverse("own_meetings:sign_mine", args=[held.pk])
    page = client.get(reverse("own_meetings:my_meetings")).content.decode()
    assert "Tuteur, conseillère" in page
    assert address not in page
    assert client.get(address).status_code == 404


def test_minutes_wait_for_the_signatures_of_those_who_were_there(held, world, client_of):
    Meeting.objects.update(present="TUTOR EMPLOYER")
    client = client_of(world.users["coordinator"])
    board = reverse("tutoring:meeting_board")
    assert client.get(board).context["board"].to_sign == [held]
    hand = actions.Hand(party=Party.TUTOR, signer_name="Bruno Hamon")
    actions.sign_meeting(meeting=held, hand=hand, by=world.users["tutor"], at=clock.now())
    assert client.get(board).context["board"].to_sign == []


def test_who_came_by_her_link_signs_alone_and_once(held, world, client_of):
    cache.clear()
    world.person.email, world.person.user = "amina@courriel.example", None
    world.person.save()
    client = client_of(None)
    go_in(client)
    address = reverse("own_meetings:sign_mine", args=[held.pk])
    assert address in client.get(reverse("own_meetings:my_meetings")).content.decode()
    drawn = a_drawing()
    hand = {"party": "TRAINEE", "signer_name": "Amina Baudry", "agreement": "oui", "comment": ""}
    assert "pas le nom" in client.post(address, hand | {"signer_name": "Bruno Hamon"}).content.decode()
    client.post(address, hand | {"image": f"data:image/png;base64,{b64encode(drawn).decode()}"})
    signature = held.signatures.get()
    assert (signature.party, signature.way, bytes(signature.image)) == (Party.TRAINEE, MeetingWay.DRAWN, drawn)
    assert (signature.signed_at.astimezone(clock.PARIS).date(), signature.recorded_by) == (clock.today(), None)
    assert len(signature.image_sha256) == len(signature.text_sha256) == 64
    assert client.get(address).status_code == 404
    page = client_of(world.users["coordinator"]).get(held.get_absolute_url()).content.decode()
    assert "signée au doigt, par le lien reçu à son adresse" in page


def test_she_finds_nobody_elses(world, client_of):
    meeting = Meeting.objects.create(
        contract=world.other_contract,
        kind=MeetingKind.EXIT,
        day=date(2026, 11, 19),
        starts_at=SLOT.starts_at,
        held_on=date(2026, 11, 19),
        agreed="Autre.",
        minuted_at=clock.now(),
    )
    client = client_of(world.users["trainee"])
    assert "Autre." not in client.get(reverse("own_meetings:my_meetings")).content.decode()
    assert client.get(reverse("own_meetings:sign_mine", args=[meeting.pk])).status_code == 404


def test_the_board_costs_the_same_for_more_contracts(held, world, client_of, django_assert_max_num_queries):
    client = client_of(world.users["coordinator"])
    client.get(reverse("tutoring:meeting_board"))
    for number in range(6):
        enrolment = b.an_enrolment(cohort=world.cohort, person=b.a_person(birth_name=f"PERSONNE{number}"))
        contract = b.a_contract(enrolment=enrolment, cohort=world.cohort)
        for kind, day in ((MeetingKind.REVIEW_9, date(2026, 11, 10)), (MeetingKind.EXIT, date(2026, 12, 3))):
            Meeting.objects.create(contract=contract, kind=kind, day=day, starts_at=SLOT.starts_at)
    with django_assert_max_num_queries(30):
        board = client.get(reverse("tutoring:meeting_board")).context["board"]
    assert (len(board.to_minute), len(board.coming)) == (6, 6)
