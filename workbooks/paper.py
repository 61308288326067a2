"""Where a wide sheet goes on to the next page: readable on A4, and groups of columns kept together when they can be."""

from collections.abc import Sequence

from workbooks.columns import Column
from workbooks.places import MAX_ROW

# Inches, as spreadsheets count them.
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6, "header": 0.3, "footer": 0.3}
LANDSCAPE = 11.69
DOTS_PER_INCH = 96
# A character, and what surrounds the text of a cell. Calibri has 7 dots; what replaces it where it is missing, 9.
CHARACTER, AROUND = 9, 5
# A table a little too wide is printed smaller, down to this size; below it nobody reads, and several pages are better.
SMALLEST_PERCENT = 55
PERCENT = 70
# The room kept free: printers and spreadsheets do not measure alike.
SPARE = 0.97
LAST_ROW = MAX_ROW - 1


def room(percent: int = PERCENT) -> int:
    """Dots of a line on a page, printed at that size."""
    inches = LANDSCAPE - MARGINS["left"] - MARGINS["right"]
    return int(inches * DOTS_PER_INCH * 100 / percent * SPARE)


def dots(column: Column) -> int:
    return round(column.shown_width * CHARACTER) + AROUND


def last_of_pages(columns: Sequence[Column], lead: int = 0) -> list[int]:
    """Number of the last column of each page; the `lead` first ones are printed again on each page.

    A page ends where a group of columns does, unless that would leave more than half of it empty.
    """
    if sum(map(dots, columns)) <= room(SMALLEST_PERCENT):
        return [len(columns)]
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
