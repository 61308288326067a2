"""Finding by itself what a sheet holds: its nature, its heading rows, which column is which.

Headings are compared on their words alone, on any of the first rows; a second row of headings under merged titles
completes the first. A column that looks like a social security number is never mapped.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from imports.cells import folded, plain_text
from imports.grid import Grid
from imports.vocabulary import Nature
from regulations.nir import heading_looks_like_nir
from workbooks.places import letters
from workbooks.read import Content

# Instructions and pictures stand above the table: headings are looked for that far down.
FIRST_ROWS = 40
LONGEST_HEADING = 90
ENOUGH = 0.5
LAST_PART_ALONE = 0.98
# Two words in common are a coincidence.
LEAST_FIELDS = 3
# The name of the sheet settles what its headings leave in doubt.
NAMED_SO = 0.8
NOISE = {
    "de",
    "du",
    "des",
    "la",
    "le",
    "les",
    "l",
    "d",
    "un",
    "une",
    "et",
    "ou",
    "a",
    "au",
    "en",
    "o",
    "n",
    "jj",
    "mm",
    "aaaa",
}


@dataclass(frozen=True)
class Field:
    """A column we know: its name, the headings people give it, whether a row can do without it."""

    name: str
    label: str
    headings: tuple[str, ...]
    is_required: bool = False
    # Computed by the workbook or of no use here: recognised so that it is said, and never read.
    is_read: bool = True


@dataclass(frozen=True)
class Shape:
    """What makes a sheet of some nature: its fields, and those without which it is something else."""

    nature: Nature
    fields: tuple[Field, ...]
    keys: tuple[str, ...]
    titles: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)


@dataclass
class Found:
    """The table found in a sheet."""

    shape: Shape
    heading_rows: list[int]
    columns: dict[int, str]
    headings: dict[int, str]
    unknown: dict[int, str] = field(default_factory=dict)
    forbidden: list[int] = field(default_factory=list)
    starred: set[str] = field(default_factory=set)
    score: float = 0.0

    @property
    def nature(self) -> Nature:
        return self.shape.nature

    def by_letter(self) -> dict[str, str]:
        return {letters(column): name for column, name in sorted(self.columns.items())}


@lru_cache(maxsize=8192)
def words(heading: str) -> frozenset[str]:
    heading = re.sub(r"\bn\s*[°º]", " numero ", heading.casefold())
    return frozenset(_stem(word) for word in folded(heading).split() if word not in NOISE)


def _stem(word: str) -> str:
    """Plurals and feminine endings do not count: « aidées », « aidée »."""
    return re.sub(r"(?:ees|ee|es|e|s)$", "", word) if len(word) > 3 else word


def likeness(heading: frozenset[str], known: frozenset[str]) -> float:
    """1 for the same words; less when the heading says more, or less, than what we know."""
    if not heading or not known:
        return 0.0
    common = len(heading & known)
    if not common:
        return 0.0
    # A heading may add words (« N° SIRET (14 chiffres) »); it may hardly lack one of ours.
    return common / len(known) * (0.6 + 0.4 * common / len(heading))


def find_table(grid: Grid, shapes: Iterable[Shape]) -> Found | None:
    """The best reading of the sheet as one of these shapes; None when it is none of them."""
    shapes = tuple(shapes)
    candidates = []
    for row in _likely_rows(grid, _vocabulary(shapes)):
        for rows in ((row,), (row, row + 1)):
            if len(rows) == 2 and not _is_second_heading(grid, rows):
                continue
            headings = heading_texts(grid, rows)
            candidates += [found for shape in shapes if (found := _reading(grid, shape, rows, headings)) is not None]
    # Of two readings as good, the one with fewer heading rows: it leaves more rows to read.
    return max(candidates, key=lambda found: (found.score, -len(found.heading_rows)), default=None)


@lru_cache(maxsize=8)
def _vocabulary(shapes: tuple[Shape, ...]) -> frozenset[str]:
    """All the words of the headings we know."""
    return frozenset().union(*(words(text) for shape in shapes for one in shape.fields for text in one.headings))


def _likely_rows(grid: Grid, vocabulary: frozenset[str]) -> list[int]:
    """Headings are words, and some of them ours: a row of figures, of names or of dates is data."""
    rows = []
    for row in grid.numbers()[:FIRST_ROWS]:
        filled = grid.filled(row).values()
        texts = [cell.value for cell in filled if cell.kind is Content.TEXT]
        is_mostly_text = len(texts) > 1 and len(texts) * 4 >= len(filled) * 3
        if is_mostly_text and any(words(text) & vocabulary for text in texts if len(text) <= LONGEST_HEADING):
            rows.append(row)
    return rows


def _reading(grid: Grid, shape: Shape, rows: tuple[int, ...], headings: dict[int, str]) -> Found | None:
    matched = match_columns(headings, known_headings(shape.fields))
    named = {name for name, _ in matched.values()}
    if not set(shape.keys) <= named or len(named) < LEAST_FIELDS:
        return None
    is_named_so = bool(words(grid.name) & set().union(*map(words, shape.titles)))
    found = Found(
        shape,
        list(rows),
        {column: name for column, (name, _) in matched.items()},
        headings,
        score=sum(score for _, score in matched.values()) + (NAMED_SO if is_named_so else 0.0),
    )
    for column, heading in headings.items():
        if heading_looks_like_nir(heading):
            found.columns.pop(column, None)
            found.forbidden.append(column)
        elif column not in matched:
            found.unknown[column] = heading
        elif "*" in heading:
            found.starred.add(matched[column][0])
    return found


def heading_texts(grid: Grid, rows: tuple[int, ...]) -> dict[int, str]:
    """Column → heading. Under a merged title, the second row names the column and the title only helps."""
    texts: dict[int, list[str]] = {}
    for row in rows:
        for column in _columns(grid, row):
            place = grid.at(row, column)
            if place.cell.kind is not Content.TEXT:
                continue
            heading = " ".join(plain_text(place.cell.value).split())
            if heading and len(heading) <= LONGEST_HEADING and heading not in texts.get(column, []):
                texts.setdefault(column, []).append(heading)
    return {column: " / ".join(parts) for column, parts in sorted(texts.items())}


def _columns(grid: Grid, row: int) -> list[int]:
    columns = set(grid.rows.get(row, {}))
    for area in grid._merges.get(row, ()):
        # A title over the whole sheet is no heading.
        if area.last_column - area.first_column < 15 or area.last_row > area.first_row:
            columns.update(range(area.first_column, area.last_column + 1))
    return sorted(columns)


def _is_second_heading(grid: Grid, rows: tuple[int, ...]) -> bool:
    """The row below belongs to the headings when titles above are merged over it or over its columns."""
    above, below = rows
    areas = grid._merges.get(above, ())
    covers = any(area.first_row == above and area.last_row >= below for area in areas)
    spreads = any(area.last_column > area.first_column for area in areas)
    texts = list(grid.filled(below).values())
    return bool(texts) and (covers or spreads) and all(cell.kind is Content.TEXT for cell in texts)


@lru_cache(maxsize=64)
def known_headings(fields: tuple[Field, ...]) -> dict[str, list[frozenset[str]]]:
    return {one.name: [words(heading) for heading in one.headings] for one in fields}


def match_columns(
    headings: Mapping[int, str], known: Mapping[str, list[frozenset[str]]]
) -> dict[int, tuple[str, float]]:
    """Each column goes to the field it is most like, each field to one column: the best pairs first."""
    pairs = []
    for column, heading in headings.items():
        # Whole heading, or its last part alone: « IMMERSION / du », « IDENTITÉ / Prénom ».
        whole, last = words(heading), words(heading.split(" / ")[-1])
        for name, wordings in known.items():
            score = max(max(likeness(whole, one), likeness(last, one) * LAST_PART_ALONE) for one in wordings)
            if score >= ENOUGH:
                pairs.append((score, -column, name))
    matched: dict[int, tuple[str, float]] = {}
    taken: set[str] = set()
    for score, minus_column, name in sorted(pairs, reverse=True):
        if -minus_column not in matched and name not in taken:
            matched[-minus_column] = name, score
            taken.add(name)
    return matched
