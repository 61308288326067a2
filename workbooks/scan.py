"""Streaming the XML parts of a workbook that nobody has opened yet: what they hold, and what they would cost.

Only the standard parser is used, document types are refused before they can define anything, and nothing is kept
but facts: places of formulas, errors, merged ranges, hidden rows and columns.
"""

import re
from collections.abc import Callable, Iterable
from xml.parsers import expat

from workbooks.facts import Formula, SheetFacts
from workbooks.limits import Limits, Refused, damaged, too_heavy, too_many_rows
from workbooks.places import MAX_ROW, Area, column_number

DIGITS = "0123456789"
# The longest thing between two tags' ends that a workbook may hold.
MAX_TOKEN = 1 << 20
MAX_NAMES = 4096
MAX_FORMULA = 8192
YES = ("1", "true")
# Names with a prefix are seen by readers, not by the expressions below.
PREFIXED = re.compile(rb":(?:c|row|v|is|f)[\s/>]").search
ROW_TAG = b"<row "
ROW_NUMBER = re.compile(rb'(?:[^>]* )?r="([0-9]{1,7})"').match
CELL = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"').findall
CELL_LETTERS = re.compile(rb'<c r="([A-Z]{1,3})').findall
CELL_DIGITS = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"').findall
ROW_NUMBERS = re.compile(rb"<row (?:[^>']* )?r=\"([0-9]{1,7})\"[^>']*>").findall
HIDDEN, HIDDEN_TOO = b'hidden="1"', b'hidden="true"'
MAX_CARRY = 1 << 18


class LocalNames(dict):
    """Element name as written → name without its prefix."""

    def __missing__(self, name: str) -> str:
        if len(self) >= MAX_NAMES:
            raise damaged()
        self[name] = local = name.rpartition(":")[2]
        return local


class Tags:
    """The tags met so far in all the parts of a file: the measure of the time its reading takes."""

    def __init__(self, limits: Limits) -> None:
        self.left = limits.max_tags

    def spend(self, block: bytes) -> None:
        self.left -= block.count(b"<")
        if self.left < 0:
            raise too_heavy("trop de cases, même vides")


class Feed:
    """A parser that is given a part block by block: `Refused` for what is not plain, well-formed XML."""

    def __init__(self, parser: "expat.XMLParserType", tags: Tags) -> None:
        self.parser, self.tags, self.fed = parser, tags, 0
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = self.refuse_document_type

    def __call__(self, block: bytes) -> None:
        self.tags.spend(block)
        self.parse(block, is_last=False)
        self.fed += len(block)
        if self.fed - max(self.parser.CurrentByteIndex, 0) > MAX_TOKEN:
            raise damaged()

    def end(self) -> None:
        self.parse(b"", is_last=True)

    def parse(self, block: bytes, is_last: bool) -> None:
        try:
            self.parser.Parse(block, is_last)
        except (expat.ExpatError, ValueError) as error:
            raise damaged() from error

    def refuse_document_type(self, *_: object) -> None:
        raise Refused(
            "xml_dangereux",
            "Ce classeur contient des définitions XML qu'un tableur n'écrit jamais. Enregistrez-le de nouveau depuis "
            "votre tableur, puis renvoyez-le.",
        )


def parse(blocks: Iterable[bytes], parser: "expat.XMLParserType", tags: Tags) -> None:
    feed = Feed(parser, tags)
    for block in blocks:
        feed(block)
    feed.end()


def check_xml(blocks: Iterable[bytes], tags: Tags) -> None:
    """Well formed and without document type: enough for a part that nobody reads."""
    parse(blocks, expat.ParserCreate(), tags)


def elements(blocks: Iterable[bytes], tags: Tags, limits: Limits, seen: Callable[[str, dict[str, str]], None]) -> None:
    """Call `seen` with the local name and the attributes of each element, refusing deep nesting."""
    names, depth = LocalNames(), 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.max_depth:
            raise damaged()
        seen(names[name], attributes)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parse(blocks, parser, tags)


def count_elements(blocks: Iterable[bytes], tags: Tags, name: str, limit: int, what: str) -> None:
    """Refuse a part with more than `limit` elements called `name`."""
    names, count = LocalNames(), 0

    def start(element: str, _: list[str]) -> None:
        nonlocal count
        if names[element] == name:
            count += 1
            if count > limit:
                raise too_heavy(what)

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = start
    parse(blocks, parser, tags)


class _Columns(dict):
    def __missing__(self, text: str) -> int:
        self[text] = number = column_number(text)
        return number


