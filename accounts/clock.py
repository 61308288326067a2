"""The one clock of our rules: deadlines, states, ages and links read it, and `IMPEC_TODAY` moves it.

Sign-in sessions, allauth, cache, queue and TOTP keep the true clock (`quality` rules of the project).
A date gives that day with the true time of day; from an instant, time runs on.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")
_started_at = timezone.now()


def now() -> datetime:
    """The present instant, aware, in UTC."""
    machine = true_now()
    moved = settings.IMPEC_TODAY
    if not moved:
        return machine
    start = parse(moved)
    if isinstance(start, datetime):
        return start + (machine - _started_at)
    return datetime.combine(start, machine.astimezone(PARIS).time(), PARIS)


def true_now() -> datetime:
    """The instant of the machine, never moved: sign-in sessions, leases and limits of attempts."""
    return timezone.now()


def today() -> date:
    """The present day in Europe/Paris."""
    return now().astimezone(PARIS).date()


def is_moved() -> bool:
    return bool(settings.IMPEC_TODAY)


def parse(text: str) -> date | datetime:
    """A day, or an aware instant (Europe/Paris when no zone is given)."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"IMPEC_TODAY={text} n'est ni une date (2026-11-20) ni un instant (2026-11-20T09:00)."
        ) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=PARIS)


def at(day: date, hour: time) -> datetime:
    """That time of that day, in Europe/Paris."""
    return datetime.combine(day, hour, PARIS)
