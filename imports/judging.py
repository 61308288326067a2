"""From a workbook to verdicts: which sheets are ours, which rows are records, what each of them becomes.

Pure with regard to the database: what is known comes in as a `Register`, nothing is written here.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from imports import cells
from imports.grid import Grid
from imports.recognition import Found, find_table
from imports.register import Register
from imports.rows import Answers, Row, Table
from imports.sheets import attendance, contracts, employers, persons, sessions, tutors
from imports.vocabulary import Nature, Verdict, Weight
from workbooks.places import letters
from workbooks.read import Book, Cell, Content

SHAPES = (employers.SHAPE, persons.SHAPE, tutors.SHAPE, contracts.SHAPE, sessions.SHAPE)
JUDGES = {
    Nature.EMPLOYERS: employers.judge,
    Nature.PERSONS: persons.judge,
    Nature.TUTORS: tutors.judge,
    Nature.CONTRACTS: contracts.judge,
    Nature.SESSIONS: sessions.judge,
}
EXAMPLE = re.compile(r"ex(?:emples?)?\b(?!\w)")
TOTAL = re.compile(
    r"(?:sous |s )?tota(?:l|ux)\b|somme\b|consolidation\b|moyenne\b|cumul\b|presents?\b|nombre de\b|nb de\b"
)
NOT_A_NAME = re.compile(
    r"(?:visa|signature|cachet|observations?|remarques?|formateur|formatrice|intervenante?|note|nb)\b"
)
RULE = re.compile(r"\W{2,}")

Progress = Callable[[int, int, str], None]


@dataclass
class SheetOutcome:
    """One sheet: recognised or not, and its rows by number."""

    name: str
    table: Table | None = None
    rows: dict[int, Row] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def nature(self) -> Nature | None:
        return self.table.nature if self.table else None

    def as_json(self) -> dict:
        found = self.table.found
        facts: dict = {"nature": str(self.nature), "lignes_entetes": found.heading_rows}
        if isinstance(found, attendance.Roll):
            facts["codes"] = attendance.LEGEND
            facts["colonnes"] = {letters(column): one.as_json() for column, one in sorted(found.moments.items())}
        else:
            facts["colonnes"] = found.by_letter()
        facts["remarques"] = self.notes
        facts["lignes"] = {str(number): row_json(row) for number, row in sorted(self.rows.items())}
        return facts


@dataclass
class Outcome:
    """What a workbook would do."""

    sheets: list[SheetOutcome]
    notes: list[str]
    register: Register

    @property
    def rows(self) -> list[Row]:
        return [row for sheet in self.sheets for row in sheet.rows.values()]

    def totals(self) -> dict[str, int]:
        counts = Counter(row.verdict for row in self.rows)
        return {str(verdict): counts[verdict] for verdict in Verdict if counts[verdict]}

    def of_nature(self, nature: Nature) -> list[Row]:
        return [row for sheet in self.sheets if sheet.nature is nature for row in sheet.rows.values()]

    @property
    def is_all_sound(self) -> bool:
        return not any(row.verdict in (Verdict.REFUSE, Verdict.ASK) or open_questions(row) for row in self.rows)

    def as_json(self, file_name: str) -> dict:
        return {
            "fichier": file_name,
            "feuilles": {sheet.name: sheet.as_json() for sheet in self.sheets if sheet.table},
            "feuilles_ignorees": [sheet.name for sheet in self.sheets if not sheet.table],
            "remarques": self.notes,
            "totaux": self.totals(),
        }


def open_questions(row: Row) -> list:
    return [motif for motif in (*row.motifs, *row.cell_motifs) if motif.is_open]


def row_json(row: Row) -> dict:
    facts: dict = {"verdict": str(row.verdict), "motifs": [motif.as_json() for motif in row.motifs]}
    facts["corrections"] = [correction.as_json() for correction in row.corrections]
    if row.verdict is not Verdict.IGNORE or row.values:
        facts["valeurs"] = {name: value_json(value) for name, value in row.values.items()}
    if row.changes:
        facts["changements"] = [
            {"champ": label, "ancien": value_json(old), "nouveau": value_json(new)} for label, old, new in row.changes
        ]
    return facts | row.extras


def value_json(value: object) -> object:
    return cells.shown(value)


def judge(
    book: Book,
    register: Register,
    *,
    on: date,
    answers: Mapping[str, Mapping] | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Read every sheet that is ours, in the order in which rows lean on each other."""
    return judge_tables(book, recognise(book, answers or {}, on), register, progress)


def recognise(book: Book, answers: Mapping[str, Mapping], on: date) -> list[SheetOutcome]:
    """What each sheet is, and which of its columns are which."""
    return [_recognise(sheet, book.date_1904, answers.get(sheet.name, {}), on) for sheet in book.sheets]


def judge_tables(
    book: Book, outcomes: list[SheetOutcome], register: Register, progress: Progress | None = None
) -> Outcome:
    order = list(Nature)
    ours = sorted((one for one in outcomes if one.table), key=lambda one: order.index(one.nature))
    total = sum(one.table.grid.last_row for one in ours) or 1
    done = 0
    for outcome in ours:
        if progress:
            progress(done, total, f"Lecture de la feuille « {outcome.name} »")
        _judge_sheet(outcome, register)
        done += outcome.table.grid.last_row
    notes = list(book.notes)
    for one in outcomes:
        if one.table is None:
            notes.append(f"Feuille « {one.name} » : aucun tableau reconnu, elle n'est pas lue.")
    return Outcome(outcomes, notes, register)


