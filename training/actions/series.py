"""Publish a whole series at once, and say when nothing is taught."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.rows import keep
from cohorts.models import Cohort
from regulations.periods import Period
from regulations.planning import Closed, Need, day_off, french_length
from regulations.training import TrainingMode
from training.actions.group import refuse_small_room
from training.actions.planning import Slot, ensure_programme, territory_of_cohort
from training.models import ClosedPeriod, HalfDay, Module, Session


@dataclass(frozen=True, kw_only=True)
class SeriesRow:
    """Une demi-journée de la série : le module, par son titre, et sa place."""

    title: str
    slot: Slot


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Ce que toutes les séances de la série partagent."""

    trainer_name: str = ""
    place: str = ""
    remote_link: str = ""
    mode: TrainingMode = TrainingMode.ON_SITE
    capacity: int | None = None


def needs_of(cohort: Cohort) -> list[Need]:
    """Ce qu'il reste à placer de chaque module, dans l'ordre du programme."""
    modules = Module.objects.of_cohort(cohort).with_minutes(cohort).order_by("position", "pk")
    left = [(one.title, one.planned_minutes - (one.placed_minutes or 0)) for one in modules]
    return [Need(title, title, minutes) for title, minutes in left if minutes > 0]


def closed_of(cohort: Cohort) -> list[Closed]:
    rows = ClosedPeriod.objects.filter(cohort=cohort).order_by("starts_on", "pk")
    return [Closed(Period(row.starts_on, row.ends_on), row.label) for row in rows]


@transaction.atomic
def publish_series(*, cohort: Cohort, rows: Sequence[SeriesRow], terms: Terms, at: datetime) -> list[Session]:
    """Publier : une séance par module, toutes ses demi-journées, ou rien du tout."""
    programme = ensure_programme(cohort=cohort)
    rows = sorted(rows, key=lambda row: (row.slot.day, row.slot.starts_at))
    faults = [*_faults_of_terms(cohort, terms), *_faults_of_days(cohort, rows), *_faults_of_modules(cohort, rows)]
    if faults:
        raise ValidationError(faults)
    refuse_small_room(cohort, terms.capacity)
    modules = {module.title: module for module in programme.modules.all()}
    sessions: dict[str, Session] = {}
    for row in rows:
        if row.title not in sessions:
            sessions[row.title] = _session(cohort, modules[row.title], terms, at)
        slot = row.slot
        keep(
            HalfDay(
                session=sessions[row.title],
                day=slot.day,
                part=slot.part,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                planned_minutes=slot.minutes,
            )
        )
    return list(sessions.values())


def _session(cohort: Cohort, module: Module, terms: Terms, at: datetime) -> Session:
    return keep(
        Session(
            cohort=cohort,
            module=module,
            trainer_name=" ".join(terms.trainer_name.split()),
            place=" ".join(terms.place.split()),
            remote_link=terms.remote_link,
            mode=terms.mode,
            capacity=terms.capacity,
            published_at=at,
        )
    )


def _faults_of_terms(cohort: Cohort, terms: Terms) -> list[str]:
    faults = []
    if terms.mode == TrainingMode.ON_SITE and not terms.place.strip():
        faults.append("Dites où : une séance en présentiel a un lieu.")
    if terms.mode == TrainingMode.REMOTE and not terms.remote_link:
        faults.append("Dites où : une séance à distance a un lien.")
    return faults


def _faults_of_days(cohort: Cohort, rows: Sequence[SeriesRow]) -> list[str]:
    if not rows:
        return ["Il n'y a aucune demi-journée à publier : proposez d'abord une série."]
    period, closed = Period(cohort.starts_on, cohort.ends_on), closed_of(cohort)
    territory = territory_of_cohort(cohort)
    faults = []
    for row in rows:
        slot = row.slot
        if slot.ends_at <= slot.starts_at:
            faults.append(f"{said_row(row)} : la fin doit suivre le début.")
        if not period.covers(slot.day):
            faults.append(f"{said_row(row)} : ce jour est hors des dates de la cohorte.")
        elif reason := day_off(slot.day, closed, territory):
            faults.append(f"{said_row(row)} : {reason}. Déplacez cette demi-journée.")
    for before, after in pairwise(rows):
        if before.slot.day == after.slot.day and after.slot.starts_at < before.slot.ends_at:
            faults.append(f"{said_row(after)} : elle commence avant la fin de celle de « {before.title} ».")
    return faults


def _faults_of_modules(cohort: Cohort, rows: Sequence[SeriesRow]) -> list[str]:
    left = {need.key: need.minutes for need in needs_of(cohort)}
    placed: Counter[str] = Counter()
    for row in rows:
        placed[row.title] += max(row.slot.minutes, 0)
    faults = []
    for title, minutes in placed.items():
        due = left.get(title, 0)
        if not due:
            faults.append(f"« {title} » n'a plus d'heures à placer : quelqu'un l'a peut-être déjà planifié.")
        elif minutes != due:
            faults.append(
                f"« {title} » : {french_length(minutes)} dans la série, {french_length(due)} à placer. "
                "Corrigez les horaires de ses demi-journées."
            )
    return faults


def said_row(row: SeriesRow) -> str:
    return f"« {row.title} », le {row.slot.day:%d/%m/%Y} à {row.slot.starts_at:%H:%M}"


@transaction.atomic
def close_period(*, cohort: Cohort, label: str, starts_on: date, ends_on: date) -> ClosedPeriod:
    """Dire une période sans formation, une fois ; ce qui y est déjà planifié ne bouge pas tout seul."""
    facts = {"cohort": cohort, "label": " ".join(label.split()), "starts_on": starts_on, "ends_on": ends_on}
    return ClosedPeriod.objects.filter(**facts).first() or keep(ClosedPeriod(**facts))


@transaction.atomic
def reopen_period(*, closed: ClosedPeriod) -> None:
    closed.delete()
