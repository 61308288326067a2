"""Writing sessions, half-days and the roll."""

from collections import defaultdict
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from cohorts.models import Cohort, Enrolment
from imports.actions.hiring import enrolments_of
from imports.actions.ledger import Ledger, accepted_of
from imports.rows import Row
from imports.sheets.attendance import Mark
from imports.sheets.sessions import CANCELLED
from imports.vocabulary import Nature, Verdict
from training.actions import (
    RollEntry,
    Slot,
    add_module,
    attendance_of,
    cancel_half_day,
    change_session,
    ensure_programme,
    move_half_day,
    record_roll,
)
from training.models import Attendance, HalfDay, Module, Session

CANCELLED_BECAUSE = "Annulée d'après le classeur importé."
CORRECTED_BECAUSE = "Corrigé par un classeur importé."


def write_sessions(ledger: Ledger) -> None:
    fresh = ledger.rows(Nature.SESSIONS, Verdict.CREATE)
    modules = _modules(ledger, fresh)
    sessions: dict[tuple, Session] = {}
    for row in fresh:
        sessions.setdefault(_same_session(row), _session(row, modules))
    ledger.create(sessions.values())
    half_days = {id(row): _half_day(row, sessions[_same_session(row)]) for row in fresh}
    ledger.create(half_days.values())
    for row in fresh:
        row.links["entry"].pk = half_days[id(row)].pk
        ledger.count(Nature.SESSIONS, Verdict.CREATE)
    for row in ledger.rows(Nature.SESSIONS, Verdict.UPDATE):
        _update_half_day(ledger, row)


def _modules(ledger: Ledger, rows: list[Row]) -> dict[tuple[int, str], Module]:
    modules = {}
    for cohort_pk in dict.fromkeys(row.links["cohort"].pk for row in rows):
        programme = ensure_programme(cohort=Cohort.objects.get(pk=cohort_pk))
        titles = dict.fromkeys(row.values["module"] for row in rows if row.links["cohort"].pk == cohort_pk)
        known = set(programme.modules.values_list("title", flat=True))
        for title in titles:
            modules[cohort_pk, title] = module = add_module(programme=programme, title=title)
            if title not in known:
                ledger.note_creation(module)
    return modules


def _same_session(row: Row) -> tuple:
    """Morning and afternoon of one day on one module are one session."""
    values = row.values
    return (row.links["cohort"].pk, *(values[name] for name in ("date", "module", "intervenante", "lieu")))


def _session(row: Row, modules: dict[tuple[int, str], Module]) -> Session:
    cohort_pk, values = row.links["cohort"].pk, row.values
    return Session(
        cohort_id=cohort_pk,
        module=modules[cohort_pk, values["module"]],
        trainer_name=values["intervenante"] or "",
        place=values["lieu"] or "",
    )


def _half_day(row: Row, session: Session) -> HalfDay:
    links, values = row.links, row.values
    is_cancelled = values["etat"] == CANCELLED
    return HalfDay(
        session=session,
        day=values["date"],
        part=links["part"],
        starts_at=links["start"],
        ends_at=links["end"],
        planned_minutes=links["minutes"],
        cancelled_on=values["date"] if is_cancelled else None,
        cancel_reason=CANCELLED_BECAUSE if is_cancelled else "",
    )


def _update_half_day(ledger: Ledger, row: Row) -> None:
    half_day = HalfDay.objects.select_related("session__cohort").get(pk=row.links["entry"].pk)
    values, links = row.values, row.links
    told = {"trainer_name": values["intervenante"], "place": values["lieu"]}
    slot = Slot(day=values["date"], part=links["part"], starts_at=links["start"], ends_at=links["end"])
    try:
        with transaction.atomic():
            told = {name: value for name, value in told.items() if value is not None}
            ledger.note_change(change_session(session=half_day.session, **told))
            if (half_day.starts_at, half_day.ends_at) != (links["start"], links["end"]):
                half_day = move_half_day(half_day=half_day, slot=slot, accepted=accepted_of(row))
            if values["etat"] == CANCELLED and half_day.cancelled_on is None:
                half_day = cancel_half_day(half_day=half_day, on=values["date"], reason=CANCELLED_BECAUSE)
            ledger.note_change(half_day)
    except ValidationError as refusal:
        ledger.fail(row, refusal)
    else:
        ledger.count(Nature.SESSIONS, Verdict.UPDATE)


def write_attendance(ledger: Ledger) -> None:
    """New cases in one go; a case that changes voids the row before it, as a correction by hand would."""
    fresh = ledger.rows(Nature.ATTENDANCE, Verdict.CREATE)
    updates = ledger.rows(Nature.ATTENDANCE, Verdict.UPDATE)
    wanted = [(row.links["person"].pk, row.links["cohort"].pk) for row in (*fresh, *updates)]
    found = Enrolment.objects.in_bulk(set(enrolments_of(ledger, wanted).values())) if wanted else {}
    enrolments = {(one.person_id, one.cohort_id): one for one in found.values()}
    half_days = HalfDay.objects.in_bulk({mark.half_day.pk for row in (*fresh, *updates) for mark in row.links["marks"]})
    at = clock.now()
    rows = []
    for row in fresh:
        enrolment = enrolments[row.links["person"].pk, row.links["cohort"].pk]
        rows += [_attendance(ledger, mark, half_days[mark.half_day.pk], enrolment, at) for mark in row.links["marks"]]
        ledger.count(Nature.ATTENDANCE, Verdict.CREATE)
    ledger.create(rows)
    for row in updates:
        _update_roll(ledger, row, enrolments[row.links["person"].pk, row.links["cohort"].pk], half_days, at)


def _entry(mark: Mark, enrolment: Enrolment) -> RollEntry:
    return RollEntry(enrolment=enrolment, status=mark.status, minutes_late=mark.late, minutes_unknown=mark.late_unknown)


def _attendance(ledger: Ledger, mark: Mark, half_day: HalfDay, enrolment: Enrolment, at: datetime) -> Attendance:
    return attendance_of(
        half_day, _entry(mark, enrolment), by=ledger.by, at=at, source=Attendance.Source.IMPORT, on_paper=True
    )


def _update_roll(ledger: Ledger, row: Row, enrolment: Enrolment, half_days: dict[int, HalfDay], at: datetime) -> None:
    recorded = defaultdict(lambda: None, ledger.outcome.register.attendances)
    try:
        with transaction.atomic():
            for mark in row.links["marks"]:
                if recorded[mark.half_day.pk, enrolment.person_id] == (str(mark.status), mark.late, mark.late_unknown):
                    continue
                written = record_roll(
                    half_day=half_days[mark.half_day.pk],
                    entries=[_entry(mark, enrolment)],
                    by=ledger.by,
                    at=at,
                    source=Attendance.Source.IMPORT,
                    on_paper=True,
                    correction_reason=CORRECTED_BECAUSE,
                )
                for one in written:
                    ledger.note_change(one)
    except ValidationError as refusal:
        ledger.fail(row, refusal)
    else:
        ledger.count(Nature.ATTENDANCE, Verdict.UPDATE)