def _recognise(sheet: object, date_1904: bool, answers: Mapping, on: date) -> SheetOutcome:
    kept = Answers.of(answers)
    grid = Grid(sheet, date_1904=date_1904, repairs=kept.repairs)
    outcome = SheetOutcome(grid.name)
    # Lists for drop-downs are kept on hidden sheets: nothing is read there.
    if grid.is_hidden:
        return outcome
    found = attendance.find_roll(grid) or find_table(grid, SHAPES)
    if found is not None:
        outcome.table = Table(grid, found, kept, on)
        outcome.notes = remarks(found)
    return outcome


def remarks(found: Found) -> list[str]:
    """Columns that are not read are said, once."""
    notes = []
    if found.forbidden:
        columns = ", ".join(letters(column) for column in found.forbidden)
        notes.append(
            f"Colonne {columns} : un numéro de sécurité sociale n'est jamais lu. Effacez cette colonne du classeur."
        )
    unread = [found.headings[column] for column, name in found.columns.items() if not found.shape.field(name).is_read]
    unread += found.unknown.values()
    if unread:
        notes.append("Colonnes non lues : " + ", ".join(f"« {heading} »" for heading in unread) + ".")
    return notes


def _judge_sheet(outcome: SheetOutcome, register: Register) -> None:
    table = outcome.table
    first = table.found.heading_rows[-1] + 1
    cohort = attendance.settle_columns(table, register) if isinstance(table.found, attendance.Roll) else None
    above: Row | None = None
    blank_from = 0
    records = _record_rows(table, first)
    last = max(table.grid.numbers(), default=0)
    for number in range(first, last + 1):
        if not table.grid.filled(number):
            blank_from = blank_from or number
            continue
        if blank_from:
            say_blank(outcome, blank_from, number - 1)
            blank_from = 0
        row = Row(table, number, above)
        outcome.rows[number] = row
        if code := _not_a_record(table, number, records):
            row.motifs.clear()
            row.corrections.clear()
            row.stop(code)
            continue
        if isinstance(table.found, attendance.Roll):
            attendance.judge(row, register, cohort)
        else:
            JUDGES[table.nature](row, register)
        if table.answers.leaves_out(number):
            leave_out(row)
        forget_social_security_numbers(row)
        above = row
    if table.nature is Nature.PERSONS and (note := persons.unwritten_for_want_of_a_referent(outcome.rows.values())):
        outcome.notes.append(note)


def say_blank(outcome: SheetOutcome, first: int, last: int) -> None:
    """A run of blank rows is said once, on the last of them."""
    row = Row(outcome.table, last)
    row.corrections.clear()
    row.stop("ligne_vide", **({"depuis": first} if first < last else {}))
    outcome.rows[last] = row


def leave_out(row: Row) -> None:
    row.motifs = [motif for motif in row.motifs if motif.weight is not Weight.IGNORED]
    row.stop("ligne_ecartee")
    row.settled = Verdict.IGNORE
    if (entry := row.links.get("entry")) is not None and entry.pk is None:
        entry.verdict = Verdict.IGNORE


def forget_social_security_numbers(row: Row) -> None:
    """A row refused for this shows none of its texts: the number could be in any of them."""
    if any(motif.code == "nir_interdit" for motif in row.motifs):
        row.values = dict.fromkeys(row.values)
        row.extras, row.changes = {}, []
        row.motifs = [motif for motif in row.motifs if motif.code == "nir_interdit"]
        row.cell_motifs, row.corrections = [], []


def _record_rows(table: Table, first: int) -> list[int]:
    """Rows with several cells: where the data are, to tell a title between them from a note below them."""
    return [number for number in table.grid.numbers() if number >= first and len(table.grid.filled(number)) > 2]


def _not_a_record(table: Table, number: int, records: list[int]) -> str | None:
    filled = table.grid.filled(number)
    texts = [cells.folded(cell.value) for cell in filled.values() if cell.kind is Content.TEXT]
    typed = [cell for cell in filled.values() if cell.formula is None]
    if (texts and EXAMPLE.match(texts[0])) or (len(texts) > 1 and texts[1].startswith("exemple")):
        return "ligne_exemple"
    if len(typed) <= 2 and any(TOTAL.match(text) for text in texts) and not _is_a_name(table, filled):
        return "ligne_total"
    if not typed and filled:
        return "ligne_total"
    if isinstance(table.found, attendance.Roll) and texts and NOT_A_NAME.match(texts[0]):
        return "note_libre"
    if len(filled) == 1:
        return _lone_cell(table, number, next(iter(filled.items())), records)
    return None


def _is_a_name(table: Table, filled: Mapping[int, Cell]) -> bool:
    """A module or an establishment may begin with such a word when the rest of its row is there."""
    return len(filled) > 3 and not any(cell.formula for cell in filled.values())


def _lone_cell(table: Table, number: int, only: tuple[int, Cell], records: list[int]) -> str | None:
    column, cell = only
    if cell.kind is not Content.TEXT:
        return "note_libre"
    has_more = any(record > number for record in records)
    area = table.grid.merged(number, column)
    if has_more and (area is not None or RULE.match(cell.value.strip()) or cell.value.isupper()):
        return "ligne_titre"
    if has_more and column in table.found.columns and cells.plain_text(cell.value)[:1] not in "*-→•":
        return None
    return "note_libre"
