"""A trainee signs on her own phone: the code of the class, her finger or her name, « C'est moi »."""

from base64 import b64encode
from datetime import time
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts import clock
from regulations.training import AttendanceStatus, SignatureWay
from tests import builders as b
from tests.training.drawings import a_drawing
from tests.training.entering import go_in
from training.actions import class_code
from training.models import HalfDay, Signature

DRAWN = f"data:image/png;base64,{b64encode(a_drawing()).decode()}"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters(db):
    cache.clear()


def signature(half_day, **changes):
    sent = {
        "code": class_code(half_day, clock.now()),
        "image": DRAWN,
        "device_at": "2026-11-20T08:31:00.000Z",
        "device_id": "telephone",
        "request_id": str(uuid4()),
    }
    return sent | changes


def send(client, half_day, **changes):
    return client.post(reverse("training:sign_here"), signature(half_day, **changes))


def test_she_signs_with_the_code_and_her_finger(world, client_of, amina, course, at_half_past_nine):
    assert send(client_of(amina), course).url == reverse("training:signed")
    row = Signature.objects.get()
    assert (row.half_day, row.enrolment, row.way) == (course, world.enrolment, SignatureWay.PHONE)
    assert row.device_at.isoformat() == "2026-11-20T08:31:00+00:00"
    assert row.recorded_by == amina


def test_she_signs_by_a_link_too(client, amina_by_mail, course, at_half_past_nine):
    go_in(client)
    assert send(client, course).status_code == 302
    assert Signature.objects.get().recorded_by is None


def test_a_name_and_a_tick_sign_for_whoever_cannot_draw(client_of, amina, course, at_half_past_nine):
    browser = client_of(amina)
    refused = send(browser, course, image="", typed_name="Amina Baudry")
    assert "Cochez la case" in refused.content.decode()
    assert 'value="Amina Baudry"' in refused.content.decode()
    send(browser, course, image="", typed_name="Amina Baudry", tick="on")
    assert Signature.objects.get().way == SignatureWay.TYPED


def test_what_is_signed_is_no_longer_asked(client_of, amina, course, at_half_past_nine):
    browser = client_of(amina)
    assert "Signer ma présence" in browser.get(reverse("training:my_schedule")).content.decode()
    send(browser, course)
    assert "Signer ma présence" not in browser.get(reverse("training:my_schedule")).content.decode()
    assert "Tout est signé" in browser.get(reverse("training:sign_here")).content.decode()
    assert "a déjà signé" in send(browser, course).content.decode()


def test_a_wrong_code_keeps_the_drawing(client_of, amina, course, at_half_past_nine):
    answer = send(client_of(amina), course, code="ZZZZZZ")
    assert answer.status_code == 422
    assert "pas le bon" in answer.content.decode()
    assert answer.context["form"]["image"].value() == DRAWN
    assert not Signature.objects.exists()


def test_a_double_tap_signs_once(client_of, amina, course, at_half_past_nine):
    browser, sent = client_of(amina), signature(course)
    for _ in range(2):
        assert browser.post(reverse("training:sign_here"), sent).status_code == 302
    assert Signature.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"image": "data:image/png;base64,AAAA"}, "pas une image PNG"),
        ({"image": "data:image/png;base64,%%%"}, "pas arrivé entier"),
        ({"image": ""}, "Signez dans le cadre, ou écrivez votre nom."),
        ({"code": ""}, "Écrivez le code de la classe."),
        ({"image": "", "typed_name": "Zoé Da Costa", "tick": "on"}, "pas le nom de"),
    ],
)
def test_what_is_no_signature_is_said(client_of, amina, course, at_half_past_nine, changes, words):
    answer = send(client_of(amina), course, **changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    "told", ["", "demain", "2026-11-20T08:31:00", "9999-99-99T00:00:00Z", "9999-12-31T23:00:00-12:00"]
)
def test_a_device_that_tells_no_time_signs_all_the_same(client_of, amina, course, at_half_past_nine, told):
    assert send(client_of(amina), course, device_at=told).status_code == 302
    assert Signature.objects.get().device_at is None


def test_a_device_whose_clock_is_wrong_keeps_both_times(client_of, amina, course, at_half_past_nine):
    send(client_of(amina), course, device_at="1970-01-01T00:00:12Z")
    row = Signature.objects.get()
    assert (row.device_at.year, row.server_at.year) == (1970, 2026)


@pytest.mark.parametrize("field", ["code", "typed_name", "device_id", "request_id", "image"])
@pytest.mark.parametrize("odd", ["é" * 10_000, "a\0b", "\"'><script>alert(7)</script>", "9" * 30, "😀\u202eabc"])
def test_whatever_is_sent_is_answered(client_of, amina, course, at_half_past_nine, field, odd):
    answer = send(client_of(amina), course, **{field: odd})
    assert answer.status_code in (302, 422)
    assert b"<script>alert" not in answer.content


def test_the_code_of_another_class_opens_nothing(world, client_of, amina, course, at_half_past_nine):
    elsewhere = b.a_half_day(b.a_session(), day=b.TODAY)
    assert send(client_of(amina), elsewhere).status_code == 422
    assert not Signature.objects.exists()


def test_a_cancelled_half_day_is_not_signed(client_of, amina, course, at_half_past_nine):
    HalfDay.objects.update(cancelled_on=b.TODAY)
    answer = send(client_of(amina), course)
    assert "pas de cours à signer" in answer.content.decode()


def test_an_absent_person_is_told_why_she_cannot_sign(world, client_of, amina, course, at_half_past_nine):
    b.an_attendance(course, world.enrolment, AttendanceStatus.ABSENT)
    assert "notée absente" in send(client_of(amina), course).content.decode()


def test_a_person_added_to_the_roll_of_another_cohort_signs_there(world, client_of, amina, esther, at_half_past_nine):
    elsewhere = b.a_half_day(b.a_session(), day=b.TODAY, starts_at=time(8))
    b.an_attendance(elsewhere, world.enrolment, signed_on_paper=False, recorded_by=esther)
    assert send(client_of(amina), elsewhere).status_code == 302


def test_a_link_with_the_code_fills_it_in(client_of, amina, course, at_half_past_nine):
    page = client_of(amina).get(reverse("training:sign_here"), {"code": "ABC234"}).content.decode()
    assert 'value="ABC234"' in page


def test_a_phone_that_entered_once_signs_again_later_and_opens_nothing_else(
    client, amina_by_mail, course, at_half_past_nine
):
    go_in(client, own_phone="on")
    del client.cookies["sessionid"]
    assert "Gestes et postures" not in client.get(reverse("training:sign_here")).content.decode()
    assert send(client, course).url == reverse("training:signed")
    assert Signature.objects.get().enrolment.person == amina_by_mail
    assert "Merci Amina" in client.get(reverse("training:signed")).content.decode()
    for page in ("my_schedule", "my_hours", "my_calendar", "my_rights"):
        assert client.get(reverse(f"training:{page}")).status_code == 302, page
