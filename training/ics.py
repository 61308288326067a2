"""Half-days as a calendar.

A convocation to several half-days is one file with one event each: RFC 5546 would have a file per event, and a mail
with twenty-four files helps nobody. Each event is known by its own UID all the same.
"""

from accounts import clock
from accounts.ics import Entry
from training.models import HalfDay


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
