"""What a workbook is expected to hold, kept on the disk in a compact form from the writing to the verification.

A sequence of marshalled records, each after its length, read by the verifying child process:
`("sheet", title, complete)`, in a sheet of ours `("formats", formats)` for the columns with a number format of their
own, `("block", first_row, column_numbers, kinds, columns)` for the values by columns, then
`("end", last_row, last_column)` for a sheet that must hold nothing else.
"""

import marshal
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from struct import Struct
from typing import BinaryIO

from workbooks.columns import Kind
from workbooks.encode import DATED, as_text, day, instant, seconds

MEMO = 4096
LENGTH = Struct("<L")


def _number(value: Decimal | int) -> float:
    return float(value)


def _day(value: date) -> int | str:
    return as_text(value, Kind.DATE) or int(day(value))


def _month(value: date) -> int | str:
    return as_text(value, Kind.MONTH) or int(day(value.replace(day=1)))


def _instant(value: object) -> float | str:
    return as_text(value, Kind.INSTANT) or float(instant(value))


PLAIN: dict[Kind, Callable] = {
    Kind.DECIMAL: _number,
    Kind.EUROS: _number,
    Kind.PERCENT: _number,
    Kind.DATE: _day,
    Kind.MONTH: _month,
    Kind.INSTANT: _instant,
    Kind.TIME: seconds,
}
assert set(DATED) < set(PLAIN)


class _Memo(dict):
    def __init__(self, plain: Callable) -> None:
        super().__init__({None: None})
        self.plain = plain

    def __missing__(self, value: object) -> object:
        result = self.plain(value)
        if len(self) < MEMO:
            self[value] = result
        return result


def _exact(value: object) -> object:
    """A text or a number of a subclass (a choice, a marked-safe text) as its plain value."""
    if isinstance(value, str):
        return str.__str__(value) if type(value) is not str else value
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


EXACT = frozenset({str, int, bool, type(None)})


class Expected:
    """The values of a workbook as they were given, in writing order. To be closed, or used as a context."""

    def __init__(self, folder: str | os.PathLike | None = None) -> None:
        self.file: BinaryIO = tempfile.TemporaryFile(dir=folder)
        self._memos: dict[Kind, _Memo] = {}

    def __enter__(self) -> "Expected":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.file.close()

    def sheet(self, title: str, *, complete: bool) -> None:
        """What follows is about this sheet; `complete` when it must hold nothing else."""
        self._keep("sheet", title, complete)

    def formats(self, formats: dict[int, str]) -> None:
        """The columns of this sheet whose number format is not that of their kind."""
        self._keep("formats", formats)

    def block(self, first_row: int, numbers: Sequence[int], kinds: Sequence[Kind], columns: Iterable[Sequence]) -> None:
        """Values by columns, from `first_row` down, in the columns of these numbers."""
        plain = [self._plain(kind, column) for kind, column in zip(kinds, columns, strict=True)]
        names = [kind.value for kind in kinds]
        self._keep("block", first_row, list(numbers), names, plain)

    def end(self, last_row: int, last_column: int) -> None:
        self._keep("end", last_row, last_column)

    def _keep(self, *record: object) -> None:
        data = marshal.dumps(record)
        self.file.write(LENGTH.pack(len(data)) + data)

    def _plain(self, kind: Kind, column: Sequence) -> list:
        if plain := PLAIN.get(kind):
            memo = self._memos.setdefault(kind, _Memo(plain))
            return list(map(memo.__getitem__, column))
        return [value if type(value) in EXACT else _exact(value) for value in column]


def records(file: BinaryIO) -> Iterator[tuple]:
    """The records kept in a file, one after the other."""
    while head := file.read(LENGTH.size):
        # From bytes: loading from a file asks it for every single value.
        yield marshal.loads(file.read(*LENGTH.unpack(head)))
