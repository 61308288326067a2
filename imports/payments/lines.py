"""One line of the payer as it is read: whose, for which months, how much, when. Nothing is matched here."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.actions.payments import LONGEST_TRANSFER, LineContent, clean_transfer, decision_of
from contracts.models import AidRequest
from imports import cells
from imports.cells import Read
from imports.judging import TOTAL
from imports.payments.amounts import amount
from imports.payments.months import months
from imports.rows import Row, Table
from imports.sheets.employers import read_siret
from imports.vocabulary import Choice
from workbooks.read import Cell, Content

DECISION_LENGTH = 12
LEAVE = Choice("non", "Laisser cette ligne")
NEGATIVE, POSITIVE = "rembourse", "verse"
REPAYMENT = re.compile(r"\b(?:indus?|trop percus?|recuperations?|remboursements?|reversements?|annulations?)\b")
# Of the same heading row, printed again at the top of each page.
SAME_HEADINGS = 3


@dataclass
class Line:
    """What the line says; `request` comes when it is matched, `candidates` are those it could be for."""

    row: Row
    number: str = ""
    siret: str = ""
    employer: str = ""
    name: str = ""
    months: tuple[date, ...] = ()
    amount: Decimal | None = None
    paid_on: date | None = None
    transfer: str = ""
    sign_is_open: bool = False
    request: AidRequest | None = None
    candidates: tuple[AidRequest, ...] = ()
    content: LineContent | None = None
    occurrence: int = 0
    is_known: bool = False

    @property
    def is_whole(self) -> bool:
        return bool(self.months) and self.amount is not None and self.paid_on is not None

    def contents(self) -> list[LineContent]:
        """What the line says if each doubt about it were settled: one of them may be recorded already."""
        amounts = (self.amount, -self.amount) if self.sign_is_open else (self.amount,)
        return [
            LineContent(number=decision_of(request), months=self.months, amount=amount, paid_on=self.paid_on)
            for request in self.candidates
            for amount in amounts
        ]


def read_line(row: Row, default_day: date | None) -> Line:
    line = Line(row)
    line.number = row.read("decision", decision_number) or ""
    line.siret = row.lenient("siret", read_siret) or ""
    line.employer = _plain(row, "employeur")
    line.name = f"{_plain(row, 'nom')} {_plain(row, 'prenom')}".strip()
    line.months = row.read("mois", months) or ()
    line.amount = row.read("montant", amount)
    line.paid_on = _day_paid(row, default_day)
    row.forgive("paye_le", "date_texte")
    line.transfer = clean_transfer(_plain(row, "virement", LONGEST_TRANSFER))
    row.values["mois"] = " et ".join(f"{month:%m/%Y}" for month in line.months) or None
    if line.amount == 0:
        row.stop("montant_nul", "montant")
    _settle_sign(line, _plain(row, "nature"))
    return line


def _plain(row: Row, name: str, most: int = 200) -> str:
    found = row.text(name, most) or ""
    row.forgive(name, "espaces_retires")
    return found


def _day_paid(row: Row, default_day: date | None) -> date | None:
    """The day of the line; the one given for the whole file when the line says none."""
    if default_day is None or not row.is_empty("paye_le"):
        return row.day("paye_le")
    row.values["paye_le"] = default_day
    return default_day


def _settle_sign(line: Line, nature: str) -> None:
    """A repayment is negative: when only the wording says so, somebody is asked."""
    if line.amount is None or line.amount <= 0 or not REPAYMENT.search(cells.folded(nature)):
        return
    choices = (
        Choice(NEGATIVE, "Un remboursement : montant négatif"),
        Choice(POSITIVE, "Un versement : montant positif"),
        LEAVE,
    )
    answer = line.row.ask("remboursement_positif", "montant", nature, choices=choices)
    line.sign_is_open = answer is None
    if answer == NEGATIVE:
        line.amount = -line.amount
        line.row.values["montant"] = line.amount


def decision_number(value: object) -> Read:
    """Twelve digits. Only the zero that a spreadsheet takes from the front is given back, and that is said."""
    written = re.sub(r"[\s.\-]", "", cells.one_line(value))
    if cells.bare(written) in cells.NOTHING:
        return cells.NOTHING_READ
    if not (written.isascii() and written.isdigit()) or len(written) not in (DECISION_LENGTH - 1, DECISION_LENGTH):
        return Read(motif="decision_illisible", lu=cells.one_line(value))
    return Read(written.zfill(DECISION_LENGTH), "" if len(written) == DECISION_LENGTH else "zero_initial_rendu")


# --- Rows that are no payment ---


def why_not_a_line(table: Table, number: int) -> str | None:
    """The code of what this row is instead: a total, headings again, a note."""
    filled = table.grid.filled(number)
    texts = [cells.folded(cell.value) for cell in filled.values() if cell.kind is Content.TEXT]
    has_decision = bool(decision_number(_cell(table, number, "decision").value).value)
    if any(TOTAL.match(text) for text in texts[:2]) and not has_decision:
        return "ligne_total"
    if _repeats_headings(table, filled):
        return "titres_repetes"
    says_something = any(_cell(table, number, name).value is not None for name in ("decision", "montant", "mois"))
    return None if says_something and len(filled) > 1 else "note_libre"


def is_subtotal(table: Table, number: int) -> bool:
    texts = [cells.folded(cell.value) for cell in table.grid.filled(number).values() if cell.kind is Content.TEXT]
    return any(re.match(r"(?:sous|s) ?tota", text) for text in texts)


def total_of(table: Table, number: int) -> Decimal | None:
    """The sum written on a row of total: in the column of amounts, else the only amount of the row."""
    in_column = amount(_cell(table, number, "montant").value).value
    if in_column is not None:
        return in_column
    found = [amount(cell.value).value for cell in table.grid.filled(number).values()]
    found = [one for one in found if one is not None]
    return found[0] if len(found) == 1 else None


def _cell(table: Table, number: int, name: str) -> Cell:
    column = table.column(name)
    return table.grid.filled(number).get(column, Cell()) if column else Cell()


def _repeats_headings(table: Table, filled: dict[int, Cell]) -> bool:
    headings = table.found.headings
    same = sum(" ".join(cell.text.split()) == headings.get(column) for column, cell in filled.items())
    return same >= min(SAME_HEADINGS, len(filled))
