"""The empty workbook our rows are streamed into: styles, widths, frozen headings, filter, properties."""

import io
import re
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.worksheet import Worksheet

from workbooks import paper
from workbooks.columns import SHAPES, Column, Kind
from workbooks.patch import Archive
from workbooks.places import address, letters

FONT = "Calibri"
HEADING_FILL = PatternFill("solid", fgColor="FFE3ECF7")
HEADING_LINE = Border(bottom=Side("thin", color="FF5B7BA6"))
DIMENSION = re.compile(rb'<dimension ref="[^"]*" ?/>')
ROWS = re.compile(rb"<sheetData ?/>|<sheetData></sheetData>")
# Those openpyxl writes though nobody asked for them; the second reader looks for `<f`, the mark of a formula.
NO_HEADERS = re.compile(rb"<((?:odd|even|first)(?:Header|Footer)) ?(?:/>|></\1>)")
PROPERTIES = "docProps/core.xml"
APPLICATION = "docProps/app.xml"
NO_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
APPLICATION_ONLY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>{}</Application></Properties>"
)

StylePair = tuple[int, int]


class Skeleton:
    """A workbook without rows: first its styles are asked for, then it is `saved` once the sizes are known."""

    def __init__(self) -> None:
        self.book = Workbook()
        self.book.remove(self.book.active)
        self._scratch = self.book.create_sheet()
        self.book.remove(self._scratch)
        self._styles: dict[tuple, StylePair] = {}
        self.heading = self._pair(
            "General", Alignment("left", vertical="top", wrap_text=True, indent=1), is_heading=True
        )

    def style(self, kind: Kind, wrap: bool = False, alignment: str | None = None, number_format: str = "") -> StylePair:
        """The numbers of the plain style of a kind and of its twin with the mark "this is text"."""
        shape = SHAPES[kind]
        side = alignment or shape.alignment
        # A text that follows a number would touch it.
        aligned = Alignment(side, vertical="top", wrap_text=wrap or None, indent=1 if side == "left" else 0)
        return self._pair(number_format or shape.number_format, aligned)

    def _pair(self, number_format: str, alignment: Alignment, is_heading: bool = False) -> StylePair:
        key = (number_format, alignment.horizontal, alignment.wrap_text, is_heading)
        if key not in self._styles:
            plain, quoted = (self._cell(number_format, alignment, is_heading) for _ in range(2))
            quoted.quotePrefix = True
            self._styles[key] = (plain.style_id, quoted.style_id)
        return self._styles[key]

    def _cell(self, number_format: str, alignment: Alignment, is_heading: bool) -> Cell:
        cell = Cell(self._scratch, row=1, column=1)
        cell.number_format, cell.alignment = number_format, alignment
        if is_heading:
            cell.font, cell.fill, cell.border = Font(name=FONT, size=11, bold=True), HEADING_FILL, HEADING_LINE
        return cell

    def add_table(self, title: str, columns: Sequence[Column], rows: int, lead: int = 0) -> None:
        """A sheet of `rows` rows under its headings, which stay in sight and filter, as its `lead` first columns do."""
        sheet = self._add(title, columns)
        sheet.auto_filter.ref = f"A1:{address(rows + 1, len(columns))}"
        sheet.page_setup.orientation = "landscape"
        sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"
        sheet.freeze_panes = f"{letters(lead + 1)}2"
        last = paper.last_of_pages(columns, lead)
        if len(last) > 1:
            _over_pages(sheet, last, lead)

    def add_notice(self, title: str, columns: Sequence[Column]) -> None:
        """A sheet of labels and values, without filter."""
        self._add(title, columns)

    def _add(self, title: str, columns: Sequence[Column]) -> Worksheet:
        sheet = self.book.create_sheet(title)
        sheet.freeze_panes = "A2"
        sheet.print_title_rows = "1:1"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_margins = PageMargins(**paper.MARGINS)
        for number, column in enumerate(columns, start=1):
            sheet.column_dimensions[letters(number)].width = column.shown_width
        return sheet

    def saved(self) -> Archive:
        file = io.BytesIO()
        self.book.save(file)
        return Archive(_undated(file))

    def part(self, title: str) -> str:
        return f"xl/worksheets/sheet{self.book.sheetnames.index(title) + 1}.xml"


def _undated(file: io.BytesIO) -> io.BytesIO:
    """Every part on the first day of the format: the same rows give the same bytes, whenever they are written."""
    found = io.BytesIO()
    with zipfile.ZipFile(file) as dated, zipfile.ZipFile(found, "w") as undated:
        for name in dated.namelist():
            undated.writestr(zipfile.ZipInfo(name), dated.read(name), zipfile.ZIP_DEFLATED)
    return found


def _over_pages(sheet: Worksheet, last: Sequence[int], lead: int) -> None:
    """Printed at a size one reads, on several pages side by side, each beginning with the `lead` first columns."""
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.fitToHeight = None
    sheet.page_setup.scale = paper.PERCENT
    sheet.page_setup.pageOrder = "overThenDown"
    if lead:
        sheet.print_title_cols = f"A:{letters(lead)}"
    sheet.col_breaks = ColBreak(brk=[Break(id=column, max=paper.LAST_ROW) for column in last[:-1]])


def properties(application: str) -> dict[str, bytes]:
    """The parts that tell where a workbook comes from: nothing but the application's name."""
    return {PROPERTIES: NO_PROPERTIES, APPLICATION: APPLICATION_ONLY.format(escape(application)).encode()}


def around_rows(sheet: bytes, last_row: int, last_column: int) -> tuple[bytes, bytes]:
    """The XML of an empty sheet, before and after its rows, with the size it will have."""
    sheet = NO_HEADERS.sub(b"", sheet)
    sheet = DIMENSION.sub(f'<dimension ref="A1:{address(last_row, last_column)}"/>'.encode(), sheet, count=1)
    before, after = ROWS.split(sheet, maxsplit=1)
    return before + b"<sheetData>", b"</sheetData>" + after
