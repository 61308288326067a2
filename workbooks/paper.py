"""Where a wide sheet goes on to the next page: readable on A4, and groups of columns kept together when they can be."""

from collections.abc import Sequence

from workbooks.columns import Column
from workbooks.places import MAX_ROW

# Inches, as spreadsheets count them.
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6, "header": 0.3, "footer": 0.3}
LANDSCAPE = 11.69
DOTS_PER_INCH = 96
# A character of the usual font, and what surrounds the text of a cell.
CHARACTER, AROUND = 7, 5
# Below this size a table is printed and not read.
SMALLEST_PERCENT = 70
# The room kept free: printers and spreadsheets do not measure alike.
SPARE = 0.97
LAST_ROW = MAX_ROW - 1


def room() -> int:
    """Dots of a line on a page, at the smallest size."""
    inches = LANDSCAPE - MARGINS["left"] - MARGINS["right"]
    return int(inches * DOTS_PER_INCH * 100 / SMALLEST_PERCENT * SPARE)


def dots(column: Column) -> int:
    return round(column.shown_width * CHARACTER) + AROUND


def last_of_pages(columns: Sequence[Column], lead: int = 0) -> list[int]:
    """Number of the last column of each page; the `lead` first ones are printed again on each page.

    A page ends where a group of columns does, unless that would leave more than half of it empty.
    """
    repeated = sum(dots(column) for column in columns[:lead])
    last, begun, used, end_of_group = [], lead, repeated, 0
    for place, column in enumerate(columns[lead:], start=lead):
        is_filled = used - repeated > (room() - repeated) / 2
        if is_filled and place > begun and column.group != columns[place - 1].group:
            end_of_group = place
        if used + dots(column) > room() and place > begun:
            cut = end_of_group or place
            last.append(cut)
            begun, end_of_group = cut, 0
            used = repeated + sum(dots(one) for one in columns[cut:place])
        used += dots(column)
    return [*last, len(columns)]
