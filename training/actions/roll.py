"""Take the roll, close, reopen, countersign. A proof is voided and redone, never edited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.questions import settle
from accounts.rows import change, keep
from cohorts.models import Enrolment
from regulations.training import (
    AttendanceStatus,
    RollLine,
    attended_minutes,
    roll_findings,
)
from training.actions.planning import locked
from training.models import Attendance, HalfDay


@dataclass(frozen=True, kw_only=True)
class RollEntry:
    """Ce que l'appel dit d'une personne. `minutes_unknown` : un retard noté sans nombre de minutes."""

    enrolment: Enrolment
    status: AttendanceStatus = AttendanceStatus.PRESENT
    minutes_late: int = 0
    minutes_early: int = 0
    absence_reason: str = ""
    minutes_unknown: bool = False


@transaction.atomic
def record_roll(
    *,
    half_day: HalfDay,
    entries: Iterable[RollEntry],
    by: User | None,
    at: datetime,
    source: str = Attendance.Source.ROLL,
    on_paper: bool = False,
    correction_reason: str = "Corrigé à l'appel",
) -> list[Attendance]:
    """Noter l'appel. The same entry again changes nothing; another one voids the row and writes a new one."""
    half_day = locked(half_day)
    _refuse_closed(half_day)
    if half_day.cancelled_on is not None:
        raise ValidationError("Cette demi-journée est annulée : il n'y a pas d'appel.")
    known = {row.enrolment_id: row for row in half_day.attendances.valid().select_for_update()}
    return [
        _record(half_day, entry, known.get(entry.enrolment.pk), by, at, source, on_paper, correction_reason)
        for entry in entries
    ]


def _record(
    half_day: HalfDay,
    entry: RollEntry,
    known: Attendance | None,
    by: User | None,
    at: datetime,
    source: str,
    on_paper: bool,
    correction_reason: str,
) -> Attendance:
    row = attendance_of(half_day, entry, by=by, at=at, source=source, on_paper=on_paper)
    if known is not None:
        if _same(known, row):
            return known
        void_attendance(attendance=known, by=by, at=at, reason=correction_reason)
    return keep(row)


def attendance_of(
    half_day: HalfDay, entry: RollEntry, *, by: User | None, at: datetime, source: str, on_paper: bool
) -> Attendance:
    """The row that this entry makes, checked by the rules and not yet saved. Raises ValidationError in French."""
    status = AttendanceStatus(entry.status)
    line = RollLine(half_day.planned_minutes, status, entry.minutes_late, entry.minutes_early)
    settle(roll_findings(line))
    if entry.absence_reason and not status.is_absence:
        raise ValidationError("Un motif d'absence ne se note que pour une personne absente.")
    return Attendance(
        half_day=half_day,
        enrolment=entry.enrolment,
        status=status,
        minutes_late=entry.minutes_late,
        minutes_early=entry.minutes_early,
        minutes_unknown=entry.minutes_unknown,
        absence_reason=entry.absence_reason,
        attended_minutes=attended_minutes(half_day.planned_minutes, status, entry.minutes_late, entry.minutes_early),
        source=source,
        signed_on_paper=on_paper and not status.is_absence,
        recorded_at=at,
        recorded_by=by,
    )


COMPARED = ("status", "minutes_late", "minutes_early", "minutes_unknown", "absence_reason")


def _same(known: Attendance, row: Attendance) -> bool:
    return all(getattr(known, name) == getattr(row, name) for name in COMPARED)


@transaction.atomic
def void_attendance(*, attendance: Attendance, by: User | None, at: datetime, reason: str) -> Attendance:
    """Annuler une ligne d'émargement : elle reste, avec qui, quand et pourquoi."""
    attendance = Attendance.objects.select_for_update(of=("self",)).get(pk=attendance.pk)
    if attendance.voided_at is not None:
        raise ValidationError("Cette ligne est déjà annulée.")
    if not reason.strip():
        raise ValidationError({"void_reason": "Dites en quelques mots pourquoi cette ligne est annulée."})
    return change(attendance, voided_at=at, voided_by=by, void_reason=reason.strip())


@transaction.atomic
def close_half_day(*, half_day: HalfDay, by: User | None, at: datetime, expected: Iterable[Enrolment]) -> HalfDay:
    """Clore : chacun des stagiaires attendus a sa ligne, absents compris."""
    half_day = locked(half_day)
    if half_day.closed_at is not None:
        return half_day
    noted = set(half_day.attendances.valid().values_list("enrolment_id", flat=True))
    missing = [enrolment.person.full_name for enrolment in expected if enrolment.pk not in noted]
    if missing:
        raise ValidationError(f"L'appel n'est pas complet : il manque {', '.join(missing)}.")
    return change(half_day, closed_at=at, closed_by=by)


@transaction.atomic
def reopen_half_day(*, half_day: HalfDay, by: User | None, at: datetime, reason: str) -> HalfDay:
    """Rouvrir demande une raison, qui reste dans l'historique de la demi-journée."""
    half_day = locked(half_day)
    if half_day.closed_at is None:
        return half_day
    if not reason.strip():
        raise ValidationError({"reason": "Dites en quelques mots pourquoi la demi-journée est rouverte."})
    return change(
        half_day, closed_at=None, closed_by=None, reopened_at=at, reopened_by=by, reopen_reason=reason.strip()
    )


@transaction.atomic
def countersign(*, half_day: HalfDay, at: datetime | None = None, on_paper: bool = False) -> HalfDay:
    """Signature de l'intervenant, en ligne à un instant, ou sur la feuille papier."""
    half_day = locked(half_day)
    if half_day.cancelled_on is not None:
        raise ValidationError("Cette demi-journée est annulée : il n'y a rien à signer.")
    return change(half_day, countersigned_at=at, countersigned_on_paper=on_paper)


def _refuse_closed(half_day: HalfDay) -> None:
    if half_day.closed_at is not None:
        raise ValidationError("Cette demi-journée est close : rouvrez-la d'abord, en disant pourquoi.")
