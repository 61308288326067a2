"""Calendars: nine o'clock stays nine o'clock, addresses are private, and revoked ones answer nothing.

What icalendar writes is read back by a reader of our own (RFC 5545, § 3.1 and 3.3.11), and the zone by dateutil.
"""

import io
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from django.core.exceptions import ValidationError
from django.db.models import F
from django.urls import reverse

from accounts import clock
from accounts.ics import Invitation, calendar
from tests import builders as b
from training.actions.calendars import entries_of, find_feed, open_feed, revoke_feed
from training.ics import entry_of
from training.models import CalendarFeed, HalfDay

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ESCAPES = {"\\n": "\n", "\\N": "\n", "\\;": ";", "\\,": ",", "\\\\": "\\"}


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")[:-1]


def events(text: str) -> list[dict[str, str]]:
    """Each VEVENT as {name with its parameters: value}."""
    found, current = [], None
    for line in unfolded(text):
        if line == "BEGIN:VEVENT":
            current = {}
        elif line == "END:VEVENT":
            found.append(current)
            current = None
        elif current is not None:
            name, _, value = line.partition(":")
            current[name] = value
    return found


def plain(value: str) -> str:
    out, rest = "", value
    while rest:
        piece = rest[:2] if rest[:2] in ESCAPES else rest[:1]
        out, rest = out + ESCAPES.get(piece, piece), rest[len(piece) :]
    return out


def zone_of(text: str):
    """Europe/Paris as the file itself tells it, read by dateutil."""
    start, end = text.index("BEGIN:VTIMEZONE"), text.index("END:VTIMEZONE") + len("END:VTIMEZONE")
    return tz.tzical(io.StringIO(text[start:end])).get("Europe/Paris")


def start_of(event: dict[str, str], zone) -> datetime:
    return datetime.strptime(event["DTSTART;TZID=Europe/Paris"], "%Y%m%dT%H%M%S").replace(tzinfo=zone)


@pytest.fixture
def half_day(world):
    return b.a_half_day(world.session, day=date(2026, 12, 8))


@pytest.fixture
def feed_of(client):
    return lambda token: client.get(reverse("training:feed", args=[token]))


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        pytest.param(date(2026, 3, 28), 8, id="la veille du passage à l'heure d'été"),
        pytest.param(date(2026, 3, 29), 7, id="le jour du passage à l'heure d'été"),
        pytest.param(date(2026, 10, 24), 7, id="la veille du passage à l'heure d'hiver"),
        pytest.param(date(2026, 10, 25), 8, id="le jour du passage à l'heure d'hiver"),
        pytest.param(date(2031, 7, 1), 7, id="un autre été"),
    ],
)
def test_nine_o_clock_stays_nine_o_clock(world, day, utc_hour):
    text = calendar([entry_of(b.a_half_day(world.session, day=day))], method="PUBLISH", at=AT)
    (event,) = events(text)
    start = start_of(event, zone_of(text))
    assert start.time() == time(9)
    assert start.astimezone(UTC).hour == utc_hour
    assert start.utcoffset() == start.replace(tzinfo=ZoneInfo("Europe/Paris")).utcoffset()


def test_lines_are_folded_at_75_octets_and_texts_are_escaped(cohort):
    title = "Écouter ; répondre, et transmettre : l'« été » des équipes de nuit, à Saint-Hilaire-du-Harcouët"
    session = b.a_session(cohort, place="Salle « Tombelaine »\\étage 2; couloir, à gauche")
    session.module.title = title
    text = calendar([entry_of(b.a_half_day(session))], method="PUBLISH", at=AT)
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    (event,) = events(text)
    assert plain(event["SUMMARY"]) == title
    assert plain(event["LOCATION"]) == session.place


def test_a_request_names_who_convenes_and_who_is_convened(half_day):
    invitation = Invitation("formation@agence.example", 'Centre "Baie"', "amina@courriel.example", "Amina")
    text = calendar([entry_of(half_day)], method="REQUEST", at=AT, invitation=invitation)
    assert "METHOD:REQUEST" in unfolded(text)
    (event,) = events(text)
    (attendee,) = [(name, value) for name, value in event.items() if name.startswith("ATTENDEE")]
    assert attendee[1] == "mailto:amina@courriel.example"
    assert "RSVP=FALSE" in attendee[0]
    assert any(name.startswith("ORGANIZER") and "Centre 'Baie'" in name for name in event)


def test_a_feed_shows_what_is_expected_of_its_person_and_nothing_of_the_others(world, half_day, feed_of):
    answer = feed_of(open_feed(person=world.person, by=None, at=AT))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    (event,) = events(text)
    assert event["UID"] == f"{half_day.calendar_id}@impec"
    assert (event["SEQUENCE"], event["STATUS"]) == ("0", "CONFIRMED")
    assert plain(event["SUMMARY"]) == world.session.module.title
    assert not any(word in text for word in ("Amina", "BAUDRY", "Zoé", "1991", "TOUSSAINT", "ATTENDEE", "TURPIN"))


def test_a_feed_keeps_the_past_month(world, feed_of):
    for day in (date(2026, 10, 20), date(2026, 10, 21), date(2026, 11, 19), date(2027, 1, 30)):
        b.a_half_day(world.session, day=day)
    found = events(feed_of(open_feed(person=world.person, by=None, at=AT)).content.decode())
    assert [event["DTSTART;TZID=Europe/Paris"][:8] for event in found] == ["20261021", "20261119", "20270130"]


