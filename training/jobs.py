"""Entry points for the queue: plain arguments, safe to run twice."""

from accounts import clock
from training.actions.convening import convene, upcoming
from training.models import HalfDay


def reconvene() -> int:
    """Every ten minutes: what moved or was cancelled is told again to whoever had been convened to it."""
    now = clock.now()
    half_days = upcoming(HalfDay.objects.filter(sequence__gt=0, convocations__isnull=False), clock.today())
    return len(convene(half_days=half_days.distinct(), at=now, known_only=True).people)
