"""Whatever is typed in the forms of planning: an answer in French, never an error page, never live markup."""

from datetime import date

import pytest
from django.urls import reverse

from tests import builders as b
from tests.test_odd_values import MARKUP, ODD
from training.models import Module

pytestmark = pytest.mark.django_db

MORE = (*ODD, "0001-01-01", "24:00", "r", "1-MORNING,9-MORNING", "2026-03-03")
SERIES = {
    "first_day": "2026-03-03",
    "pattern": "1-MORNING",
    "place": "Salle",
    "remote_link": "",
    "trainer_name": "",
    "capacity": "",
    "modules": "Bientraitance",
    "morning_starts_at": "09:00",
    "morning_ends_at": "12:30",
    "afternoon_starts_at": "13:30",
    "afternoon_ends_at": "17:00",
    "etape": "verifier",
    "motif": "",
    "rouvrir": "",
    "fermeture-label": "Congés",
    "fermeture-starts_on": "2026-08-03",
    "fermeture-ends_on": "2026-08-14",
    "r1-title": "Bientraitance",
    "r1-day": "2026-03-03",
    "r1-starts_at": "09:00",
    "r1-ends_at": "12:30",
}
FACT = {
    "kind": "LEAVE",
    "weekdays": "1",
    "starts_on": "2026-03-03",
    "ends_on": "2026-03-09",
    "starts_at": "",
    "ends_at": "",
}
SLOT = {"day": "2026-12-10", "part": "MORNING", "starts_at": "09:00", "ends_at": "12:30", "reason": "", "malgre": ""}


def judge(browser, address, fields, steps=({},)):
    for place, name in enumerate(fields):
        # Each field takes one odd value in five, and each value goes to one field in five.
        for odd in MORE[place % 5 :: 5]:
            for step in steps:
                # A button that was not pressed sends nothing.
                sent = {key: value for key, value in (fields | {name: odd} | step).items() if value or key == name}
                answer = browser.post(address, sent)
                assert answer.status_code in (200, 302, 404), (name, odd)
                assert MARKUP not in answer.content.decode(errors="replace"), (name, odd)


def test_no_odd_value_breaks_a_series(world, client_of, claire):
    Module.objects.create(
        programme=world.session.module.programme, position=9, title="Bientraitance", planned_minutes=420
    )
    address = reverse("training:create_series", args=[world.cohort.pk])
    judge(client_of(claire), address, SERIES, ({"etape": "publier"}, {"etape": "fermer"}))


def test_no_odd_value_breaks_a_fixed_fact(world, client_of, claire):
    judge(client_of(claire), reverse("training:tell_fact", args=[world.enrolment.pk]), FACT)


def test_no_odd_value_breaks_a_move(world, client_of, claire):
    half_day = b.a_half_day(world.session, day=date(2026, 12, 3))
    judge(client_of(claire), reverse("training:move_half_day", args=[half_day.pk]), SLOT)


def test_no_odd_value_breaks_the_preview_of_a_roster(world, client_of, claire):
    judge(client_of(claire), reverse("imports:roster", args=[world.cohort.pk]), {"planning": "", "file": ""})
