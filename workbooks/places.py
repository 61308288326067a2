"""Names of places in a sheet: `B12` and `A1:C3`, as numbers counted from one."""

import re
from functools import lru_cache
from typing import NamedTuple

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


class Area(NamedTuple):
    """A rectangle of cells, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @classmethod
    def of(cls, text: str) -> "Area":
        """`A1:C3` or `B2`; ValueError for anything else."""
        first, _, last = text.partition(":")
        rows, columns = zip(row_and_column(first), row_and_column(last or first), strict=True)
        return cls(min(rows), min(columns), max(rows), max(columns))

    def __contains__(self, place: object) -> bool:
        row, column = place
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column

    def __str__(self) -> str:
        first, last = address(self.first_row, self.first_column), address(self.last_row, self.last_column)
        return first if first == last else f"{first}:{last}"

    @property
    def size(self) -> int:
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)

    def meets(self, other: "Area") -> bool:
        return (
            self.first_row <= other.last_row
            and other.first_row <= self.last_row
            and self.first_column <= other.last_column
            and other.first_column <= self.last_column
        )


@lru_cache(maxsize=2048)
def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@lru_cache(maxsize=2048)
def column_number(text: str) -> int:
    """A → 1, XFD → 16384; ValueError beyond, and for what is not letters."""
    number = 0
    for letter in text.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"{text!r} is not a column")
        number = number * 26 + ord(letter) - 64
        if number > MAX_COLUMN:
            raise ValueError(f"{text!r} is beyond the last column")
    if not number:
        raise ValueError("a column has at least one letter")
    return number


def row_and_column(text: str) -> tuple[int, int]:
    """`B12` → (12, 2); ValueError when it is no cell of a sheet."""
    match = ADDRESS.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not the address of a cell")
    row = int(match[2])
    if row > MAX_ROW:
        raise ValueError(f"{text!r} is beyond the last row")
    return row, column_number(match[1])


def address(row: int, column: int) -> str:
    """(12, 2) → B12."""
    return f"{letters(column)}{row}"
