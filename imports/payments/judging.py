"""From the lines of a payer to verdicts: recorded already, to record, to ask about, refused; nothing is written."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.models import User
from accounts.templatetags.french import as_day
from contracts.actions.payments import (
    PaidLine,
    aided_by_decision,
    findings_of_payment,
    line_key,
    part_keys,
)
from contracts.models import AidRequest
from imports.grid import Grid
from imports.judging import Outcome, SheetOutcome, forget_social_security_numbers, leave_out, remarks, say_blank
from imports.payments import known as payments_known
from imports.payments import questions
from imports.payments.columns import Layout, layout_of
from imports.payments.known import Known
from imports.payments.lines import Line, is_subtotal, read_line, total_of, why_not_a_line
from imports.payments.matching import match
from imports.payments.totals import Sums
from imports.register import Register
from imports.rows import Answers, Row, Table
from imports.vocabulary import Verdict, Weight
from regulations.payments import french_period
from workbooks.limits import Refused
from workbooks.read import Book

TOLD_EVERY = 500
# Which column a finding of the law is about.
FIELD_OF = {
    "montant_nul": "montant",
    "montant_absurde": "montant",
    "mois_hors_aide": "mois",
    "paye_avant_decision": "paye_le",
    "paye_dans_le_futur": "paye_le",
}

NO_LINE = Refused("vide", "Ce fichier ne contient aucune ligne. Vérifiez que c'est le bon, puis renvoyez-le.")

Progress = Callable[[int, int, str], None]


@dataclass
class PaymentOutcome(Outcome):
    """What a payer's file would record; `layouts` are its sheets, those still to be described included."""

    lines: list[Line] = field(default_factory=list)
    layouts: list[Layout] = field(default_factory=list)

    @property
    def to_describe(self) -> Layout | None:
        """The sheet whose columns somebody has to name before any line is read."""
        if any(not layout.missing for layout in self.layouts):
            return None
        return max(self.layouts, key=lambda layout: len(layout.grid.numbers()), default=None)


def read_lines(
    book: Book,
    *,
    on: date,
    kept: Mapping[str, Mapping[str, str]],
    answers: Mapping[str, Mapping] | None = None,
    default_day: date | None = None,
    progress: Progress | None = None,
) -> PaymentOutcome:
    """Columns and lines. Nothing of the database is needed: it is done before any transaction."""
    answers = answers or {}
    outcome = PaymentOutcome([], list(book.notes), Register())
    for sheet in book.sheets:
        repairs = Answers.of(answers.get(sheet.name, {})).repairs
        grid = Grid(sheet, date_1904=book.date_1904, repairs=repairs)
        layout = None if grid.is_hidden else layout_of(grid, kept, can_date=default_day is not None)
        if layout is not None:
            outcome.layouts.append(layout)
    if not outcome.layouts:
        raise NO_LINE
    notes = []
    for layout in outcome.layouts:
        if layout.missing:
            continue
        table = Table(layout.grid, layout.found, Answers.of(answers.get(layout.grid.name, {})), on)
        sheet = SheetOutcome(table.name, table, notes=remarks(layout.found))
        if layout.is_chosen:
            sheet.notes.append("Colonnes lues comme votre organisation les a nommées pour ces titres.")
        outcome.sheets.append(sheet)
        notes += _read(sheet, layout, outcome.lines, default_day, progress)
    unread = [layout.grid.name for layout in outcome.layouts if layout.missing and outcome.sheets]
    notes += [f"Feuille « {name} » : aucun tableau de paiements reconnu, elle n'est pas lue." for name in unread]
    outcome.notes = notes + outcome.notes
    return outcome


def _read(
    sheet: SheetOutcome, layout: Layout, lines: list[Line], default_day: date | None, progress: Progress | None
) -> list[str]:
    """Every row of one sheet, those that are no payment included; what its sums say."""
    table, sums = sheet.table, Sums()
    above, blank_from, last = None, 0, max(table.grid.numbers())
    for number in range(1, last + 1):
        if progress and number % TOLD_EVERY == 0:
            progress(number, last, f"Lecture de « {table.name} »")
        if not table.grid.filled(number):
            blank_from = blank_from or number
            continue
        if blank_from:
            say_blank(sheet, blank_from, number - 1)
            blank_from = 0
        row = Row(table, number, above)
        sheet.rows[number] = row
        code = _above_the_lines(layout, number) or why_not_a_line(table, number)
        if code:
            _ignore(row, code)
            if code == "ligne_total":
                sums.meet(number, total_of(table, number), is_subtotal=is_subtotal(table, number))
            continue
        line = read_line(row, default_day)
        sums.add(number, line.amount)
        lines.append(line)
        above = row
    return sums.said()


def _above_the_lines(layout: Layout, number: int) -> str | None:
    if number >= layout.first_row:
        return None
    return "titres_repetes" if number in layout.found.heading_rows else "ligne_titre"


