"""Writing our own workbooks: typed columns, long or short, whole on the disk or not at all.

A small skeleton made by openpyxl carries styles, widths, frozen headings and filter; the rows are streamed into it
by the patcher that also fills other people's workbooks. No formula, no merged cell, nothing hidden, and no name in
the properties but the application's.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from workbooks.columns import LINE_HEIGHT, MAX_LINES, Column, Kind
from workbooks.encode import Cells, Looks, encode
from workbooks.expected import Expected
from workbooks.patch import BLOCK, Publication, patch
from workbooks.places import MAX_COLUMN, MAX_ROW
from workbooks.skeleton import Skeleton, around_rows, properties

INFORMATIONS = "Informations"
FORBIDDEN_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
NOTICE = (Column("label", "Information", width=44), Column("value", "Valeur", width=90))
# Rows wait in memory up to this size, then on the disk.
SMALL = 8 << 20

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Sheet:
    """A sheet to write: title (31 characters at most), columns, and rows holding one value per column.

    `rows` is read once and may be a generator. The `lead` first columns name the row: they stay in sight, and begin
    each page of a sheet too wide for one.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence]
    lead: int = 0

    def __post_init__(self) -> None:
        check_title(self.title)
        keys = [column.key for column in self.columns]
        if not keys or len(set(keys)) != len(keys) or len(keys) > MAX_COLUMN:
            raise ValueError(f"the columns of {self.title!r} need distinct keys: {keys}")


@dataclass(frozen=True)
class Fact:
    """One line of the « Informations » sheet: a label and a typed value."""

    label: str
    value: object
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Written:
    """What was written: number of rows by sheet, fingerprint, size in bytes, and remarks to show, in French."""

    path: Path
    rows: dict[str, int]
    sha256: str
    size: int
    notes: list[str] = field(default_factory=list)


def check_title(title: str) -> None:
    """ValueError for a title that a spreadsheet would refuse."""
    if not 0 < len(title) <= 31 or FORBIDDEN_IN_TITLES.search(title) or "'" in (title[0], title[-1]):
        raise ValueError(f"{title!r} cannot be the title of a sheet")


