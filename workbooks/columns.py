"""The closed list of kinds a column may have, and what each kind fixes.

A kind decides the Python values accepted, the type of the cell, its number format, alignment and width:

| kind | Python value | cell |
|---|---|---|
| TEXT | str | text |
| CODE | str | text, format ``@``: SIRET, postcode, number of a decision keep their zeros |
| INTEGER | int, under 10^15 | number ``0`` |
| HOURS | int, **minutes** | number ``0.00``: hundredths of an hour, rounded once, half up |
| DECIMAL | Decimal or int | number ``0.00``: hours that are already hundredths, as in a contract |
| EUROS | Decimal or int | number, shown « 1 234,50 € » by a French Excel |
| PERCENT | Decimal or int, a **fraction** (``Decimal("0.5")`` is 50 %) | number, shown « 50,00 % » |
| DATE | date | date ``dd/mm/yyyy`` |
| TIME | time | time ``hh:mm`` |
| INSTANT | datetime without zone: the wall clock to show | date and time ``dd/mm/yyyy hh:mm`` |
| MONTH | date, any day of the month | date, the first of that month, ``mm/yyyy`` |
| YES_NO | bool | text « Oui » or « Non » |

``None`` (and an empty text) is an absent cell in every kind: unknown is never zero. A float is refused.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    TEXT = "TEXT"
    CODE = "CODE"
    INTEGER = "INTEGER"
    HOURS = "HOURS"
    DECIMAL = "DECIMAL"
    EUROS = "EUROS"
    PERCENT = "PERCENT"
    DATE = "DATE"
    TIME = "TIME"
    INSTANT = "INSTANT"
    MONTH = "MONTH"
    YES_NO = "YES_NO"


@dataclass(frozen=True)
class Shape:
    """How the cells of a kind look."""

    number_format: str
    alignment: str
    width: float


SHAPES = {
    Kind.TEXT: Shape("General", "left", 26),
    Kind.CODE: Shape("@", "left", 17),
    Kind.INTEGER: Shape("0", "right", 11),
    Kind.HOURS: Shape("0.00", "right", 11),
    Kind.DECIMAL: Shape("0.00", "right", 11),
    # Formats are stored in their English form: the comma is the thousands separator, a space in French.
    Kind.EUROS: Shape('#,##0.00\\ "€"', "right", 14),
    Kind.PERCENT: Shape("0.00\\ %", "right", 11),
    Kind.DATE: Shape("dd/mm/yyyy", "center", 12),
    Kind.TIME: Shape("hh:mm", "center", 9),
    Kind.INSTANT: Shape("dd/mm/yyyy hh:mm", "center", 18),
    Kind.MONTH: Shape("mm/yyyy", "center", 11),
    Kind.YES_NO: Shape("General", "center", 9),
}


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its key for programs, its French heading for people, its kind.

    `width` is in characters; without it the kind and the longest word of the heading decide.
    `wrap` lets long text go on over several lines of its cell. `number_format`, as a file keeps it (« yyyy-mm-dd »),
    takes the place of the one of the kind: the value stays what it is.
    """

    key: str
    heading: str
    kind: Kind = Kind.TEXT
    width: float | None = None
    wrap: bool = False
    number_format: str = ""

    @property
    def shape(self) -> Shape:
        return SHAPES[self.kind]

    @property
    def group(self) -> str:
        """What the columns beside it are about as well: `person` of `person.first_name`."""
        return self.key.partition(".")[0]

    @property
    def shown_width(self) -> float:
        if self.width is not None:
            return self.width
        longest_word = max(map(len, self.heading.split()), default=0)
        # The arrow of the filter hides about three characters of the heading.
        return max(self.shape.width, longest_word + 4)

    def lines(self, text: str) -> int:
        """About how many lines a text takes in this column when it goes on below: no spreadsheet counts for us."""
        room = max(int(self.shown_width) - 2, 1)
        return sum(_lines_of(line, room) for line in text.split("\n"))


def _lines_of(text: str, room: int) -> int:
    """Words are not cut, unless one of them is longer than the line."""
    lines, used = 1, 0
    for word in text.split(" "):
        length = len(word)
        if used and used + 1 + length > room:
            lines, used = lines + 1, 0
        used += length + (used > 0)
        while used > room:
            lines, used = lines + 1, used - room
    return lines


LINE_HEIGHT = 15
MAX_LINES = 27


def hundredths(minutes: int) -> Decimal:
    """Minutes as hours with two decimals, rounded half up: 200 → 3.33. (A third is never a half: no tie.)"""
    return Decimal((minutes * 10 + 3) // 6).scaleb(-2)
