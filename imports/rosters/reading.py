"""A roster as facilities draw it: a month in the title, a column a day, a row a person, codes explained below.

Pure: it knows neither the database nor who is a trainee. What it reads stays in memory; imports/rosters/matching.py
keeps the rows of trainees alone, and the rest of the team is forgotten.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from imports import cells
from imports.grid import Grid, holds
from imports.rosters.legend import TITLE, Meaning, code_of, read_meaning
from workbooks.places import address
from workbooks.read import Book, Content

MONTHS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin"),
    *("juillet", "aout", "septembre", "octobre", "novembre", "decembre"),
)
_MONTH = re.compile(rf"\b({'|'.join(MONTHS)})\b\D{{0,3}}(20\d\d)\b")
LETTERS = "lmmjvsd"
FIRST_ROWS = 30
# Fewer columns numbered 1, 2, 3… are some other table.
FEWEST_DAYS = 28
NAME, JOB = (
    ("agent", "nom", "noms", "salarie", "salaries", "personnel", "nom et prenom"),
    ("fonction", "emploi", "poste"),
)


class UnreadableRoster(ValueError):
    """Ce qui empêche de lire la feuille, en une phrase."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Une ligne du planning : un nom, une fonction, un code par jour et la cellule où il se lit."""

    row: int
    name: str
    job: str
    codes: dict[date, str]
    places: dict[date, str]


@dataclass(slots=True)
class Roster:
    sheet: str
    month: date
    heading_rows: list[int]
    agents: list[Agent] = field(default_factory=list)
    legend: dict[str, Meaning] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heading:
    """Où sont les jours, les noms et les fonctions."""

    row: int
    first_row: int
    days: dict[int, int]
    name_column: int
    job_column: int | None


def read_rosters(book: Book) -> tuple[list[Roster], list[str]]:
    """Les plannings du classeur, une feuille par mois, et le nom des feuilles où il n'y en a pas."""
    found, empty = [], []
    for sheet in book.sheets:
        grid = Grid(sheet, date_1904=book.date_1904)
        heading = find_heading(grid)
        if heading is None:
            empty.append(sheet.name)
        else:
            found.append(read_roster(grid, heading))
    if not found:
        raise UnreadableRoster(
            "Aucune feuille ne ressemble à un planning : il faut une ligne de jours numérotés 1, 2, 3… jusqu'à la fin "
            "du mois."
        )
    return found, empty


def find_heading(grid: Grid) -> Heading | None:
    for row in [number for number in grid.numbers() if number <= FIRST_ROWS]:
        days = _numbered(grid, row)
        if len(days) >= FEWEST_DAYS:
            return _heading(grid, row, days)
    return None


def _numbered(grid: Grid, row: int) -> dict[int, int]:
    """Column → day, for the longest run 1, 2, 3… of the row."""
    days: dict[int, int] = {}
    for column, cell in sorted(grid.filled(row).items()):
        read = cells.integer(cell.value) if cell.kind in (Content.NUMBER, Content.TEXT) else None
        if read is None or read.value is None or read.motif:
            continue
        if read.value == len(days) + 1:
            days[column] = read.value
    return days


def _heading(grid: Grid, row: int, days: dict[int, int]) -> Heading:
    first_day = min(days)
    headings = {
        column: cells.folded(grid.at(number, column).cell.value)
        for number in range(max(1, row - 2), row + 1)
        for column in range(1, first_day)
        if holds(grid.at(number, column).cell)
    }
    name = next((column for column, text in headings.items() if text in NAME), 1)
    job = next((column for column, text in headings.items() if text in JOB), None)
    tops = [number for number in range(max(1, row - 2), row) if _is_part_of_heading(grid, number, days)]
    return Heading(row, min([*tops, row]), days, name, job)


def _is_part_of_heading(grid: Grid, row: int, days: dict[int, int]) -> bool:
    """The row of the letters of the days, above the numbers."""
    letters = [cells.folded(grid.at(row, column).cell.value)[:1] for column in days]
    return sum(letter in LETTERS and bool(letter) for letter in letters) >= FEWEST_DAYS and not grid.merged(
        row, 1 + min(days)
    )


