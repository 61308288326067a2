"""What a recipient's empty workbook asks for, read without changing a byte: tables to fill, named cells, lists.

`survey(path)` judges the file first; a file that cannot be filled is `Refused` in one French sentence. The result is
plain data (`as_dict`, `from_dict`), kept with the model and compared with that of its next version.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

from lxml import etree

from workbooks.blocks import Block, BlockFinder, SurveyColumn, is_locked, is_protected, look_of
from workbooks.dependents import Computed, reads
from workbooks.edit import SheetEdit
from workbooks.limits import Limits, Refused, damaged
from workbooks.lists import DropDown, drop_downs
from workbooks.patch import Archive
from workbooks.picture import picture
from workbooks.places import address
from workbooks.read import Book, Content, SheetData, read_workbook
from workbooks.template import Template

# A model is held whole where it is surveyed, and each of its formulas is taken apart: it is not to be a year of rows.
TEMPLATE_LIMITS = Limits(as_template=True, max_tags=600_000, max_formulas=30_000)
# What reading makes of a part that is not there, of a place, a number or a name that is none.
BROKEN = (LookupError, AttributeError, TypeError, ValueError, RuntimeError, StopIteration, etree.XMLSyntaxError)
# A label this far to the left still speaks of the cell.
REACH = 6
LONGEST_LABEL = 80
NOTHING_TO_FILL = Refused(
    "rien_a_remplir",
    "Ce classeur n'a ni tableau avec des titres de colonnes, ni case nommée : il n'y a rien à y remplir. "
    "Envoyez le modèle vide que le destinataire vous a donné.",
)


@dataclass
class SurveyCell:
    """Case à remplir : son nom ou sa place, ce qui est écrit à côté."""

    place: str
    sheet: str
    cell: str
    label: str
    look: str = "text"
    choices: list[str] | None = None
    named: bool = True
    locked: bool = False


@dataclass
class SurveySheet:
    """Feuille d'un modèle."""

    name: str
    hidden: bool
    protected: bool
    block: Block | None = None
    picture: list[list[dict]] = field(default_factory=list)


@dataclass
class Survey:
    """Relevé d'un modèle : ses feuilles dans l'ordre, ses cases, ce qu'il faut en dire."""

    sheets: list[SurveySheet]
    cells: list[SurveyCell]
    date_1904: bool = False
    notes: list[str] = field(default_factory=list)

    def sheet(self, name: str) -> SurveySheet | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def cell(self, place: str) -> SurveyCell | None:
        return next((cell for cell in self.cells if cell.place.casefold() == place.casefold()), None)

    @property
    def blocks(self) -> list[tuple[str, Block]]:
        return [(sheet.name, sheet.block) for sheet in self.sheets if sheet.block]

    def as_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict) -> "Survey":
        sheets = [SurveySheet(**{**sheet, "block": _block(sheet["block"])}) for sheet in data["sheets"]]
        cells = [SurveyCell(**cell) for cell in data["cells"]]
        return cls(sheets, cells, data["date_1904"], data["notes"])


def _block(data: dict | None) -> Block | None:
    return Block(**{**data, "columns": [SurveyColumn(**column) for column in data["columns"]]}) if data else None


def survey(
    path: str | os.PathLike,
    limits: Limits = TEMPLATE_LIMITS,
    seen: Callable[[str, str], object] = lambda where, text: None,
) -> Survey:
    """`seen` is shown each text of the workbook with its place."""
    book = read_workbook(path, limits)
    for data in book.sheets:
        for row in data.rows:
            for column, cell in data.rows[row].items():
                seen(data.where(row, column), cell.text)
    try:
        with Archive(path) as archive:
            found = _Surveyor(Template(archive), book).survey()
    except BROKEN as error:
        raise damaged() from error
    if not found.blocks and not found.cells:
        raise NOTHING_TO_FILL
    return found


