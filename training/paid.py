"""Where each trainee of a convention stands over a period: what she followed, what is invoiced, what is certified.

A constant number of queries whatever the people. A half-day counts for the employer she worked for that day.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from accounts.fields import overlapping
from cohorts.models import Cohort, Enrolment
from contracts.models import Contract
from regulations.aid import month_bounds
from regulations.certificates import Followed, Invoiced, certificate_findings
from regulations.findings import Finding
from regulations.periods import Period
from regulations.training import R6332_26, HalfDayPart
from training.models import Attendance, Certificate, Convention, ConventionTrainee, HalfDay, InvoiceLine


@dataclass(frozen=True)
class FollowedHalfDay:
    """Une demi-journée attendue, avec ce qu'un certificat en imprime."""

    facts: Followed
    module: str
    mode: str


@dataclass
class Standing:
    """Où en est un stagiaire d'une convention, sur la part d'une période que sa convention couvre."""

    convention: Convention
    enrolment: Enrolment
    period: Period
    on: date
    half_days: list[FollowedHalfDay]
    lines: list[InvoiceLine]
    certificates: list[Certificate]

    @property
    def person(self):
        return self.enrolment.person

    @property
    def counted(self) -> list[FollowedHalfDay]:
        return [one for one in self.half_days if one.facts.minutes]

    @property
    def minutes(self) -> int:
        return sum(one.facts.minutes for one in self.counted)

    @property
    def invoiced_minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def certified_minutes(self) -> int:
        return sum(one.minutes for one in self.certificates)

    @property
    def certificate(self) -> Certificate | None:
        """That of this very period."""
        period = (self.period.starts_on, self.period.ends_on)
        return next((one for one in self.certificates if (one.starts_on, one.ends_on) == period), None)

    @property
    def has_nothing(self) -> bool:
        """Nobody expected her, nothing is invoiced: there is nothing to certify, and nothing wrong."""
        return not self.half_days and not self.lines and not self.certificates

    @cached_property
    def findings(self) -> list[Finding]:
        """What stands against a certificate of this period; empty when it can be issued."""
        half_days = [one.facts for one in self.half_days]
        invoiced = [Invoiced(Period(line.starts_on, line.ends_on), line.minutes) for line in self.lines]
        return [*self._of_papers(), *certificate_findings(half_days, invoiced, self.period)]

    def _of_papers(self) -> list[Finding]:
        found, convention = [], self.convention
        if self.period.ends_on > self.on:
            message = f"La période finit le {self.period.ends_on:%d/%m/%Y} : elle n'est pas terminée."
            found.append(Finding("periode_en_cours", message, R6332_26))
        if convention.signed_on is None:
            found.append(Finding("convention_non_signee", f"La {convention} n'est pas signée.", "D6353-1"))
        if not convention.training_body.representative:
            message = "On ne sait pas qui signe pour l'organisme de formation : complétez sa fiche."
            found.append(Finding("sans_signataire", message, "Modèle du ministère, 1er juin 2020"))
        outside = [one.facts for one in self.counted if not self.period.covers(one.facts.day)]
        if outside:
            days = f"du {convention.starts_on:%d/%m/%Y} au {convention.ends_on:%d/%m/%Y}"
            message = f"Demi-journée hors des dates de la convention ({days}) : {', '.join(map(str, outside))}."
            found.append(Finding("hors_convention", message, "D6353-1"))
        for other in self.certificates:
            if other != self.certificate:
                days = f"du {other.starts_on:%d/%m/%Y} au {other.ends_on:%d/%m/%Y}"
                message = f"Le certificat {other.number} couvre déjà une partie de la période ({days})."
                found.append(Finding("deja_certifie", message, R6332_26))
        return found

    @property
    def is_outdated(self) -> bool:
        """The certificate no longer says what was followed: it is to be replaced."""
        return self.certificate is not None and self.certificate.minutes != self.minutes


def standings(conventions, period: Period, on: date) -> list[Standing]:
    """Every trainee of these conventions, by name. `conventions` is a queryset."""
    rows = ConventionTrainee.objects.filter(convention__in=conventions, enrolment__person__erased_on=None)
    rows = rows.select_related(
        "convention__establishment", "convention__training_body", "convention__cohort", "enrolment__person"
    ).order_by("enrolment__person__search_text", "enrolment_id", "convention__number")
    trainees = list(rows)
    enrolments = {row.enrolment_id for row in trainees}
    cohorts = {row.convention.cohort_id for row in trainees}
    places = _places(enrolments)
    half_days = _half_days(cohorts, period)
    noted = _noted(enrolments, period)
    lines = _by_trainee(InvoiceLine.objects.valid(), conventions, period)
    certificates = _by_trainee(Certificate.objects.current(), conventions, period)
    found = []
    for row in trainees:
        covered = period.clipped_to(Period(row.convention.starts_on, row.convention.ends_on))
        if covered is None:
            continue
        own, key = noted[row.enrolment_id], (row.convention_id, row.enrolment_id)
        # A half-day of another cohort counts once she is noted there: it caught up one that she missed.
        seen = {one.pk: one for one in half_days[row.convention.cohort_id]}
        seen |= {pk: attendance.half_day for pk, attendance in own.items()}
        there = sorted(
            (one for one in seen.values() if _works_at(places, row, one.day)),
            key=lambda one: (one.day, one.starts_at, one.pk),
        )
        followed = [_followed(one, own.get(one.pk), on) for one in there]
        found.append(
            Standing(
                row.convention, row.enrolment, covered, on, [*filter(None, followed)], lines[key], certificates[key]
            )
        )
    return found


