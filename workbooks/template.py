"""What somebody else's workbook is made of, read without changing a byte: sheets, names, tables, styles.

This is what a mapping screen shows and what filling needs. The file must have been judged (`guard.judge`) before.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from lxml import etree

from workbooks.guard import resolve
from workbooks.patch import Archive
from workbooks.places import MAX_COLUMN, MAX_ROW, Area, column_number

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
# What a workbook part holds before its defined names.
BEFORE_NAMES = {
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "AlternateContent", "revisionPtr",
}  # fmt: skip
PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "remove_blank_text": False}

SHEET_NAME = r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<bare>[^'!\s()\[\],;:+*/^&=<>-]+))!"
CELLS = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Za-z]{1,3}\$?[0-9]{1,7})?"
REFERENCE = re.compile(rf"(?:{SHEET_NAME})?(?P<area>{CELLS}|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?[0-9]+:\$?[0-9]+)")

# Built-in formats that show a date or a time, in every language.
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^]]*\]', re.IGNORECASE)


def parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(**PARSER))


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local(child) == name)


def child(element: etree._Element, name: str) -> etree._Element | None:
    return next(children(element, name), None)


def put_after(root: etree._Element, element: etree._Element, earlier: Collection[str]) -> None:
    """Insert `element` after the last child that has one of the `earlier` names, as the order of the format wants."""
    root.insert(1 + max((place for place, each in enumerate(root) if local(each) in earlier), default=-1), element)


def is_date_format(code: str) -> bool:
    """True for a number format that shows a day or an hour: what is quoted or between brackets does not count."""
    return bool(re.search(r"[dmyhs]", NOT_SHOWN.sub("", code), re.IGNORECASE))


def reference(text: str, sheet: str = "") -> tuple[str, Area] | None:
    """`'Suivi nominatif'!$C$9:$C$68`, `B2`, `R:R`, `5:9` as a sheet (the given one by default) and an area."""
    match = REFERENCE.fullmatch(text.strip())
    if not match:
        return None
    name = match["quoted"].replace("''", "'") if match["quoted"] else match["bare"] or sheet
    try:
        return name, area_of(match["area"].replace("$", ""))
    except ValueError:
        return None


def area_of(text: str) -> Area:
    first, _, last = text.partition(":")
    if first.isalpha():
        columns = sorted((column_number(first), column_number(last)))
        return Area(1, columns[0], MAX_ROW, columns[1])
    if first.isdigit():
        rows = sorted((int(first), int(last)))
        return Area(rows[0], 1, rows[1], MAX_COLUMN)
    return Area.of(text)


@dataclass
class Table:
    """A table of a sheet: its part, its area headings included, how many rows of totals end it, its columns."""

    name: str
    sheet: str
    part: str
    area: Area
    totals: int = 0
    columns: list[str] = field(default_factory=list)


class Template:
    """A workbook made by others, open for reading."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.part = self.related("", "/officeDocument")[0]
        self.root = parse(archive.read(self.part))
        targets = dict(self.relations(self.part))
        self.sheets: dict[str, str] = {
            sheet.get("name"): targets[identifier][1]
            for sheet in child(self.root, "sheets")
            for identifier in [self.identifier(sheet)]
            if targets[identifier][0].endswith("/worksheet")
        }

    @staticmethod
    def identifier(element: etree._Element) -> str:
        return next(value for key, value in element.attrib.items() if key.endswith("}id"))

    @staticmethod
    def relations_part(part: str) -> str:
        path = PurePosixPath(part)
        return str(path.parent / "_rels" / f"{path.name}.rels") if part else "_rels/.rels"

    def relations(self, part: str) -> Iterator[tuple[str, tuple[str, str]]]:
        """Identifier, then kind and part, of what `part` refers to inside the workbook."""
        path, name = PurePosixPath(part), self.relations_part(part)
        if name in self.archive:
            for relation in parse(self.archive.read(name)):
                if relation.get("TargetMode") != "External":
                    target = resolve(path.parent if part else PurePosixPath(), relation.get("Target"))
                    yield relation.get("Id"), (relation.get("Type"), target)

    def related(self, part: str, kind: str) -> list[str]:
        return [target for _, (each, target) in self.relations(part) if each.endswith(kind)]

    @property
    def date_1904(self) -> bool:
        properties = child(self.root, "workbookPr")
        return properties is not None and properties.get("date1904") in ("1", "true")

    @cached_property
    def names(self) -> dict[str, tuple[str, Area]]:
        """Defined names that stand for cells: name → sheet and area. Those of formulas are left out."""
        defined = child(self.root, "definedNames")
        found = {}
        for name in () if defined is None else defined:
            place = reference(name.text or "")
            if place and place[0] in self.sheets and name.get("localSheetId") is None:
                found[name.get("name")] = place
        return found

    @cached_property
    def tables(self) -> list[Table]:
        return [self.table(sheet, part) for sheet, own in self.sheets.items() for part in self.related(own, "/table")]

    def table(self, sheet: str, part: str) -> Table:
        root = parse(self.archive.read(part))
        columns = [column.get("name") for column in child(root, "tableColumns")]
        totals = int(root.get("totalsRowCount", "0"))
        return Table(root.get("displayName"), sheet, part, Area.of(root.get("ref")), totals, columns)

    @staticmethod
    def is_protected(root: etree._Element) -> bool:
        """Whether a sheet, given as its XML, lets only its open cells be written."""
        protection = child(root, "sheetProtection")
        return protection is not None and protection.get("sheet") in ("1", "true")

    @cached_property
    def styles(self) -> etree._Element | None:
        parts = self.related(self.part, "/styles")
        return parse(self.archive.read(parts[0])) if parts else None

    @cached_property
    def open_styles(self) -> set[int]:
        """The numbers of the styles that a protected sheet leaves open: a cell is locked unless told otherwise."""
        styles = None if self.styles is None else child(self.styles, "cellXfs")
        rules = ((number, child(style, "protection")) for number, style in enumerate(() if styles is None else styles))
        return {number for number, rule in rules if rule is not None and rule.get("locked") in ("0", "false")}

    @cached_property
    def date_styles(self) -> set[int]:
        """The numbers of the styles that show a date or a time."""
        root = self.styles
        if root is None:
            return set()
        formats = child(root, "numFmts")
        codes = {} if formats is None else {each.get("numFmtId"): each.get("formatCode") for each in formats}
        styles = child(root, "cellXfs")
        return {
            number
            for number, style in enumerate(() if styles is None else styles)
            for identifier in [style.get("numFmtId", "0")]
            if (is_date_format(codes[identifier]) if identifier in codes else int(identifier) in DATE_FORMATS)
        }
