"""Entry points for the queue: plain arguments, safe to run twice."""

from django.db.models import Exists, OuterRef

from accounts import clock
from training.actions import links
from training.actions.convening import convene, upcoming
from training.actions.notices import tell_absences
from training.models import Convocation, HalfDay


def reconvene() -> int:
    """Every ten minutes: what changed is told to whoever had been convened to it, and to nobody else."""
    convened = HalfDay.objects.filter(Exists(Convocation.objects.filter(half_day=OuterRef("pk"))))
    half_days = upcoming(convened, clock.today())
    return len(convene(half_days=half_days, at=clock.now(), known_only=True).people)


def tell_employers() -> int:
    """Every five minutes: the employer of who is absent is told within the half-hour, and told again if she came."""
    return tell_absences(at=clock.now())


def forget_links() -> int:
    """Each day: links that have long been over."""
    return links.forget_links(at=clock.now())
