"""Trying a workbook made by others before anybody relies on it: fill it with made-up values, read it again, compare.

Every table gets rows in each column that is open, every single cell a value; lists get values of their own, dates
real dates. What is not open, and what was not asked to change, must come out as it went in.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from workbooks.blocks import Block, SurveyColumn
from workbooks.columns import Kind
from workbooks.edit import CannotFill
from workbooks.expected import Expected
from workbooks.fill import Entry, Tail, fill
from workbooks.kept import Kept, compare_parts
from workbooks.limits import Limits, Refused
from workbooks.survey import TEMPLATE_LIMITS, Survey, SurveyCell, survey
from workbooks.verify import Verification, verify

ROWS = 3
FIRST_DAY = date(2026, 2, 2)


@dataclass
class Trial:
    """Essai d'un classeur : refusé avec sa raison, ou rempli, relu et comparé."""

    refusal: str = ""
    tables: int = 0
    cells: int = 0
    kept: Kept = field(default_factory=Kept)
    verification: Verification = field(default_factory=Verification)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Refused in words, or filled without any gap."""
        return bool(self.refusal) or (self.verification.ok and not self.kept.unexplained)


def try_model(path: str | os.PathLike, folder: str | os.PathLike, limits: Limits = TEMPLATE_LIMITS) -> Trial:
    """Nothing is left in `folder` but the filled copy, under the name of the workbook."""
    trial = Trial()
    try:
        found = survey(path, limits)
    except Refused as refusal:
        return Trial(refusal=refusal.message)
    trial.notes = list(found.notes)
    tails, entries = list(made_up_rows(found)), list(made_up_cells(found))
    filled = Path(folder) / f"rempli-{Path(path).name}"
    with Expected(folder) as expected:
        try:
            made = fill(path, filled, entries=entries, tails=tails, expected=expected)
        except CannotFill as refusal:
            return Trial(refusal=" ".join(refusal.problems), notes=trial.notes)
        trial.verification = verify(filled, expected)
    trial.notes += [*made.notes, *left_alone(found)]
    trial.tables = len(tails)
    trial.cells = len(entries) + sum(len(tail.columns) * len(list(tail.rows)) for tail in tails)
    written = {tail.sheet for tail in tails} | {cell.sheet for cell in found.cells}
    trial.kept = compare_parts(path, filled, written)
    return trial


def made_up_rows(found: Survey) -> Iterator[Tail]:
    for name, block in found.blocks:
        columns, count = [column for column in block.columns if column.is_open], room_of(block)
        if columns and count and not reason_to_leave(block):
            kinds = {column.letter: Kind.DATE if column.look == "date" else Kind.TEXT for column in columns}
            rows = [tuple(value(column, number) for column in columns) for number in range(count)]
            yield Tail(name, block.first_row + len(block.examples), kinds, rows, last_row_of(block))


def reason_to_leave(block: Block) -> str:
    """What already holds rows, or is merged, is not a table to fill."""
    if block.filled_rows:
        return f"{block.filled_rows} lignes y sont déjà remplies"
    return f"des cases y sont fusionnées ({', '.join(block.merged[:3])})" if block.merged else ""


def left_alone(found: Survey) -> list[str]:
    reasons = ((name, reason_to_leave(block)) for name, block in found.blocks)
    return [f"« {name} » n'est pas rempli : {reason}." for name, reason in reasons if reason]


def room_of(block: Block) -> int:
    room = ROWS if block.room is None else block.room - len(block.examples)
    return max(min(ROWS, room), 0)


def last_row_of(block: Block) -> int | None:
    return None if block.can_grow else block.last_row


def made_up_cells(found: Survey) -> Iterator[Entry]:
    for number, cell in enumerate(found.cells):
        if not cell.locked:
            yield Entry(cell.place, value(cell, number), Kind.DATE if cell.look == "date" else Kind.TEXT)


def value(place: SurveyColumn | SurveyCell, number: int) -> object:
    """One that a list has, a day where days are shown, else a text that a spreadsheet would like to compute."""
    if place.choices:
        return place.choices[number % len(place.choices)]
    if place.look == "date":
        return FIRST_DAY + timedelta(days=number)
    return f"=essai & <n° {number}> é"
