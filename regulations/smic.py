"""Le SMIC horaire brut en vigueur un jour donné, parmi des lignes datées.

Sources
  Hourly SMIC: L3231-2 and following; each row carries its decree. H
  Mayotte has its own value: L3423-1 and decrees. H
  Value in force on the first day of the month aided: programme decision (pec.md §1.5, decision c). P
No value is written here: the rows come from the reference data and a coordinator corrects them.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from regulations.calendar import department_of
from regulations.enums import LabelledEnum


class SmicTerritory(LabelledEnum):
    FRANCE_HORS_MAYOTTE = "FRANCE_HORS_MAYOTTE", "France hors Mayotte"
    MAYOTTE = "MAYOTTE", "Mayotte"


class StartingRow(Protocol):
    """A dated value that holds until the next one of its list."""

    @property
    def valid_from(self) -> date: ...


Row = TypeVar("Row", bound=StartingRow)


def in_force(rows: Iterable[Row], day: date) -> Row | None:
    """The newest row begun by that day, among rows of one territory; None when none had begun."""
    return max((row for row in rows if row.valid_from <= day), key=lambda row: row.valid_from, default=None)


def smic_territory_of(postcode: str) -> SmicTerritory:
    return SmicTerritory.MAYOTTE if department_of(postcode) == "976" else SmicTerritory.FRANCE_HORS_MAYOTTE
