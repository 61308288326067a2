"""Depuis la dernière remise : what was added, removed, changed, row by row, since the same file last left.

Source rows are compared, never files: a delivery in the recipient's own workbook is compared as any other.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path

from django.db.models import Q

from cohorts.models import Enrolment, Person
from exports.kept import Keeping, Kept, Label, encode, in_words
from exports.kinds import KEY
from exports.models import Delivery
from exports.scope import AGENCY
from workbooks.columns import Column, Kind
from workbooks.write import Sheet, digest

TITLE = "Depuis la dernière remise"
SHEET = (
    Column("nature", "Changement", width=14),
    Column("row", "Ligne", width=44, wrap=True),
    Column("position", "Rang", Kind.INTEGER, width=8),
    Column("column", "Colonne", width=32),
    Column("before", "Avant", width=34, wrap=True),
    Column("after", "Après", width=34, wrap=True),
)
TABLE = "CREATE TABLE earlier (key TEXT PRIMARY KEY, position INTEGER, cells TEXT) WITHOUT ROWID"
EMPTY = "(vide)"
# A rank moves when a row is added above it: that says nothing of the row.
NOT_COMPARED = frozenset({"row.number"})
# Whoever must be in no file any more is not named again by the one that leaves her out.
NOT_NAMED = "personne qui n'est plus dans aucun fichier"


class Nature(StrEnum):
    ADDED = "ajoutée"
    REMOVED = "retirée"
    CHANGED = "modifiée"


@dataclass(frozen=True, slots=True)
class Cell:
    """Une valeur changée : sa colonne, ce qu'elle était, ce qu'elle est."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """Une ligne changée : son rang (dans la remise précédente quand elle en est retirée), ses valeurs changées."""

    nature: Nature
    position: int
    key: str
    label: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Changes:
    """Ce qui a changé dans une remise depuis celle à laquelle elle est comparée ; None pour une première remise."""

    delivery: Delivery
    previous: Delivery | None
    added: int = 0
    removed: int = 0
    changed: int = 0

    @property
    def total(self) -> int:
        return self.added + self.removed + self.changed

    @property
    def words(self) -> str:
        """« +2, −1, 3 modifiées »."""
        if not self.total:
            return "aucun changement"
        counts = (
            f"+{self.added}" if self.added else "",
            f"−{self.removed}" if self.removed else "",
            f"{self.changed} modifiée{'s' * (self.changed > 1)}" if self.changed else "",
        )
        return ", ".join(filter(None, counts))

    def lines(self, start: int = 0, stop: int | None = None, *, nature: Nature | None = None) -> list[Change]:
        """Some of the changes, of one nature or of all: the rows that are there, in their order, then the others."""
        if self.previous is None:
            return []
        with Kept(self.delivery) as kept:
            wanted = (found for found in kept.changes() if nature in (None, found[0]))
            return [_change(found, kept.columns) for found in islice(wanted, start, stop)]

    def columns(self) -> tuple[list[str], list[str]]:
        """Headings that this file has and the other had not, then the reverse: their values are not compared."""
        if self.previous is None:
            return [], []
        with Kept(self.delivery) as new, Kept(self.previous) as old:
            return _others(new.columns, old.columns), _others(old.columns, new.columns)


def _others(columns: Sequence[Column], than: Sequence[Column]) -> list[str]:
    known = {column.key for column in than}
    return [column.heading for column in columns if column.key not in known]


def _change(found: list, columns: Sequence[Column]) -> Change:
    nature, position, key, label, cells = found
    told = [
        Cell(columns[place].heading, *(in_words(value, columns[place].kind) for value in values))
        for place, *values in cells
    ]
    return Change(Nature(nature), position, key, label, tuple(told))


def changes_since(delivery: Delivery) -> Changes:
    """What a frozen delivery changes since the one that its recipient had: kept with it, the same for ever."""
    if delivery.compared_to_id is None:
        return Changes(delivery, None)
    counts = (delivery.added_count, delivery.removed_count, delivery.changed_count)
    return Changes(delivery, delivery.compared_to, *counts)


def last_delivered(delivery: Delivery) -> Delivery | None:
    """The same file, for the same recipient and establishment, as it last left. A file of the coordination never
    leaves: the last one that was frozen."""
    same = Delivery.objects.filter(
        cohort=delivery.cohort_id,
        code=delivery.code,
        financer=delivery.financer_id,
        establishment=delivery.establishment_id,
        number__contains=f"-{delivery.word}-",
    )
    # A recipient may have opened its account since.
    same = same.filter(Q(recipient=delivery.recipient_id) | Q(recipient=None))
    same = same.exclude(pk=delivery.pk).exclude(rows_file="")
    if delivery.word == AGENCY:
        return same.order_by("-frozen_at", "-pk").first()
    return same.exclude(sent_at=None).order_by("-sent_at", "-pk").first()


class Comparison:
    """Compares rows that pass with those of an earlier delivery, held in a small database on the disk: memory does not
    follow their number."""

    def __init__(self, earlier: Kept, columns: Sequence[Column], folder: Path, hidden: frozenset[str]):
        self.columns, self.hidden = columns, hidden
        self.counts = dict.fromkeys(Nature, 0)
        self.label, self.earlier_label = Label(columns), Label(earlier.columns)
        places = {column.key: place for place, column in enumerate(earlier.columns)}
        shared = [(place, column.key) for place, column in enumerate(columns) if column.key in places]
        # Where each compared value is in a row that passes, and where it was in the earlier one.
        self.pairs = [(place, places[key]) for place, key in shared if key not in NOT_COMPARED]
        self.path = folder / "changements.jsonl"
        self.file = self.path.open("w", encoding="utf-8")
        self.rows_left = sqlite3.connect(folder / "precedentes.sqlite3", isolation_level=None)
        for words in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", TABLE, "BEGIN"):
            self.rows_left.execute(words)
        rows = ((key, number, encode(values)) for number, (key, *values) in enumerate(earlier.whole(), start=1))
        self.rows_left.executemany("INSERT OR REPLACE INTO earlier VALUES (?, ?, ?)", rows)

    def take(self, position: int, key: str, values: list) -> None:
        """A row that passes."""
        found = self.rows_left.execute("DELETE FROM earlier WHERE key = ? RETURNING cells", (key,)).fetchone()
        if found is None:
            self._note(Nature.ADDED, position, key, self.label(position, values))
            return
        before = json.loads(found[0])
        cells = [(new, before[old], values[new]) for new, old in self.pairs if before[old] != values[new]]
        if cells:
            self._note(Nature.CHANGED, position, key, self.label(position, values), cells)

    def end(self) -> None:
        """What did not pass is no longer there."""
        left = self.rows_left.execute("SELECT position, key, cells FROM earlier ORDER BY position")
        for position, key, cells in left:
            is_hidden = key.partition("/")[0] in self.hidden
            label = NOT_NAMED if is_hidden else self.earlier_label(position, json.loads(cells))
            self._note(Nature.REMOVED, position, key, label)
        self.rows_left.execute("DELETE FROM earlier")
        self.file.flush()

    def close(self) -> None:
        self.rows_left.close()
        self.file.close()

    def _note(self, nature: Nature, position: int, key: str, label: str, cells: Sequence = ()) -> None:
        self.counts[nature] += 1
        self.file.write(f"{encode([nature, position, key, label, cells])}\n")

    def lines(self) -> Iterator[tuple]:
        """For the sheet: one line per row added or removed, one per value changed."""
        self.end()
        with self.path.open(encoding="utf-8") as kept:
            for change in (_change(json.loads(line), self.columns) for line in kept):
                yield from _lines(change)
        if not any(self.counts.values()):
            yield ("Aucun", "Aucune ligne n'a changé.", None, None, None, None)


def _lines(change: Change) -> Iterator[tuple]:
    row = (change.nature.capitalize(), change.label, change.position)
    if not change.cells:
        yield (*row, None, None, None)
    for cell in change.cells:
        yield (*row, cell.column, cell.before or EMPTY, cell.after or EMPTY)


@dataclass(frozen=True)
class Tracked:
    """Ce qui se garde d'une remise à côté de son classeur : ses lignes, et ce qu'elles changent."""

    path: Path
    sha256: str
    previous: Delivery | None
    counts: dict[Nature, int]


class Tracking:
    """The main sheet of a file on its way out: its rows are kept, and compared with those that its recipient has."""

    def __init__(self, delivery: Delivery, sheet: Sheet, folder: Path):
        columns = [column for column in sheet.columns if column.key != KEY.key]
        self.previous = last_delivered(delivery)
        self.comparison = None
        if self.previous:
            hidden = _not_named(delivery)
            with Kept(self.previous) as earlier:
                self.comparison = Comparison(earlier, columns, folder, hidden)
        each = self.comparison.take if self.comparison else None
        self.keeping = Keeping(folder / "lignes.zip", columns, each)
        self.rows = self.keeping.taken(sheet.rows)
        self.sheet = replace(sheet, columns=columns, rows=self.rows)
        self.others = [Sheet(TITLE, SHEET, self.comparison.lines(), lead=2)] if self.comparison else []

    def ended(self) -> Tracked:
        """Once the workbook is written, with or without the sheet of the changes."""
        if self.comparison:
            self.comparison.end()
        self.keeping.close(self.comparison and self.comparison.path)
        with self.keeping.path.open("rb") as file:
            sha256, _ = digest(file)
        return Tracked(self.keeping.path, sha256, self.previous, self.comparison.counts if self.comparison else {})

    def close(self) -> None:
        # A refusal may have stopped the rows on their way: what they hold open closes first.
        self.rows.close()
        self.keeping.close()
        if self.comparison:
            self.comparison.close()


def _not_named(delivery: Delivery) -> frozenset[str]:
    """Enrolments of the people who object or were erased, as keys begin with them."""
    people = Person.objects.exclude(objected_on=None, erased_on=None)
    found = Enrolment.objects.filter(cohort=delivery.cohort_id, person__in=people).values_list("pk", flat=True)
    return frozenset(map(str, found))
