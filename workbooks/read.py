"""Reading an uploaded workbook: judged first, then opened in a child process, then given as typed cells.

`read_workbook(path)` gives a `Book`; every way of failing is a `Refused` with a French sentence. Numbers are exact:
what a spreadsheet shows, 15 significant digits, as int or Decimal, never a float.
"""

import json
import os
import selectors
import subprocess
import sys
import time as clock
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import BinaryIO, NamedTuple

from workbooks.facts import Formula, SheetFacts
from workbooks.guard import BookFacts, check_first_bytes, judge
from workbooks.limits import MIB, Limits, Refused, damaged, too_heavy
from workbooks.places import Area, address

ROOT = Path(__file__).resolve().parent.parent
MAX_ANSWER = 120 * MIB
HEARTBEAT = 0.25

Value = str | int | Decimal | bool | date | datetime | time | timedelta | None
Progress = Callable[[int], None]


class Content(StrEnum):
    """What a cell holds, as its reader sees it."""

    EMPTY = "EMPTY"
    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DATE = "DATE"
    INSTANT = "INSTANT"
    TIME = "TIME"
    DURATION = "DURATION"
    YES_NO = "YES_NO"
    ERROR = "ERROR"


MOMENTS = (Content.DATE, Content.INSTANT, Content.TIME, Content.DURATION)


class Cell(NamedTuple):
    """A cell: its typed value, what kind of content that is, and its formula when it has one.

    A number shown as a date is a DATE (INSTANT with an hour, TIME without a day, DURATION beyond a day); the same
    number without a format of date is a NUMBER. An ERROR has the text of the error (`#N/A`) as its value.
    """

    value: Value = None
    kind: Content = Content.EMPTY
    formula: Formula | None = None

    @property
    def is_date_format(self) -> bool:
        return self.kind in MOMENTS

    @property
    def lacks_result(self) -> bool:
        """A formula whose result was not kept in the file: nobody can tell what it shows."""
        return self.kind is Content.EMPTY and self.formula is not None and not self.formula.has_result

    @property
    def text(self) -> str:
        """What a French reader sees, near enough to be quoted in a message."""
        return shown(self.value)


EMPTY = Cell()


def shown(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "VRAI" if value else "FAUX"
        case int() | Decimal():
            return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)
        case datetime():
            return f"{value:%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case time():
            return f"{value:%H:%M}"
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02}"
    return value


class Rows(Mapping[int, dict[int, Cell]]):
    """Row number → column number → cell, both from one; filled rows and cells only. Cells are made when asked for."""

    def __init__(self, facts: SheetFacts) -> None:
        self._facts = facts
        self._raw: dict[int, tuple[int, list]] = {}

    def add(self, number: int, first_column: int, values: list) -> None:
        self._raw[number] = first_column, values

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __getitem__(self, number: int) -> dict[int, Cell]:
        if number not in self._computed and number not in self._raw:
            raise KeyError(number)
        first, values = self._raw.get(number, (1, []))
        row = {column: typed(value) for column, value in enumerate(values, start=first) if value != ""}
        return self._with_facts(number, row) if number in self._computed else row

    def _with_facts(self, number: int, row: dict[int, Cell]) -> dict[int, Cell]:
        facts = self._facts
        for column in self._computed[number]:
            if error := facts.errors.get((number, column)):
                row[column] = Cell(error, Content.ERROR)
            if formula := facts.formulas.get((number, column)):
                row[column] = with_formula(row.get(column, EMPTY), formula)
        return dict(sorted(row.items()))

    @cached_property
    def _computed(self) -> dict[int, set[int]]:
        """Row → columns that the second reader alone does not tell whole: formulas and errors."""
        columns: dict[int, set[int]] = {}
        for row, column in [*self._facts.formulas, *self._facts.errors]:
            columns.setdefault(row, set()).add(column)
        return columns

    @cached_property
    def _numbers(self) -> list[int]:
        return sorted({*self._raw, *self._computed})


def typed(value: object) -> Cell:
    """A value of the child process as a cell."""
    if isinstance(value, str):
        return Cell(value, Content.TEXT)
    if isinstance(value, bool):
        return Cell(value, Content.YES_NO)
    if isinstance(value, int | float):
        return Cell(exact(value), Content.NUMBER) if isfinite(value) else Cell(str(value), Content.ERROR)
    letter, *parts = value
    return Cell(*MAKERS[letter](parts))


MAKERS: dict[str, Callable[[list[int]], tuple[Value, Content]]] = {
    "d": lambda parts: (date(*parts), Content.DATE),
    "i": lambda parts: (rounded(datetime(*parts)), Content.INSTANT),
    "t": lambda parts: rounded_time(parts),
    "l": lambda parts: (timedelta(*parts), Content.DURATION),
}