class _Surveyor:
    def __init__(self, template: Template, book: Book) -> None:
        self.template, self.book = template, book
        self.edits = {name: SheetEdit(template, name) for name in template.sheets}
        self.formulas = list(self.read_formulas())
        self.lists: dict[str, list[DropDown]] = {
            name: drop_downs(template, name, edit.root, book) for name, edit in self.edits.items()
        }

    def survey(self) -> Survey:
        blocks = {data.name: self.block(data) for data in self.book.sheets}
        sheets = [self.sheet(data, blocks[data.name]) for data in self.book.sheets]
        named = list(self.named_cells(blocks))
        taken = {(cell.sheet, cell.cell) for cell in named}
        labelled = [cell for data in self.book.sheets for cell in self.labelled(data, blocks[data.name], taken)]
        computed = [note for data in self.book.sheets for note in self.computed_headings(data, blocks[data.name])]
        return Survey(sheets, [*named, *labelled], self.book.date_1904, [*self.notes(), *computed])

    def read_formulas(self) -> Iterator[Computed]:
        for name, edit in self.edits.items():
            for row, column, formula in edit.formulas():
                text = edit.formula_text(row, column) or formula.text or ""
                yield Computed(name, row, column, reads(text, name, self.template) if text else None)

    def notes(self) -> list[str]:
        hidden = [f"« {sheet.name} »" for sheet in self.book.sheets if sheet.hidden]
        notes = [f"Feuilles masquées, gardées telles quelles : {', '.join(hidden)}."] if hidden else []
        if self.book.date_1904:
            notes.append("Ce classeur compte ses dates depuis 1904 : elles y sont écrites de cette façon.")
        for name, rules in self.lists.items():
            lost = sorted({str(rule.areas[0]) for rule in rules if rule.is_lost})
            notes += [
                f"« {name} », {area} : la liste déroulante renvoie à une plage qui n'existe plus." for area in lost
            ]
        return [*notes, *self.book.notes]

    def computed_headings(self, data: SheetData, block: Block | None) -> Iterator[str]:
        for row in block.heading_rows if block else ():
            for column, cell in data.rows.get(row, {}).items():
                if cell.formula:
                    result = "sans résultat gardé, il n'est pas lu" if cell.lacks_result else f"on lit « {cell.text} »"
                    yield f"{data.where(row, column)} : ce titre est une formule, {result}."

    def block(self, data: SheetData) -> Block | None:
        """What is hidden serves the recipient: lists, codes. Nothing is asked for there."""
        finder = BlockFinder(data, self.edits[data.name], self.lists[data.name], self.formulas)
        return None if data.hidden else finder.find()

    def sheet(self, data: SheetData, block: Block | None) -> SurveySheet:
        shown = [] if data.hidden else picture(data, block)
        # A single row crossed by a merge is the title of a part, under headings that serve named cells.
        kept = block if block and not (block.merged and block.room == 1) else None
        return SurveySheet(data.name, data.hidden, is_protected(self.edits[data.name]), kept, shown)

    # --- The cells to fill one by one

    def named_cells(self, blocks: dict[str, Block | None]) -> Iterator[SurveyCell]:
        for name, (sheet, area) in self.template.names.items():
            data = self.book[sheet]
            row, column = area.first_row, area.first_column
            is_one = area.size == 1 or area in data.merges
            if is_one and not data.hidden and self.is_free(data, row, column) and not _inside(blocks[sheet], row):
                yield self.cell(name, data, row, column, self.label_of(data, blocks[sheet], row, column))

    def labelled(self, data: SheetData, block: Block | None, taken: set) -> Iterator[SurveyCell]:
        """Cells without a name, right of a text that ends like a question: « Cohorte : »."""
        last = (block.heading_rows[0] if block else 0) - 1
        for row in [] if data.hidden else [number for number in data.rows if number <= last]:
            for column, cell in data.rows[row].items():
                if cell.kind is Content.TEXT and not cell.formula and len(cell.text) <= LONGEST_LABEL:
                    place = self.right_of(data, row, column)
                    if place and (data.name, address(*place)) not in taken:
                        yield self.cell("", data, *place, " ".join(cell.text.split()))

    def right_of(self, data: SheetData, row: int, column: int) -> tuple[int, int] | None:
        """The empty cell that follows, if the recipient prepared one there."""
        merge = data.merged(row, column)
        following = (merge.last_column if merge else column) + 1
        over = data.merged(row, following)
        if over and (over.first_row, over.first_column) != (row, following):
            return None
        edit = self.edits[data.name]
        is_there = row in edit.rows and following in edit.cells(row)
        return (row, following) if is_there and self.is_free(data, row, following) else None

    def is_free(self, data: SheetData, row: int, column: int) -> bool:
        return data.cell(row, column).kind is Content.EMPTY and (row, column) not in data.facts.formulas

    def cell(self, name: str, data: SheetData, row: int, column: int, label: str) -> SurveyCell:
        edit, cell = self.edits[data.name], address(row, column)
        rule = next((one for one in self.lists[data.name] if one.covers(row, column)), None)
        return SurveyCell(
            place=name or f"{_quoted(data.name)}!{cell}",
            sheet=data.name,
            cell=cell,
            label=label,
            look=look_of(edit, row, column),
            choices=list(rule.values) if rule and rule.values is not None else None,
            named=bool(name),
            locked=is_locked(edit, row, column),
        )

    def label_of(self, data: SheetData, block: Block | None, row: int, column: int) -> str:
        """What stands on the left, then the heading above when the cell is in a table: « Candidats – Femmes »."""
        line = data.rows.get(row, {})
        left = [each for each in line if each < column and line[each].kind is Content.TEXT and not line[each].formula]
        texts = [line[max(left)].text] if left and (block or max(left) >= column - REACH) else []
        if texts and block and row > block.heading_rows[-1]:
            heading = block.column(address(row, column).rstrip("0123456789"))
            texts += [heading.heading] if heading else []
        return " – ".join(" ".join(text.split()) for text in texts)


def _inside(block: Block | None, row: int) -> bool:
    return block is not None and block.first_row <= row <= (block.last_row or block.first_row)


def _quoted(name: str) -> str:
    return name if name.isalnum() else "'" + name.replace("'", "''") + "'"
