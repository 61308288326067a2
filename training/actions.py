"""Acts of the training room: plan, move, cancel, take the roll, close. A proof is voided and redone, never edited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.questions import settle
from accounts.rows import change, keep
from cohorts.models import Cohort, Enrolment
from regulations.periods import Period
from regulations.training import (
    AttendanceStatus,
    HalfDayPart,
    RollLine,
    TrainingMode,
    attended_minutes,
    roll_findings,
    session_findings,
)
from training.models import Attendance, HalfDay, Module, Programme, Session

Accepted = Mapping[str, str] | None

DEFAULT_TITLE = "Socle commun ImPEC'"


@dataclass(frozen=True, kw_only=True)
class Slot:
    """Une demi-journée à placer : jour, matin ou après-midi, horaires."""

    day: date
    part: HalfDayPart
    starts_at: time
    ends_at: time

    @property
    def minutes(self) -> int:
        return minutes_between(self.starts_at, self.ends_at)


@dataclass(frozen=True, kw_only=True)
class RollEntry:
    """Ce que l'appel dit d'une personne. `minutes_unknown` : un retard noté sans nombre de minutes."""

    enrolment: Enrolment
    status: AttendanceStatus = AttendanceStatus.PRESENT
    minutes_late: int = 0
    minutes_early: int = 0
    absence_reason: str = ""
    minutes_unknown: bool = False


def minutes_between(starts_at: time, ends_at: time) -> int:
    return (ends_at.hour - starts_at.hour) * 60 + ends_at.minute - starts_at.minute


@transaction.atomic
def ensure_programme(*, cohort: Cohort) -> Programme:
    """Programme de la cohorte : la copie de celui de son modèle, faite une fois."""
    # Two first sessions planned at once must find one programme.
    Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    known = Programme.objects.filter(cohort=cohort).first()
    if known is not None:
        return known
    model = Programme.objects.filter(template=cohort.template_id).first() if cohort.template_id else None
    programme = keep(
        Programme(
            cohort=cohort,
            title=model.title if model else DEFAULT_TITLE,
            objective=model.objective if model else "",
        )
    )
    for module in model.modules.order_by("position") if model else ():
        keep(
            Module(
                programme=programme,
                position=module.position,
                title=module.title,
                planned_minutes=module.planned_minutes,
            )
        )
    return programme


@transaction.atomic
def add_module(*, programme: Programme, title: str, planned_minutes: int = 0) -> Module:
    """The same title again is the same module."""
    title = " ".join(title.split())
    known = programme.modules.filter(title=title).first()
    if known is not None:
        return known
    last = programme.modules.order_by("-position").values_list("position", flat=True).first() or 0
    return keep(Module(programme=programme, position=last + 1, title=title, planned_minutes=planned_minutes))


@transaction.atomic
def change_module(*, module: Module, **facts: object) -> Module:
    return change(module, **facts)


@transaction.atomic
def plan_session(
    *,
    cohort: Cohort,
    module: Module,
    slots: Iterable[Slot],
    trainer_name: str = "",
    place: str = "",
    remote_link: str = "",
    mode: TrainingMode = TrainingMode.ON_SITE,
    capacity: int | None = None,
    accepted: Accepted = None,
) -> Session:
    """Planifier une séance et ses demi-journées. A holiday or a day outside the cohort asks for a written reason."""
    if module.programme.cohort_id != cohort.pk:
        raise ValidationError({"module": "Ce module n'est pas dans le programme de cette cohorte."})
    slots = list(slots)
    if not slots:
        raise ValidationError("Choisissez au moins une demi-journée.")
    session = keep(
        Session(
            cohort=cohort,
            module=module,
            trainer_name=" ".join(trainer_name.split()),
            place=" ".join(place.split()),
            remote_link=remote_link,
            mode=mode,
            capacity=capacity,
        )
    )
    for slot in slots:
        add_half_day(session=session, slot=slot, accepted=accepted)
    return session


@transaction.atomic
def change_session(*, session: Session, version: int | None = None, **facts: object) -> Session:
    return change(session, version=version, **facts)


@transaction.atomic
def add_half_day(*, session: Session, slot: Slot, accepted: Accepted = None) -> HalfDay:
    _check_slot(session.cohort, slot, accepted)
    return keep(
        HalfDay(
            session=session,
            day=slot.day,
            part=slot.part,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            planned_minutes=max(slot.minutes, 0),
        )
    )


@transaction.atomic
def move_half_day(*, half_day: HalfDay, slot: Slot, version: int | None = None, accepted: Accepted = None) -> HalfDay:
    """Déplacer garde l'identité de la demi-journée ; une demi-journée émargée ne se déplace plus."""
    half_day = _locked(half_day)
    if half_day.attendances.valid().exists():
        raise ValidationError("Des présences sont déjà notées : annulez-les d'abord, ou annulez la demi-journée.")
    _check_slot(half_day.session.cohort, slot, accepted)
    return change(
        half_day,
        version=version,
        day=slot.day,
        part=slot.part,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        planned_minutes=max(slot.minutes, 0),
    )


@transaction.atomic
def cancel_half_day(*, half_day: HalfDay, on: date, reason: str) -> HalfDay:
    """Annulée : elle reste visible avec sa raison, et ne compte plus dans aucune heure."""
    half_day = _locked(half_day)
    if half_day.attendances.valid().exists():
        raise ValidationError("Des présences sont déjà notées sur cette demi-journée : elle a eu lieu.")
    if not reason.strip():
        raise ValidationError({"cancel_reason": "Dites en quelques mots pourquoi elle est annulée."})
    return change(half_day, cancelled_on=on, cancel_reason=reason.strip())


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
    half_day = _locked(half_day)
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
    half_day = _locked(half_day)
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
    half_day = _locked(half_day)
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
    half_day = _locked(half_day)
    if half_day.cancelled_on is not None:
        raise ValidationError("Cette demi-journée est annulée : il n'y a rien à signer.")
    return change(half_day, countersigned_at=at, countersigned_on_paper=on_paper)


def _locked(half_day: HalfDay) -> HalfDay:
    return HalfDay.objects.select_for_update(of=("self",)).select_related("session__cohort").get(pk=half_day.pk)


def _refuse_closed(half_day: HalfDay) -> None:
    if half_day.closed_at is not None:
        raise ValidationError("Cette demi-journée est close : rouvrez-la d'abord, en disant pourquoi.")


def _check_slot(cohort: Cohort, slot: Slot, accepted: Accepted) -> None:
    if slot.ends_at <= slot.starts_at:
        raise ValidationError({"ends_at": "La fin de la demi-journée doit suivre son début."})
    settle(session_findings(slot.day, Period(cohort.starts_on, cohort.ends_on)), accepted)
