"""What tutors give: each figure is that of its rows; the certificate names nobody followed."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import Receipt
from regulations.due import Rule
from regulations.sheets import Mood
from tests import builders as b
from tutoring import actions
from tutoring.load import given_by, last_months, months_until, returns_by_employer
from tutoring.models import TutoringRules, TutorSheet

ON = date(2026, 11, 20)


def sheet(tutorship, month, received, **changes):
    facts = {"observed_on": month, "mood": Mood.GOES_WELL, "nothing_new": True, "received_at": clock.parse(received)}
    return TutorSheet.objects.create(request_id=uuid4(), tutorship=tutorship, month=month, **facts | changes)


def test_days_and_time_of_a_year(world):
    given = given_by(world.tutor, 2026, ON)
    days = (ON - date(2026, 2, 2)).days + 1
    assert (given.people, given.days, given.weekly_minutes) == (1, days, (60,))
    assert given.minutes == round(days * 60 / 7)


def test_a_dated_setting_counts_from_its_day(world):
    TutoringRules.objects.create(valid_from=date(2026, 1, 1), weekly_minutes=70)
    TutoringRules.objects.create(valid_from=date(2026, 11, 14), weekly_minutes=140)
    given = given_by(world.tutor, 2026, ON)
    assert given.minutes == (given.days - 7) * 10 + 7 * 20
    assert given.weekly_minutes == (70, 140)


def test_a_tutorship_cut_in_two_counts_each_day_once(world):
    whole = given_by(world.tutor, 2026, ON)
    other = b.a_tutor(world.closerie, last_name="LEROUX", first_name="Maud")
    actions.change_tutor(contract=world.contract, tutor=other, starts_on=date(2026, 5, 4))
    actions.change_tutor(contract=world.contract, tutor=world.tutor, starts_on=date(2026, 6, 1))
    mine, hers = given_by(world.tutor, 2026, ON), given_by(other, 2026, ON)
    assert (mine.people, hers.people) == (1, 1)
    assert (mine.days + hers.days, hers.days) == (whole.days, 28)


def test_sheets_on_time_are_those_that_came_by_their_day(world):
    tutorship = world.tutorship
    asked = given_by(world.tutor, 2026, ON).returns.asked
    sheet(tutorship, date(2026, 9, 1), "2026-09-25T10:00")
    sheet(tutorship, date(2026, 8, 1), "2026-10-20T10:00")
    Receipt.objects.create(
        rule=Rule.TUTOR_SHEET,
        object_key=f"{world.contract.pk}-2026-07",
        subject_kind="contracts.Contract",
        subject_id=world.contract.pk,
        received_on=date(2026, 7, 28),
        recorded_by=world.users["coordinator"],
    )
    found = given_by(world.tutor, 2026, ON).returns
    assert (found.asked, found.received, found.on_time) == (asked, 3, 2)
    assert asked == len([month for month in months_until(2026, ON) if month >= date(2026, 2, 1)])


def test_returns_by_employer_count_their_own_rows(world):
    sheet(world.tutorship, date(2026, 9, 1), "2026-09-25T10:00")
    returned = returns_by_employer(world.users["coordinator"], last_months(ON))
    found = {employer.name: (one.on_time, one.asked) for employer, one in returned}
    assert found == {"Association La Closerie": (1, 6), "Mutuelle de l'Estran": (0, 6)}
    own = returns_by_employer(world.users["employer"], last_months(ON))
    assert [employer.name for employer, _ in own] == ["Association La Closerie"]


def test_the_page_of_returns_names_its_months_in_french(world, client_of):
    page = client_of(world.users["employer"]).get(reverse("tutoring:sheet_returns")).content.decode()
    assert "Fiches de mai 2026 à octobre 2026, dont" in page
    assert "BAUDRY Amina, octobre 2026" in page


def test_a_setting_that_goes_down_is_told_in_its_order(world):
    TutoringRules.objects.create(valid_from=date(2026, 1, 1), weekly_minutes=140)
    TutoringRules.objects.create(valid_from=date(2026, 11, 14), weekly_minutes=70)
    assert given_by(world.tutor, 2026, ON).weekly_minutes == (140, 70)


def test_the_certificate_names_the_tutor_and_nobody_followed(world, client_of):
    page = client_of(world.users["tutor"]).get(reverse("tutoring:recognition", args=[world.tutor.pk, 2026]))
    text = page.content.decode()
    assert "Bruno HAMON" in text
    assert "Résidence La Closerie du Mont" in text
    assert "Hypothèse" in text
    assert "BAUDRY" not in text


@pytest.mark.parametrize("year", [2025, 2027])
def test_no_certificate_of_a_year_without_anybody(world, client_of, year):
    address = reverse("tutoring:recognition", args=[world.tutor.pk, year])
    assert client_of(world.users["tutor"]).get(address).status_code == 404


def test_the_page_of_a_tutor_shows_the_load_over_time(world, client_of):
    page = client_of(world.users["coordinator"]).get(reverse("tutoring:tutor_detail", args=[world.tutor.pk]))
    assert "Du 02/02/2026 au 01/02/2027 : 1 personne<" in page.content.decode()
    assert page.context["years"] == [2026]


def test_a_setting_is_added_by_whoever_keeps_the_reference_data(world, client_of):
    client = client_of(world.users["coordinator"])
    client.post(reverse("tutoring:rules_add"), {"valid_from": "01/01/2027", "weekly_minutes": "90", "note": "Bilan"})
    assert TutoringRules.objects.get().weekly_minutes == 90
    answer = client.post(reverse("tutoring:rules_add"), {"valid_from": "01/01/2027", "weekly_minutes": "2"})
    assert "5 minutes" in answer.content.decode()
