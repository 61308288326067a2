"""When trainees work: a month of roster replaced by its new version, fixed facts told once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.rows import keep
from cohorts.models import Enrolment
from regulations.planning import instant
from regulations.training import FixedFact, ShiftKind
from training.models import RosterShift, Unavailability


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftFact:
    """Une vacation lue dans un planning ; d'un congé, on ne garde pas le code : il pourrait dire pourquoi."""

    starts_at: datetime
    ends_at: datetime
    kind: ShiftKind = ShiftKind.WORK
    code: str = ""


def month_bounds(month: date) -> tuple[datetime, datetime]:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return instant(month.replace(day=1), time()), instant(following, time())


def shifts_of_month(enrolments: Iterable[Enrolment], month: date) -> QuerySet[RosterShift]:
    first, last = month_bounds(month)
    return RosterShift.objects.filter(enrolment__in=enrolments, starts_at__gte=first, starts_at__lt=last)


@transaction.atomic
def replace_month(*, month: date, shifts: Mapping[Enrolment, Sequence[ShiftFact]], by: User) -> int:
    """Le planning d'un mois remplace celui que l'on avait de ces personnes pour ce mois, et rien d'autre.

    What is the same stays as it was: the history tells what a new version of the roster changes.
    """
    wanted = {(one.pk, fact.starts_at): (one, fact) for one, facts in shifts.items() for fact in facts}
    first, last = month_bounds(month)
    if not all(first <= starts_at < last for _, starts_at in wanted):
        raise ValidationError("Une vacation commence hors du mois du planning : relisez le fichier.")
    known = {(row.enrolment_id, row.starts_at): row for row in shifts_of_month(shifts, month).select_for_update()}
    for key, row in known.items():
        if key not in wanted or facts_of(row) != kept_of(wanted[key][1]):
            row.delete()
    for key, (enrolment, fact) in wanted.items():
        if key not in known or facts_of(known[key]) != kept_of(fact):
            ends_at, kind, code = kept_of(fact)
            row = {"starts_at": fact.starts_at, "ends_at": ends_at, "kind": kind, "code": code}
            RosterShift.objects.create(enrolment=enrolment, recorded_by=by, **row)
    return len(wanted)


def facts_of(row: RosterShift) -> tuple[datetime, str, str]:
    return row.ends_at, row.kind, row.code


def kept_of(fact: ShiftFact) -> tuple[datetime, str, str]:
    return fact.ends_at, fact.kind.value, fact.code if fact.kind == ShiftKind.WORK else ""


@transaction.atomic
def tell_fact(
    *,
    enrolment: Enrolment,
    kind: FixedFact,
    weekdays: Iterable[int] = (),
    starts_on: date | None = None,
    ends_on: date | None = None,
    starts_at: time | None = None,
    ends_at: time | None = None,
    by: User,
) -> list[Unavailability]:
    """Dire un fait fixe : une ligne par jour de la semaine ; le même deux fois n'en fait qu'un."""
    weekdays = sorted(set(weekdays)) or [None]
    if kind == FixedFact.NEVER_ON and weekdays == [None]:
        raise ValidationError({"weekdays": "Choisissez le ou les jours de la semaine."})
    if kind == FixedFact.LEAVE and (starts_on is None or ends_on is None):
        raise ValidationError({"starts_on": "Un congé a un premier et un dernier jour."})
    if (starts_at is None) != (ends_at is None):
        raise ValidationError({"ends_at": "Donnez les deux heures, ou aucune."})
    if kind != FixedFact.NIGHTS and starts_at is not None and ends_at <= starts_at:
        raise ValidationError({"ends_at": "La fin doit suivre le début."})
    found = []
    for weekday in weekdays if kind != FixedFact.LEAVE else [None]:
        facts = {
            "enrolment": enrolment,
            "kind": kind,
            "weekday": weekday,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "starts_at": starts_at,
            "ends_at": ends_at,
        }
        known = Unavailability.objects.filter(**facts).first()
        found.append(known or keep(Unavailability(**facts, recorded_by=by)))
    return found


@transaction.atomic
def forget_fact(*, fact: Unavailability) -> None:
    """Ce n'est pas une preuve : ce qui n'est plus vrai s'efface."""
    fact.delete()
