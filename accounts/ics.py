"""Events as a calendar (RFC 5545, RFC 5546): the same UID through every change, a SEQUENCE that rises.

Times are written in Europe/Paris with the zone's own rules, so that nine o'clock stays nine o'clock on both sides of
a change of the clock. The library folds the lines and escapes the texts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from accounts import clock

PRODUCT = "-//ImPEC//FR"
# How often a calendar that follows an address may ask again.
REFRESH = timedelta(hours=1)
WINTER, SUMMER = timedelta(hours=1), timedelta(hours=2)

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Un évènement d'agenda, et rien d'une personne sauf ce que `note` dit."""

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
