"""L'arrêt des entrées annoncé : ce que chacun en voit, dans sa région."""

from collections.abc import Iterable
from datetime import date

from contracts.models import EntryStop


def announced_stops(regions: Iterable[str], on: date) -> list[EntryStop]:
    """In force or to come in these regions; one query."""
    return list(EntryStop.objects.concerning(regions).announced(on))
