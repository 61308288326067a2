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
from training.actions.notices import tell_absences
from training.actions.opening import is_locked, refuse_shut, refuse_unheld
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
    taken_at: datetime | None = None,
) -> list[Attendance]:
    """Noter l'appel. The same entry again changes nothing; another one voids the row and writes a new one.

    `taken_at`: when it was noted, for a tablet that had no network; it is what the lock is judged by.
    """
    half_day = locked(half_day)
    # A sheet of paper or a workbook comes back days later, with its own proof.
    refuse_shut(half_day, taken_at or at, locks=source == Attendance.Source.ROLL)
    known = {row.enrolment_id: row for row in half_day.attendances.valid().select_for_update()}
    signed = dict(half_day.signatures.valid().exclude(enrolment=None).values_list("enrolment_id", "server_at"))
    rows = []
    for entry in entries:
        row = attendance_of(half_day, entry, by=by, at=at, source=source, on_paper=on_paper)
        row.signed_at = signed.get(entry.enrolment.pk)
        rows.append(_keep(row, known.get(entry.enrolment.pk), by, at, correction_reason))
    return rows


def _keep(row: Attendance, known: Attendance | None, by: User | None, at: datetime, reason: str) -> Attendance:
    if row.signed_at is not None and AttendanceStatus(row.status).is_absence:
        name = row.enrolment.person.full_name
        raise ValidationError(f"{name} a signé cette demi-journée : annulez d'abord sa signature, en disant pourquoi.")
    if known is not None:
        if _same(known, row):
            return known
        void_attendance(attendance=known, by=by, at=at, reason=reason)
        row.added_reason = known.added_reason
        if row.source == Attendance.Source.ROLL:
            # Other minutes do not take back what she signed on the sheet.
            row.signed_on_paper = known.signed_on_paper and not AttendanceStatus(row.status).is_absence
    return keep(row)


@transaction.atomic
def add_to_roll(*, half_day: HalfDay, enrolment: Enrolment, reason: str, by: User | None, at: datetime) -> Attendance:
    """Ajouter, présente, une personne qui n'est pas sur la liste ; la raison reste."""
    half_day = locked(half_day)
    refuse_shut(half_day, at)
    if not reason.strip():
        raise ValidationError({"reason": "Dites en quelques mots pourquoi cette personne est ajoutée."})
    if half_day.attendances.valid().filter(enrolment=enrolment).exists():
        raise ValidationError({"enrolment": f"{enrolment.person.full_name} est déjà sur cet appel."})
    entry = RollEntry(enrolment=enrolment)
    row = attendance_of(half_day, entry, by=by, at=at, source=Attendance.Source.ROLL, on_paper=False)
    row.added_reason = reason.strip()
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
def close_half_day(
    *,
    half_day: HalfDay,
    by: User | None,
    at: datetime,
    expected: Iterable[Enrolment],
) -> HalfDay:
    """Clore : chacun des stagiaires attendus a sa ligne, absents compris."""
    half_day = locked(half_day)
    if half_day.closed_at is not None:
        return half_day
    # Closing changes no line: a sheet of paper typed after the lock is closed too.
    refuse_unheld(half_day, at)
    noted = set(half_day.attendances.valid().values_list("enrolment_id", flat=True))
    missing = [enrolment.person.full_name for enrolment in expected if enrolment.pk not in noted]
    if missing:
        raise ValidationError(f"L'appel n'est pas complet : il manque {', '.join(missing)}.")
    closed = change(half_day, closed_at=at, closed_by=by)
    tell_absences(at=at, half_days=[closed])
    return closed


@transaction.atomic
def reopen_half_day(*, half_day: HalfDay, by: User | None, at: datetime, reason: str) -> HalfDay:
    """Rouvrir, close ou verrouillée, demande une raison, qui reste dans l'historique de la demi-journée."""
    half_day = locked(half_day)
    refuse_unheld(half_day, at)
    if half_day.closed_at is None and not is_locked(half_day, at):
        return half_day
    if not reason.strip():
        raise ValidationError({"reason": "Dites en quelques mots pourquoi la demi-journée est rouverte."})
    return change(
        half_day, closed_at=None, closed_by=None, reopened_at=at, reopened_by=by, reopen_reason=reason.strip()
    )


@transaction.atomic
def countersign(*, half_day: HalfDay, at: datetime | None = None, on_paper: bool = False) -> HalfDay:
    """Signature de l'intervenant sur la feuille papier. Sur un écran, `sign` en garde la preuve."""
    half_day = locked(half_day)
    if half_day.cancelled_on is not None:
        raise ValidationError("Cette demi-journée est annulée : il n'y a rien à signer.")
    return change(half_day, countersigned_at=at, countersigned_on_paper=on_paper)