def exact(value: float) -> int | Decimal:
    """The number as a spreadsheet shows it: 26.0 is 26, 0.30000000000000004 is 0.3."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return int(value)
    number = Decimal(f"{value:.15g}")
    return int(number) if number == number.to_integral_value() else number


def rounded(value: datetime) -> datetime:
    """To the second: serial numbers carry hours as binary fractions of a day."""
    return (value + timedelta(microseconds=500_000)).replace(microsecond=0)


def rounded_time(parts: list[int]) -> tuple[Value, Content]:
    instant = rounded(datetime(2000, 1, 1, *parts))
    return (instant.time(), Content.TIME) if instant.day == 1 else (timedelta(days=1), Content.DURATION)


def with_formula(cell: Cell, formula: Formula) -> Cell:
    if cell.kind is Content.EMPTY and formula.literal:
        return Cell(formula.literal, Content.TEXT, formula)
    return Cell(cell.value, cell.kind, formula)


@dataclass
class SheetData:
    """A sheet: `rows[number][column]`, and what is around the values."""

    name: str
    facts: SheetFacts
    rows: Rows
    stopped_at: int | None = None

    @property
    def hidden(self) -> bool:
        return self.facts.hidden

    @property
    def merges(self) -> list[Area]:
        return self.facts.merges

    @property
    def hidden_rows(self) -> set[int]:
        return self.facts.hidden_rows

    @property
    def hidden_columns(self) -> set[int]:
        return self.facts.hidden_columns

    def cell(self, row: int, column: int) -> Cell:
        return self.rows.get(row, {}).get(column, EMPTY)

    def merged(self, row: int, column: int) -> Area | None:
        """The merged range that covers this place, if any: its value is that of its first cell."""
        return next((area for area in self.merges if (row, column) in area), None)

    def where(self, row: int, column: int) -> str:
        """How to name a place to its author: « Contrats », C12."""
        return f"« {self.name} », {address(row, column)}"


@dataclass
class Book:
    """What was read, and remarks to show, in French."""

    sheets: list[SheetData]
    date_1904: bool = False
    notes: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> SheetData:
        """The sheet of that name; KeyError without one."""
        return {sheet.name: sheet for sheet in self.sheets}[name]


def read_workbook(
    path: str | os.PathLike,
    limits: Limits = Limits(),
    progress: Progress | None = None,
) -> Book:
    """Judge, then read. `progress` is told the number of rows read so far, four times a second at least."""
    check_first_bytes(path, limits)
    task = {"path": os.path.abspath(path), "max_blank_rows": limits.max_blank_rows}
    # The child starts while the file is judged, and opens it only when told.
    with child("workbooks.child", task, limits, subprocess.PIPE) as process:
        facts = judge(path, limits)
        # A child that is already dead is told so by its silence.
        with suppress(BrokenPipeError):
            process.stdin.write(b"go\n")
        process.stdin.close()
        reading = _Reading(facts)
        for answer in answers(process, limits, lambda: progress and progress(reading.count)):
            reading.take(answer)
    book = Book(list(reading.sheets.values()), facts.date_1904)
    book.notes = [
        f"« {sheet.name} » : lecture arrêtée après la ligne {sheet.stopped_at}, suivie de plus de "
        f"{limits.max_blank_rows} lignes vides."
        for sheet in book.sheets
        if sheet.stopped_at
    ]
    return book


class _Reading:
    """The sheets being filled by the answers of the child."""

    def __init__(self, facts: BookFacts) -> None:
        self.sheets = {sheet.name: SheetData(sheet.name, sheet, Rows(sheet)) for sheet in facts.sheets}
        self.current: SheetData | None = None
        self.count = 0

    def take(self, answer: dict) -> None:
        if "sheet" in answer:
            self.current = self.sheets.get(answer["sheet"])
        elif self.current and "rows" in answer:
            self.count += len(answer["rows"])
            for number, first_column, values in answer["rows"]:
                self.current.rows.add(number, first_column, values)
        elif self.current and "stopped_at" in answer:
            self.current.stopped_at = answer["stopped_at"]


@contextmanager
def child(module: str, task: dict, limits: Limits, stdin: int | BinaryIO) -> Iterator[subprocess.Popen]:
    """A child process at work, killed when the block ends. It knows nothing of our environment's secrets."""
    task = {**task, "memory_bytes": limits.memory_bytes, "cpu_seconds": limits.cpu_seconds}
    process = subprocess.Popen(
        [sys.executable, "-m", module, json.dumps(task)],
        cwd=ROOT,
        env={"PATH": os.defpath, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    )
    try:
        yield process
    finally:
        process.kill()
        if process.stdin:
            process.stdin.close()
        process.stdout.close()
        process.wait()


def answers(process: subprocess.Popen, limits: Limits, heartbeat: Callable[[], object]) -> Iterator[dict]:
    """The answers of the child as they come; `Refused` when it dies, lies, or lasts too long."""
    deadline, size, rest, is_done = clock.monotonic() + limits.clock_seconds, 0, b"", False
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if clock.monotonic() > deadline:
                raise Refused(
                    "trop_long",
                    f"La lecture de ce classeur dépasse {limits.clock_seconds:g} secondes. Copiez les seules lignes "
                    "utiles dans un classeur neuf, puis renvoyez-le.",
                )
            heartbeat()
            if not selector.select(HEARTBEAT):
                continue
            block = os.read(process.stdout.fileno(), 1 << 20)
            if not block:
                break
            size += len(block)
            if size > MAX_ANSWER:
                raise too_heavy("ses textes sont trop longs")
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                answer = parsed(line)
                is_done = is_done or "done" in answer
                yield answer
    if not is_done:
        raise damaged()


def parsed(line: bytes) -> dict:
    try:
        return json.loads(line)
    except ValueError as error:
        raise damaged() from error
