"""Which formulas of a workbook depend on cells that were written, directly or through other formulas or names.

When in doubt (INDIRECT, a reference of an unknown shape), a formula depends.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.formula.translate import Translator

from workbooks.places import Area, address
from workbooks.template import Template, reference

UNBOUND = re.compile(r"(?:INDIRECT|OFFSET|_xlfn\.[A-Z.]*LAMBDA)\($", re.IGNORECASE)
TABLE = re.compile(r"([^\[\]!]+)\[.*", re.DOTALL)


class Read(NamedTuple):
    """An area that a formula reads; `is_fixed` when written out, not through a name or a table that may grow."""

    sheet: str
    area: Area
    is_fixed: bool = True


@dataclass
class Computed:
    """A cell with a formula: where it is, what it reads (None: anything)."""

    sheet: str
    row: int
    column: int
    reads: list[Read] | None = field(default_factory=list)


@dataclass
class Written:
    """Cells known to be changed: areas, and single cells by sheet."""

    areas: list[tuple[str, Area]] = field(default_factory=list)
    cells: dict[str, set[tuple[int, int]]] = field(default_factory=dict)

    def meets(self, sheet: str, area: Area) -> bool:
        if any(other == sheet and area.meets(written) for other, written in self.areas):
            return True
        cells = self.cells.get(sheet, ())
        if area.size < len(cells):
            rows, columns = range(area.first_row, area.last_row + 1), range(area.first_column, area.last_column + 1)
            return any((row, column) in cells for row in rows for column in columns)
        return any(place in area for place in cells)

    def add(self, computed: Computed) -> None:
        self.cells.setdefault(computed.sheet, set()).add((computed.row, computed.column))


def translated(formula: str, origin: tuple[int, int], place: tuple[int, int]) -> str:
    """A formula as it reads when copied from a cell to another one (without its leading `=`)."""
    return Translator(f"={formula}", origin=address(*origin)).translate_formula(address(*place))[1:]


def reads(formula: str, sheet: str, template: Template) -> list[Read] | None:
    """The areas a formula reads, or None when that cannot be told."""
    try:
        tokens = Tokenizer(f"={formula}").items
    except (TokenizerError, IndexError):
        return None
    found: list[Read] = []
    for token in tokens:
        if token.type == Token.FUNC and UNBOUND.search(token.value):
            return None
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            place = place_of(token.value, sheet, template)
            if place is None:
                return None
            found.append(place)
    return found


def place_of(text: str, sheet: str, template: Template) -> Read | None:
    if place := reference(text, sheet):
        return Read(*place)
    if place := next((area for name, area in template.names.items() if name.casefold() == text.casefold()), None):
        return Read(*place, is_fixed=False)
    if match := TABLE.fullmatch(text):
        tables = (table for table in template.tables if table.name.casefold() == match[1].casefold())
        return next((Read(table.sheet, table.area, is_fixed=False) for table in tables), None)
    return None


def dependents(formulas: Iterable[Computed], written: Written) -> Iterator[Computed]:
    """The formulas whose result changes with what is written, in the order they are found to."""
    waiting = list(formulas)
    while True:
        touched = [
            computed
            for computed in waiting
            if computed.reads is None or any(written.meets(read.sheet, read.area) for read in computed.reads)
        ]
        if not touched:
            return
        for computed in touched:
            written.add(computed)
        waiting = [computed for computed in waiting if computed not in touched]
        yield from touched