def write_workbook(
    path: str | os.PathLike,
    sheets: Sequence[Sheet],
    *,
    informations: Sequence[Fact] = (),
    application: str = "",
    expected: Expected | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write `sheets` to `path`, then an « Informations » sheet when there are `informations`: the number of rows of
    each sheet is added to them.

    `expected` notes every value for `verify`. `progress` is told the number of rows done, every thousand rows.
    """
    titles = [sheet.title.casefold() for sheet in sheets] + [INFORMATIONS.casefold()] * bool(informations)
    if not sheets or len(set(titles)) != len(titles):
        raise ValueError(f"sheets need distinct titles: {titles}")
    skeleton, bodies = Skeleton(), []
    try:
        for sheet in sheets:
            body = _Body(sheet.title, sheet.columns, Path(path).parent)
            bodies.append(body)
            done = sum(earlier.count for earlier in bodies)
            body.take(sheet.rows, skeleton, expected, progress and _from(progress, done))
            skeleton.add_table(sheet.title, sheet.columns, body.count, sheet.lead)
        counts = {body.title: body.count for body in bodies}
        if informations:
            notice = _Notice(Path(path).parent)
            bodies.append(notice)
            notice.take_facts(_with_counts(informations, counts), skeleton, expected)
        with Publication(path) as file:
            _assemble(skeleton, bodies, application, file)
            sha256, size = digest(file)
    finally:
        for body in bodies:
            body.file.close()
    return Written(Path(path), counts, sha256, size, [note for body in bodies for note in body.notes])


def own_formats(columns: Sequence[Column]) -> dict[int, str]:
    """Column number → the number format it has instead of the one of its kind."""
    return {number: column.number_format for number, column in enumerate(columns, 1) if column.number_format}


class _Body:
    """The rows of one sheet as XML, aside until their number is known."""

    def __init__(self, title: str, columns: Sequence[Column], folder: Path) -> None:
        self.title = title
        self.columns = columns
        self.count = 0
        self.notes: list[str] = []
        self.file = tempfile.SpooledTemporaryFile(SMALL, dir=folder)

    def take(
        self, rows: Iterable[Sequence], skeleton: Skeleton, expected: Expected | None, progress: Progress | None
    ) -> None:
        self.head(skeleton, expected)
        numbers, kinds = range(1, len(self.columns) + 1), [column.kind for column in self.columns]

        def chunk_taken(columns: list[Sequence]) -> None:
            if expected:
                expected.block(self.count + 2, numbers, kinds, columns)
            self.count += len(columns[0])
            if self.count >= MAX_ROW:
                raise ValueError(f"{self.title!r} has more rows than a sheet can hold")
            if progress:
                progress(self.count)

        cells = [
            Cells(number, column.kind, skeleton.style(column.kind, column.wrap, number_format=column.number_format))
            for number, column in zip(numbers, self.columns, strict=True)
        ]
        # One block at a time: `writelines` would keep them all in memory before going to the disk.
        for block in encode(rows, cells, first_row=2, spool=chunk_taken, looks=self.looks()):
            self.file.write(block)
        self.notes = [
            f"{self.title}, {column.heading} : {memo.cuts} texte(s) de plus de 32 767 caractères coupé(s)."
            for column, memo in zip(self.columns, cells, strict=True)
            if memo.cuts
        ]
        if expected:
            expected.end(self.count + 1, len(self.columns))

    def looks(self) -> Looks | None:
        """The heights of the rows where some column goes on over several lines."""
        wrapped = [(place, column) for place, column in enumerate(self.columns) if column.wrap]
        return heights([column for _, column in wrapped], [place for place, _ in wrapped]) if wrapped else None

    def head(self, skeleton: Skeleton, expected: Expected | None) -> None:
        headings = [column.heading for column in self.columns]
        cells = [Cells(number, Kind.TEXT, skeleton.heading) for number in range(1, len(headings) + 1)]
        self.file.writelines(encode([headings], cells, first_row=1, looks=heights(self.columns)))
        if expected:
            expected.sheet(self.title, complete=True)
            expected.formats(own_formats(self.columns))
            expected.block(1, range(1, len(headings) + 1), [Kind.TEXT] * len(headings), [[text] for text in headings])

    def part(self, empty: bytes) -> Iterator[bytes]:
        before, after = around_rows(empty, self.count + 1, len(self.columns))
        yield before
        self.file.seek(0)
        while block := self.file.read(BLOCK):
            yield block
        yield after


class _Notice(_Body):
    """The « Informations » sheet: two columns, where each value has its own kind."""

    def __init__(self, folder: Path) -> None:
        super().__init__(INFORMATIONS, NOTICE, folder)

    def take_facts(self, facts: Sequence[Fact], skeleton: Skeleton, expected: Expected | None) -> None:
        skeleton.add_notice(self.title, self.columns)
        self.head(skeleton, expected)
        for row, fact in enumerate(facts, start=2):
            kinds = (Kind.TEXT, fact.kind)
            cells = [
                Cells(1, Kind.TEXT, skeleton.style(Kind.TEXT, wrap=True)),
                Cells(2, fact.kind, skeleton.style(fact.kind, wrap=True, alignment="left")),
            ]
            looks = heights(self.columns)
            self.file.writelines(encode([(fact.label, fact.value)], cells, first_row=row, looks=looks))
            if expected:
                expected.block(row, (1, 2), kinds, ([fact.label], [fact.value]))
        self.count = len(facts)
        if expected:
            expected.end(self.count + 1, 2)


def heights(columns: Sequence[Column], places: Sequence[int] | None = None) -> Looks:
    """What gives rows the height of the texts in these columns: some spreadsheets do not find it by themselves."""

    def height(values: tuple) -> str:
        lines = max(
            (column.lines(value) for column, value in zip(columns, values, strict=True) if isinstance(value, str)),
            default=1,
        )
        return f' ht="{LINE_HEIGHT * min(lines, MAX_LINES)}"' if lines > 1 else ""

    return lambda taken: map(
        height, zip(*(taken if places is None else [taken[place] for place in places]), strict=True)
    )


def _with_counts(facts: Sequence[Fact], counts: dict[str, int]) -> list[Fact]:
    return [*facts, *(Fact(f"Lignes de la feuille « {title} »", n, Kind.INTEGER) for title, n in counts.items())]


def _from(progress: Progress, start: int) -> Progress:
    return lambda rows: progress(start + rows)


def _assemble(skeleton: Skeleton, bodies: Sequence[_Body], application: str, file: BinaryIO) -> None:
    with skeleton.saved() as archive:
        parts = {name: body.part(archive.read(name)) for body in bodies for name in [skeleton.part(body.title)]}
        patch(archive, file, parts | properties(application))


def digest(file: BinaryIO) -> tuple[str, int]:
    """The fingerprint and the size of a file that has just been written."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
