"""The block of rows that somebody else's sheet asks to be filled: its headings, where it begins, where it must end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from workbooks.dependents import Computed
from workbooks.edit import SheetEdit
from workbooks.headings import FIRST_ROWS, is_grouped, texts_of
from workbooks.lists import DropDown
from workbooks.places import Area, letters
from workbooks.read import Content, SheetData

FEWEST_HEADINGS = 3
LONGEST_HEADING = 70
# Headings are the first row that has nearly as many texts as the fullest one: rows of data may have a few more.
NEARLY = 0.7
HELP_LENGTH = 45
MOST_EXAMPLES = 3
# A lone word under the headings is a title or a total, two values are a person.
FEWEST_VALUES = 2


@dataclass
class SurveyColumn:
    """Une colonne du tableau : ses titres de haut en bas, ce que ses cases montrent, ce qu'elles acceptent."""

    letter: str
    levels: list[str]
    look: str = "text"
    choices: list[str] | None = None
    choices_lost: bool = False
    # A formula of the recipient stands there, or what it wrote itself, or the sheet is protected there.
    computed: bool = False
    filled: bool = False
    locked: bool = False

    @property
    def heading(self) -> str:
        return " – ".join(" ".join(text.split()) for text in self.levels)

    @property
    def is_open(self) -> bool:
        """May something be written there?"""
        return not (self.computed or self.filled or self.locked or self.choices_lost)


@dataclass
class Block:
    """Tableau à remplir : lignes de titres, première ligne, dernière ligne prête, et s'il peut s'allonger."""

    heading_rows: list[int]
    first_row: int
    last_row: int | None
    can_grow: bool
    columns: list[SurveyColumn]
    examples: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    filled_rows: int = 0
    table: str = ""

    @property
    def room(self) -> int | None:
        """How many rows it takes; None when it grows."""
        return None if self.can_grow or self.last_row is None else self.last_row - self.first_row + 1

    def column(self, letter: str) -> SurveyColumn | None:
        return next((column for column in self.columns if column.letter == letter), None)


class BlockFinder:
    """Finds the block of one sheet; `formulas` are those of the whole workbook, `lists` those of the sheet."""

    def __init__(self, sheet: SheetData, edit: SheetEdit, lists: list[DropDown], formulas: list[Computed]) -> None:
        self.sheet, self.edit, self.lists, self.formulas = sheet, edit, lists, formulas

    def find(self) -> Block | None:
        rows = self.heading_rows()
        if rows is None:
            return None
        texts = texts_of(self.sheet, rows)
        first_row = self.first_row_below(rows[-1], texts)
        body = _Body(self, sorted(texts), first_row)
        texts = {column: levels for column, levels in texts.items() if column in body.columns}
        if body.last_row is not None and body.last_row < first_row:
            return None
        return Block(
            list(rows),
            first_row,
            body.last_row,
            body.can_grow,
            [self.column(number, texts[number], body) for number in sorted(texts)],
            body.examples,
            [str(area) for area in body.merges],
            body.filled_rows,
            body.table.name if body.table else "",
        )

    # --- The headings

    def heading_rows(self) -> tuple[int, ...] | None:
        counts = {row: self.headings_in(row) for row in self.sheet.rows if row <= FIRST_ROWS}
        most = max(counts.values(), default=0)
        if most < FEWEST_HEADINGS:
            return None
        row = min(row for row, count in counts.items() if count >= max(NEARLY * most, FEWEST_HEADINGS))
        if row - 1 in self.sheet.rows and is_grouped(self.sheet, row - 1):
            return row - 1, row
        is_tall = any((area.first_row, area.last_row) == (row, row + 1) for area in self.sheet.merges)
        return (row, row + 1) if is_tall else (row,)

    def headings_in(self, row: int) -> int:
        texts = [cell.text for cell in self.sheet.rows[row].values() if cell.kind is Content.TEXT and not cell.formula]
        short = [text for text in texts if len(text) <= LONGEST_HEADING and text.strip()]
        return len(set(short)) if len(short) * 2 > len(self.sheet.rows[row]) else 0

    def first_row_below(self, last_heading: int, texts: dict[int, list[str]]) -> int:
        row = last_heading + 1
        while row in self.sheet.rows and (self.is_numbering(row) or self.is_help(row, texts)):
            row += 1
        return row

    def is_numbering(self, row: int) -> bool:
        """1, 2, 3… under the headings, one number per column."""
        values = [cell.value for cell in self.sheet.rows[row].values()]
        numbers = [value for value in values if isinstance(value, int)]
        return (
            len(numbers) >= FEWEST_HEADINGS
            and numbers == values
            and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        )

    def is_help(self, row: int, columns: Iterable[int]) -> bool:
        """Sentences that say what each column expects."""
        cells = [cell for column, cell in self.sheet.rows[row].items() if column in columns]
        long = [cell for cell in cells if cell.kind is Content.TEXT and len(cell.text) > HELP_LENGTH]
        return len(long) >= 2 and len(long) * 2 >= len(cells)

    # --- A column

    def column(self, number: int, levels: list[str], body: "_Body") -> SurveyColumn:
        row = body.first_row
        rule = next((one for one in self.lists if one.covers(row, number)), None)
        return SurveyColumn(
            letters(number),
            levels,
            look_of(self.edit, row, number),
            list(rule.values) if rule and rule.values is not None else None,
            bool(rule and rule.is_lost),
            number in body.computed,
            number in body.constant,
            is_locked(self.edit, row, number),
        )


