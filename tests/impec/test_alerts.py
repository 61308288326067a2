"""Warnings of the counsellor: the facts of the rooms, one warning a fact, answered once and kept."""

from datetime import date, time

import pytest
from django.urls import reverse

from accounts import clock
from cohorts.models import Barrier
from impec.alerts.gather import open_alerts
from impec.homes import home_of
from regulations.meetings import MeetingKind, MeetingWay, Party
from regulations.people import BarrierCategory
from regulations.skills import Level
from regulations.warnings import WarningRule
from tests import builders as b
from tutoring.models import Meeting, MeetingSignature, Observation, WarningAnswer

LIST = "alerts:alert_list"


@pytest.fixture
def heard(world):
    """A clean case: a word of each tutor this month."""
    for contract in (world.contract, world.other_contract):
        Observation.objects.create(
            tutorship=contract.tutorships.get(), skill="Servir", level=Level.ALONE, observed_on=date(2026, 11, 10)
        )
    return world


def rules(world):
    return [(one.contract.pk, one.warning.rule) for one in open_alerts(world.users["coordinator"], clock.today())]


def test_a_clean_cohort_warns_of_nothing(heard):
    assert rules(heard) == []


def test_silence_is_told_for_each_contract(world):
    assert rules(world) == [
        (world.contract.pk, WarningRule.SILENCE),
        (world.other_contract.pk, WarningRule.SILENCE),
    ]


def test_two_half_days_missed_within_ten_days(heard):
    for day in (date(2026, 11, 3), date(2026, 11, 10)):
        half_day = b.a_half_day(heard.session, day=day)
        b.an_attendance(half_day, heard.enrolment, status="ABSENT", attended_minutes=0)
    assert rules(heard) == [(heard.contract.pk, WarningRule.ABSENCES)]


def test_a_disagreement_and_an_obstacle(heard):
    meeting = Meeting.objects.create(
        contract=heard.contract,
        kind=MeetingKind.REVIEW_9,
        day=date(2026, 11, 2),
        starts_at=time(9),
        held_on=date(2026, 11, 2),
    )
    MeetingSignature.objects.create(
        meeting=meeting,
        party=Party.TRAINEE,
        signer_name="Amina Baudry",
        way=MeetingWay.TYPED,
        agrees=False,
        comment="Les horaires.",
        recorded_by=heard.users["coordinator"],
    )
    Barrier.objects.create(
        person=heard.person, category=next(iter(BarrierCategory)), action_needed="Voir", raised_on=date(2026, 10, 1)
    )
    assert rules(heard) == [
        (heard.contract.pk, WarningRule.BARRIER),
        (heard.contract.pk, WarningRule.DIFFICULTY),
    ]


def test_no_tutor_and_nothing_of_his_silence(heard):
    tutorship = heard.contract.tutorships.get()
    tutorship.ends_on = date(2026, 10, 31)
    tutorship.save()
    assert rules(heard) == [(heard.contract.pk, WarningRule.TUTOR)]


def test_the_home_counts_what_the_page_lists_until_it_is_answered(world, client_of):
    claire = world.users["coordinator"]
    client = client_of(claire)
    label = [todo for todo in home_of(claire, clock.today()).todo if todo.url == reverse(LIST)]
    page = client.get(reverse(LIST))
    assert [todo.count for todo in label] == [len(page.context["waiting"])] == [2]
    alert = page.context["waiting"][0]
    address = reverse("alerts:answer_alert", args=[alert.contract.pk, alert.mark])
    assert alert.warning.facts in client.get(address).content.decode()
    client.post(address, {"text": "Bruno appelé, il envoie sa fiche vendredi.", "was_useful": "oui"})
    kept = WarningAnswer.objects.get()
    assert (kept.text, kept.facts, kept.was_useful) == (
        "Bruno appelé, il envoie sa fiche vendredi.",
        alert.warning.facts,
        True,
    )
    after = client.get(reverse(LIST))
    assert len(after.context["waiting"]) == 1
    assert "Bruno appelé" in after.content.decode()


def test_an_answer_says_something_and_is_given_once(world, client_of):
    client = client_of(world.users["coordinator"])
    alert = open_alerts(world.users["coordinator"], clock.today())[0]
    address = reverse("alerts:answer_alert", args=[alert.contract.pk, alert.mark])
    assert client.post(address, {"text": " "}).status_code == 200
    client.post(address, {"text": "Vu."})
    assert "déjà traitée" in client.post(address, {"text": "Vu encore."}).content.decode()
    assert WarningAnswer.objects.count() == 1


def test_nobody_but_the_referent_is_warned(world, agency):
    other = b.a_user("lea@agence.example", first_name="Léa", last_name="DUR")
    b.a_membership(other, agency, "COORDINATOR")
    assert open_alerts(other, clock.today()) == []


def test_the_list_costs_the_same_for_more_people(world, client_of, django_assert_max_num_queries):
    client = client_of(world.users["coordinator"])
    client.get(reverse(LIST))
    for number in range(6):
        enrolment = b.an_enrolment(cohort=world.cohort, person=b.a_person(birth_name=f"PERSONNE{number}"))
        b.a_tutorship(b.a_contract(enrolment=enrolment, cohort=world.cohort))
    with django_assert_max_num_queries(35):
        page = client.get(reverse(LIST))
    assert len(page.context["waiting"]) == 8
