"""The words and the file of an invitation to a meeting: who, when, where, and nothing that was said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format

from accounts import clock
from accounts.ics import Entry, Invitation, Method, calendar
from accounts.outbox import Attachment
from accounts.templatetags.french import as_time
from cohorts.models import Referent
from employers.recipients import mails_of
from regulations.meetings import Party
from tutoring.models import Meeting


@dataclass(frozen=True, slots=True)
class Guest:
    """Qui est invité, à quel titre ; sans courriel, on le prévient de vive voix."""

    party: Party
    name: str
    email: str = ""


def guests_of(meeting: Meeting) -> list[Guest]:
    """The person, her tutor of that day, her employer, the referents of that day: one line per address."""
    contract, person = meeting.contract, meeting.contract.enrolment.person
    found = [Guest(Party.TRAINEE, person.first_name, person.email)]
    tutorships = contract.tutorships.current(meeting.day).select_related("tutor")
    found += [Guest(Party.TUTOR, one.tutor.full_name, one.tutor.email) for one in tutorships]
    place = contract.establishment
    addresses = mails_of([place.pk]).get(place.pk, [])
    found += [Guest(Party.EMPLOYER, place.name, address) for address in addresses] or [
        Guest(Party.EMPLOYER, place.name)
    ]
    referents = Referent.objects.filter(cohort=contract.cohort_id, valid_from__lte=meeting.day)
    referents = referents.exclude(valid_to__lt=meeting.day).select_related("user").order_by("pk")
    found += [Guest(Party.REFERENT, one.user.get_full_name(), one.user.email) for one in referents]
    return list(_once(found))


def _once(guests: Iterable[Guest]):
    """Somebody who is tutor and employer both is written to once."""
    seen = set()
    for guest in guests:
        if not guest.email or guest.email.lower() not in seen:
            seen.add(guest.email.lower())
            yield guest


def when(meeting: Meeting) -> str:
    """« jeudi 3 décembre 2026 à 9 h 30 »."""
    return f"{date_format(meeting.day, 'l j F Y')} à {as_time(meeting.starts_at)}"


def letter(meeting: Meeting, guest: Guest, *, is_cancelled: bool, at: datetime) -> tuple[str, str, list[Attachment]]:
    """Subject, text and file of the mail."""
    about = "Votre entretien" if guest.party is Party.TRAINEE else "Entretien"
    subject = f"{about} du {when(meeting)}" + (" : annulé" if is_cancelled else "")
    method: Method = "CANCEL" if is_cancelled else "REQUEST"
    return subject, _text(meeting, guest, is_cancelled), [_file(meeting, guest, method, at)]


def _text(meeting: Meeting, guest: Guest, is_cancelled: bool) -> str:
    person = meeting.contract.enrolment.person
    lines = [f"Bonjour{f' {guest.name}' if guest.party is not Party.EMPLOYER else ''},"]
    with_whom = "" if guest.party is Party.TRAINEE else f", avec {person.short_name}"
    kind = meeting.get_kind_display()
    if is_cancelled:
        lines.append(f"Vous n'êtes plus attendu à cet entretien ({kind}{with_whom}), le {when(meeting)}.")
        lines.append("Ouvrez le fichier joint : il l'enlève de votre agenda.")
    else:
        lines.append(f"Vous avez un entretien ({kind}{with_whom}).")
        place = [f"Quand : {when(meeting)}, {meeting.minutes} minutes"]
        place += [f"Où : {meeting.place}"] if meeting.place else []
        place += [f"À distance : {meeting.remote_link}"] if meeting.remote_link else []
        lines.append("\n".join(place))
        lines.append("Ouvrez le fichier joint : il met l'entretien dans votre agenda.")
    if guest.party is not Party.TRAINEE:
        address = settings.SITE_ADDRESS.rstrip("/") + reverse("tutoring:meeting_detail", args=[meeting.pk])
        lines.append(f"Avec un compte :\n{address}")
    lines.append("Un empêchement ? Dites-le à la conseillère de la cohorte.")
    return "\n\n".join(lines) + "\n"


def _file(meeting: Meeting, guest: Guest, method: Method, at: datetime) -> Attachment:
    starts_at = clock.at(meeting.day, meeting.starts_at)
    is_cancelled = method == "CANCEL"
    entry = Entry(
        uid=f"{meeting.calendar_id}@impec",
        sequence=meeting.sequence,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=meeting.minutes),
        title=f"{'Annulé : ' if is_cancelled else ''}{meeting.get_kind_display()}",
        place=meeting.place,
        link=meeting.remote_link,
        is_cancelled=is_cancelled,
    )
    invitation = Invitation(
        organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        organizer_name=str(meeting.contract.cohort.agency),
        attendee=guest.email,
        attendee_name=guest.name,
    )
    name = "annulation.ics" if is_cancelled else "entretien.ics"
    text = calendar([entry], method=method, at=at, invitation=invitation)
    return Attachment(name=name, type="text/calendar", method=method, text=text)
