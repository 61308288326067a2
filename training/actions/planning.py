"""Plan, move, cancel: sessions and their half-days."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.questions import settle
from accounts.rows import change, keep
from cohorts.models import Cohort, Seat
from regulations.calendar import Territory, territory_of
from regulations.periods import Period
from regulations.training import HalfDayPart, TrainingMode, session_findings
from training.actions.group import refuse_small_room
from training.models import HalfDay, Module, Programme, Session

Accepted = Mapping[str, str] | None
DEFAULT_TITLE = "Socle commun ImPEC'"
SHOWN_IN_CALENDARS = ("place", "remote_link", "mode")


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
    refuse_small_room(cohort, capacity)
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
    """Another place or another link is news for the calendars of the half-days that still stand."""
    current = Session.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=session.pk)
    if facts.get("capacity", current.capacity) != current.capacity:
        refuse_small_room(current.cohort, facts["capacity"])
    told = {name: getattr(current, name) for name in SHOWN_IN_CALENDARS}
    changed = change(session, version=version, **facts)
    if told != {name: getattr(changed, name) for name in SHOWN_IN_CALENDARS}:
        for half_day in HalfDay.objects.select_for_update().filter(session=changed).planned():
            change(half_day, sequence=half_day.sequence + 1)
    return changed


@transaction.atomic
def add_half_day(*, session: Session, slot: Slot, accepted: Accepted = None) -> HalfDay:
    _check_slot(session.cohort, slot, accepted)
    _refuse_overlap(session, slot)
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
    half_day = locked(half_day)
    if half_day.attendances.valid().exists():
        raise ValidationError("Des présences sont déjà notées : annulez-les d'abord, ou annulez la demi-journée.")
    _check_slot(half_day.session.cohort, slot, accepted)
    _refuse_overlap(half_day.session, slot, half_day)
    moves = (half_day.day, half_day.starts_at, half_day.ends_at) != (slot.day, slot.starts_at, slot.ends_at)
    return change(
        half_day,
        version=version,
        day=slot.day,
        part=slot.part,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        planned_minutes=max(slot.minutes, 0),
        sequence=half_day.sequence + moves,
    )


@transaction.atomic
def cancel_half_day(*, half_day: HalfDay, on: date, reason: str) -> HalfDay:
    """Annulée : elle reste visible avec sa raison, et ne compte plus dans aucune heure."""
    half_day = locked(half_day)
    if half_day.attendances.valid().exists():
        raise ValidationError("Des présences sont déjà notées sur cette demi-journée : elle a eu lieu.")
    if not reason.strip():
        raise ValidationError({"cancel_reason": "Dites en quelques mots pourquoi elle est annulée."})
    told = half_day.sequence + (half_day.cancelled_on is None)
    return change(half_day, cancelled_on=on, cancel_reason=reason.strip(), sequence=told)


def locked(half_day: HalfDay) -> HalfDay:
    return HalfDay.objects.select_for_update(of=("self",)).select_related("session__cohort").get(pk=half_day.pk)


def _check_slot(cohort: Cohort, slot: Slot, accepted: Accepted) -> None:
    if slot.ends_at <= slot.starts_at:
        raise ValidationError({"ends_at": "La fin de la demi-journée doit suivre son début."})
    settle(session_findings(slot.day, Period(cohort.starts_on, cohort.ends_on), territory_of_cohort(cohort)), accepted)


def _refuse_overlap(session: Session, slot: Slot, moved: HalfDay | None = None) -> None:
    """Two half-days of one session are never at the same time."""
    same_day = session.half_days.planned().filter(day=slot.day, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
    other = same_day.exclude(pk=moved.pk if moved else None).first()
    if other is not None:
        hours = f"{other.starts_at:%H:%M} – {other.ends_at:%H:%M}"
        raise ValidationError({"starts_at": f"Elle chevauche une autre demi-journée de cette séance ({hours})."})


def territory_of_cohort(cohort: Cohort) -> Territory:
    """Where most of its places are: that is whose public holidays are kept."""
    postcodes = Seat.objects.filter(cohort=cohort).exclude(establishment__postcode="")
    found = Counter(map(territory_of, postcodes.values_list("establishment__postcode", flat=True)))
    return found.most_common(1)[0][0] if found else Territory.METROPOLE