def read_roster(grid: Grid, heading: Heading) -> Roster:
    month = find_month(grid, heading)
    _check_days(grid, heading, month)
    roster = Roster(grid.name, month, list(range(heading.first_row, heading.row + 1)))
    legend_row = _legend_row(grid, heading)
    for row in grid.numbers():
        if row >= legend_row:
            for _, cell in sorted(grid.filled(row).items()):
                if found := read_meaning(cells.plain_text(cell.value)):
                    roster.legend[found[0]] = found[1]
        elif row > heading.row and (agent := _agent(grid, heading, row, month)):
            roster.agents.append(agent)
    if not roster.legend:
        raise UnreadableRoster(
            f"Feuille « {grid.name} » : la légende manque. Ajoutez sous le planning une ligne par code, par exemple "
            "« M = matin 6h45 - 14h15 »."
        )
    return roster


def find_month(grid: Grid, heading: Heading) -> date:
    """The month is written in the title only, above the days."""
    texts = [
        cells.bare(cells.one_line(cell.value))
        for row in grid.numbers()
        if row < heading.first_row
        for cell in grid.filled(row).values()
    ]
    for text in texts:
        if found := _MONTH.search(text):
            return date(int(found[2]), MONTHS.index(found[1]) + 1, 1)
    raise UnreadableRoster(
        f"Feuille « {grid.name} » : le titre ne dit pas le mois et l'année. Écrivez par exemple « MARS 2026 » "
        "au-dessus du planning."
    )


def _check_days(grid: Grid, heading: Heading, month: date) -> None:
    """The number of days and, where they are written, their letters: a title copied from another month is caught."""
    count = monthrange(month.year, month.month)[1]
    said = f"{MONTHS[month.month - 1]} {month.year}"
    if len(heading.days) != count:
        raise UnreadableRoster(
            f"Feuille « {grid.name} » : {len(heading.days)} jours numérotés, {said} en compte {count}. Corrigez le "
            "titre ou les colonnes."
        )
    if heading.first_row == heading.row:
        return
    for column, day in heading.days.items():
        letter = cells.folded(grid.at(heading.first_row, column).cell.value)[:1]
        due = LETTERS[month.replace(day=day).weekday()]
        if letter and letter != due:
            raise UnreadableRoster(
                f"Feuille « {grid.name} », cellule {address(heading.first_row, column)} : le {day} {said} n'est pas un "
                f"« {letter.upper()} ». Le titre est peut-être celui d'un autre mois."
            )


def _legend_row(grid: Grid, heading: Heading) -> int:
    for row in grid.numbers():
        if row > heading.row and any(cells.folded(cell.value) == TITLE for cell in grid.filled(row).values()):
            return row
    # Without its title, the legend starts at the first line that reads as one.
    for row in grid.numbers():
        texts = [cells.plain_text(cell.value) for cell in grid.filled(row).values()]
        if row > heading.row and len(texts) <= 2 and any(map(read_meaning, texts)):
            return row
    return grid.last_row + 1


def _agent(grid: Grid, heading: Heading, row: int, month: date) -> Agent | None:
    """A row with a name and codes; a title across the columns or a row of totals is not one."""
    name = cells.one_line(grid.at(row, heading.name_column).cell.value)
    across = grid.merged(row, heading.name_column)
    if not name or (across and across.last_column >= min(heading.days)):
        return None
    codes, places = {}, {}
    for column, code, where in _codes(grid, heading, row):
        day = month.replace(day=heading.days[column])
        codes[day], places[day] = code, where
    if not codes:
        return None
    job = cells.one_line(grid.at(row, heading.job_column).cell.value) if heading.job_column else ""
    return Agent(row, name, job, codes, places)


def _codes(grid: Grid, heading: Heading, row: int) -> Iterator[tuple[int, str, str]]:
    """Texts only: a row of counts is made of formulas."""
    for column in heading.days:
        place = grid.at(row, column)
        if place.cell.kind is Content.TEXT and place.cell.formula is None and (code := code_of(place.cell.value)):
            yield column, code, address(row, column)