class _Body:
    """The rows under the headings of one block."""

    def __init__(self, finder: BlockFinder, columns: list[int], first_row: int) -> None:
        self.sheet, self.edit, self.first_row, self.formulas = finder.sheet, finder.edit, first_row, finder.formulas
        tables = (one for one in self.edit.template.tables if one.sheet == self.sheet.name)
        self.table = next((one for one in tables if (first_row, columns[0]) in one.area), None)
        # What stands beside a table is not of its rows.
        self.columns = [one for one in columns if self.table is None or (first_row, one) in self.table.area]

    @cached_property
    def computed(self) -> set[int]:
        places = self.sheet.facts.formulas
        return {column for column in self.columns if (self.first_row, column) in places}

    @cached_property
    def constant(self) -> set[int]:
        """Columns that the recipient filled itself, like the number of each row."""
        rows = [self.sheet.rows.get(row, {}) for row in (self.first_row, self.first_row + 1)]
        numbers = [
            column
            for column in self.columns
            if all(isinstance(row[column].value, int) if column in row else False for row in rows)
        ]
        following = [one for one in numbers if rows[1][one].value == rows[0][one].value + 1]
        return {*following} - self.computed

    @cached_property
    def open(self) -> list[int]:
        return [column for column in self.columns if column not in self.computed | self.constant]

    def written(self, row: int) -> list[int]:
        """The open columns where this row already holds something."""
        cells = self.sheet.rows.get(row, {})
        return [column for column in self.open if column in cells and cells[column].formula is None]

    def is_text_row(self, row: int) -> bool:
        cells = self.sheet.rows.get(row, {})
        return any(cells[column].kind is Content.TEXT for column in self.written(row))

    @cached_property
    def data_rows(self) -> list[int]:
        """Rows already filled, right under the headings: an example, or people that nobody should have left there."""
        found, row = [], self.first_row
        while len(self.written(row)) >= min(FEWEST_VALUES, len(self.open)) > 0:
            found.append(row)
            row += 1
        return found

    @cached_property
    def examples(self) -> list[int]:
        return self.data_rows if len(self.data_rows) <= MOST_EXAMPLES else []

    @cached_property
    def filled_rows(self) -> int:
        return 0 if self.examples else len(self.data_rows)

    @cached_property
    def _end(self) -> int | None:
        """The row before what stands under the block: a total, a signature, a note."""
        after = self.first_row + len(self.data_rows)
        return next((row - 1 for row in sorted(self.sheet.rows) if row >= after and self.is_text_row(row)), None)

    @cached_property
    def last_row(self) -> int | None:
        if self.table and self.table.totals:
            return self.table.area.last_row - self.table.totals
        if self._end is not None:
            return self._end
        return max((row for row in self.edit.rows if row >= self.first_row), default=None)

    @cached_property
    def can_grow(self) -> bool:
        if self._end is not None or (self.table and self.table.totals) or is_protected(self.edit):
            return False
        return not any(self.is_counted_to_its_end(one) for one in self.formulas)

    def is_counted_to_its_end(self, formula: Computed) -> bool:
        """A formula that reads down to the last prepared row would miss the rows added after it."""
        return any(
            read.is_fixed
            and read.sheet == self.sheet.name
            and read.area.last_row == self.last_row
            and read.area.first_row < read.area.last_row
            for read in formula.reads or ()
        )

    @property
    def merges(self) -> Iterator[Area]:
        last = self.last_row or self.first_row
        area = Area(self.first_row, min(self.columns), last, max(self.columns))
        return (merge for merge in self.sheet.merges if merge.meets(area))


def is_protected(edit: SheetEdit) -> bool:
    return edit.template.is_protected(edit.root)


def is_locked(edit: SheetEdit, row: int, column: int) -> bool:
    return is_protected(edit) and int(edit.style(row, column) or 0) not in edit.template.open_styles


def look_of(edit: SheetEdit, row: int, column: int) -> str:
    style = int(edit.style(row, column) or 0)
    return "date" if style in edit.template.date_styles else "text"
