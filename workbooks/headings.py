"""Finding the row of headings of a sheet, wherever it is, by the words it is made of.

The caller gives, for each of its fields, the headings under which people write it; they are compared as normalised
words: no case, accents, stars, line breaks, punctuation. Headings may take one row or two (groups above, details
below, with the groups merged over their columns).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from workbooks.places import letters
from workbooks.read import Content, SheetData

FIRST_ROWS = 30
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss"})
BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
NOT_WORDS = re.compile(r"[\W_]+")
# « N° » survives as the letter alone: « N° de décision » and « no decision » are the same words.
NUMBER_SIGNS = re.compile(r"\b(?:n\s*[°º]|№)", re.IGNORECASE)
# « référent·e » is written like « référent(e) », which also answers to « référent ».
INCLUSIVE = re.compile(r"(?<=\w)[·•](\w{1,3})\b")


@lru_cache(maxsize=4096)
def words(text: str) -> str:
    """« Né(e) le * » → `ne e le`; « Code\\npostal » → `code postal`."""
    text = NUMBER_SIGNS.sub("no ", text.translate(LIGATURES))
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(character for character in text if not unicodedata.combining(character))
    return NOT_WORDS.sub(" ", text).strip()


def forms(text: str) -> list[str]:
    """The words of a heading, whole first, then without what is between brackets."""
    text = INCLUSIVE.sub(r"(\1)", text)
    whole, bare = words(text), words(BRACKETS.sub(" ", text))
    return [form for form in dict.fromkeys((whole, bare)) if form]


@dataclass(frozen=True)
class Headings:
    """The headings found: their rows, field → column, and the columns that no field claims (column → its text).

    `doubles` are columns whose heading belongs to a field that an earlier column has taken.
    """

    rows: tuple[int, ...]
    columns: dict[str, int]
    others: dict[int, str] = field(default_factory=dict)
    doubles: dict[int, str] = field(default_factory=dict)

    @property
    def first_row_below(self) -> int:
        return self.rows[-1] + 1

    def letters(self) -> dict[str, str]:
        """Field → letters of its column, to be shown."""
        return {name: letters(column) for name, column in self.columns.items()}


def find_headings(
    sheet: SheetData,
    synonyms: Mapping[str, Collection[str]],
    *,
    required: Collection[str] = (),
    at_least: int = 2,
    first_rows: int = FIRST_ROWS,
) -> Headings | None:
    """The row, or two rows, among the first ones that give most fields; None under `at_least` fields, or without
    one of the `required` ones.

    On equal terms, two rows win over one only when cells are merged as they are in groups of headings; then the
    upper row wins.
    """
    index = _index(synonyms)
    best, best_score = None, (0, False, False)
    for row in sorted(number for number in sheet.rows if number <= first_rows):
        for rows in ((row,), (row, row + 1)):
            found = match(texts_of(sheet, rows), rows, index)
            score = len(found.columns), len(rows) == 2 and is_grouped(sheet, row), len(rows) == 1
            if score > best_score:
                best, best_score = found, score
    if best is None or len(best.columns) < at_least or not set(required) <= set(best.columns):
        return None
    return best


def is_grouped(sheet: SheetData, row: int) -> bool:
    """True when merged cells tie this row to the next: headings on both, or several groups side by side."""
    here = [area for area in sheet.merges if area.first_row == row]
    tall = [area for area in here if area.last_row == row + 1]
    wide = [area for area in here if area.last_row == row and area.last_column > area.first_column]
    return bool(tall) or len(wide) > 1


def _index(synonyms: Mapping[str, Collection[str]]) -> dict[str, str]:
    index: dict[str, str] = {}
    for name, texts in synonyms.items():
        for text in texts:
            form = words(text)
            if index.setdefault(form, name) != name:
                raise ValueError(f"{text!r} is a heading of both {index[form]!r} and {name!r}")
    return index


def texts_of(sheet: SheetData, rows: tuple[int, ...]) -> dict[int, list[str]]:
    """Column → the texts of its heading from top to bottom, a merged group standing above all its columns."""
    texts: dict[int, list[str]] = {}
    for row in rows:
        line = {column: cell.text for column, cell in sheet.rows.get(row, {}).items() if cell.kind is Content.TEXT}
        for column, text in {**line, **_spread(sheet, row, line)}.items():
            if text.strip():
                texts.setdefault(column, []).append(text)
    return texts


def _spread(sheet: SheetData, row: int, line: Mapping[int, str]) -> dict[int, str]:
    spread: dict[int, str] = {}
    for area in sheet.merges:
        if area.first_row == row and area.first_column in line:
            spread.update(dict.fromkeys(range(area.first_column, area.last_column + 1), line[area.first_column]))
    return spread


def match(texts: Mapping[int, Iterable[str]], rows: tuple[int, ...], index: Mapping[str, str]) -> Headings:
    found = Headings(rows, {})
    for column, levels in sorted(texts.items()):
        name = _field(list(levels), index)
        if name is None:
            found.others[column] = " – ".join(" ".join(text.split()) for text in levels)
        elif name in found.columns:
            found.doubles[column] = name
        else:
            found.columns[name] = column
    return found


def _field(levels: list[str], index: Mapping[str, str]) -> str | None:
    """Group and detail together are the most precise, then the detail alone, then the group alone (merged down)."""
    candidates = [" ".join(levels), *reversed(levels)]
    return next((index[form] for text in candidates for form in forms(text) if form in index), None)
