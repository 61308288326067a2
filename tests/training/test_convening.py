"""Convoquer: one mail each, the hours to the employer, nothing twice, and what moves leaves again."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from accounts.models import Message
from employers.models import Contact
from tests import builders as b
from tests.training.test_calendars import events, plain
from training.actions.convening import convene, hand_over, letters, upcoming
from training.jobs import reconvene
from training.models import Convocation, HalfDay

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def half_days(world):
    """Two half-days to come; Amina has a mail, Zoé has none."""
    world.person.email = "amina@courriel.example"
    world.person.save()
    for day in (8, 15):
        b.a_half_day(world.session, day=date(2026, 12, day))
    return upcoming(HalfDay.objects.filter(session__cohort=world.cohort), b.TODAY)


def to_amina():
    return list(Message.objects.filter(recipient="amina@courriel.example").order_by("pk"))


def test_one_mail_for_all_her_half_days(world, half_days):
    sent = convene(half_days=half_days, at=AT)
    assert sent.people == [world.person]
    (message,) = to_amina()
    assert "mardi 8 décembre 2026, de 9\u00a0h\u00a000 à 12\u00a0h\u00a030" in message.body
    assert "Salle Tombelaine, Avranches" in message.body
    (file,) = message.attachments
    assert (file["name"], file["method"]) == ("convocation.ics", "REQUEST")
    assert {event["UID"] for event in events(file["text"])} == {f"{one.calendar_id}@impec" for one in half_days}
    assert Convocation.objects.filter(enrolment=world.enrolment).count() == 2


def test_whoever_has_no_mail_is_said_and_convened_on_paper(world, half_days):
    assert convene(half_days=half_days, at=AT).on_paper == [world.neighbour]
    other = world.other_contract.enrolment
    assert not Convocation.objects.filter(enrolment=other).exists()
    assert len(hand_over(enrolment=other, half_days=half_days, by=None, at=AT)) == 2
    assert letters(half_days) == []


def test_nothing_leaves_twice(half_days):
    for _ in range(3):
        convene(half_days=half_days, at=AT)
    assert len(to_amina()) == 1


def test_a_moved_half_day_updates_the_same_event(half_days):
    convene(half_days=half_days, at=AT)
    moved = half_days[0]
    HalfDay.objects.filter(pk=moved.pk).update(day=date(2026, 12, 9), sequence=F("sequence") + 1)
    convene(half_days=half_days.all(), at=AT)
    _, message = to_amina()
    assert "Vos cours qui changent" in message.body
    (event,) = events(message.attachments[0]["text"])
    assert (event["UID"], event["SEQUENCE"]) == (f"{moved.calendar_id}@impec", "1")
    assert event["DTSTART;TZID=Europe/Paris"] == "20261209T090000"


def test_a_cancelled_half_day_is_cancelled_in_her_calendar_and_its_reason_stays_here(half_days):
    convene(half_days=half_days, at=AT)
    HalfDay.objects.filter(pk=half_days[0].pk).update(
        cancelled_on=b.TODAY, cancel_reason="Intervenante malade", sequence=F("sequence") + 1
    )
    convene(half_days=half_days.all(), at=AT)
    _, message = to_amina()
    assert "malade" not in message.body
    (file,) = message.attachments
    assert (file["name"], file["method"]) == ("annulation.ics", "CANCEL")
    (event,) = events(file["text"])
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", "1")
    assert plain(event["SUMMARY"]).startswith("Annulé : ")


def test_what_was_cancelled_before_anybody_knew_is_told_to_nobody(half_days):
    HalfDay.objects.filter(pk__in=half_days).update(cancelled_on=b.TODAY, sequence=1)
    assert letters(half_days.all()) == []


def test_whoever_is_no_longer_expected_at_a_moved_half_day_is_told_so(world, half_days):
    convene(half_days=half_days, at=AT)
    HalfDay.objects.filter(pk=half_days[1].pk).update(day=date(2027, 3, 2), sequence=F("sequence") + 1)
    convene(half_days=half_days.all(), at=AT)
    (event,) = events(to_amina()[1].attachments[0]["text"])
    assert event["STATUS"] == "CANCELLED"


def test_whoever_leaves_is_told_that_her_courses_are_no_longer_hers(world, half_days):
    convene(half_days=half_days, at=AT)
    world.contract.ends_on = date(2026, 12, 10)
    world.contract.save()
    for _ in range(2):
        reconvene()
    _, message = to_amina()
    (event,) = events(message.attachments[0]["text"])
    assert (event["UID"], event["STATUS"]) == (f"{half_days[1].calendar_id}@impec", "CANCELLED")
    world.contract.ends_on = date(2027, 2, 1)
    world.contract.save()
    # The same revision is not told a third time; the next one is.
    assert reconvene() == 0
    HalfDay.objects.filter(pk=half_days[1].pk).update(sequence=F("sequence") + 1)
    assert reconvene() == 1


def test_a_revision_is_told_once_to_each_person(world, half_days):
    facts = {"half_day": half_days[0], "enrolment": world.enrolment, "sequence": 0, "message_key": "x"}
    Convocation.objects.create(**facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Convocation.objects.create(**facts)
    with pytest.raises(ValidationError, match="déjà convoquée"):
        Convocation(**facts).full_clean()


def test_past_and_unpublished_half_days_are_left_alone(world, half_days):
    draft = b.a_session(world.cohort, published_at=None)
    b.a_half_day(draft, day=date(2026, 12, 22))
    days = {call.half_day.day for letter in letters(half_days.all()) for call in letter.calls}
    assert days == {date(2026, 12, 8), date(2026, 12, 15)}


def test_the_employer_gets_the_hours_of_its_own_people_only(world, half_days, denis, gaelle):
    convene(half_days=half_days, at=AT)
    message = Message.objects.get(recipient=denis.email)
    assert "Amina B. : 2 demi-journées, 7,00" in message.body
    assert "Zoé" not in message.body
    assert not Message.objects.filter(recipient=gaelle.email).exists()
    hand_over(enrolment=world.other_contract.enrolment, half_days=half_days, by=None, at=AT)
    assert "Zoé D." in Message.objects.get(recipient=gaelle.email).body


def test_the_contact_for_training_is_written_to_first(world, half_days, denis):
    for role, name in (("HR", "nadia"), ("TRAINING", "lea")):
        Contact.objects.create(establishment=world.closerie, name=name, role=role, email=f"{name}@closerie.example")
    convene(half_days=half_days, at=AT)
    assert Message.objects.filter(key__startswith="heures/").get().recipient == "lea@closerie.example"


def test_the_job_tells_again_those_already_convened_and_nobody_else(world, half_days):
    HalfDay.objects.filter(pk=half_days[0].pk).update(sequence=1)
    assert reconvene() == 0
    convene(half_days=half_days.filter(day=date(2026, 12, 8)), at=AT)
    HalfDay.objects.filter(pk__in=half_days).update(sequence=F("sequence") + 1)
    assert reconvene() == 1
    assert reconvene() == 0
    first, again = to_amina()
    assert [len(events(one.attachments[0]["text"])) for one in (first, again)] == [1, 1]


def test_a_trainer_sees_what_would_leave_then_sends_it_once(world, half_days, client_of, esther):
    browser = client_of(esther)
    page = reverse("training:convene_cohort", args=[world.cohort.pk])
    shown = browser.get(page).content.decode()
    assert "BAUDRY Amina" in shown
    assert "Convocation de DA COSTA Zoé" in shown
    assert "amina@courriel.example" not in shown
    for _ in range(2):
        browser.post(page, {"form_token": "le-meme"})
    assert len(to_amina()) == 1
    assert "Tout est à jour" in browser.get(page).content.decode()


def test_one_session_is_convened_alone(world, half_days, client_of, claire):
    b.a_half_day(b.a_session(world.cohort), day=date(2026, 12, 10))
    client_of(claire).post(reverse("training:convene_session", args=[world.session.pk]))
    assert Convocation.objects.filter(enrolment=world.enrolment).count() == 2


def test_a_sheet_is_handed_over_and_noted(world, half_days, client_of, esther):
    sheet = reverse("training:convocation_sheet", args=[world.other_contract.enrolment.pk])
    browser = client_of(esther)
    assert "mardi 15 décembre 2026" in browser.get(sheet).content.decode()
    browser.post(sheet)
    rows = Convocation.objects.filter(enrolment=world.other_contract.enrolment)
    assert {row.message_key for row in rows} == {f"papier/{esther.pk}"}
    assert "Noter comme remise" not in browser.get(sheet).content.decode()


def test_an_employer_convenes_nobody_and_a_stranger_finds_nothing(world, half_days, client_of, denis):
    pages = [
        reverse("training:convene_cohort", args=[world.cohort.pk]),
        reverse("training:convocation_sheet", args=[world.enrolment.pk]),
    ]
    stranger = b.a_membership(organisation=b.an_organisation("TRAINING_BODY"), role="TRAINER").user
    assert [client_of(denis).get(page).status_code for page in pages] == [403, 403]
    assert [client_of(stranger).get(page).status_code for page in pages] == [404, 404]


def test_the_page_costs_the_same_whatever_the_group(world, half_days, client_of, esther, django_assert_num_queries):
    browser, page = client_of(esther), reverse("training:convene_cohort", args=[world.cohort.pk])
    browser.get(page)
    for _ in range(8):
        b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort), cohort=world.cohort)
    with django_assert_num_queries(8):
        assert len(browser.get(page).context["on_paper"]) == 9
