"""What a recipient changed between two versions of its workbook: columns, cells, lists, rows, sheets."""

from collections.abc import Iterator
from dataclasses import dataclass

from workbooks.blocks import Block, SurveyColumn
from workbooks.headings import words
from workbooks.matching import EMPTY_WORDS
from workbooks.survey import Survey, SurveyCell

ALIKE = 0.34


@dataclass(frozen=True)
class Change:
    """Un changement : sa sorte, où, ce qui était, ce qui est."""

    kind: str
    sheet: str
    place: str
    before: str = ""
    after: str = ""

    @property
    def label(self) -> str:
        return LABELS[self.kind]


VANISHED, NEW, RENAMED, MOVED, LIST, CELL_GONE, CELL_NEW, ROWS, SHEET_GONE, SHEET_NEW = (
    "VANISHED", "NEW", "RENAMED", "MOVED", "LIST", "CELL_GONE", "CELL_NEW", "ROWS", "SHEET_GONE", "SHEET_NEW",
)  # fmt: skip
LABELS = {
    VANISHED: "colonne disparue",
    NEW: "colonne nouvelle",
    RENAMED: "colonne renommée",
    MOVED: "colonne déplacée",
    LIST: "liste changée",
    CELL_GONE: "case disparue",
    CELL_NEW: "case nouvelle",
    ROWS: "lignes à remplir changées",
    SHEET_GONE: "feuille disparue",
    SHEET_NEW: "feuille nouvelle",
}


def compare_surveys(old: Survey, new: Survey) -> list[Change]:
    """In the order of the sheets; empty when a mapping of the old one holds for the new one as it is."""
    names, others = [sheet.name for sheet in old.sheets], [sheet.name for sheet in new.sheets]
    found = [Change(SHEET_GONE, name, "", name) for name in names if name not in others]
    found += [Change(SHEET_NEW, name, "", "", name) for name in others if name not in names]
    for name in names:
        if name in others:
            found += _block_changes(name, old.sheet(name).block, new.sheet(name).block)
    return [*found, *_cell_changes(old, new)]


def same_columns(old: Block, new: Block) -> dict[str, tuple[str, bool]]:
    """Letter of an old column → the new one's, and whether its heading is the very same."""
    pairs, taken = {}, set()
    for column in old.columns:
        twin = next((one for one in new.columns if _same(column, one) and one.letter not in taken), None)
        if twin:
            pairs[column.letter] = twin.letter, True
            taken.add(twin.letter)
    for column in old.columns:
        if column.letter not in pairs:
            near = [one for one in new.columns if one.letter not in taken and _is_renamed(column, one)]
            if near:
                pairs[column.letter] = near[0].letter, False
                taken.add(near[0].letter)
    return pairs


def _same(one: SurveyColumn, other: SurveyColumn) -> bool:
    return words(one.heading) == words(other.heading)


def _is_renamed(one: SurveyColumn, other: SurveyColumn) -> bool:
    """In the same place, or in nearly the same words."""
    if one.letter == other.letter:
        return True
    mine, its = ({*words(column.levels[-1]).split()} - EMPTY_WORDS for column in (one, other))
    return bool(mine & its) and len(mine & its) / len(mine | its) > ALIKE


def _block_changes(sheet: str, old: Block | None, new: Block | None) -> list[Change]:
    if old is None or new is None:
        gone = [Change(VANISHED, sheet, one.letter, one.heading) for one in (old.columns if old else ())]
        return gone + [Change(NEW, sheet, one.letter, "", one.heading) for one in (new.columns if new else ())]
    pairs = same_columns(old, new)
    known = {letter for letter, _ in pairs.values()}
    found = [change for column in old.columns for change in _column_changes(sheet, column, pairs, new)]
    found += [Change(NEW, sheet, one.letter, "", one.heading) for one in new.columns if one.letter not in known]
    if (old.first_row, old.room) != (new.first_row, new.room):
        found.append(Change(ROWS, sheet, str(new.first_row), _rows(old), _rows(new)))
    return found


def _column_changes(sheet: str, column: SurveyColumn, pairs: dict, new: Block) -> Iterator[Change]:
    if column.letter not in pairs:
        yield Change(VANISHED, sheet, column.letter, column.heading)
        return
    letter, is_same = pairs[column.letter]
    twin = new.column(letter)
    if not is_same:
        yield Change(RENAMED, sheet, letter, column.heading, twin.heading)
    elif letter != column.letter:
        yield Change(MOVED, sheet, letter, f"{column.heading} ({column.letter})", f"{twin.heading} ({letter})")
    if (column.choices or []) != (twin.choices or []):
        yield Change(LIST, sheet, letter, *_list_change(column.choices or [], twin.choices or []))


def _list_change(before: list[str], after: list[str]) -> tuple[str, str]:
    gone = [value for value in before if value not in after]
    new = [value for value in after if value not in before]
    return ", ".join(gone or before[:3]), ", ".join(new or after[:3])


def _rows(block: Block) -> str:
    last = f" à {block.last_row}" if block.room else " et suivantes"
    return f"lignes {block.first_row}{last}"


def _cell_changes(old: Survey, new: Survey) -> Iterator[Change]:
    def by_place(survey: Survey) -> dict[str, SurveyCell]:
        return {cell.place.casefold(): cell for cell in survey.cells}

    before, after = by_place(old), by_place(new)
    for place, cell in before.items():
        if place not in after:
            yield Change(CELL_GONE, cell.sheet, cell.cell, f"{cell.place} ({cell.label})")
        elif (cell.choices or []) != (after[place].choices or []):
            yield Change(LIST, cell.sheet, cell.cell, *_list_change(cell.choices or [], after[place].choices or []))
    for place, cell in after.items():
        if place not in before:
            yield Change(CELL_NEW, cell.sheet, cell.cell, "", f"{cell.place} ({cell.label})")
