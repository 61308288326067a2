"""In the child process: a workbook read again by another reader, and compared with what was meant to be in it."""

import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import BinaryIO
from xml.etree import ElementTree

from python_calamine import CalamineSheet, CalamineWorkbook

from workbooks.child import obey, say
from workbooks.columns import SHAPES, Kind, hundredths
from workbooks.encode import DATED, EPOCH, NUMBERS
from workbooks.expected import records
from workbooks.places import address, column_number, letters
from workbooks.text import clean

MAX_TOLD = 100
DAY = 86_400
ORIGIN = datetime.fromordinal(EPOCH)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BUILT_IN = {"0": "General", "1": "0", "2": "0.00", "49": "@"}
CELL = re.compile(rb'<c r="([A-Z]+)[0-9]+"(?: s="([0-9]+)")?(?: t="(\w+)")?')


def seconds_of(value: object) -> object:
    """A moment found in a cell as whole seconds, or itself when it is none."""
    if isinstance(value, time):
        value = datetime.combine(ORIGIN, value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    elif isinstance(value, timedelta):
        value = ORIGIN + value
    return round((value - ORIGIN).total_seconds()) if isinstance(value, datetime) else value


def moment(value: object) -> object:
    return round(value * DAY) if isinstance(value, float) else value


EXPECT: dict[str, Callable] = {
    Kind.YES_NO: lambda value: "Oui" if value else "Non",
    Kind.HOURS: lambda minutes: float(hundredths(minutes)),
    Kind.DATE: lambda serial: date.fromordinal(serial + EPOCH) if isinstance(serial, int) else serial,
    Kind.INSTANT: moment,
}
EXPECT[Kind.MONTH] = EXPECT[Kind.DATE]
MOMENTS = (Kind.INSTANT, Kind.TIME)


class Memo(dict):
    def __init__(self, make: Callable) -> None:
        super().__init__({None: ""})
        self.make = make

    def __missing__(self, value: object) -> object:
        self[value] = made = self.make(value)
        return made


class Found:
    """The rows of a sheet from the second reader, by blocks, going back to the start when asked for earlier ones."""

    def __init__(self, sheet: CalamineSheet) -> None:
        self.sheet = sheet
        self.first_column = sheet.start[1] if sheet.start else 0
        self.rewind()

    def rewind(self) -> None:
        self.rows: Iterator[list] = iter(self.sheet.iter_rows() if self.sheet.start else [])
        self.next_row = 1

    def columns(self, first_row: int, count: int, numbers: list[int]) -> list[list]:
        if first_row < self.next_row:
            self.rewind()
        while self.next_row < first_row and next(self.rows, None) is not None:
            self.next_row += 1
        rows = list(islice(self.rows, count)) if self.next_row == first_row else []
        self.next_row = first_row + len(rows)
        columns = list(zip(*rows, strict=True))
        padding = [""] * (count - len(rows))
        return [self.column(columns, number - 1 - self.first_column, count, padding) for number in numbers]

    def column(self, columns: list[tuple], index: int, count: int, padding: list) -> list:
        return [*columns[index], *padding] if 0 <= index < len(columns) else [""] * count


class Comparison:
    def __init__(self, book: CalamineWorkbook) -> None:
        self.book = book
        self.found: Found | None = None
        self.title = ""
        self.rows = self.cells = self.differences = 0
        self.kinds: dict[str, dict[int, set[str]]] = {}
        self.own_formats: dict[str, dict[int, str]] = {}
        self.memos = {kind: Memo(make) for kind, make in EXPECT.items()}

    def sheet(self, title: str, complete: bool) -> None:
        self.title = title
        if title not in self.book.sheet_names:
            self.differ("", "une feuille", "aucune")
            self.found = None
            return
        self.found = Found(self.book.get_sheet_by_name(title))
        if complete:
            self.kinds[title] = {}

    def formats(self, formats: dict[int, str]) -> None:
        self.own_formats[self.title] = formats

    def block(self, first_row: int, numbers: list[int], kinds: list[str], columns: list[list]) -> None:
        count = len(columns[0])
        found = self.found.columns(first_row, count, numbers) if self.found else []
        for number, kind, expected, read in zip(numbers, kinds, columns, found, strict=False):
            if self.title in self.kinds:
                self.kinds[self.title].setdefault(number, set()).add(kind)
            self.column(first_row, number, kind, expected, read)
        if self.title not in self.kinds or first_row > 1:
            self.rows += count
            self.cells += count * len(numbers)
        say({"rows": self.rows})

    def column(self, first_row: int, number: int, kind: str, expected: list, read: list) -> None:
        memo = self.memos.get(kind)
        expected = list(map(memo.__getitem__, expected)) if memo else ["" if x is None else x for x in expected]
        if kind in MOMENTS:
            read = list(map(seconds_of, read))
        if expected == read:
            return
        for row, (value, cell) in enumerate(zip(expected, read, strict=True), start=first_row):
            if value != cell and (not isinstance(value, str) or clean(value) != cell):
                self.differ(address(row, number), value, cell)

    def end(self, last_row: int, last_column: int) -> None:
        end = self.found.sheet.end if self.found else None
        if end and (end[0] >= last_row or end[1] >= last_column):
            self.differ(address(end[0] + 1, end[1] + 1), "rien", "une cellule de trop")

    def differ(self, place: str, expected: object, found: object) -> None:
        self.differences += 1
        if self.differences <= MAX_TOLD:
            say({"difference": [self.title, place, str(expected), str(found)]})

    def result(self) -> dict:
        return {"rows": self.rows, "cells": self.cells, "differences": self.differences}


def compare(path: str, expected: BinaryIO) -> None:
    """Compare every value, then the number formats of the sheets that are wholly ours."""
    comparison = Comparison(CalamineWorkbook.from_path(path))
    for name, *values in records(expected):
        getattr(comparison, name)(*values)
    check_formats(path, comparison)
    say({"result": comparison.result()})


def check_formats(path: str, comparison: Comparison) -> None:
    """Each cell of ours has the type and the number format of its column's kind; none has a formula."""
    with zipfile.ZipFile(path) as archive:
        formats, parts = number_formats(archive), sheet_parts(archive)
        for title, kinds in comparison.kinds.items():
            comparison.title = title
            own = comparison.own_formats.get(title, {})
            with archive.open(parts[title]) as part:
                for (column, style, kind), count in cells_of(part, comparison).items():
                    number_format = formats[int(style or 0)]
                    number = column_number(column.decode())
                    allowed = set().union(*(looks(each, own.get(number, "")) for each in kinds.get(number, ())))
                    if (number_format, kind) not in allowed:
                        place = f"{letters(number)} ({count})"
                        comparison.differ(place, sorted(allowed), f"{number_format} {kind.decode()}")


def looks(kind: str, own_format: str = "") -> set[tuple[str, bytes]]:
    """The number formats and types that cells of a kind may have in the XML; a text, headings first, has no other."""
    shape, text, number = SHAPES[kind].number_format, b"inlineStr", b""
    if kind not in NUMBERS:
        return {(shape, text)}
    shape = own_format or shape
    return {(shape, number), (shape, text)} if kind in DATED else {(shape, number)}


def cells_of(part: BinaryIO, comparison: Comparison) -> Counter:
    counter: Counter = Counter()
    carry = b""
    while block := part.read(1 << 20):
        block = carry + block
        end = block.rfind(b"<c ")
        end = len(block) if end < 0 else end
        counter.update(CELL.findall(block[:end]))
        if b"<f" in block:
            comparison.differ("", "aucune formule", "une formule")
        carry = block[end:]
    counter.update(CELL.findall(carry))
    return counter


def number_formats(archive: zipfile.ZipFile) -> list[str]:
    """The number format of each style."""
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    codes = {each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{MAIN}numFmt")}
    used = styles.find(f"{MAIN}cellXfs")
    return [(BUILT_IN | codes).get(style.get("numFmtId"), "?") for style in used]


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Title → part, in a workbook of ours."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target") for each in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return {each.get("name"): targets[each.get(RELATION)].lstrip("/") for each in book.iter(f"{MAIN}sheet")}


if __name__ == "__main__":
    obey(lambda task: compare(task["path"], sys.stdin.buffer))
