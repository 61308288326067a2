"""A picture of a sheet, as a grid of texts: enough to recognise it beside a list of its columns."""

from workbooks.blocks import Block
from workbooks.places import address
from workbooks.read import SheetData

ROWS_BELOW = 3
ROWS_WITHOUT_BLOCK = 30
MOST_COLUMNS = 60
LONGEST_TEXT = 90


def picture(data: SheetData, block: Block | None) -> list[list[dict]]:
    """Rows of cells: address, text, how many columns and rows it spans, whether it is a heading or to be filled."""
    last_row = min(block.first_row + ROWS_BELOW, block.last_row or block.first_row) if block else data.facts.last_row
    last_row = min(last_row, (block.first_row if block else 0) + ROWS_WITHOUT_BLOCK)
    last_column = min(data.facts.last_column, MOST_COLUMNS)
    covered: set[tuple[int, int]] = set()
    rows = []
    for row in range(1, last_row + 1):
        cells = [_cell(data, block, row, column, covered) for column in range(1, last_column + 1)]
        rows.append([cell for cell in cells if cell])
    return rows


def _cell(data: SheetData, block: Block | None, row: int, column: int, covered: set) -> dict | None:
    if (row, column) in covered:
        return None
    merge = data.merged(row, column)
    wide = tall = 1
    if merge and (merge.first_row, merge.first_column) == (row, column):
        wide = min(merge.last_column, MOST_COLUMNS) - column + 1
        tall = merge.last_row - row + 1
        covered.update((r, c) for r in range(row, merge.last_row + 1) for c in range(column, merge.last_column + 1))
    text = " ".join(data.cell(row, column).text.split())
    return {
        "at": address(row, column),
        "text": text[:LONGEST_TEXT],
        "wide": wide,
        "tall": tall,
        "role": _role(block, row),
    }


def _role(block: Block | None, row: int) -> str:
    if block is None or row < block.heading_rows[0]:
        return ""
    if row <= block.heading_rows[-1]:
        return "heading"
    return "body" if row >= block.first_row else ""
