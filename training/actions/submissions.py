"""What a device sends of a roll: received once, however often it leaves, and never over what another one wrote.

Each line says what the device had seen and what it says now. A line that somebody else changed meanwhile stays as
it is: the sending keeps the other version, and whoever sent it is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.rows import keep
from accounts.templatetags.french import as_instant
from cohorts.models import Enrolment
from regulations.training import SignatureWay
from training.actions.opening import refuse_shut
from training.actions.planning import locked
from training.actions.roll import RollEntry, close_half_day, record_roll
from training.actions.signing import sign
from training.marks import Mark, mark_of
from training.models import Attendance, HalfDay, RollSubmission

# Clocks of one house differ by less; more is worth a word.
CLOCKS_AGREE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class SentLine:
    """Une ligne : `seen`, ce que l'appareil montrait avant qu'on y touche ; `mark`, ce qu'il dit maintenant."""

    enrolment: Enrolment
    seen: Mark | None
    mark: Mark


@dataclass(frozen=True, kw_only=True)
class SentSignature:
    request_id: UUID
    enrolment: Enrolment | None
    way: SignatureWay
    image: bytes = b""
    typed_name: str = ""
    device_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Sending:
    """Un envoi. `taken_at` et `device_at` : la même horloge de l'appareil, au geste puis au départ de l'envoi."""

    request_id: UUID
    device_id: str = ""
    device_at: datetime | None = None
    taken_at: datetime | None = None
    lines: list[SentLine] = field(default_factory=list)
    signatures: list[SentSignature] = field(default_factory=list)
    closes: bool = False

    def taken(self, at: datetime) -> datetime:
        """When it was done, by our clock: what passed on the device between gesture and sending is right on any."""
        if self.device_at is None or self.taken_at is None:
            return at
        return at - max(self.device_at - self.taken_at, timedelta(0))


@transaction.atomic
def receive(
    *,
    half_day: HalfDay,
    sending: Sending,
    expected: Iterable[Enrolment],
    by: User | None,
    at: datetime,
    whole: bool = False,
) -> RollSubmission:
    """Recevoir un envoi. The same one again changes nothing and gives the first answer.

    `whole`: a page that shows its faults keeps all or nothing; a device that comes back keeps what can be.
    """
    half_day = locked(half_day)
    known = RollSubmission.objects.filter(request_id=sending.request_id).first()
    if known is not None:
        if known.half_day_id != half_day.pk:
            raise ValidationError("Cet envoi a déjà servi pour une autre demi-journée : rechargez la page.")
        return known
    refuse_shut(half_day, sending.taken(at))
    outcome = _record(half_day, sending, by, at)
    outcome |= _sign(half_day, sending, by, at)
    outcome |= _close(half_day, sending, expected, by, at)
    faults = faults_of(outcome)
    if whole and faults:
        raise ValidationError(faults)
    outcome["notes"] = list(_notes(half_day, sending, at))
    return keep(
        RollSubmission(
            request_id=sending.request_id,
            half_day=half_day,
            device_id=sending.device_id[:64],
            device_at=sending.device_at,
            received_at=at,
            received_by=by,
            outcome=outcome,
        )
    )


def _record(half_day: HalfDay, sending: Sending, by: User | None, at: datetime) -> dict:
    standing = {row.enrolment_id: row for row in half_day.attendances.valid().select_related("recorded_by")}
    wanted, conflicts = [], []
    for line in sending.lines:
        row = standing.get(line.enrolment.pk)
        current = mark_of(row)
        if row is not None and current not in (line.seen, line.mark):
            conflicts.append(_conflict(line, row, current))
        elif current != line.mark:
            wanted.append(line)
    recorded, refused = _record_lines(half_day, wanted, by, at, sending.taken(at))
    return {"recorded": recorded, "conflicts": conflicts, "refused": refused}


def _record_lines(
    half_day: HalfDay, lines: list[SentLine], by: User | None, at: datetime, taken_at: datetime
) -> tuple[list[int], list[dict]]:
    """All together; one line that cannot be kept does not lose the eleven others."""
    try:
        with transaction.atomic():
            entries = [_entry(half_day, line) for line in lines]
            record_roll(half_day=half_day, entries=entries, by=by, at=at, taken_at=taken_at)
    except ValidationError as refusal:
        if len(lines) == 1:
            return [], [{"enrolment": lines[0].enrolment.pk, "message": " ".join(refusal.messages)}]
        alone = [_record_lines(half_day, [line], by, at, taken_at) for line in lines]
        return [pk for found, _ in alone for pk in found], [one for _, refused in alone for one in refused]
    return [line.enrolment.pk for line in lines], []


