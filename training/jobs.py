"""Entry points for the queue: plain arguments, safe to run twice."""

from accounts import clock
from training.actions import links
from training.actions.convening import convene, upcoming
from training.actions.notices import tell_absences
from training.models import HalfDay


def reconvene() -> int:
    """Every ten minutes: what moved or was cancelled is told again to whoever had been convened to it."""
    now = clock.now()
    half_days = upcoming(HalfDay.objects.filter(sequence__gt=0, convocations__isnull=False), clock.today())
    return len(convene(half_days=half_days.distinct(), at=now, known_only=True).people)


def tell_employers() -> int:
    """Every five minutes: the employer of who is absent is told within the half-hour, and told again if she came."""
    return tell_absences(at=clock.now())


def forget_links() -> int:
    """Each day: links that have long been over."""
    return links.forget_links(at=clock.now())
