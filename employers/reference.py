"""Reference data of this room: who finances the training. May be loaded twice."""

from employers.models import Financer
from regulations.employers import FinancerKind


def load() -> None:
    """Adds what is missing; what a coordinator has changed since stays as she left it."""
    for kind in FinancerKind:
        if kind is not FinancerKind.OTHER and not Financer.objects.filter(kind=kind).exists():
            Financer.objects.create(kind=kind, name=kind.label)
