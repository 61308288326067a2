"""Planning of the story: hours of each module, when the trainees work, when nothing is taught.

Granville still has most of its core training to place: its series can be created in the demonstration.
"""

from datetime import date, time, timedelta

from accounts.models import User
from cohorts.models import Cohort
from impec.demo import rows
from impec.demo.people import enrolment_of
from regulations.planning import instant
from regulations.training import FixedFact, ShiftKind
from training import actions as training
from training.actions.rosters import ShiftFact, replace_month, tell_fact
from training.actions.series import close_period
from training.reference import MODULE_MINUTES, MODULES

HOURS = {"M": (time(6, 45), time(14, 15)), "S": (time(13, 45), time(21, 15)), "N": (time(21), time(7))}
LEAVE = "CA"
MARCH = date(2026, 3, 1)
CHRISTMAS = ("Congés de fin d'année", date(2026, 12, 21), date(2027, 1, 2))
NEVER_ON_MONDAY = ("VALLET Astrid", "1985-10-10")
NIGHTS_ON_WEDNESDAY = ("ROYER Clémence", "1996-06-21")
MONDAY, WEDNESDAY = 0, 2


def planning_of_the_story(users: dict[str, User], found: dict[str, Cohort]) -> None:
    granville = found["GRV 09/26"]
    for cohort in (found["SM 2026"], granville):
        _hours_of_modules(cohort)
    label, starts_on, ends_on = CHRISTMAS
    close_period(cohort=granville, label=label, starts_on=starts_on, ends_on=ends_on)
    shifts = {enrolment_of(*row["person"], row["cohort"]): _shifts(row["codes"]) for row in rows("rosters")}
    replace_month(month=MARCH, shifts=shifts, by=users["claire"])
    for who, kind, weekday in (
        (NEVER_ON_MONDAY, FixedFact.NEVER_ON, MONDAY),
        (NIGHTS_ON_WEDNESDAY, FixedFact.NIGHTS, WEDNESDAY),
    ):
        enrolment = enrolment_of(*who, granville.code)
        tell_fact(enrolment=enrolment, kind=kind, weekdays=[weekday], by=users["claire"])


def _hours_of_modules(cohort: Cohort) -> None:
    programme = training.ensure_programme(cohort=cohort)
    for title in MODULES:
        module = training.add_module(programme=programme, title=title, planned_minutes=MODULE_MINUTES)
        training.change_module(module=module, planned_minutes=MODULE_MINUTES)


def _shifts(codes: dict[str, str]) -> list[ShiftFact]:
    return [_shift(date.fromisoformat(day), code) for day, code in codes.items()]


def _shift(day: date, code: str) -> ShiftFact:
    following = day + timedelta(days=1)
    if code == LEAVE:
        return ShiftFact(starts_at=instant(day, time()), ends_at=instant(following, time()), kind=ShiftKind.LEAVE)
    starts_at, ends_at = HOURS[code]
    ends_on = day if ends_at > starts_at else following
    return ShiftFact(starts_at=instant(day, starts_at), ends_at=instant(ends_on, ends_at), code=code)
