"""Half-days as a calendar (RFC 5545, RFC 5546): the same UID through every change, a SEQUENCE that rises.

Times are written in Europe/Paris with the zone's own rules, so that nine o'clock stays nine o'clock on both sides of
a change of the clock. The library folds the lines and escapes the texts.

A convocation to several half-days is one file with one event each: RFC 5546 would have a file per event, and a mail
with twenty-four files helps nobody. Each event is known by its own UID all the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from accounts import clock
from training.models import HalfDay

PRODUCT = "-//ImPEC//Socle commun//FR"
# How often a calendar that follows an address may ask again.
REFRESH = timedelta(hours=1)
WINTER, SUMMER = timedelta(hours=1), timedelta(hours=2)

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Un évènement d'agenda : une demi-journée, et rien d'une personne sauf ce que `note` dit."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    link: str = ""
    note: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who convenes and who is convened: addresses, as the mail has them."""

    organizer: str
    organizer_name: str
    attendee: str
    attendee_name: str


def entry_of(half_day: HalfDay, note: str = "", *, is_cancelled: bool = False) -> Entry:
    """`is_cancelled`: for a person who is no longer expected at a half-day that stands."""
    session = half_day.session
    cancelled = is_cancelled or half_day.cancelled_on is not None
    return Entry(
        uid=f"{half_day.calendar_id}@impec",
        sequence=half_day.sequence,
        starts_at=clock.at(half_day.day, half_day.starts_at),
        ends_at=clock.at(half_day.day, half_day.ends_at),
        title=f"Annulé : {session.module}" if cancelled else str(session.module),
        place=session.place,
        link=session.remote_link,
        note="\n".join(filter(None, (f"Cohorte : {session.cohort}", note, remote_words(session.remote_link)))),
        is_cancelled=cancelled,
    )


def remote_words(link: str) -> str:
    return f"Cours à distance : {link}" if link else ""


def calendar(
    entries: Iterable[Entry], *, method: Method, at: datetime, name: str = "", invitation: Invitation | None = None
) -> str:
    """The text of a file or of a feed, CRLF at the end of each line."""
    written = Calendar()
    written.add("prodid", PRODUCT)
    written.add("version", "2.0")
    written.add("calscale", "GREGORIAN")
    written.add("method", method)
    if name:
        # The two ways to name a calendar that programmes read: RFC 7986, and the older one.
        written.add("name", name)
        written.add("x-wr-calname", name)
    if method == "PUBLISH":
        written.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        written.add("x-published-ttl", "PT1H")
    written.add_component(paris())
    for entry in entries:
        written.add_component(_event(entry, at, invitation))
    return written.to_ical().decode("utf-8")


def _event(entry: Entry, at: datetime, invitation: Invitation | None) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.title)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    if entry.place:
        event.add("location", entry.place)
    if entry.link:
        event.add("url", entry.link)
    if entry.note:
        event.add("description", entry.note)
    if invitation is not None:
        event.add("organizer", _address(invitation.organizer, invitation.organizer_name))
        event.add("attendee", _address(invitation.attendee, invitation.attendee_name, RSVP="FALSE"))
    return event


def _address(mail: str, name: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{mail}")
    # A parameter cannot hold a double quote.
    for key, value in {"CN": name.replace('"', "'"), **parameters}.items():
        address.params[key] = vText(value)
    return address


def paris() -> Timezone:
    """Europe/Paris by its rule: last Sunday of March and of October, at one o'clock universal time (2000/84/EC)."""
    zone = Timezone()
    zone.add("tzid", clock.PARIS.key)
    zone.add_component(_change(TimezoneDaylight(), datetime(1996, 3, 31, 2), 3, WINTER, SUMMER, "CEST"))
    zone.add_component(_change(TimezoneStandard(), datetime(1996, 10, 27, 3), 10, SUMMER, WINTER, "CET"))
    return zone


def _change(part, first: datetime, month: int, before: timedelta, after: timedelta, name: str):
    part.add("dtstart", first)
    part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    part.add("tzname", name)
    return part
