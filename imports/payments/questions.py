"""Doubts about a line of a payer, each asked once: two months in one, a repayment of nothing, a line voided before."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format

from accounts.templatetags.french import as_day, as_euros
from imports.payments.known import Known
from imports.payments.lines import LEAVE, Line
from imports.payments.months import next_month, previous_month
from imports.rows import YES
from imports.vocabulary import Choice
from regulations.money import french_euros
from regulations.payments import shares_of

SHARE = "partager"
Shares = list[tuple[date, Decimal]]


def month_in_words(month: date) -> str:
    return date_format(month, "F Y")


def ask_all(line: Line, known: Known, paid: Mapping[tuple[int, date], Decimal]) -> Shares | None:
    """Month and amount of each payment this line is; None when the answer is to leave the line."""
    answers = [motif.answer for motif in line.row.motifs]
    answers += [_ask_voided(line, known), _ask_repayment(line, paid)]
    shares, answer = _ask_months(line, known, paid)
    return None if LEAVE.value in (*answers, answer) else shares


def _ask_voided(line: Line, known: Known) -> str | None:
    voided = known.voided.get(line.content.text)
    if voided is None:
        return None
    said = f"annulée le {as_day(voided.voided_at)} : {voided.void_reason}"
    return line.row.ask("deja_annulee", "montant", as_euros(line.amount), choices=(YES, LEAVE), precision=said)


def _ask_repayment(line: Line, paid: Mapping[tuple[int, date], Decimal]) -> str | None:
    """What is taken back was paid: else the month, the sign or the contract is wrong, or it was before our time."""
    if line.amount > 0:
        return None
    given = sum((paid.get((line.request.pk, month), Decimal(0)) for month in line.months), Decimal(0))
    if given + line.amount >= 0:
        return None
    said = f"versé pour ce mois : {french_euros(max(given, Decimal(0)))}"
    return line.row.ask(
        "indu_sans_versement", "montant", french_euros(line.amount), choices=(YES, LEAVE), precision=said
    )


def _ask_months(line: Line, known: Known, paid: Mapping[tuple[int, date], Decimal]) -> tuple[Shares, str | None]:
    """One line for several months, said or not: the share is proposed, somebody confirms it."""
    months = line.months if len(line.months) > 1 else _two_months(line, known, paid)
    whole = [(line.months[-1], line.amount)]
    if len(months) < 2:
        return whole, None
    expected = [known.expected.get((line.request.pk, month)) for month in months]
    shared = list(zip(months, shares_of(line.amount, expected), strict=True))
    on_one = line.months if len(line.months) > 1 else line.months[-1:]
    choices = (
        Choice(SHARE, f"Partager : {_said(shared)}"),
        *(Choice(f"{month:%Y-%m}", f"Tout sur {month_in_words(month)}") for month in on_one),
        LEAVE,
    )
    code = "deux_mois" if len(line.months) > 1 else "montant_de_deux_mois"
    answer = line.row.ask(code, "mois", line.row.values["mois"], choices=choices, precision=french_euros(line.amount))
    chosen = [(month, line.amount) for month in line.months if f"{month:%Y-%m}" == answer]
    return (shared if answer == SHARE else chosen or whole), answer


def _said(shares: Sequence[tuple[date, Decimal]]) -> str:
    return ", ".join(f"{month_in_words(month)} {french_euros(amount)}" for month, amount in shares)


def _two_months(line: Line, known: Known, paid: Mapping[tuple[int, date], Decimal]) -> tuple[date, ...]:
    """The amount is what this month and a neighbour that nobody paid should bring together."""
    month, pk = line.months[0], line.request.pk
    own = known.expected.get((pk, month))
    for other in (previous_month(month), next_month(month)):
        theirs = known.expected.get((pk, other))
        if own and theirs and not paid.get((pk, other)) and abs(own + theirs - line.amount) <= known.tolerance:
            return tuple(sorted((month, other)))
    return ()