def standing_of(convention: Convention, enrolment: Enrolment, period: Period, on: date) -> Standing | None:
    rows = standings(Convention.objects.filter(pk=convention.pk), period, on)
    return next((one for one in rows if one.enrolment == enrolment), None)


def _places(enrolments: Iterable[int]) -> dict[int, list[Contract]]:
    found = defaultdict(list)
    contracts = Contract.objects.filter(enrolment__in=enrolments, closed_on=None).with_amendments()
    for contract in contracts.select_related("establishment").order_by("starts_on", "pk"):
        found[contract.enrolment_id].append(contract)
    return found


def _works_at(places: dict[int, list[Contract]], row: ConventionTrainee, day: date) -> bool:
    running = (one for one in places[row.enrolment_id] if Period(one.starts_on, one.last_day).covers(day))
    return any(one.terms_on(day).establishment.pk == row.convention.establishment_id for one in running)


def _half_days(cohorts: Iterable[int], period: Period) -> dict[int, list[HalfDay]]:
    found = defaultdict(list)
    rows = HalfDay.objects.planned().filter(
        session__cohort__in=cohorts, day__gte=period.starts_on, day__lte=period.ends_on
    )
    for half_day in rows.select_related("session__module").order_by("day", "starts_at", "pk"):
        found[half_day.session.cohort_id].append(half_day)
    return found


def _noted(enrolments: Iterable[int], period: Period) -> dict[int, dict[int, Attendance]]:
    """What the rolls say of each of them, by half-day, in whatever cohort."""
    found = defaultdict(dict)
    rows = Attendance.objects.valid().filter(
        enrolment__in=enrolments,
        half_day__cancelled_on=None,
        half_day__day__gte=period.starts_on,
        half_day__day__lte=period.ends_on,
    )
    for row in rows.select_related("half_day__session__module"):
        found[row.enrolment_id][row.half_day_id] = row
    return found


def _by_trainee(rows, conventions, period: Period) -> dict[tuple[int, int], list]:
    """Those that meet the period, by convention and trainee."""
    found = defaultdict(list)
    meeting = rows.filter(
        overlapping("starts_on", "ends_on", period.starts_on, period.ends_on), convention__in=conventions
    )
    for row in meeting.order_by("starts_on", "pk"):
        found[row.convention_id, row.enrolment_id].append(row)
    return found


def _followed(half_day: HalfDay, row: Attendance | None, on: date) -> FollowedHalfDay | None:
    if row is None and half_day.day > on:
        return None
    facts = Followed(
        half_day.day,
        HalfDayPart(half_day.part),
        None if row is None else row.attended_minutes,
        is_closed=half_day.closed_at is not None,
        signed=row is not None and bool(row.signed_at or row.signed_on_paper),
        countersigned=bool(half_day.countersigned_at or half_day.countersigned_on_paper),
    )
    return FollowedHalfDay(facts, half_day.session.module.title, half_day.session.get_mode_display())


# --- Periods of a cohort ---

WHOLE = "action"


def periods_of(cohort: Cohort, on: date) -> dict[str, Period]:
    """Les périodes qui se certifient : each month that is over and held half-days; the whole action once it is over."""
    days = list(HalfDay.objects.planned().filter(session__cohort=cohort).order_by("day").values_list("day", flat=True))
    months = {day.replace(day=1): None for day in days}
    found = {f"{month:%Y-%m}": month_period(month) for month in months}
    found = {key: period for key, period in found.items() if period.ends_on <= on}
    if days and days[-1] <= on:
        found[WHOLE] = Period(days[0], days[-1])
    return found


def month_period(first: date) -> Period:
    return Period(*month_bounds(first))


def words_of(key: str, period: Period) -> str:
    """« 03/2026 », « action entière, du 10/02/2026 au 24/11/2026 »."""
    if key == WHOLE:
        return f"action entière, du {period.starts_on:%d/%m/%Y} au {period.ends_on:%d/%m/%Y}"
    return f"{period.starts_on:%m/%Y}"
