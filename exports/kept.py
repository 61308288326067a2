"""What the rows of a delivery said, kept beside its file: by stable keys, whatever shape the recipient's workbook has.

A zip of three parts: its columns, its rows by blocks, and what changed since the delivery it was compared with.
"""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from accounts.templatetags.french import as_count, as_day, as_decimal_hours, as_euros, as_hours, as_percent
from exports.models import Delivery
from workbooks.columns import Column, Kind

COLUMNS, ROWS, CHANGES = "colonnes.json", "lignes.jsonl", "changements.jsonl"
BLOCK = 500
# What tells which row it is, in the order of a sentence; only those that the file itself shows.
TELLING = (
    "certificate.number",
    "person.birth_name",
    "person.usual_name",
    "person.first_name",
    "person.name",
    "half_day.day",
    "half_day.part",
    "aid.month",
    "indicator.group",
    "indicator.label",
    "check.rejection",
    "review.label",
    "account.label",
    "bpf.frame",
    "bpf.label",
    "employer.name",
)
# Parts of one name follow each other without a comma.
ONE_NAME = ("person.birth_name", "person.usual_name", "person.first_name")

# Rank, key, values of a row that passes.
Each = Callable[[int, str, list], object]
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _number(value: Decimal | int) -> str:
    return f"{Decimal(value).normalize():f}"


def _text(value: object) -> str:
    return value if type(value) is str else str(value)


# A value as JSON keeps it: two values that are equal are written alike.
PLAIN: dict[Kind, Callable] = {
    Kind.TEXT: _text,
    Kind.CODE: _text,
    Kind.INTEGER: int,
    Kind.HOURS: int,
    Kind.DECIMAL: _number,
    Kind.EUROS: _number,
    Kind.PERCENT: _number,
    Kind.DATE: date.isoformat,
    Kind.TIME: time.isoformat,
    Kind.INSTANT: datetime.isoformat,
    Kind.MONTH: lambda value: f"{value:%Y-%m}",
    Kind.YES_NO: bool,
}
# The same as a person reads it.
WORDS: dict[Kind, Callable] = {
    Kind.TEXT: str,
    Kind.CODE: str,
    Kind.INTEGER: as_count,
    Kind.HOURS: as_hours,
    Kind.DECIMAL: as_decimal_hours,
    Kind.EUROS: as_euros,
    Kind.PERCENT: as_percent,
    Kind.DATE: lambda text: as_day(date.fromisoformat(text)),
    Kind.TIME: lambda text: text[:5],
    Kind.INSTANT: lambda text: f"{datetime.fromisoformat(text):%d/%m/%Y %H:%M}",
    Kind.MONTH: lambda text: f"{text[5:]}/{text[:4]}",
    Kind.YES_NO: lambda value: "Oui" if value else "Non",
}


def plain(values: Iterable, kind: Kind) -> list:
    """A column of values; None for what is not known, as an empty cell."""
    kept = PLAIN[kind]
    return [None if value is None or value == "" else kept(value) for value in values]


def in_words(value: object, kind: Kind) -> str:
    return "" if value is None else WORDS[kind](value)


@dataclass(frozen=True, slots=True)
class KeptRow:
    """Une ligne remise : son rang dans la feuille principale, sa clé d'une remise à l'autre, ce qu'elle disait."""

    position: int
    key: str
    label: str
    values: list


class Label:
    """« GAUDIN Caroline, 02/02/2026, matin »: from what the file itself shows, nothing else."""

    def __init__(self, columns: Sequence[Column]):
        places = {column.key: (place, column.kind) for place, column in enumerate(columns)}
        self.told = [(key, *places[key]) for key in TELLING if key in places]

    def __call__(self, position: int, values: Sequence) -> str:
        found, name = [], []
        for key, place, kind in self.told:
            words = in_words(values[place], kind)
            (name if key in ONE_NAME else found).append(words)
        whole = [" ".join(filter(None, name)), *found]
        return ", ".join(filter(None, whole)) or f"ligne {position}"


class Keeping:
    """Notes the rows of the main sheet as they pass on their way to the workbook, block by block."""

    def __init__(self, path: Path, columns: Sequence[Column], each: Each | None = None):
        self.path, self.each, self.count = path, each, 0
        self.kinds = [column.kind for column in columns]
        self.zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        told = [{"key": column.key, "heading": column.heading, "kind": column.kind} for column in columns]
        self.zip.writestr(COLUMNS, encode(told))

    def taken(self, rows: Iterable[Sequence]) -> Iterator[Sequence]:
        """The same rows without their key, once they are kept."""
        rows = iter(rows)
        with self.zip.open(ROWS, "w") as part:
            while block := list(islice(rows, BLOCK)):
                keys, block = [row[-1] for row in block], [row[:-1] for row in block]
                part.write(self._as_kept(keys, block))
                yield from block

    def _as_kept(self, keys: list[str], block: list[Sequence]) -> bytes:
        by_column = zip(*block, strict=True)
        columns = [plain(values, kind) for values, kind in zip(by_column, self.kinds, strict=True)]
        rows = list(map(list, zip(keys, *columns, strict=True)))
        if self.each:
            for position, (key, *values) in enumerate(rows, start=self.count + 1):
                self.each(position, key, values)
        self.count += len(rows)
        return f"{encode(rows)}\n".encode()

    def close(self, changes: Path | None = None) -> None:
        """With the changes found meanwhile, once every row has passed."""
        if changes:
            self.zip.write(changes, CHANGES)
        self.zip.close()


class Kept:
    """The rows of a frozen delivery, read again; to be used as a context."""

    def __init__(self, delivery: Delivery):
        self.file = delivery.rows_file.open("rb")
        self.zip = zipfile.ZipFile(self.file)
        self.columns = [
            Column(one["key"], one["heading"], Kind(one["kind"])) for one in json.loads(self.zip.read(COLUMNS))
        ]

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()
        self.file.close()

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[KeptRow]:
        """As a slice of a list: whole blocks before `start` are not even read as values."""
        label = Label(self.columns)
        skipped, first = start // BLOCK, start // BLOCK * BLOCK
        found = (
            KeptRow(position, key, label(position, values), values)
            for position, (key, *values) in enumerate(self._after(skipped), start=first + 1)
        )
        yield from islice(found, start - first, None if stop is None else stop - first)

    def whole(self) -> Iterator[list]:
        """Key, then values, of each row."""
        return self._after(0)

    def _after(self, blocks: int) -> Iterator[list]:
        with TextIOWrapper(self.zip.open(ROWS), "utf-8") as lines:
            for line in islice(lines, blocks, None):
                yield from json.loads(line)

    def changes(self) -> Iterator[list]:
        if CHANGES not in self.zip.namelist():
            return
        with TextIOWrapper(self.zip.open(CHANGES), "utf-8") as lines:
            yield from map(json.loads, lines)


def kept_rows(delivery: Delivery, start: int = 0, stop: int | None = None) -> list[KeptRow]:
    """Some rows of a frozen delivery, in the order of its main sheet; none for what is not frozen yet."""
    if not delivery.rows_file:
        return []
    with Kept(delivery) as kept:
        return list(kept.rows(start, stop))
