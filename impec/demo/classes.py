"""The core training of the story: half-days planned, held or cancelled, and their rolls copied from paper."""

from datetime import date, time

from accounts import clock
from accounts.models import Organisation, User
from accounts.rows import keep
from cohorts.models import Cohort
from impec.demo import rows
from impec.demo.logins import TRAINING_BODY
from impec.demo.people import enrolment_of
from regulations.training import AttendanceStatus, HalfDayPart
from training import actions as training
from training.models import Attendance, HalfDay, TrainingBody

AMINA = ("DIALLO Amina", "1999-04-17")
# Amina came every time but one morning, when her bus did.
AMINA_LATE = (("2026-10-08", "MORNING"), 25)


def training_of_the_story(users: dict[str, User], found: dict[str, Cohort]) -> None:
    keep(
        TrainingBody(
            organisation=Organisation.objects.get(name=TRAINING_BODY),
            name=TRAINING_BODY,
            declaration_number="28500000050",
            address="Salle Tombelaine, 50300 Avranches",
        )
    )
    for cohort in (found["SM 2026"], found["GRV 09/26"]):
        _half_days(cohort)
        _rolls(cohort, users["esther"])


def _half_days(cohort: Cohort) -> None:
    programme = training.ensure_programme(cohort=cohort)
    sessions = {}
    for row in rows("half_days"):
        if row["cohort"] != cohort.code:
            continue
        slot = training.Slot(
            day=date.fromisoformat(row["day"]),
            part=HalfDayPart(row["part"]),
            starts_at=time.fromisoformat(row["starts_at"]),
            ends_at=time.fromisoformat(row["ends_at"]),
        )
        key = (row["module"], row["day"])
        if key in sessions:
            half_day = training.add_half_day(session=sessions[key], slot=slot)
        else:
            sessions[key] = training.plan_session(
                cohort=cohort,
                module=training.add_module(programme=programme, title=row["module"]),
                slots=[slot],
                trainer_name=row["trainer"],
                place=row["place"],
            )
            half_day = sessions[key].half_days.get()
        if row["cancelled"]:
            training.cancel_half_day(half_day=half_day, on=half_day.day, reason="Intervenante absente")


def _rolls(cohort: Cohort, by: User) -> None:
    half_days = {
        (half_day.day.isoformat(), half_day.part): half_day
        for half_day in HalfDay.objects.filter(session__cohort=cohort, cancelled_on=None)
    }
    entries: dict[tuple[str, str], list[training.RollEntry]] = {}
    for row in rows("attendance"):
        if row["cohort"] == cohort.code:
            enrolment = enrolment_of(*row["person"], cohort.code)
            for day, part, status, minutes in row["entries"]:
                entries.setdefault((day, part), []).append(_entry(enrolment, status, minutes))
    if cohort.code == "GRV 09/26":
        _add_amina(entries)
    for key, lines in entries.items():
        half_day = half_days[key]
        at = clock.at(half_day.day, half_day.ends_at)
        training.record_roll(
            half_day=half_day, entries=lines, by=by, at=at, source=Attendance.Source.PAPER, on_paper=True
        )
        training.countersign(half_day=half_day, on_paper=True)


def _entry(enrolment, status: str, minutes: int | None) -> training.RollEntry:
    late = status == AttendanceStatus.LATE
    return training.RollEntry(
        enrolment=enrolment,
        status=AttendanceStatus(status),
        minutes_late=minutes or 0,
        minutes_unknown=late and not minutes,
    )


def _add_amina(entries: dict[tuple[str, str], list[training.RollEntry]]) -> None:
    enrolment = enrolment_of(*AMINA, "GRV 09/26")
    for key, lines in entries.items():
        late = key == AMINA_LATE[0]
        lines.append(_entry(enrolment, "LATE" if late else "PRESENT", AMINA_LATE[1] if late else None))