def _ignore(row: Row, code: str) -> None:
    row.motifs.clear()
    row.corrections.clear()
    row.stop(code)


# --- Verdicts ---


def settle(outcome: PaymentOutcome, user: User, on: date, progress: Progress | None = None) -> PaymentOutcome:
    """Requests, payments already there, then one verdict for each line."""
    lines = outcome.lines
    known = payments_known.load(user, lines)
    for line in lines:
        if any(motif.code == "nir_interdit" for motif in line.row.motifs):
            forget_social_security_numbers(line.row)
        elif line.row.table.answers.leaves_out(line.row.number):
            leave_out(line.row)
        else:
            match(line, known)
    matched = [line for line in lines if line.candidates and line.is_whole and not _is_stopped(line)]
    payments_known.load_payments(known, matched)
    payments_known.load_expected(known, matched, on)
    recognise(matched, known)
    paid = _paid_by_month(matched, known)
    for count, line in enumerate(matched):
        if progress and count % TOLD_EVERY == 0:
            progress(count, len(matched), "Rapprochement avec les contrats")
        if line.is_known:
            _leave_as_it_is(line)
        elif line.request is not None:
            _judge(line, known, paid, on)
    return outcome


def _is_stopped(line: Line) -> bool:
    return any(motif.weight is not Weight.QUESTION for motif in line.row.motifs) or line.row.settled is not None


def _leave_as_it_is(line: Line) -> None:
    """What was asked about it was answered when it was recorded."""
    line.row.motifs.clear()
    line.row.known = line
    line.row.extras["versements"] = _said(line.months, [])


def recognise(lines: list[Line], known: Known) -> None:
    """Which lines are recorded already. A line seen on a screen often lacks its transfer: it is the same one."""
    left = {
        text: {transfer: len(occurrences) for transfer, occurrences in transfers.items()}
        for text, transfers in known.recorded.items()
    }
    for take in (_take, _take_without_transfer):
        for line in lines:
            if not line.is_known:
                line.is_known = any(take(left.get(content.text, {}), line.transfer) for content in line.contents())
    for line in lines:
        if line.request is not None and not line.is_known:
            line.content = line.contents()[0]
            taken = known.recorded[line.content.text][line.transfer]
            line.occurrence = next(n for n in range(1, len(taken) + 2) if n not in taken)
            taken.add(line.occurrence)


def _take(left: dict[str, int], transfer: str) -> bool:
    if not left.get(transfer):
        return False
    left[transfer] -= 1
    return True


def _take_without_transfer(left: dict[str, int], transfer: str) -> bool:
    """The transfer is missing here, or there."""
    return any(_take(left, other) for other in ([""] if transfer else list(left)))


def _paid_by_month(lines: list[Line], known: Known) -> dict[tuple[int, date], Decimal]:
    """What is paid for each month, with the positive lines of this file."""
    paid = defaultdict(Decimal, known.paid)
    for line in lines:
        if line.request is not None and not line.is_known and line.amount > 0:
            for month in line.months:
                paid[line.request.pk, month] += line.amount / len(line.months)
    return paid


def _judge(line: Line, known: Known, paid: Mapping[tuple[int, date], Decimal], on: date) -> None:
    row = line.row
    for finding in _findings(line, on):
        field_name = FIELD_OF[finding.code]
        row.stop(finding.code, field_name, row.raw(field_name), precision=_precision(line.request, finding.code))
    if _is_stopped(line):
        return
    shares = questions.ask_all(line, known, paid)
    if shares is None:
        leave_out(row)
        return
    if row.verdict is not Verdict.CREATE:
        return
    key = line_key(line.content, line.transfer, line.occurrence)
    row.links["lines"] = [
        PaidLine(
            request=line.request,
            month=month,
            amount=amount,
            paid_on=line.paid_on,
            transfer_number=line.transfer,
            key=part,
        )
        for (month, amount), part in zip(shares, part_keys(key, len(shares)), strict=True)
    ]
    row.extras["versements"] = _said(line.months, shares)


def _findings(line: Line, on: date) -> list:
    """Once each, whatever the months of the line."""
    share = line.amount / len(line.months)
    found = {}
    for month in line.months:
        for finding in findings_of_payment(line.request, month=month, amount=share, paid_on=line.paid_on, on=on):
            found.setdefault(finding.code, finding)
    return list(found.values())


def _precision(request: AidRequest, code: str) -> str:
    if code == "mois_hors_aide":
        return french_period(aided_by_decision(request))
    return f"décision du {as_day(request.decided_on)}" if code == "paye_avant_decision" else ""


def _said(months: tuple[date, ...], shares: list[tuple[date, Decimal]]) -> list[list]:
    """Month and amount of each payment the line makes, as the preview shows them."""
    if not shares:
        return [[questions.month_in_words(month), None] for month in months]
    return [[questions.month_in_words(month), str(amount)] for month, amount in shares]
