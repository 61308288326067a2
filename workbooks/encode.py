"""Rows of typed values as the XML of a sheet, fast: whole chunks, column by column, each with its memo.

In the text of a cell the number of its row stands as `ROW`, a character that no cell may contain, so that the
XML of a value can be kept and used again on other rows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import count, islice, repeat

from workbooks.columns import Kind, hundredths
from workbooks.places import letters
from workbooks.text import NEEDS_CARE, clean, could_start_a_formula, escape, is_too_long

ROW = "\x01"
CHUNK = 1000
MEMO = 4096
LONG = 200
EPOCH = date(1899, 12, 30).toordinal()
DAY = 86_400
MAX_INTEGER = 10**15

Spool = Callable[[list[Sequence]], None]
Looks = Callable[[list[Sequence]], Iterable[str]]


def whole(value: int) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"an integer is expected, not {value!r}")
    if not -MAX_INTEGER < value < MAX_INTEGER:
        raise ValueError(f"a workbook cannot hold the number {value} exactly: write it as CODE")
    return str(value)


def decimal(value: Decimal | int) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is not a number")
        return f"{value:f}"
    return whole(value)


def hours(minutes: int) -> str:
    whole(minutes)
    return str(hundredths(minutes))


def day(value: date) -> str:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise TypeError(f"a date is expected, not {value!r}")
    return str(value.toordinal() - EPOCH)


def month(value: date) -> str:
    return day(value.replace(day=1))


def clock(value: time) -> str:
    if not isinstance(value, time) or value.tzinfo:
        raise TypeError(f"a time of the day without zone is expected, not {value!r}")
    return repr(seconds(value) / DAY)


def instant(value: datetime) -> str:
    if not isinstance(value, datetime) or value.tzinfo:
        raise TypeError(f"a datetime without zone (local wall clock) is expected, not {value!r}")
    return repr(value.toordinal() - EPOCH + seconds(value) / DAY)


def seconds(value: time | datetime) -> int:
    return value.hour * 3600 + value.minute * 60 + value.second


NUMBERS: dict[Kind, Callable[..., str]] = {
    Kind.INTEGER: whole,
    Kind.HOURS: hours,
    Kind.DECIMAL: decimal,
    Kind.EUROS: decimal,
    Kind.PERCENT: decimal,
    Kind.DATE: day,
    Kind.TIME: clock,
    Kind.INSTANT: instant,
    Kind.MONTH: month,
}
DATED = {Kind.DATE: "%d/%m/%Y", Kind.MONTH: "%m/%Y", Kind.INSTANT: "%d/%m/%Y %H:%M"}


def as_text(value: object, kind: Kind) -> str | None:
    """The text a value becomes in a cell of text, or None for a value that is written as a number.

    Dates before March 1900, that no spreadsheet counts right, are written as text.
    """
    if kind is Kind.TEXT or kind is Kind.CODE:
        if not isinstance(value, str):
            raise TypeError(f"a text is expected, not {value!r}")
        return value
    if kind is Kind.YES_NO:
        if not isinstance(value, bool):
            raise TypeError(f"a yes or a no is expected, not {value!r}")
        return "Oui" if value else "Non"
    if kind in DATED and isinstance(value, date) and (value.year, value.month) < (1900, 3):
        # %Y does not pad the years before 1000 on every system.
        return value.strftime(DATED[kind].replace("%Y", f"{value.year:04}"))
    return None


class Cells(dict):
    """One column: value → its `<c>` element, empty for nothing. Counts the texts it had to cut.

    `styles` are the numbers of the plain style and of its twin for formula-like text; None for no style.
    """

    def __init__(
        self, column: int, kind: Kind, styles: tuple[int | str | None, int | str | None], days_before: int = 0
    ) -> None:
        super().__init__({None: ""})
        start = f'<c r="{letters(column)}{ROW}"'
        plain, quoted = (start if style is None else f'{start} s="{style}"' for style in styles)
        self.empty = f"{plain}/>"
        self.number = f"{plain}><v>"
        self.text, self.quoted = (f'{head} t="inlineStr"><is><t' for head in (plain, quoted))
        self.kind = kind
        self.to_number = NUMBERS.get(kind)
        self.days_before = days_before if kind in DATED else 0
        self.cuts = 0

    def __missing__(self, value: object) -> str:
        text = as_text(value, self.kind) if self.to_number is None or self.kind in DATED else None
        if text is None:
            cell = f"{self.number}{self.serial(value)}</v></c>"
        elif text[:1].isalnum() and len(text) < LONG and not NEEDS_CARE(text):
            cell = f"{self.text}>{text}</t></is></c>"
        else:
            cell = self.careful(text)
            if len(text) >= LONG:
                return cell
        if len(self) < MEMO:
            self[value] = cell
        return cell

    def dressed(self) -> "Cells":
        """The same, where nothing is a cell that only has its style."""
        self[None] = self[""] = self.empty
        return self

    def serial(self, value: object) -> str:
        number = self.to_number(value)
        # In the other date system, days are counted from 1904.
        return str(Decimal(number) - self.days_before) if self.days_before else number

    def careful(self, text: str) -> str:
        if not text:
            return ""
        self.cuts += is_too_long(text)
        head = self.quoted if could_start_a_formula(text) else self.text
        return f'{head} xml:space="preserve">{escape(clean(text))}</t></is></c>'


def encode(
    rows: Iterable[Sequence],
    cells: Sequence[Cells],
    first_row: int,
    spool: Spool | None = None,
    looks: Looks | None = None,
) -> Iterator[bytes]:
    """The rows as `<row>` elements, a block of bytes per thousand; `spool` is given the same thousands as columns,
    and `looks` answers with the further attributes of each row.

    ValueError when a row has not one value per column.
    """
    rows, row = iter(rows), first_row
    while chunk := list(islice(rows, CHUNK)):
        columns = list(zip(*chunk, strict=True))
        if len(columns) != len(cells):
            raise ValueError(f"{len(cells)} values expected in a row, {len(columns)} found")
        if spool:
            spool(columns)
        written = [list(map(memo.__getitem__, column)) for memo, column in zip(cells, columns, strict=True)]
        lines = [
            f'<row r="{ROW}"{look}>{line}</row>'.replace(ROW, str(number))
            for number, look, line in zip(
                count(row), looks(columns) if looks else repeat(""), map("".join, zip(*written, strict=True))
            )
        ]
        row += len(lines)
        yield "".join(lines).encode()
