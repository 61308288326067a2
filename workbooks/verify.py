"""Reading again what was written, with another reader, in a child process, and comparing it with its source.

`with Expected() as expected:` — `write_workbook(..., expected=expected)`, then `verify(path, expected)`. Or
`verify(path, sheets)` with sheets whose rows can be read a second time.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from workbooks.columns import Kind
from workbooks.encode import CHUNK
from workbooks.expected import Expected
from workbooks.limits import Limits
from workbooks.read import answers, child
from workbooks.write import Sheet, own_formats

OWN = Limits(memory_bytes=4 << 30, cpu_seconds=300, clock_seconds=600)


class Difference(NamedTuple):
    """One cell that is not what it should be: sheet, place, what was expected, what was found."""

    sheet: str
    cell: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"« {self.sheet} », {self.cell} : attendu « {self.expected} », relu « {self.found} »"


@dataclass
class Verification:
    """The outcome: rows and cells read again, number of differences, and the first hundred of them."""

    rows: int = 0
    cells: int = 0
    count: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.count

    @property
    def message(self) -> str:
        """« 312 lignes, 4 368 cellules relues, 0 écart »."""
        return (
            f"{counted(self.rows, 'ligne')}, {counted(self.cells, 'cellule')} "
            f"relue{'s' * (self.cells > 1)}, {counted(self.count, 'écart')}"
        )


def counted(number: int, word: str) -> str:
    """« 4 368 cellules », « 1 tableau », « 2 tableaux »."""
    plural = ("x" if word.endswith("eau") else "s") * (number > 1)
    return f"{number:,} {word}{plural}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def verify(
    path: str | os.PathLike,
    expected: Expected | Sequence[Sheet],
    limits: Limits = OWN,
    progress: Callable[[int], None] | None = None,
) -> Verification:
    """Every value, type and number format of `path` against what was expected. `progress` is told the rows done.

    `Refused` when the file cannot even be read.
    """
    if not isinstance(expected, Expected):
        with Expected() as noted:
            for sheet in expected:
                _note(sheet, noted)
            return verify(path, noted, limits, progress)
    expected.file.seek(0)
    outcome = Verification()
    with child("workbooks.compare", {"path": os.path.abspath(path)}, limits, expected.file) as process:
        for answer in answers(process, limits, lambda: progress and progress(outcome.rows)):
            _take(outcome, answer)
    return outcome


def _take(outcome: Verification, answer: dict) -> None:
    if "rows" in answer:
        outcome.rows = answer["rows"]
    elif "difference" in answer:
        outcome.differences.append(Difference(*answer["difference"]))
    elif "result" in answer:
        result = answer["result"]
        outcome.rows, outcome.cells, outcome.count = result["rows"], result["cells"], result["differences"]


def _note(sheet: Sheet, expected: Expected) -> None:
    numbers, kinds = range(1, len(sheet.columns) + 1), [column.kind for column in sheet.columns]
    expected.sheet(sheet.title, complete=True)
    expected.formats(own_formats(sheet.columns))
    expected.block(1, numbers, [Kind.TEXT] * len(kinds), [[column.heading] for column in sheet.columns])
    row = 2
    for chunk in _chunks(sheet.rows):
        expected.block(row, numbers, kinds, list(zip(*chunk, strict=True)))
        row += len(chunk)
    expected.end(row - 1, len(kinds))


def _chunks(rows: Iterable[Sequence]) -> Iterable[list[Sequence]]:
    rows = iter(rows)
    return iter(lambda: list(islice(rows, CHUNK)), [])
