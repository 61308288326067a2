"""Meetings: plan, move, cancel; whoever is concerned is written to once for each change."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.outbox import post_message
from accounts.questions import settle
from accounts.rows import change, keep
from contracts.actions.contract import Accepted, locked
from contracts.models import Contract
from regulations.meetings import MeetingKind, Party, meeting_findings
from tutoring.invitations import Guest, guests_of, letter
from tutoring.models import Meeting, MeetingInvitation


@dataclass(frozen=True, kw_only=True)
class Slot:
    """Quand et où l'on se voit."""

    day: date
    starts_at: time
    minutes: int = 45
    place: str = ""
    remote_link: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """Un entretien prévu, et qui reste à prévenir de vive voix."""

    meeting: Meeting
    unreached: list[Guest]


@transaction.atomic
def plan_meeting(
    *, contract: Contract, kind: MeetingKind, slot: Slot, accepted: Accepted = None, by: User | None, at: datetime
) -> Planned:
    """Prévoir un entretien et inviter. Un entretien déjà tenu se prévoit à son jour : personne n'est invité."""
    contract = locked(contract)
    reason = _settled(contract, kind, slot, accepted)
    meeting = Meeting(
        contract=contract, kind=kind, exception_reason=reason, planned_at=at, planned_by=by, **asdict(slot)
    )
    keep(meeting)
    return Planned(meeting, invite(meeting=meeting, at=at))


@transaction.atomic
def move_meeting(
    *,
    meeting: Meeting,
    slot: Slot,
    accepted: Accepted = None,
    version: int | None = None,
    by: User | None,
    at: datetime,
) -> Planned:
    """Déplacer : les agendas suivent, la révision monte."""
    contract = locked(meeting.contract)
    meeting = refuse_over(meeting)
    reason = _settled(contract, MeetingKind(meeting.kind), slot, accepted)
    facts = asdict(slot)
    if version is None or meeting.version == version:
        moved = any(getattr(meeting, name) != value for name, value in facts.items())
        facts["sequence"] = meeting.sequence + int(moved)
    meeting = change(meeting, version=version, exception_reason=reason, **facts)
    return Planned(meeting, invite(meeting=meeting, at=at))


@transaction.atomic
def cancel_meeting(
    *, meeting: Meeting, reason: str, version: int | None = None, by: User | None, at: datetime
) -> Meeting:
    """Annuler : chacun de ceux qui étaient invités est prévenu."""
    locked(meeting.contract)
    meeting = refuse_over(meeting)
    if not reason.strip():
        raise ValidationError({"reason": "Dites en quelques mots pourquoi l'entretien est annulé."})
    facts = {"cancelled_at": at, "cancelled_by": by, "cancel_reason": reason.strip()}
    meeting = change(meeting, version=version, sequence=meeting.sequence + 1, **facts)
    _tell_off(meeting, _standing(meeting).values(), at)
    return meeting


@transaction.atomic
def cancel_left_behind(*, meeting: Meeting, at: datetime) -> bool:
    """Le contrat a fini plus tôt : l'entretien prévu après est annulé, une fois, et chaque invité prévenu."""
    contract = locked(meeting.contract)
    if not Meeting.objects.left_behind(clock.today()).filter(pk=meeting.pk).exists():
        return False
    over = "n'a pas eu lieu" if contract.closed_on else f"finit le {contract.last_day:%d/%m/%Y}"
    cancel_meeting(meeting=meeting, reason=f"Le contrat {over}.", by=None, at=at)
    return True


@transaction.atomic
def invite(*, meeting: Meeting, at: datetime) -> list[Guest]:
    """Invite whoever is not yet invited at this revision, tell off whoever no longer comes; answers who has no mail."""
    if clock.at(meeting.day, meeting.starts_at) < at:
        return []
    guests = guests_of(meeting)
    standing = _standing(meeting)
    addresses = {guest.email.lower() for guest in guests if guest.email}
    _tell_off(meeting, [row for email, row in standing.items() if email not in addresses], at)
    for guest in guests:
        last = standing.get(guest.email.lower())
        if guest.email and (last is None or last.sequence < meeting.sequence):
            _post(meeting, guest, is_cancelled=False, at=at)
    return [guest for guest in guests if not guest.email]


@transaction.atomic
def follow_tutor(*, contract: Contract, at: datetime) -> None:
    """Un tuteur est nommé : les entretiens à venir l'invitent et préviennent celui qu'il remplace."""
    coming = Meeting.objects.filter(contract=contract).coming(clock.today()).with_names()
    for meeting in coming.select_related("contract__cohort__agency"):
        invite(meeting=meeting, at=at)


def refuse_over(meeting: Meeting) -> Meeting:
    """The row as it is now, if it may still be planned otherwise."""
    meeting = Meeting.objects.with_names().select_related("contract__cohort__agency").get(pk=meeting.pk)
    if meeting.cancelled_at is not None:
        raise ValidationError("Cet entretien est annulé : prévoyez-en un autre.")
    if meeting.held_on is not None:
        raise ValidationError(f"Cet entretien a été tenu le {meeting.held_on:%d/%m/%Y}.")
    return meeting


def _settled(contract: Contract, kind: MeetingKind, slot: Slot, accepted: Accepted) -> str:
    if contract.closed_on is not None:
        raise ValidationError("Ce contrat est caduc : il n'y a plus d'entretien à prévoir.")
    if slot.day < contract.starts_on and kind is not MeetingKind.START:
        raise ValidationError({"day": f"Le contrat commence le {contract.starts_on:%d/%m/%Y}."})
    return settle(meeting_findings(kind, slot.day, contract.starts_on, contract.ends_on, contract.last_day), accepted)


def _standing(meeting: Meeting) -> dict[str, MeetingInvitation]:
    """Address → the last invitation that nothing has cancelled since."""
    found: dict[str, MeetingInvitation] = {}
    for row in meeting.invitations.order_by("recorded_at", "pk"):
        if row.is_cancellation:
            found.pop(row.email.lower(), None)
        else:
            found[row.email.lower()] = row
    return found


def _tell_off(meeting: Meeting, rows: Iterable[MeetingInvitation], at: datetime) -> None:
    for row in rows:
        _post(meeting, Guest(Party(row.party), row.name, row.email), is_cancelled=True, at=at)


def _post(meeting: Meeting, guest: Guest, *, is_cancelled: bool, at: datetime) -> None:
    # Told off, then asked again at the same hour: another message, so the count of what left is in its key.
    before = meeting.invitations.filter(email__iexact=guest.email).count()
    key = f"entretien/{meeting.pk}/{meeting.sequence}.{before}/{guest.email.lower()}"
    keep(
        MeetingInvitation(
            meeting=meeting,
            party=guest.party,
            name=guest.name,
            email=guest.email,
            sequence=meeting.sequence,
            is_cancellation=is_cancelled,
            message_key=key[:200],
            recorded_at=at,
        )
    )
    subject, body, files = letter(meeting, guest, is_cancelled=is_cancelled, at=at)
    post_message(key=key[:200], recipient=guest.email, subject=subject, body=body, attachments=files)
