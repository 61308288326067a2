"""The first sheet of a workbook given back: one line per fault, with a link to its cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from workbooks.columns import LINE_HEIGHT, MAX_LINES, Column
from workbooks.places import address
from workbooks.template import child, parse
from workbooks.text import clean, escape

NAMES = ("À corriger", *(f"À corriger ({number})" for number in range(2, 1_000)))
COLUMNS = (
    Column("sheet", "Feuille", width=22, wrap=True),
    Column("cell", "Case", width=10),
    Column("line", "Ligne", width=30, wrap=True),
    Column("wrong", "Ce qui ne va pas", width=70, wrap=True),
    Column("advice", "Que faire", width=60, wrap=True),
)
FIRST_ROW = 4
HEADING_COLOUR = "FFE3ECF7"


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell: where, of which line it is, what, what to do."""

    sheet: str
    cell: str
    line: str
    wrong: str
    advice: str = ""

    @property
    def values(self) -> list[str]:
        """One text for each of `COLUMNS`."""
        return [getattr(self, column.key) for column in COLUMNS]

    @property
    def said(self) -> str:
        return f"{self.wrong} {self.advice}".strip()


def listed(namespace: str, styles: etree._Element, faults: Sequence[Fault], intro: str) -> bytes:
    """The XML of the sheet; its looks are added to `styles`."""
    title, heading, plain, link = _looks(styles)
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{column.width}" customWidth="1"/>'
        for number, column in enumerate(COLUMNS, start=1)
    )
    rows = [
        _row(1, [(NAMES[0], title)]),
        _row(2, [(intro, plain)], f' ht="{2 * LINE_HEIGHT}" customHeight="1"'),
        _row(FIRST_ROW - 1, [(each.heading, heading) for each in COLUMNS]),
    ]
    links = []
    for number, fault in enumerate(faults, start=FIRST_ROW):
        looks = [link if column.key == "cell" else plain for column in COLUMNS]
        rows.append(_row(number, zip(fault.values, looks, strict=True), _height(fault)))
        place = _attribute("'" + fault.sheet.replace("'", "''") + f"'!{fault.cell}")
        links.append(f'<hyperlink ref="B{number}" location="{place}" display="{fault.cell}"/>')
    last = FIRST_ROW + len(faults) - 1
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{namespace}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:E{last}"/><sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{FIRST_ROW - 1}" topLeftCell="A{FIRST_ROW}" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{widths}</cols><sheetData>{''.join(rows)}</sheetData>"
        # Wrapped over the table, or it would be what the printed page is as wide as.
        '<mergeCells count="1"><mergeCell ref="A2:E2"/></mergeCells>'
        f"<hyperlinks>{''.join(links)}</hyperlinks>"
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _height(fault: Fault) -> str:
    lines = max(column.lines(text) for column, text in zip(COLUMNS, fault.values, strict=True))
    return f' ht="{LINE_HEIGHT * min(lines, MAX_LINES)}" customHeight="1"' if lines > 1 else ""


def _row(number: int, values: Iterable[tuple[str, int]], height: str = "") -> str:
    cells = "".join(
        f'<c r="{address(number, column)}" s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{escape(clean(text))}</t></is></c>'
        for column, (text, style) in enumerate(values, start=1)
        if text
    )
    return f'<row r="{number}"{height}>{cells}</row>'


def _attribute(text: str) -> str:
    return escape(clean(text)).replace('"', "&quot;")


def _looks(styles: etree._Element) -> list[int]:
    """The numbers of four styles, in this order: title, heading, plain text, link."""
    bold = _added(styles, "fonts", '<font><b/><sz val="11"/><name val="Calibri"/></font>')
    large = _added(styles, "fonts", '<font><b/><sz val="14"/><name val="Calibri"/></font>')
    blue = _added(styles, "fonts", '<font><u/><sz val="11"/><color rgb="FF0B57A4"/><name val="Calibri"/></font>')
    fill = _added(
        styles,
        "fills",
        f'<fill><patternFill patternType="solid"><fgColor rgb="{HEADING_COLOUR}"/></patternFill></fill>',
    )
    top = '<alignment vertical="top" wrapText="1"/>'
    return [
        _added(styles, "cellXfs", f'<xf numFmtId="0" fontId="{font}" fillId="{colour}" borderId="0" xfId="0" '
               f'applyFont="1" applyFill="1" applyAlignment="1">{alignment}</xf>')
        for font, colour, alignment in ((large, 0, ""), (bold, fill, top), (0, 0, top), (blue, 0, top))
    ]  # fmt: skip


def _added(styles: etree._Element, group: str, xml: str) -> int:
    root, namespace = child(styles, group), etree.QName(styles).namespace
    made = parse(f'<x xmlns="{namespace}">{xml}</x>'.encode())[0]
    root.append(made)
    root.set("count", str(len(root)))
    return len(root) - 1
