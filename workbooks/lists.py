"""The drop-down lists of somebody else's sheet, ordinary or of the extension, and the values they offer."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from workbooks.dependents import place_of
from workbooks.places import Area
from workbooks.read import Book
from workbooks.template import Template, local

MOST_VALUES = 500


@dataclass(frozen=True)
class DropDown:
    """Liste déroulante : where it stands, what it is written as, and its values.

    `values` is None when they cannot be told (computed by a formula, cells to be filled, too many); `is_lost` when they
    point to nothing any more.
    """

    areas: tuple[Area, ...]
    source: str
    values: tuple[str, ...] | None
    is_lost: bool = False

    def covers(self, row: int, column: int) -> bool:
        return any((row, column) in area for area in self.areas)


def drop_downs(template: Template, sheet: str, root: etree._Element, book: Book) -> list[DropDown]:
    """Those of a sheet, `root` being its XML."""
    found = []
    for rule in root.iter():
        if local(rule) == "dataValidation" and rule.get("type") == "list":
            areas = tuple(_areas(rule))
            if areas:
                source = _source(rule)
                found.append(DropDown(areas, source, *_values(template, sheet, source, book)))
    return found


def _areas(rule: etree._Element) -> Iterator[Area]:
    texts = [rule.get("sqref") or "", *(each.text or "" for each in rule.iter() if local(each) == "sqref")]
    for text in " ".join(texts).split():
        yield Area.of(text)


def _source(rule: etree._Element) -> str:
    """The first formula, whose text lies one element deeper in the extension."""
    first = next((each for each in rule if local(each) == "formula1"), None)
    return "" if first is None else "".join(first.itertext()).strip()


def _values(template: Template, sheet: str, source: str, book: Book) -> tuple[tuple[str, ...] | None, bool]:
    if source.startswith('"') and source.endswith('"'):
        return tuple(filter(None, (text.strip() for text in source[1:-1].replace('""', '"').split(",")))), False
    if not source or "#REF!" in source:
        return None, True
    place = place_of(source, sheet, template)
    if place is None or place.area.size > MOST_VALUES * 4:
        return None, False
    if place.sheet not in template.sheets:
        return None, True
    return _texts(book, place.sheet, place.area), False


def _texts(book: Book, sheet: str, area: Area) -> tuple[str, ...] | None:
    """None when they are too many to keep whole, or when nothing is written there yet."""
    rows = book[sheet].rows
    texts = [
        rows[row][column].text
        for row in range(area.first_row, area.last_row + 1)
        if row in rows
        for column in range(area.first_column, area.last_column + 1)
        if column in rows[row]
    ]
    found = tuple(dict.fromkeys(text for text in texts if text.strip()))
    return found if 0 < len(found) <= MOST_VALUES else None
