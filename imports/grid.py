"""A sheet as its rows are judged: merged cells unfolded, values corrected on the page laid over those of the file."""

from collections.abc import Mapping
from typing import NamedTuple

from workbooks.places import Area, address, row_and_column
from workbooks.read import EMPTY, Cell, Content, SheetData


class Place(NamedTuple):
    """A cell with where its value comes from."""

    cell: Cell
    address: str
    is_merged: bool = False
    is_repaired: bool = False


class Grid:
    """The cells of one sheet. `repairs` are what the user typed on the page: address → text."""

    def __init__(self, sheet: SheetData, *, date_1904: bool = False, repairs: Mapping[str, str] | None = None) -> None:
        self.name = sheet.name
        self.hidden_rows = sheet.hidden_rows
        self.is_hidden = sheet.hidden
        self.date_1904 = date_1904
        self.rows: dict[int, dict[int, Cell]] = {number: sheet.rows[number] for number in sheet.rows}
        self.repaired: set[tuple[int, int]] = set()
        for where, text in (repairs or {}).items():
            self._repair(where, text)
        self._filled: dict[int, dict[int, Cell]] = {}
        self.last_row = max(self.rows, default=0)
        self._merges: dict[int, list[Area]] = {}
        for area in sheet.merges:
            for row in range(area.first_row, min(area.last_row, self.last_row) + 1):
                self._merges.setdefault(row, []).append(area)

    def _repair(self, where: str, text: str) -> None:
        try:
            row, column = row_and_column(where)
        except ValueError:
            return
        self.rows.setdefault(row, {})[column] = Cell(text, Content.TEXT) if text else EMPTY
        self.repaired.add((row, column))

    def merged(self, row: int, column: int) -> Area | None:
        return next(
            (area for area in self._merges.get(row, ()) if area.first_column <= column <= area.last_column), None
        )

    def at(self, row: int, column: int) -> Place:
        """The value that a reader of the sheet sees there."""
        where = address(row, column)
        if (row, column) in self.repaired:
            return Place(self.rows[row][column], where, is_repaired=True)
        area = self.merged(row, column)
        if area is None:
            return Place(self.rows.get(row, {}).get(column, EMPTY), where)
        first = (area.first_row, area.first_column)
        cell = self.rows.get(first[0], {}).get(first[1], EMPTY)
        return Place(cell, where, is_merged=True, is_repaired=first in self.repaired)

    def filled(self, row: int) -> dict[int, Cell]:
        """The cells of the row that hold something, merged ones once."""
        if row not in self._filled:
            self._filled[row] = {column: cell for column, cell in self.rows.get(row, {}).items() if holds(cell)}
        return self._filled[row]

    def numbers(self) -> list[int]:
        return sorted(number for number in self.rows if self.filled(number))


def holds(cell: Cell) -> bool:
    """A formula that shows nothing is not something; spaces alone neither."""
    if cell.kind is Content.TEXT:
        return bool(cell.value.strip())
    return cell.kind is not Content.EMPTY or cell.lacks_result
