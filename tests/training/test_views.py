"""Pages of the training room: it works, then how it refuses."""

import re
from datetime import date

import pytest
from django.urls import reverse

from tests import builders as b
from training.models import Attendance, HalfDay, Module, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def half_day(world):
    return b.a_half_day(world.session, day=date(2026, 3, 10))


def test_a_session_is_planned_for_a_whole_day(world, client_of, esther):
    title = world.session.module.title
    data = {
        "module": title,
        "day": "2026-12-15",
        "parts": ["MORNING", "AFTERNOON"],
        "morning_starts_at": "09:00",
        "morning_ends_at": "12:30",
        "afternoon_starts_at": "13:30",
        "afternoon_ends_at": "17:00",
        "mode": "ON_SITE",
        "place": "Salle Tombelaine",
    }
    answer = client_of(esther).post(reverse("training:plan_session", args=[world.cohort.pk]), data)
    session = Session.objects.latest("pk")
    assert answer.url == reverse("training:session_detail", args=[session.pk])
    assert session.half_days.count() == 2


def test_a_holiday_is_a_question_on_the_form(world, client_of, esther):
    data = {
        "module": world.session.module.title,
        "day": "2026-12-25",
        "parts": ["MORNING"],
        "morning_starts_at": "09:00",
        "morning_ends_at": "12:30",
        "afternoon_starts_at": "13:30",
        "afternoon_ends_at": "17:00",
        "mode": "ON_SITE",
    }
    browser = client_of(esther)
    page = browser.post(reverse("training:plan_session", args=[world.cohort.pk]), data)
    assert "jour férié" in page.content.decode()
    assert Session.objects.count() == 1
    browser.post(reverse("training:plan_session", args=[world.cohort.pk]), data | {"reason": "Accord de tous"})
    assert HalfDay.objects.filter(day="2026-12-25").exists()


@pytest.mark.parametrize("route", ["session_detail", "roll"])
def test_another_training_body_gets_404(world, client_of, route):
    stranger = b.a_membership(organisation=b.an_organisation("TRAINING_BODY"), role="TRAINER").user
    pk = world.session.pk if route == "session_detail" else world.half_day.pk
    assert client_of(stranger).get(reverse(f"training:{route}", args=[pk])).status_code == 404


def test_an_employer_takes_no_roll(world, client_of, denis):
    assert client_of(denis).get(reverse("training:roll", args=[world.half_day.pk])).status_code == 403


def test_an_employer_sees_the_attendance_of_its_own_people_only(world, client_of, denis):
    page = client_of(denis).get(reverse("training:attendance_list")).content.decode()
    assert "BAUDRY Amina" in page
    assert "DA COSTA" not in page


def test_lists_cost_constant_queries(world, client_of, claire, django_assert_max_num_queries):
    for _ in range(15):
        half_day = b.a_half_day(b.a_session(world.cohort))
        b.an_attendance(half_day, world.enrolment)
    browser = client_of(claire)
    for route in ("session_list", "attendance_list"):
        with django_assert_max_num_queries(12):
            browser.get(reverse(f"training:{route}"))


def test_programme_and_hours_pages_say_what_was_done(world, client_of, claire):
    browser = client_of(claire)
    programme = browser.get(reverse("training:programme", args=[world.cohort.pk]))
    assert world.session.module.title in programme.content.decode()
    hours = browser.get(reverse("training:cohort_hours", args=[world.cohort.pk])).content.decode()
    assert "3,50" in hours
    assert "BAUDRY Amina" in hours


@pytest.mark.parametrize(
    ("planned_minutes", "state"),
    [
        pytest.param(420, "en partie placé", id="un module plus long que ses séances"),
        pytest.param(210, "placé", id="les heures prévues"),
        pytest.param(180, "dépasse les heures prévues", id="plus d'heures qu'il n'en prévoit"),
    ],
)
def test_a_module_says_whether_its_sessions_hold_its_hours(world, client_of, claire, planned_minutes, state):
    Module.objects.filter(pk=world.session.module_id).update(planned_minutes=planned_minutes)
    page = client_of(claire).get(reverse("training:programme", args=[world.cohort.pk])).content.decode()
    assert re.findall(r"</svg>([^<]*plac[^<]*|[^<]*heures prévues)</span>", page) == [state]


def test_amina_sees_her_next_classes_and_her_own_hours(world, client_of, amina):
    b.a_half_day(world.session, day=date(2026, 12, 8))
    pages = [
        client_of(amina).get(reverse(name)).content.decode() for name in ("training:my_schedule", "training:my_hours")
    ]
    assert "mardi 8 décembre" in pages[0]
    assert "3,50" in pages[1]
    assert "DA COSTA" not in "".join(pages)


def test_who_is_no_trainee_has_no_schedule(client_of, claire):
    assert client_of(claire).get(reverse("training:my_schedule")).status_code == 404


def test_moving_keeps_the_identity_of_the_half_day(world, half_day, client_of, esther):
    data = {"day": "2026-03-17", "part": "AFTERNOON", "starts_at": "13:30", "ends_at": "17:00"}
    client_of(esther).post(reverse("training:move_half_day", args=[half_day.pk]), data)
    half_day.refresh_from_db()
    assert (half_day.day, half_day.part) == (date(2026, 3, 17), "AFTERNOON")


def test_cancelling_asks_why(world, half_day, client_of, esther):
    browser = client_of(esther)
    browser.post(reverse("training:cancel_half_day", args=[half_day.pk]), {"reason": ""})
    half_day.refresh_from_db()
    assert half_day.cancelled_on is None
    browser.post(reverse("training:cancel_half_day", args=[half_day.pk]), {"reason": "Intervenante absente"})
    half_day.refresh_from_db()
    assert half_day.cancel_reason == "Intervenante absente"


def test_an_unexpected_value_in_any_field_is_never_a_500(world, half_day, client_of, esther):
    browser = client_of(esther)
    strange = {"day": "31/02/2026", "part": "NIGHT", "starts_at": "25:99", "ends_at": "<b>", "reason": "x" * 5000}
    for route, pk in (
        ("move_half_day", half_day.pk),
        ("add_half_day", world.session.pk),
        ("cancel_half_day", half_day.pk),
        ("plan_session", world.cohort.pk),
        ("roll", half_day.pk),
        ("change_session", world.session.pk),
    ):
        assert browser.post(reverse(f"training:{route}", args=[pk]), strange).status_code < 500
    assert Attendance.objects.filter(half_day=half_day).count() == 0
