"""Who joined late: the modules she missed, what she has made up since, and where she still can.

A constant number of queries whatever the people, the modules and the cohorts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Sum

from cohorts.models import Enrolment
from regulations.periods import Period
from training.hours import contract_periods
from training.models import Attendance, HalfDay, Module


@dataclass(slots=True)
class Missed:
    """Un module commencé avant son arrivée : ce qu'il en manque, et les demi-journées où le suivre."""

    title: str
    minutes: int
    sessions: list[HalfDay] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taught:
    """Half-days of one cohort: by module, how many minutes on each day; and the hours each module should have."""

    days: dict[str, list[tuple[date, int]]]
    planned: dict[str, int]

    def missing(self, first_day: date) -> dict[str, int]:
        """What was taught before that day and will not be taught again in the cohort."""
        found = {}
        for title, days in self.days.items():
            before = sum(minutes for day, minutes in days if day < first_day)
            after = sum(minutes for day, minutes in days if day >= first_day)
            due = self.planned.get(title) or before + after
            if minutes := min(before, max(due - after, 0)):
                found[title] = minutes
        return found


def missed_by(enrolments: Sequence[Enrolment], *, user, on: date) -> dict[int, list[Missed]]:
    """Modules à rattraper de chaque inscription, by its identifier; nothing for who was there from the start."""
    taught = _taught({one.cohort_id for one in enrolments})
    periods = contract_periods([one.pk for one in enrolments])
    elsewhere = _elsewhere(enrolments)
    found: dict[int, list[Missed]] = {}
    for one in enrolments:
        if not periods.get(one.pk):
            continue
        missing = taught[one.cohort_id].missing(periods[one.pk][0].starts_on)
        left = [
            Missed(title, minutes - made_up)
            for title, minutes in missing.items()
            if (made_up := elsewhere[one.pk, title]) < minutes
        ]
        if left:
            found[one.pk] = left
    _offer(found, {one.pk: (one.cohort_id, periods.get(one.pk, ())) for one in enrolments}, user, on)
    return found


def _taught(cohorts: set[int]) -> dict[int, Taught]:
    found = {cohort: Taught(defaultdict(list), {}) for cohort in cohorts}
    modules = Module.objects.filter(programme__cohort__in=cohorts)
    for cohort, title, minutes in modules.values_list("programme__cohort", "title", "planned_minutes"):
        found[cohort].planned[title] = minutes
    rows = HalfDay.objects.planned().filter(session__cohort__in=cohorts).order_by("day", "starts_at")
    for cohort, title, day, minutes in rows.values_list(
        "session__cohort", "session__module__title", "day", "planned_minutes"
    ):
        found[cohort].days[title].append((day, minutes))
    return found


def _elsewhere(enrolments: Sequence[Enrolment]) -> Counter:
    """Minutes followed in other cohorts, by enrolment and title: the same person may be noted under any of hers."""
    of_person: dict[int, list[Enrolment]] = defaultdict(list)
    for one in enrolments:
        of_person[one.person_id].append(one)
    rows = (
        Attendance.objects.valid()
        .filter(enrolment__person__in=of_person, half_day__cancelled_on=None)
        .order_by()
        .values_list("enrolment__person", "half_day__session__cohort", "half_day__session__module__title")
        .annotate(Sum("attended_minutes"))
    )
    found: Counter = Counter()
    for person, cohort, title, minutes in rows:
        for one in of_person[person]:
            if one.cohort_id != cohort:
                found[one.pk, title] += minutes
    return found


def _offer(found: dict[int, list[Missed]], known: dict[int, tuple[int, Iterable[Period]]], user, on: date) -> None:
    """The half-days to come of the same title in other cohorts, while she is under contract."""
    titles = {missed.title for several in found.values() for missed in several}
    if not titles:
        return
    rows = HalfDay.objects.visible_to(user).planned().with_names()
    rows = rows.filter(session__module__title__in=titles, session__published_at__isnull=False, day__gte=on)
    for half_day in rows.order_by("day", "starts_at", "pk"):
        for enrolment, several in found.items():
            cohort, periods = known[enrolment]
            if half_day.session.cohort_id == cohort or not any(period.covers(half_day.day) for period in periods):
                continue
            for missed in several:
                if missed.title == half_day.session.module.title:
                    missed.sessions.append(half_day)
