"""The words and the files of a convocation: short sentences for the trainee, a list of hours for her employer."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import parseaddr
from enum import Enum

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format

from accounts.ics import Invitation, Method, calendar
from accounts.outbox import Attachment
from accounts.templatetags.french import as_hours, as_time
from cohorts.models import Person
from employers.models import Establishment
from training.ics import entry_of
from training.models import HalfDay


class Change(Enum):
    """Ce qu'une convocation annonce d'une demi-journée."""

    NEW = "nouvelle"
    MOVED = "changée"
    CANCELLED = "annulée"


HEADINGS = {
    Change.NEW: "Vos nouveaux cours",
    Change.MOVED: "Vos cours qui changent",
    Change.CANCELLED: "Vos cours annulés",
}
MARKS = {Change.NEW: "", Change.MOVED: " (changée)", Change.CANCELLED: " (annulée)"}


def digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:24]


def when(half_day: HalfDay) -> str:
    """« mardi 8 décembre 2026, de 9 h 00 à 12 h 30 »."""
    day = date_format(half_day.day, "l j F Y")
    return f"{day}, de {as_time(half_day.starts_at)} à {as_time(half_day.ends_at)}"


def site(route: str, *args: object) -> str:
    return settings.SITE_ADDRESS.rstrip("/") + reverse(route, args=args)


def subject_for(standing: Sequence[HalfDay], cancelled: Sequence[HalfDay]) -> str:
    if not standing:
        return "Un cours est annulé" if len(cancelled) == 1 else f"{len(cancelled)} cours sont annulés"
    first = min(standing, key=lambda half_day: (half_day.day, half_day.starts_at))
    return f"Vos cours : le prochain est le {date_format(first.day, 'l j F')}"


def text_for(person: Person, groups: Iterable[tuple[Change, list[HalfDay]]]) -> str:
    parts = [f"Bonjour {person.first_name},"]
    for change, half_days in groups:
        if half_days:
            lines = "\n".join(_line(half_day, change) for half_day in half_days)
            parts.append(f"{HEADINGS[change]} :\n\n{lines}")
    parts.append("Ouvrez le fichier joint : il met vos cours dans votre agenda.")
    parts.append(f"Votre emploi du temps est ici :\n{site('training:my_schedule')}")
    parts.append("Une question ? Parlez-en à votre conseillère.")
    return "\n\n".join(parts) + "\n"


def _line(half_day: HalfDay, change: Change) -> str:
    session = half_day.session
    lines = [f"- {when(half_day)}", f"  {session.module}"]
    if change is not Change.CANCELLED:
        lines += [f"  Lieu : {session.place}"] if session.place else []
        lines += [f"  À distance : {session.remote_link}"] if session.remote_link else []
    return "\n".join(lines)


def files_for(
    person: Person, standing: Sequence[HalfDay], cancelled: Sequence[HalfDay], at: datetime
) -> list[Attachment]:
    found = []
    if standing:
        found.append(_file("convocation.ics", "REQUEST", person, standing, at))
    if cancelled:
        found.append(_file("annulation.ics", "CANCEL", person, cancelled, at))
    return found


def _file(name: str, method: Method, person: Person, half_days: Sequence[HalfDay], at: datetime) -> Attachment:
    cohort = half_days[0].session.cohort
    invitation = Invitation(
        organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        organizer_name=str(cohort.training_organisation or cohort.agency),
        attendee=person.email,
        attendee_name=person.first_name,
    )
    entries = [entry_of(half_day, is_cancelled=method == "CANCEL") for half_day in half_days]
    text = calendar(entries, method=method, at=at, invitation=invitation)
    return Attachment(name=name, type="text/calendar", method=method, text=text)


def hours_for(place: Establishment, lines: Sequence[tuple[Person, HalfDay, Change]]) -> tuple[str, str]:
    """Subject and text: first name with an initial, days, hours, and no reason of anything."""
    by_person: dict[int, list[tuple[Person, HalfDay, Change]]] = {}
    for line in lines:
        by_person.setdefault(line[0].pk, []).append(line)
    parts = [f"Bonjour,\n\nVoici les demi-journées de formation de vos salariés, pour {place}."]
    parts += [_hours_of(own) for own in by_person.values()]
    parts.append(f"Leur agenda, toujours à jour :\n{site('training:establishment_calendar', place.pk)}")
    return "Heures de formation de vos salariés", "\n\n".join(parts) + "\n"


def _hours_of(own: Sequence[tuple[Person, HalfDay, Change]]) -> str:
    minutes = sum(half_day.planned_minutes for _, half_day, change in own if change is not Change.CANCELLED)
    count = "1 demi-journée" if len(own) == 1 else f"{len(own)} demi-journées"
    head = f"{own[0][0].short_name} : {count}, {as_hours(minutes)} de formation"
    return "\n".join([head, *(f"- {when(one)}, {one.session.module}{MARKS[change]}" for _, one, change in own)])