def test_a_moved_half_day_is_the_same_event_and_a_cancelled_one_says_so(world, half_day, feed_of):
    token = open_feed(person=world.person, by=None, at=AT)
    before = events(feed_of(token).content.decode())[0]
    HalfDay.objects.filter(pk=half_day.pk).update(day=date(2026, 12, 9), sequence=F("sequence") + 1)
    moved = events(feed_of(token).content.decode())[0]
    assert moved["UID"] == before["UID"]
    assert (before["SEQUENCE"], moved["SEQUENCE"]) == ("0", "1")
    HalfDay.objects.filter(pk=half_day.pk).update(cancelled_on=date(2026, 11, 20), cancel_reason="Intervenante malade")
    text = feed_of(token).content.decode()
    assert events(text)[0]["STATUS"] == "CANCELLED"
    assert "malade" not in text


def test_what_is_not_published_is_in_no_feed(world, half_day, feed_of):
    token = open_feed(person=world.person, by=None, at=AT)
    world.session.published_at = None
    world.session.save()
    assert events(feed_of(token).content.decode()) == []


def test_the_feed_of_an_establishment_names_its_own_people_only(world, half_day, feed_of):
    text = feed_of(open_feed(establishment=world.closerie, by=None, at=AT)).content.decode()
    (event,) = events(text)
    assert "Stagiaires : Amina B." in plain(event["DESCRIPTION"])
    assert "Zoé" not in text
    assert "BAUDRY" not in text


def test_days_out_of_her_contract_are_not_hers(world, feed_of):
    world.contract.ends_on = date(2026, 12, 1)
    world.contract.save()
    b.a_half_day(world.session, day=date(2026, 12, 8))
    assert events(feed_of(open_feed(person=world.person, by=None, at=AT)).content.decode()) == []


@pytest.mark.django_db
def test_only_the_fingerprint_of_an_address_is_kept(world):
    token = open_feed(person=world.person, by=None, at=AT)
    assert len(token) >= 43
    assert token not in str(CalendarFeed.objects.values().get())
    assert find_feed(token).person == world.person


def test_an_address_is_of_one_owner(world):
    for owners in ({}, {"person": world.person, "establishment": world.closerie}):
        with pytest.raises(ValidationError, match="d'une personne ou d'un établissement"):
            CalendarFeed(token_hash="x", **owners).full_clean()


def test_an_unknown_and_a_revoked_address_answer_alike(world, feed_of):
    token = open_feed(person=world.person, by=None, at=AT)
    revoke_feed(feed=find_feed(token), by=None, at=AT)
    revoked, unknown = feed_of(token), feed_of("inconnu")
    assert revoked.status_code == unknown.status_code == 404
    assert revoked.content == unknown.content
    assert "ne répond plus" in revoked.content.decode()


def test_a_new_address_replaces_the_one_before(world, feed_of):
    first = open_feed(person=world.person, by=None, at=AT)
    second = open_feed(person=world.person, by=None, at=AT + timedelta(minutes=1))
    assert [feed_of(token).status_code for token in (first, second)] == [404, 200]


def test_a_person_who_objects_has_no_feed_left(world, feed_of):
    token = open_feed(person=world.person, by=None, at=AT)
    world.person.objected_on = date(2026, 11, 1)
    world.person.save()
    assert feed_of(token).status_code == 404


def test_a_feed_is_read_only_sets_no_cookie_and_says_when_nothing_changed(world, half_day, client):
    address = reverse("training:feed", args=[open_feed(person=world.person, by=None, at=AT)])
    answer = client.get(address)
    assert not answer.cookies
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "private" in answer["Cache-Control"]
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert client.post(address).status_code == 405
    HalfDay.objects.filter(pk=half_day.pk).update(sequence=F("sequence") + 1)
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 200


def test_a_feed_costs_the_same_queries_whatever_its_half_days(world, half_day, client, django_assert_num_queries):
    token = open_feed(establishment=world.closerie, by=None, at=AT)
    feed = find_feed(token)
    for day in range(9, 19):
        b.a_half_day(world.session, day=date(2026, 12, day))
    with django_assert_num_queries(3):
        assert len(entries_of(feed, clock.today())) == 11


def test_an_employer_opens_and_closes_the_address_of_its_establishment(world, half_day, client_of, denis, feed_of):
    browser = client_of(denis)
    page = reverse("training:establishment_calendar", args=[world.closerie.pk])
    address = browser.post(page).context["address"]
    assert feed_of(address.rpartition("/")[2].removesuffix(".ics")).status_code == 200
    assert address not in browser.get(page).content.decode()
    browser.post(page, {"revoke": "1"})
    assert feed_of(address.rpartition("/")[2].removesuffix(".ics")).status_code == 404


def test_the_calendar_of_another_establishment_is_404(world, client_of, denis):
    page = reverse("training:establishment_calendar", args=[world.estran.pk])
    assert client_of(denis).get(page).status_code == 404
    assert client_of(denis).post(page).status_code == 404
    assert not CalendarFeed.objects.exists()
