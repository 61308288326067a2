"""Filling somebody else's workbook by changing only the parts that must change.

Cells keep their style; drop-down lists, pictures, protections, shapes and every part that is not written to keep
their bytes. What changes: the sheets written to, those whose formulas depend on them (results kept there would be
false: they are removed, and the spreadsheet computes them again when it opens the file), tables that grow,
`workbook.xml`, and the chain of calculation, which is dropped.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from workbooks.columns import Kind
from workbooks.dependents import Computed, Written, dependents, reads
from workbooks.edit import CannotFill, SheetEdit, extended
from workbooks.encode import CHUNK
from workbooks.expected import Expected
from workbooks.guard import CONTENT_TYPES
from workbooks.patch import Archive, Publication, patch
from workbooks.places import Area, column_number
from workbooks.template import BEFORE_NAMES, Table, Template, child, parse, put_after, reference, serialise
from workbooks.write import digest


@dataclass(frozen=True)
class Entry:
    """One value for one cell, named by the template (`Employeur_Nom`) or placed (`Stagiaires!G2`)."""

    place: str
    value: object
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Tail:
    """Rows to write from `first_row` down, in the columns of these letters.

    Rows that the template prepared are filled; further ones are added with the look and the formulas of `model_row`
    (the first one by default), as far as `last_row` if there is one, and not into the totals of a table.
    """

    sheet: str
    first_row: int
    columns: Mapping[str, Kind]
    rows: Iterable[Sequence]
    last_row: int | None = None
    model_row: int | None = None


@dataclass(frozen=True)
class Filled:
    """What was made: fingerprint, size, the parts that differ from the template's, and remarks, in French."""

    path: Path
    sha256: str
    size: int
    changed: list[str]
    notes: list[str] = field(default_factory=list)


def fill(
    template: str | os.PathLike,
    path: str | os.PathLike,
    *,
    entries: Sequence[Entry] = (),
    tails: Sequence[Tail] = (),
    expected: Expected | None = None,
) -> Filled:
    """Write a filled copy of `template` (judged before, see `guard`) to `path`.

    `CannotFill` tells every place that cannot take its value; nothing is written then. `expected` notes the values
    for `verify`.
    """
    with Archive(template) as archive:
        filling = _Filling(Template(archive), expected)
        for entry in entries:
            filling.enter(entry)
        for tail in tails:
            filling.add(tail)
        problems = filling.problems + [problem for edit in filling.edits.values() for problem in edit.problems]
        if problems:
            raise CannotFill(problems)
        parts, dropped = filling.finish()
        with Publication(path) as file:
            patch(archive, file, parts, dropped)
            sha256, size = digest(file)
    return Filled(Path(path), sha256, size, sorted([*parts, *dropped]), filling.notes)


