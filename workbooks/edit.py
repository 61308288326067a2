"""The XML of one foreign sheet, changed cell by cell: styles kept, everything else left where it is."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import repeat

from lxml import etree

from workbooks.columns import Kind
from workbooks.dependents import translated
from workbooks.encode import DATED, ROW, Cells, encode
from workbooks.places import Area, address, row_and_column
from workbooks.template import Template, child, children, local, parse, serialise
from workbooks.text import escape

TIMED = {*DATED, Kind.TIME}
DAYS_TO_1904 = 1462
STREAM = "added-rows"
ROW_LOOK = ("s", "customFormat", "ht", "customHeight")


class CannotFill(Exception):
    """A template that cannot take what is to be written: one French sentence per place."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


class SheetEdit:
    """A sheet of a template. Problems are gathered in `problems`; nothing is written where there is one."""

    def __init__(self, template: Template, name: str) -> None:
        self.template, self.name, self.part = template, name, template.sheets[name]
        self.root = parse(template.archive.read(self.part))
        self.data = child(self.root, "sheetData")
        self.namespace = etree.QName(self.root).namespace
        self.problems: list[str] = []
        self.streams: list[Iterator[bytes]] = []
        self.added: Area | None = None
        self.changed = False
        self.rows = dict(self._numbered(self.data, "row"))
        self.merges = [Area.of(merge.get("ref")) for group in children(self.root, "mergeCells") for merge in group]
        self._cells: dict[int, dict[int, etree._Element]] = {}
        self._memos: dict[tuple, Cells] = {}
        self._merges: dict[int, list[Area]] = {}

    @staticmethod
    def _numbered(parent: etree._Element, name: str) -> Iterator[tuple[int, etree._Element]]:
        number = 0
        for element in children(parent, name):
            number = int(element.get("r", number + 1))
            yield number, element

    def cells(self, row: int) -> dict[int, etree._Element]:
        """Column → cell of an existing row."""
        if row not in self._cells:
            found, column = {}, 0
            for cell in children(self.rows[row], "c"):
                column = row_and_column(cell.get("r"))[1] if cell.get("r") else column + 1
                found[column] = cell
            self._cells[row] = found
        return self._cells[row]

    def merges_of(self, row: int) -> list[Area]:
        if row not in self._merges:
            self._merges[row] = [area for area in self.merges if area.first_row <= row <= area.last_row]
        return self._merges[row]

    def where(self, row: int, column: int) -> str:
        return f"« {self.name} », {address(row, column)}"

    def style(self, row: int, column: int) -> str | None:
        """The style number that a new cell takes here: its own, its row's, its column's."""
        if row in self.rows:
            cell = self.cells(row).get(column)
            if cell is not None:
                return cell.get("s")
            if self.rows[row].get("customFormat") in ("1", "true"):
                return self.rows[row].get("s")
        for group in children(self.root, "cols"):
            for each in group:
                if int(each.get("min")) <= column <= int(each.get("max")):
                    return each.get("style")
        return None

    def problem(self, row: int, column: int, kind: Kind) -> str | None:
        """Why nothing of this kind may be written here, in French; None when it may."""
        where = self.where(row, column)
        merge = next((area for area in self.merges_of(row) if (row, column) in area), None)
        if merge and (row, column) != (merge.first_row, merge.first_column):
            return f"{where} est couverte par la fusion {merge} : choisissez {address(*merge[:2])}."
        if row in self.rows and self.formula(row, column) is not None:
            return f"{where} contient une formule du modèle, qui doit y rester."
        if kind in TIMED and int(self.style(row, column) or 0) not in self.template.date_styles:
            return f"{where} n'a pas de format de date : donnez-lui en un dans le modèle."
        return None

    def is_filled(self, row: int, column: int) -> bool:
        return row in self.rows and column in self.cells(row) and len(self.cells(row)[column]) > 0

    def formula(self, row: int, column: int) -> etree._Element | None:
        cell = self.cells(row).get(column)
        # Most cells of a model are empty: that is seen at once.
        return child(cell, "f") if cell is not None and len(cell) else None

    def encoded(self, column: int, kind: Kind, style: str | None) -> Cells:
        key = column, kind, style
        if key not in self._memos:
            days = DAYS_TO_1904 if self.template.date_1904 else 0
            self._memos[key] = Cells(column, kind, (style, style), days)
        return self._memos[key]

    def write(self, row: int, column: int, value: object, kind: Kind, *, replaces: bool = True) -> None:
        """Write one cell, keeping its style; None empties it. Unless it `replaces`, the cell must be empty."""
        self.write_row(row, [(column, kind, value)], replaces=replaces)

    def write_row(self, row: int, cells: Iterable[tuple[int, Kind, object]], *, replaces: bool = True) -> None:
        """The same for several cells of a row, made by one parsing."""
        texts = {
            column: self.text_of(row, column, value, kind)
            for column, kind, value in cells
            if self.accepts(row, column, kind, replaces)
        }
        made = etree.fromstring(f'<x xmlns="{self.namespace}">{"".join(texts.values())}</x>')
        for column, new in zip(texts, list(made), strict=True):
            self.place(row, column, new)

    def accepts(self, row: int, column: int, kind: Kind, replaces: bool) -> bool:
        """Whether a value may be written there; why not is added to the problems."""
        problem = self.problem(row, column, kind)
        if not problem and not replaces and self.is_filled(row, column):
            problem = f"{self.where(row, column)} contient déjà quelque chose : partez d'un modèle vide."
        if problem:
            self.problems.append(problem)
        return not problem

    def text_of(self, row: int, column: int, value: object, kind: Kind) -> str:
        style = self.style(row, column)
        text = self.encoded(column, kind, style)[value].replace(ROW, str(row))
        return text or f'<c r="{address(row, column)}"' + (f' s="{style}"/>' if style else "/>")

    def place(self, row: int, column: int, new: etree._Element) -> None:
        if row not in self.rows:
            self.add_row(row)
        line, cells = self.rows[row], self.cells(row)
        line.attrib.pop("spans", None)
        if column in cells:
            line.replace(cells[column], new)
        else:
            line.insert(sum(1 for each in cells if each < column), new)
        cells[column] = new
        self.changed = True

    def add_row(self, row: int) -> None:
        new = etree.Element(f"{{{self.namespace}}}row", r=str(row))
        self.data.insert(self.index(row), new)
        self.rows[row] = new

    def index(self, row: int) -> int:
        """Where among the rows one of this number belongs."""
        above = max((number for number in self.rows if number < row), default=None)
        return 0 if above is None else self.data.index(self.rows[above]) + 1

    def stream(self, first_row: int, model_row: int, columns: Sequence[tuple[int, Kind]], rows: Sequence) -> None:
        """Add rows that the template does not have, dressed like its model row, formulas carried down."""
        own = self.cells(model_row) if model_row in self.rows else {}
        texts = {column: self.formula_text(model_row, column) for column in own}
        memos: dict[int, Cells] = {}
        for column in own:
            style = self.style(model_row, column)
            memos[column] = _Carried(column, style) if texts[column] else _Blank(column, style)
        for column, kind in columns:
            memos[column] = self.encoded(column, kind, self.style(model_row, column)).dressed()
        order = sorted(memos)
        given = {column: index for index, (column, _) in enumerate(columns)}

        def line(number: int, values: Sequence) -> list:
            origin = model_row, 1
            return [
                values[given[column]]
                if column in given
                else texts.get(column) and translated(texts[column], origin, (number, 1))
                for column in order
            ]

        lines = (line(number, values) for number, values in enumerate(rows, start=first_row))
        look = "".join(
            f' {name}="{self.rows[model_row].get(name)}"' for name in ROW_LOOK if self._row_has(model_row, name)
        )
        self.insert(
            first_row, encode(lines, [memos[column] for column in order], first_row, looks=lambda _: repeat(look))
        )
        self.added = Area(first_row, min(order), first_row + len(rows) - 1, max(order))
        self.changed = True

    def insert(self, row: int, stream: Iterator[bytes]) -> None:
        """Put streamed rows at the place of their first one: a mark now, or elements when names have a prefix here."""
        index = self.index(row)
        if self.root.prefix:
            rows = etree.fromstring(f'<x xmlns="{self.namespace}">'.encode() + b"".join(stream) + b"</x>")
            self.data[index:index] = list(rows)
        else:
            self.data.insert(index, etree.ProcessingInstruction(STREAM, str(len(self.streams))))
            self.streams.append(stream)

    def _row_has(self, row: int, name: str) -> bool:
        return row in self.rows and self.rows[row].get(name) is not None

    def formula_text(self, row: int, column: int) -> str:
        """The formula of a cell, shared ones worked out; empty when there is none (or an array, which stays alone)."""
        formula = self.formula(row, column)
        if formula is None or formula.get("t") == "array":
            return ""
        if formula.text or formula.get("t") != "shared":
            return formula.text or ""
        origin = self.shared.get(formula.get("si"))
        return translated(origin[2], origin[:2], (row, column)) if origin else ""

    @cached_property
    def shared(self) -> dict[str, tuple[int, int, str]]:
        """Shared formulas: number → row, column and text of the cell that defines each."""
        return {
            formula.get("si"): (row, column, formula.text)
            for row, column, formula in self.formulas()
            if formula.get("t") == "shared" and formula.text
        }

    def formulas(self) -> Iterator[tuple[int, int, etree._Element]]:
        for row in self.rows:
            for column, cell in self.cells(row).items():
                if (formula := child(cell, "f")) is not None:
                    yield row, column, formula

    def forget_result(self, row: int, column: int) -> None:
        """Remove the kept result of a formula, that is no longer true."""
        cell = self.cells(row)[column]
        if (result := child(cell, "v")) is not None:
            cell.remove(result)
            cell.attrib.pop("t", None)
            self.changed = True

    def extend(self, before: Area, last_row: int) -> None:
        """Make lists, conditional formats and the filter that end with the rows of `before` reach `last_row`."""
        for element in self.root.iter():
            name = local(element)
            if name == "sqref" and element.text:
                element.text = _extended(element.text, before, last_row)
            elif name != "selection" and element.get("sqref"):
                element.set("sqref", _extended(element.get("sqref"), before, last_row))
            elif name == "autoFilter":
                element.set("ref", _extended(element.get("ref"), before, last_row))

    def saved(self) -> Iterator[bytes]:
        """The part, its added rows streamed into their place."""
        self.widen_dimension()
        rest = serialise(self.root)
        for number, stream in enumerate(self.streams):
            before, rest = rest.split(f"<?{STREAM} {number}?>".encode(), 1)
            yield before
            yield from stream
        yield rest

    def widen_dimension(self) -> None:
        dimension = child(self.root, "dimension")
        if dimension is None:
            return
        area = Area.of(dimension.get("ref"))
        places = [(row, column) for row, cells in self._cells.items() for column in cells]
        if self.added:
            places += [self.added[:2], self.added[2:]]
        rows, columns = [row for row, _ in places], [column for _, column in places]
        area = Area(
            min([area.first_row, *rows]),
            min([area.first_column, *columns]),
            max([area.last_row, *rows]),
            max([area.last_column, *columns]),
        )
        dimension.set("ref", str(area))


class _Blank(Cells):
    """A column of an added row that only has its style."""

    def __init__(self, column: int, style: str | None) -> None:
        super().__init__(column, Kind.TEXT, (style, style))
        self[None] = self.empty


class _Carried(_Blank):
    """A column of an added row that has the formula of the model row."""

    def __missing__(self, formula: str) -> str:
        return f"{self.empty.removesuffix('/>')}><f>{escape(formula)}</f></c>"


def extended(area: Area, before: Area, last_row: int) -> Area:
    """`area` down to `last_row` when it covers the last row of `before`, else as it is."""
    covers = area.meets(Area(before.last_row, before.first_column, before.last_row, before.last_column))
    return area._replace(last_row=max(area.last_row, last_row)) if covers else area


def _extended(text: str, before: Area, last_row: int) -> str:
    return " ".join(str(extended(Area.of(each), before, last_row)) for each in text.split())