def _entry(half_day: HalfDay, line: SentLine) -> RollEntry:
    enrolment, mark = line.enrolment, line.mark
    if enrolment.cohort_id != half_day.session.cohort_id and line.seen is None:
        name = enrolment.person.full_name
        raise ValidationError(f"{name} n'est pas de cette cohorte : ajoutez-la à l'appel, en disant pourquoi.")
    return RollEntry(
        enrolment=enrolment,
        status=mark.status,
        minutes_late=mark.minutes_late,
        minutes_early=mark.minutes_early,
        absence_reason=mark.absence_reason,
    )


def _conflict(line: SentLine, row: Attendance, current: Mark) -> dict:
    """Both versions, without the reasons: those stay in the rows of the roll."""
    return {
        "enrolment": line.enrolment.pk,
        "name": line.enrolment.person.full_name,
        "kept": current.words,
        "sent": line.mark.words,
        "by": row.recorded_by.get_full_name() if row.recorded_by else "",
        "at": as_instant(row.recorded_at),
    }


def _sign(half_day: HalfDay, sending: Sending, by: User | None, at: datetime) -> dict:
    signed, refused = [], []
    for one in sending.signatures:
        try:
            with transaction.atomic():
                sign(
                    half_day=half_day,
                    enrolment=one.enrolment,
                    way=one.way,
                    image=one.image,
                    typed_name=one.typed_name,
                    device_at=one.device_at,
                    device_id=sending.device_id,
                    request_id=one.request_id,
                    by=by,
                    at=at,
                    taken_at=sending.taken(at),
                )
            signed.append(str(one.request_id))
        except ValidationError as refusal:
            enrolment = one.enrolment.pk if one.enrolment else None
            message = " ".join(refusal.messages)
            refused.append({"request_id": str(one.request_id), "enrolment": enrolment, "message": message})
    return {"signed": signed, "signatures_refused": refused}


def _close(half_day: HalfDay, sending: Sending, expected: Iterable[Enrolment], by: User | None, at: datetime) -> dict:
    if not sending.closes:
        return {"closed": False, "close_refused": ""}
    try:
        with transaction.atomic():
            close_half_day(half_day=half_day, by=by, at=at, expected=expected)
    except ValidationError as refusal:
        return {"closed": False, "close_refused": " ".join(refusal.messages)}
    return {"closed": True, "close_refused": ""}


def faults_of(outcome: dict) -> list[str]:
    """What was not kept, in French."""
    found = [one["message"] for one in (*outcome["refused"], *outcome["signatures_refused"])]
    return [*found, outcome["close_refused"]] if outcome["close_refused"] else found


def _notes(half_day: HalfDay, sending: Sending, at: datetime) -> Iterable[str]:
    """What is allowed, and worth a word."""
    if words := clock_words(sending.device_at, at):
        yield f"L'horloge de cet appareil {words} : l'heure reçue ici fait foi, les deux sont gardées."
    end = clock.at(half_day.day, half_day.ends_at)
    if sending.taken(at) < end and any(one.enrolment is None for one in sending.signatures):
        yield f"L'intervenant a signé avant la fin prévue ({half_day.ends_at:%H:%M}) : c'est permis, et signalé."


def clock_words(device_at: datetime | None, at: datetime) -> str:
    """« avance de 3 h 05 »; nothing while the two clocks agree."""
    gap = device_at - at if device_at else timedelta(0)
    if abs(gap) <= CLOCKS_AGREE:
        return ""
    return f"{'avance' if gap > timedelta(0) else 'retarde'} de {duration(abs(gap))}"


def duration(gap: timedelta) -> str:
    """« 3 h 05 », « 12 min », « 4 j »."""
    minutes = int(gap.total_seconds()) // 60
    if minutes >= 24 * 60:
        return f"{minutes // (24 * 60)} j"
    return f"{minutes // 60} h {minutes % 60:02}" if minutes >= 60 else f"{minutes} min"