def is_unusual(rows: bytes) -> bool:
    """True where rows hold what a spreadsheet does not write, and that would deceive regular expressions."""
    return b"<!" in rows or b"<?" in rows or rows.count(b"<row") != rows.count(ROW_TAG) or PREFIXED(rows) is not None


class SheetScan:
    """One pass over a sheet.

    Everything is fed to the parser, but it calls back only where there is something to learn: rows in the plain
    form that every spreadsheet writes, without formula or error, are summed up by regular expressions, three times
    faster. Text cannot imitate a tag here, since comments, sections and instructions are not plain.
    """

    def __init__(self, facts: SheetFacts, limits: Limits, tags: Tags) -> None:
        self.facts, self.limits = facts, limits
        self.row = 0
        self.digits = ""
        self.column = 0
        self.row_is_hidden = False
        self.filled_row = 0
        self.first_row = 0
        self.error_here = False
        self.formula: Formula | None = None
        self.formula_name = "f"
        self.plain_columns: set[bytes] = set()
        self.others = {"row": self.start_row, "f": self.start_formula, "mergeCell": self.merge, "col": self.hide_column}
        self.feed = Feed(expat.ParserCreate(), tags)
        self.feed.parser.ordered_attributes = True
        self.feed.parser.buffer_text = True
        self.start = self.starter()

    def run(self, blocks: Iterable[bytes]) -> SheetFacts:
        carry = b""
        for block in blocks:
            block = carry + block
            first, last = block.find(ROW_TAG), block.rfind(ROW_TAG)
            if first < 0:
                first = last = len(block)
            self.listen(block[:first])
            self.rows(block[first:last])
            carry = block[last:]
            if len(carry) > MAX_CARRY or b"</sheetData" in carry:
                self.listen(carry)
                carry = b""
        self.listen(carry)
        self.feed.end()
        height = max(self.facts.last_row - self.first_row + 1, 0)
        if height * self.facts.last_column > self.limits.max_rectangle:
            raise too_heavy("ses cases remplies sont trop loin les unes des autres")
        return self.facts

    def listen(self, block: bytes) -> None:
        self.feed.parser.StartElementHandler = self.start
        self.feed(block)

    def skim(self, rows: list[bytes]) -> None:
        """Only check that these rows are well formed: what they hold is known."""
        if rows:
            self.feed.parser.StartElementHandler = None
            self.feed(ROW_TAG + ROW_TAG.join(rows))
            rows.clear()

    def rows(self, block: bytes) -> None:
        if not block or is_unusual(block):
            self.listen(block)
            return
        plain: list[bytes] = []
        rows = block.split(ROW_TAG)[1:]
        if self.take_plain_block(block, rows):
            self.skim(rows)
            return
        for row in rows:
            if self.take_plain_row(row):
                plain.append(row)
            else:
                self.skim(plain)
                self.listen(ROW_TAG + row)
        self.skim(plain)

    def take_plain_block(self, block: bytes, rows: list[bytes]) -> bool:
        """Learn from many rows at once, when none of them is hidden, computed or in error."""
        if b"<f" in block or b't="e"' in block or b"hidden" in block:
            return False
        cells, numbers = CELL_DIGITS(block), ROW_NUMBERS(block)
        if len(numbers) != len(rows) or len(cells) != block.count(b"<c"):
            return False
        if not set(cells) <= set(numbers):
            raise damaged()
        self.facts.cells += len(cells)
        for number, row in zip(numbers, rows, strict=True):
            if b"<v" in row or b"<is" in row:
                self.enter_row(int(number), False)
                self.fill_row()
        for text in {*CELL_LETTERS(block)} - self.plain_columns:
            self.take_new_column(text, block)
        self.enter_row(int(numbers[-1]), False)
        return True

    def take_plain_row(self, row: bytes) -> bool:
        """Learn from a row without the parser, or answer that it takes the parser."""
        attributes = row[: row.find(b">")]
        number = ROW_NUMBER(attributes)
        if not number or b"'" in attributes or b"<f" in row or b't="e"' in row:
            return False
        cells = CELL(row)
        if len(cells) != row.count(b"<c"):
            return False
        self.enter_row(int(number[1]), HIDDEN in attributes or HIDDEN_TOO in attributes)
        if b"<v" in row or b"<is" in row:
            self.facts.cells += len(cells)
            self.fill_row()
        # What is left without the digits of the row names columns; cells of another row leave something else.
        *columns, rest = b"".join([cell + b" " for cell in cells]).split(number[1] + b" ")
        if rest or len(columns) != len(cells):
            raise damaged()
        for text in {*columns} - self.plain_columns:
            self.take_new_column(text, row)
        return True

    def take_new_column(self, text: bytes, rows: bytes) -> None:
        column = column_number(text.decode())
        if re.search(rb'<c r="%b[0-9]+"[^>]*(?<!/)>' % text, rows):
            self.plain_columns.add(text)
            self.reach_column(column)

    def starter(self) -> Callable[[str, list[str]], None]:
        names, columns = LocalNames(), _Columns()

        def start(name: str, attributes: list[str]) -> None:
            local = names[name]
            if local == "c":
                if attributes and attributes[0] == "r":
                    place = attributes[1]
                    text = place.rstrip(DIGITS)
                    self.column = columns[text]
                    if place[len(text) :] != self.digits:
                        raise damaged()
                else:
                    self.start_unusual_cell(attributes, columns)
                self.error_here = "e" in attributes
                self.formula = None
            elif local == "v" or local == "is":
                self.fill()
            elif local in self.others:
                self.others[local](name, attributes)

        return start

    def start_unusual_cell(self, attributes: list[str], columns: _Columns) -> None:
        place = dict(zip(attributes[::2], attributes[1::2], strict=True)).get("r")
        if place is None:
            self.column += 1
            return
        text = place.rstrip(DIGITS)
        self.column = columns[text]
        if place[len(text) :] != self.digits:
            raise damaged()

    def fill(self) -> None:
        self.facts.cells += 1
        self.reach_column(self.column)
        if self.row != self.filled_row:
            self.fill_row()
        if self.formula:
            self.formula.has_result = True
        if self.error_here:
            self.capture(self.keep_error)

    def reach_column(self, column: int) -> None:
        if column > self.facts.last_column:
            self.facts.last_column = column
            if column > self.limits.max_columns:
                raise too_heavy(f"plus de {self.limits.max_columns} colonnes remplies")

    def fill_row(self) -> None:
        facts = self.facts
        self.filled_row = self.row
        self.first_row = min(self.first_row or self.row, self.row)
        facts.last_row = max(facts.last_row, self.row)
        facts.rows += 1
        if facts.rows > self.limits.max_rows:
            raise too_many_rows(self.limits, self.row)
        if facts.cells > self.limits.max_cells:
            raise too_heavy(f"plus de {self.limits.max_cells:,} cases remplies".replace(",", " "))
        if self.row_is_hidden:
            facts.hidden_rows.add(self.row)

    def start_row(self, name: str, attributes: list[str]) -> None:
        values = dict(zip(attributes[::2], attributes[1::2], strict=True))
        # Formulas of drop-down lists have the same name under another prefix.
        self.formula_name = name.removesuffix("row") + "f"
        self.enter_row(int(values.get("r", self.row + 1)), values.get("hidden") in YES)

    def enter_row(self, row: int, is_hidden: bool) -> None:
        if not 0 < row <= MAX_ROW:
            raise damaged()
        self.row, self.digits, self.column, self.row_is_hidden = row, str(row), 0, is_hidden

    def start_formula(self, name: str, _: list[str]) -> None:
        if name != self.formula_name:
            return
        if len(self.facts.formulas) >= self.limits.max_formulas:
            raise too_heavy("trop de formules")
        self.formula = self.facts.formulas[self.row, self.column] = Formula()
        self.capture(self.keep_formula)

    def keep_formula(self, text: str) -> None:
        if self.formula and len(self.formula.text) < MAX_FORMULA:
            self.formula.text += text[:MAX_FORMULA]

    def keep_error(self, text: str) -> None:
        self.facts.errors[self.row, self.column] = self.facts.errors.get((self.row, self.column), "")[:20] + text[:20]

    def capture(self, keep: Callable[[str], None]) -> None:
        """Listen to the text of the element just begun, until its end."""

        def end(_: str) -> None:
            parser.CharacterDataHandler = parser.EndElementHandler = None

        parser = self.feed.parser
        parser.CharacterDataHandler, parser.EndElementHandler = keep, end

    def merge(self, _: str, attributes: list[str]) -> None:
        area = Area.of(dict(zip(attributes[::2], attributes[1::2], strict=True)).get("ref", ""))
        self.facts.merges.append(area)
        if area.size > self.limits.max_merged_cells or len(self.facts.merges) > self.limits.max_merges:
            raise too_heavy("trop de cases fusionnées")

    def hide_column(self, _: str, attributes: list[str]) -> None:
        values = dict(zip(attributes[::2], attributes[1::2], strict=True))
        if values.get("hidden") in YES:
            last = min(int(values["max"]), self.limits.max_columns)
            self.facts.hidden_columns.update(range(int(values["min"]), last + 1))
