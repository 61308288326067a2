"""The trainee's own space: her account or a link of ten minutes, her own courses, her signature."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse

from accounts import clock
from accounts.models import Message
from regulations.training import AttendanceStatus
from tests import builders as b
from tests.training.entering import ask, go_in, link_in_mail
from training.jobs import forget_links
from training.models import TraineeLink

PAGES = ("my_schedule", "my_hours", "my_calendar", "my_rights", "sign_here")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters(db):
    cache.clear()


# --- How she enters ---


def test_a_link_opens_her_own_pages_and_nothing_else(client, amina_by_mail, course):
    assert go_in(client).url == reverse("training:my_schedule")
    for page in PAGES:
        assert client.get(reverse(f"training:{page}")).status_code == 200, page
    for elsewhere in ("accounts:account", "training:session_list", "cohorts:own_file"):
        assert client.get(reverse(elsewhere)).status_code == 302


def test_looking_at_a_link_uses_nothing_up_and_lets_nobody_in(client, amina_by_mail):
    ask(client)
    address = link_in_mail()
    assert client.head(address).status_code == 302
    answer = client.get(address)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert address.split("/")[-2] not in answer.url
    assert b"Entrer" in client.get(answer.url).content
    assert client.get(reverse("training:my_schedule")).url == reverse("training:ask_link")
    assert TraineeLink.objects.get().used_at is None


def test_a_link_enters_once(client, amina_by_mail):
    go_in(client)
    address = link_in_mail()
    client.post(reverse("training:leave"))
    assert client.get(client.get(address).url).status_code == 410
    assert client.post(reverse("training:enter")).status_code == 410


def test_a_link_lives_ten_minutes(client, amina_by_mail, settings):
    ask(client)
    settings.IMPEC_TODAY = "2026-11-21"
    client.get(link_in_mail())
    answer = client.post(reverse("training:enter"))
    assert answer.status_code == 410
    assert "Recevoir un nouveau lien" in answer.content.decode()


def test_a_newer_link_and_another_address_end_the_one_before(client, amina_by_mail):
    ask(client)
    first = link_in_mail()
    ask(client)
    client.get(first)
    assert client.post(reverse("training:enter")).status_code == 410
    client.get(link_in_mail())
    amina_by_mail.email = "autre@courriel.example"
    amina_by_mail.save()
    assert client.post(reverse("training:enter")).status_code == 410


def test_an_unknown_address_is_answered_alike(client, amina_by_mail):
    known, unknown = ask(client), ask(client, "personne@nulle-part.example")
    assert known.content == unknown.content
    assert Message.objects.count() == 1


def test_five_mails_an_hour_at_most(client, amina_by_mail):
    for _ in range(7):
        ask(client)
    assert Message.objects.count() == 5


def test_too_many_questions_from_one_place_are_refused(client, amina_by_mail):
    for number in range(20):
        ask(client, f"essai{number}@nulle-part.example")
    assert ask(client).status_code == 429


def test_only_the_fingerprint_of_a_link_is_kept_and_not_for_long(client, amina_by_mail, settings):
    ask(client)
    token = link_in_mail().split("/")[-2]
    assert token not in str(TraineeLink.objects.values().get())
    assert forget_links() == 0
    settings.IMPEC_TODAY = "2026-11-22"
    assert forget_links() == 1


def test_a_used_link_is_kept_while_its_phone_is_known(client, amina_by_mail, settings):
    go_in(client, own_phone="on")
    settings.IMPEC_TODAY = "2026-12-20"
    assert forget_links() == 0
    settings.IMPEC_TODAY = "2027-03-01"
    assert forget_links() == 1


def test_a_link_never_goes_round_a_second_factor(client, world, amina):
    world.person.email = "amina@courriel.example"
    world.person.save()
    Authenticator.objects.create(user=amina, type=Authenticator.Type.TOTP, data={})
    ask(client)
    assert not TraineeLink.objects.exists()
    assert reverse("account_login") in Message.objects.get().body


def test_the_hour_of_a_link_ends(client, amina_by_mail):
    go_in(client)
    session = client.session
    kept = session["trainee-entered"]
    session["trainee-entered"] = kept | {"at": (clock.true_now() - timedelta(minutes=61)).isoformat()}
    session.save()
    assert client.get(reverse("training:my_schedule")).url == reverse("training:ask_link")


def test_a_person_who_objects_is_out_at_once(client, amina_by_mail):
    go_in(client)
    amina_by_mail.objected_on = b.TODAY
    amina_by_mail.save()
    assert client.get(reverse("training:my_schedule")).status_code == 302


def test_her_pages_are_kept_by_no_cache(client, amina_by_mail):
    go_in(client)
    assert client.get(reverse("training:my_hours"))["Cache-Control"] == "no-store, private"


def test_a_phone_that_is_not_said_to_be_hers_is_not_known(client, amina_by_mail):
    assert "trainee-phone" not in go_in(client).cookies
    assert TraineeLink.objects.get().phone_hash == ""


def test_the_cookie_of_a_phone_is_out_of_reach_of_scripts_and_only_its_fingerprint_is_kept(client, amina_by_mail):
    cookie = go_in(client, own_phone="on").cookies["trainee-phone"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 90 * 24 * 3600)
    assert cookie.value not in str(TraineeLink.objects.values().get())


@pytest.mark.parametrize("how", ["she leaves", "she forgets her phones", "another address", "ninety days"])
def test_a_phone_is_forgotten(client, client_of, world, amina_by_mail, settings, how):
    phone = go_in(client, own_phone="on").cookies["trainee-phone"].value
    if how == "she leaves":
        client.post(reverse("training:leave"))
    elif how == "she forgets her phones":
        client.post(reverse("training:my_rights"))
        assert client.get(reverse("training:my_schedule")).status_code == 302
    elif how == "another address":
        amina_by_mail.email = "autre@courriel.example"
        amina_by_mail.save()
    else:
        settings.IMPEC_TODAY = "2027-02-20"
    later = client_of(None)
    later.cookies["trainee-phone"] = phone
    assert later.get(reverse("training:sign_here")).url == reverse("training:ask_link")


def test_she_comes_back_to_the_page_she_came_for(client, amina_by_mail):
    client.get(reverse("training:sign_here"))
    assert go_in(client).url == reverse("training:sign_here")


# --- What she sees ---


def test_her_next_course_comes_first_with_its_place_and_how_to_get_there(world, client_of, amina):
    b.a_half_day(world.session, day=date(2026, 12, 15))
    b.a_half_day(world.session, day=date(2026, 12, 8), cancelled_on=b.TODAY, cancel_reason="Neige")
    b.a_half_day(b.a_session(world.cohort, place=""), day=date(2026, 12, 22))
    page = client_of(amina).get(reverse("training:my_schedule"))
    text = page.content.decode()
    assert page.context["following"].half_day.day == date(2026, 12, 15)
    assert "openstreetmap.org/search?query=Salle+Tombelaine%2C+Avranches" in text
    assert "mardi 8 décembre" in text
    assert "Annulé." in text
    assert "Neige" not in text


def test_a_remote_course_has_its_link_and_an_unpublished_one_is_not_shown(world, client_of, amina):
    remote = b.a_session(world.cohort, place="", remote_link="https://visio.example/salle")
    b.a_half_day(remote, day=date(2026, 12, 8))
    b.a_half_day(b.a_session(world.cohort, published_at=None, place="Salle secrète"), day=date(2026, 12, 9))
    text = client_of(amina).get(reverse("training:my_schedule")).content.decode()
    assert 'href="https://visio.example/salle"' in text
    assert "Salle secrète" not in text


def test_a_course_that_is_over_is_no_longer_the_next(world, client_of, amina, course, settings):
    settings.IMPEC_TODAY = "2026-11-20T14:00"
    assert client_of(amina).get(reverse("training:my_schedule")).context["following"] is None


def test_her_hours_are_hers(world, client_of, amina):
    absent = b.a_half_day(world.session, day=date(2026, 3, 10))
    b.an_attendance(absent, world.enrolment, AttendanceStatus.ABSENT)
    text = client_of(amina).get(reverse("training:my_hours")).content.decode()
    assert "3,50" in text
    assert "absent non justifié" in text
    assert "DA COSTA" not in text


def test_whoever_is_not_a_trainee_finds_nothing(world, client_of, claire, denis, bruno):
    for user in (claire, denis, bruno):
        assert {client_of(user).get(reverse(f"training:{page}")).status_code for page in PAGES} == {404}


def test_she_opens_and_closes_the_address_of_her_calendar(world, client_of, amina, client):
    browser = client_of(amina)
    page = reverse("training:my_calendar")
    address = browser.post(page).context["address"].removeprefix("http://testserver")
    assert client.get(address).status_code == 200
    assert address not in browser.get(page).content.decode()
    browser.post(page, {"revoke": "1"})
    assert client.get(address).status_code == 404


def test_her_employer_closes_everything_when_her_phone_is_lost(world, client, client_of, amina_by_mail, denis, gaelle):
    phone = go_in(client, own_phone="on").cookies["trainee-phone"].value
    address = client.post(reverse("training:my_calendar")).context["address"].removeprefix("http://testserver")
    page = reverse("training:trainee_access", args=[amina_by_mail.pk])
    assert client_of(gaelle).post(page).status_code == 404
    assert client.get(address).status_code == 200
    employer = client_of(denis)
    assert "Révoquer" in employer.get(page).content.decode()
    employer.post(page)
    stranger = client_of(None)
    stranger.cookies["trainee-phone"] = phone
    assert stranger.get(reverse("training:sign_here")).status_code == 302
    assert stranger.get(address).status_code == 404
    assert client.get(reverse("training:my_schedule")).status_code == 302
    assert "Révoquer" not in employer.get(page).content.decode()


def test_she_knows_whom_to_ask(world, client_of, amina):
    text = client_of(amina).get(reverse("training:my_rights")).content.decode()
    assert "claire@agence.example" in text
    assert reverse("accounts:privacy") in text


@pytest.mark.parametrize("page", PAGES)
def test_her_pages_cost_the_same_whatever_her_courses(
    world, client_of, amina, course, page, django_assert_max_num_queries
):
    for day in range(1, 15):
        b.an_attendance(b.a_half_day(world.session, day=date(2026, 10, day)), world.enrolment)
        b.a_half_day(world.session, day=date(2026, 12, day))
    browser = client_of(amina)
    browser.get(reverse(f"training:{page}"))
    with django_assert_max_num_queries(13):
        browser.get(reverse(f"training:{page}"))
