"""When a half-day can be written on: neither cancelled nor to come, not closed, not locked."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError

from accounts import clock
from training.models import HalfDay, TrainingRules
from training.rules import rules_on


def locks_at(half_day: HalfDay, rules: TrainingRules) -> datetime:
    """The roll locks some hours after the end, and as long after it was reopened."""
    end = clock.at(half_day.day, half_day.ends_at)
    if half_day.reopened_at is not None:
        end = max(end, half_day.reopened_at)
    return end + timedelta(hours=rules.lock_hours)


def is_locked(half_day: HalfDay, at: datetime) -> bool:
    return at > locks_at(half_day, rules_on(half_day.day))


def refuse_shut(half_day: HalfDay, at: datetime, *, locks: bool = True) -> None:
    """Paper comes back later than that, with its own proof: it asks for `locks=False`."""
    refuse_unheld(half_day, at)
    if half_day.closed_at is not None:
        raise ValidationError("Cette demi-journée est close : rouvrez-la d'abord, en disant pourquoi.", code="shut")
    if locks and is_locked(half_day, at):
        hours = rules_on(half_day.day).lock_hours
        message = f"L'appel est verrouillé {hours} heures après la fin : rouvrez-le d'abord, en disant pourquoi."
        raise ValidationError(message, code="shut")


def refuse_unheld(half_day: HalfDay, at: datetime) -> None:
    if half_day.cancelled_on is not None:
        raise ValidationError("Cette demi-journée est annulée : il n'y a ni appel ni signature.", code="unheld")
    if at.astimezone(clock.PARIS).date() < half_day.day:
        message = f"Cette demi-journée aura lieu le {half_day.day:%d/%m/%Y} : elle ne s'émarge pas d'avance."
        raise ValidationError(message, code="unheld")
