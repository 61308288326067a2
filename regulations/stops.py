"""L'arrêt des entrées : un fait annoncé et daté, qui ne touche rien de ce qui court déjà.

Sources
  A national stop of entries or renewals is a normal, dated event (decision e, §5). P
  Prescriptions and renewals reported suspended nationally in January 2026: press. M
While it runs, whoever records an entry or a renewal that it covers is asked why.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from regulations.findings import Finding, Strength

SOURCE = "arrêt annoncé"


class Stop(Protocol):
    """A dated row of the house has these columns."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def covers_entries(self) -> bool: ...
    @property
    def covers_renewals(self) -> bool: ...


def stop_words(stop: Stop) -> str:
    """« Plus d'entrée ni de renouvellement à partir du 01/01/2027 », with its end when it is known."""
    if stop.covers_entries and stop.covers_renewals:
        what = "Plus d'entrée ni de renouvellement"
    else:
        what = "Plus d'entrée" if stop.covers_entries else "Plus de renouvellement"
    until = f", jusqu'au {stop.ends_on:%d/%m/%Y}" if stop.ends_on else ""
    return f"{what} à partir du {stop.starts_on:%d/%m/%Y}{until}"


def stop_findings(stops: Iterable[Stop], *, day: date, is_renewal: bool) -> list[Finding]:
    """Une entrée ou un renouvellement qu'un arrêt couvre : une question, acceptée avec un motif écrit."""
    covering = [
        stop
        for stop in stops
        if (stop.covers_renewals if is_renewal else stop.covers_entries)
        and stop.starts_on <= day
        and (stop.ends_on is None or day <= stop.ends_on)
    ]
    if not covering:
        return []
    what = "Ce renouvellement" if is_renewal else "Cette entrée"
    said = " ; ".join(stop_words(stop) for stop in covering)
    return [Finding("arret_des_entrees", f"{said}. {what} est dans la période.", SOURCE, Strength.QUESTION)]