class _Filling:
    def __init__(self, template: Template, expected: Expected | None) -> None:
        self.template, self.expected = template, expected
        self.edits: dict[str, SheetEdit] = {}
        self.written = Written()
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.grown: list[tuple[str, Area, int]] = []
        self.tables: dict[str, bytes] = {}

    def edit(self, sheet: str) -> SheetEdit:
        if sheet not in self.edits:
            self.edits[sheet] = SheetEdit(self.template, sheet)
        return self.edits[sheet]

    def enter(self, entry: Entry) -> None:
        names = {name.casefold(): place for name, place in self.template.names.items()}
        place = names.get(entry.place.casefold()) or reference(entry.place)
        if place is None or place[0] not in self.template.sheets:
            self.problems.append(f"Le modèle n'a pas de case « {entry.place} ».")
            return
        sheet, area = place
        row, column = area.first_row, area.first_column
        self.edit(sheet).write(row, column, entry.value, entry.kind)
        self.wrote(sheet, Area(row, column, row, column), [column], [entry.kind], [[entry.value]])

    def wrote(
        self, sheet: str, area: Area, numbers: Sequence[int], kinds: Sequence[Kind], columns: Sequence[Sequence]
    ) -> None:
        self.written.areas.append((sheet, area))
        if self.expected:
            self.expected.sheet(sheet, complete=False)
            self.expected.block(area.first_row, numbers, kinds, columns)

    def add(self, tail: Tail) -> None:
        if tail.sheet not in self.template.sheets:
            self.problems.append(f"Le modèle n'a pas de feuille « {tail.sheet} ».")
            return
        rows = [tuple(row) for row in tail.rows]
        numbers = [column_number(text) for text in tail.columns]
        if any(len(row) != len(numbers) for row in rows):
            raise ValueError(f"{len(numbers)} values expected in each row for {tail.sheet!r}")
        last_row, room = tail.first_row + len(rows) - 1, self.last_row(tail, numbers)
        if room is not None and last_row > room:
            self.problems.append(
                f"« {tail.sheet} » a {room - tail.first_row + 1} lignes prêtes (jusqu'à la ligne {room}) : "
                f"il en faudrait {len(rows)}."
            )
        elif rows:
            self.write_rows(tail, rows, numbers)

    def last_row(self, tail: Tail, numbers: Sequence[int]) -> int | None:
        table = self.table_of(tail, numbers)
        if tail.last_row is None and table and table.totals:
            return table.area.last_row - table.totals
        return tail.last_row

    def table_of(self, tail: Tail, numbers: Sequence[int]) -> Table | None:
        tables = (table for table in self.template.tables if table.sheet == tail.sheet)
        return next((table for table in tables if (tail.first_row, numbers[0]) in table.area), None)

    def write_rows(self, tail: Tail, rows: list[tuple], numbers: list[int]) -> None:
        edit, kinds = self.edit(tail.sheet), list(tail.columns.values())
        last_row = tail.first_row + len(rows) - 1
        prepared = max((row for row in edit.rows if tail.first_row <= row <= last_row), default=tail.first_row - 1)
        for row, values in enumerate(rows[: prepared - tail.first_row + 1], start=tail.first_row):
            # An example may stand in the first row; further down, what is written is not ours to replace.
            edit.write_row(row, zip(numbers, kinds, values, strict=True), replaces=row == tail.first_row)
        if prepared < last_row:
            self.grow(tail, numbers, prepared, rows[prepared - tail.first_row + 1 :])
        for start in range(0, len(rows), CHUNK):
            part, first = rows[start : start + CHUNK], tail.first_row + start
            area = Area(first, min(numbers), first + len(part) - 1, max(numbers))
            self.wrote(tail.sheet, area, numbers, kinds, list(zip(*part, strict=True)))

    def grow(self, tail: Tail, numbers: list[int], prepared: int, rows: list[tuple]) -> None:
        edit, columns = self.edit(tail.sheet), list(zip(numbers, tail.columns.values(), strict=True))
        model_row, last_row = tail.model_row or tail.first_row, prepared + len(rows)
        for column, kind in columns:
            if problem := edit.problem(model_row, column, kind):
                edit.problems.append(problem)
                return
        edit.stream(prepared + 1, model_row, columns, rows)
        table = self.table_of(tail, numbers)
        before = Area(tail.first_row, min(numbers), max(prepared, tail.first_row), max(numbers))
        if table:
            before = before._replace(first_column=table.area.first_column, last_column=table.area.last_column)
            self.grow_table(table, last_row)
        edit.extend(before, last_row)
        self.grown.append((tail.sheet, before, last_row))

    def grow_table(self, table: Table, last_row: int) -> None:
        area = str(table.area._replace(last_row=max(last_row, table.area.last_row)))
        root = parse(self.template.archive.read(table.part))
        root.set("ref", area)
        if (own_filter := child(root, "autoFilter")) is not None:
            own_filter.set("ref", area)
        self.tables[table.part] = serialise(root)

    def finish(self) -> tuple[dict[str, bytes | Iterator[bytes]], list[str]]:
        """The parts to replace, and those to drop."""
        self.forget_false_results()
        parts: dict[str, bytes | Iterator[bytes]] = dict(self.tables)
        parts |= {edit.part: edit.saved() for edit in self.edits.values() if edit.changed}
        parts[self.template.part] = self.workbook()
        chains = self.template.related(self.template.part, "/calcChain")
        if chains:
            parts |= self.without(set(chains))
        return parts, chains

    def forget_false_results(self) -> None:
        formulas = list(self.computed())
        for sheet, before, last_row in self.grown:
            self.note_short_formulas(formulas, sheet, before, last_row)
        for computed in dependents(formulas, self.written):
            self.edits[computed.sheet].forget_result(computed.row, computed.column)

    def computed(self) -> Iterator[Computed]:
        for sheet, part in self.template.sheets.items():
            data = self.template.archive.read(part)
            if b"<f" not in data and b":f" not in data:
                continue
            edit = self.edit(sheet)
            for row, column, formula in edit.formulas():
                text = edit.formula_text(row, column) or formula.text or ""
                yield Computed(sheet, row, column, reads(text, sheet, self.template) if text else None)

    def note_short_formulas(self, formulas: Sequence[Computed], sheet: str, before: Area, last_row: int) -> None:
        for computed in formulas:
            areas = [read.area for read in computed.reads or () if read.is_fixed and read.sheet == sheet]
            if any(area.last_row > area.first_row and extended(area, before, last_row) != area for area in areas):
                where = self.edits[computed.sheet].where(computed.row, computed.column)
                self.notes.append(f"{where} ne compte pas les lignes ajoutées après la ligne {before.last_row}.")

    def workbook(self) -> bytes:
        """`workbook.xml`: asks for a full calculation; names of areas that grew reach their end."""
        root = self.template.root
        calculation = child(root, "calcPr")
        if calculation is None:
            calculation = etree.Element(f"{{{etree.QName(root).namespace}}}calcPr")
            put_after(root, calculation, BEFORE_NAMES | {"definedNames"})
        calculation.set("fullCalcOnLoad", "1")
        defined = child(root, "definedNames")
        for name in () if defined is None else defined:
            self.grow_name(name)
        return serialise(root)

    def grow_name(self, name: etree._Element) -> None:
        place = reference(name.text or "")
        for sheet, before, last_row in self.grown:
            if place and place[0] == sheet and (area := extended(place[1], before, last_row)) != place[1]:
                start, _, _ = name.text.rpartition("$")
                name.text = f"{start}${area.last_row}"

    def without(self, parts: set[str]) -> dict[str, bytes]:
        """Content types and relations that no longer speak of these parts."""
        archive = self.template.archive
        types = parse(archive.read(CONTENT_TYPES))
        for each in list(types):
            if (each.get("PartName") or "").lstrip("/") in parts:
                types.remove(each)
        name = self.template.relations_part(self.template.part)
        relations = parse(archive.read(name))
        for identifier, (_, target) in self.template.relations(self.template.part):
            if target in parts:
                relations.remove(next(each for each in relations if each.get("Id") == identifier))
        return {CONTENT_TYPES: serialise(types), name: serialise(relations)}
