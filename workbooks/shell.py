"""A sheet without its rows: what stands around them is edited as XML, the rows keep their bytes, unread."""

import re
from collections.abc import Iterable
from functools import cached_property

from lxml import etree

from workbooks.places import MAX_COLUMN, Area, address
from workbooks.template import child, children, local, parse, serialise

OPENING = re.compile(rb"<((?:[\w.-]+:)?)sheetData(?=[\s/>])[^>]*?(/?)>")
EMPTY_ROWS = re.compile(rb"<(?:[\w.-]+:)?sheetData/>")
# ECMA-376 part 1, § 18.3.1.99: what a worksheet holds, in the order it must have.
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
RANK = {name: rank for rank, name in enumerate(ORDER)}
PLACES_PER_RULE = 200
MOST_CHARACTERS = 255
DEFAULT_PIXELS, PIXELS_PER_CHARACTER, PIXELS_BESIDE = 64, 7, 5


class Shell:
    """ValueError for a part that is no sheet of rows, or whose bytes are not those of UTF-8."""

    def __init__(self, data: bytes) -> None:
        opening = OPENING.search(data)
        if opening is None:
            raise ValueError("no sheetData")
        start, end = opening.span()
        if not opening[2]:
            end = data.index(b">", data.rindex(b"</" + opening[1] + b"sheetData")) + 1
        self.rows = data[start:end]
        self.root = parse(data[:start] + b"<" + opening[1] + b"sheetData/>" + data[end:])
        if (self.root.getroottree().docinfo.encoding or "UTF-8").upper() not in ("UTF-8", "ASCII", "US-ASCII"):
            raise ValueError("encoding")
        self.namespace = etree.QName(self.root).namespace
        self.changed = False

    def saved(self) -> bytes:
        before, after = EMPTY_ROWS.split(serialise(self.root), maxsplit=1)
        return before + self.rows + after

    def element(self, name: str, text: str | None = None, **attributes: object) -> etree._Element:
        made = etree.Element(f"{{{self.namespace}}}{name}", {key: str(value) for key, value in attributes.items()})
        made.text = text
        return made

    def put(self, element: etree._Element) -> None:
        """Where the format wants it, after those of its kind."""
        rank = RANK[local(element)]
        later = (each for each in self.root if RANK.get(local(each), -1) > rank)
        follower = next(later, None)
        self.root.insert(len(self.root) if follower is None else self.root.index(follower), element)
        self.changed = True

    def leave_selection(self) -> None:
        """Two sheets selected together would be typed into together."""
        for views in children(self.root, "sheetViews"):
            for view in views:
                self.changed |= view.attrib.pop("tabSelected", None) is not None

    def origins(self, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
        """Place → the cell that shows what is said of it: itself, or the first of its merged range."""
        found = {place: place for place in places}
        if not found:
            return found
        by_row: dict[int, list[tuple[int, int]]] = {}
        for place in found:
            by_row.setdefault(place[0], []).append(place)
        for group in children(self.root, "mergeCells"):
            for merge in group:
                area = Area.of(merge.get("ref"))
                rows = range(area.first_row, area.last_row + 1)
                few, many = (rows, by_row) if len(rows) < len(by_row) else (by_row, rows)
                for row in filter(many.__contains__, list(few)):
                    found |= {place: (area.first_row, area.first_column) for place in by_row[row] if place in area}
        return found

    @cached_property
    def widths(self) -> dict[int, int]:
        """In pixels, of the columns that have one of their own."""
        widths: dict[int, int] = {}
        for group in children(self.root, "cols"):
            for each in group:
                shown = each.get("hidden") not in ("1", "true")
                characters = min(max(float(each.get("width", "9")), 0), MOST_CHARACTERS)
                width = int(characters * PIXELS_PER_CHARACTER) + PIXELS_BESIDE if shown else 0
                last = min(int(each.get("max")), MAX_COLUMN)
                widths |= dict.fromkeys(range(int(each.get("min")), last + 1), width)
        return widths

    def pixels(self, column: int) -> int:
        return self.widths.get(column, DEFAULT_PIXELS)

    def colour(self, places: Iterable[tuple[int, int]], formula: str, look: int) -> None:
        """Before any rule of the sheet's own, while `formula` holds: no cell changes, not even its style."""
        texts = [address(row, column) for row, column in places]
        starts = range(0, len(texts), PLACES_PER_RULE)
        for rule in self.root.iter():
            if local(rule) == "cfRule" and (rule.get("priority") or "").isdigit():
                rule.set("priority", str(int(rule.get("priority")) + len(starts)))
        for number, start in enumerate(starts, start=1):
            group = self.element("conditionalFormatting", sqref=" ".join(texts[start : start + PLACES_PER_RULE]))
            rule = self.element("cfRule", type="expression", dxfId=look, priority=number)
            rule.append(self.element("formula", formula))
            group.append(rule)
            self.put(group)

    def forget_colours(self, formula: str) -> None:
        """The rules of `colour`, if a spreadsheet kept them since."""
        for group in list(children(self.root, "conditionalFormatting")):
            for rule in list(children(group, "cfRule")):
                said = child(rule, "formula")
                if said is not None and (said.text or "").replace(" ", "") == formula:
                    group.remove(rule)
                    self.changed = True
            if child(group, "cfRule") is None:
                self.root.remove(group)
