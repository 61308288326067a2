"""Le certificat de réalisation et ce qui se paie dessus : trois sommes égales à la minute, montants exacts, plafonds.

Sources
  Certificate = hours of the invoice = sum of attended half-days: order of 21 December 2018 (R6332-26). H
  Each half-day signed by trainee and trainer: same order. H
  Only hours really attended are paid, pay of the trainee included: same order. H
  Largest remainder for a price of a group, share of the State's aid by hours of work: programme decision. P
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from regulations.findings import Finding
from regulations.money import CENT, NO_BREAK_SPACE, cents
from regulations.periods import Period
from regulations.training import MINUTES_AN_HOUR, R6332_26, ExpenseKind, HalfDayPart

WEEKS_A_YEAR, MONTHS_A_YEAR = 52, 12
# A list longer than this is not read: the rest is counted.
NAMED = 5
HOURS = re.compile(r"([0-9]{1,4})\s*h\s*([0-9]{1,2})?", re.IGNORECASE)
DECIMAL_HOURS = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Followed:
    """Une demi-journée où la personne était attendue : ce qui est noté, clos, signé. `minutes` vide : sans appel."""

    day: date
    part: HalfDayPart
    minutes: int | None
    is_closed: bool = False
    signed: bool = False
    countersigned: bool = False

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.part.label}"


@dataclass(frozen=True, slots=True)
class Invoiced:
    """Une ligne de facture : sa période, ses minutes."""

    period: Period
    minutes: int


def said(minutes: int) -> str:
    """810 -> « 13 h 30 » ; 840 -> « 14 h ». For sentences; a certificate prints hundredths."""
    hours, rest = divmod(minutes, MINUTES_AN_HOUR)
    whole = f"{hours}{NO_BREAK_SPACE}h"
    return f"{whole}{NO_BREAK_SPACE}{rest:02d}" if rest else whole


def minutes_of(text: str) -> int:
    """« 13 h 30 », « 13,5 » ou « 3,33 » -> minutes entières ; a hundredth of an hour comes from one minute only."""
    text = " ".join(text.split())
    if found := HOURS.fullmatch(text):
        hours, minutes = int(found[1]), int(found[2] or 0)
        if minutes < MINUTES_AN_HOUR:
            return hours * MINUTES_AN_HOUR + minutes
    elif DECIMAL_HOURS.fullmatch(text):
        return int((Decimal(text.replace(",", ".")) * MINUTES_AN_HOUR + Decimal("0.5")).to_integral_value(ROUND_DOWN))
    raise ValueError(f"« {text} » n'est pas une durée : écrivez par exemple 13,50 ou 13 h 30.")


# --- What stands against a certificate ---


def certificate_findings(half_days: Iterable[Followed], invoiced: Iterable[Invoiced], period: Period) -> list[Finding]:
    """Pourquoi le certificat ne peut pas être émis ; rien quand suivi, certificat et facture sont égaux et signés."""
    half_days, invoiced = list(half_days), list(invoiced)
    counted = [one for one in half_days if one.minutes]
    findings = [
        *_unsound(half_days, counted),
        *(
            Finding("facture_a_cheval", f"Une ligne de facture ({_days(line.period)}) déborde de la période.", R6332_26)
            for line in invoiced
            if not (period.covers(line.period.starts_on) and period.covers(line.period.ends_on))
        ),
    ]
    attended = sum(one.minutes for one in counted)
    if not attended:
        findings.append(Finding("rien_de_suivi", "Aucune heure suivie sur la période.", R6332_26))
    return [*findings, *equality_findings(attended, sum(line.minutes for line in invoiced), bool(invoiced))]


def equality_findings(attended: int, invoiced: int, has_lines: bool = True) -> list[Finding]:
    """Suivi = facturé, à la minute ; l'écart est dit."""
    if not has_lines:
        if not attended:
            return []
        return [Finding("pas_de_facture", f"{said(attended)} suivies, aucune ligne de facture.", R6332_26)]
    if attended == invoiced:
        return []
    gap = said(abs(attended - invoiced))
    message = f"{said(attended)} suivies, {said(invoiced)} facturées : {gap} de différence."
    return [Finding("heures_differentes", message, R6332_26)]


def _unsound(half_days: list[Followed], counted: list[Followed]) -> list[Finding]:
    faults = (
        ("sans_appel", "sans appel", [one for one in half_days if one.minutes is None]),
        ("pas_close", "à clore", [one for one in half_days if one.minutes is not None and not one.is_closed]),
        ("sans_signature", "sans signature du stagiaire", [one for one in counted if not one.signed]),
        ("sans_contresignature", "sans signature du formateur", [one for one in counted if not one.countersigned]),
    )
    return [Finding(code, _named(words, found), R6332_26) for code, words, found in faults if found]


def _named(words: str, found: list[Followed]) -> str:
    names = ", ".join(str(one) for one in found[:NAMED])
    more = f" et {len(found) - NAMED} de plus" if len(found) > NAMED else ""
    return f"{'Demi-journées' if len(found) > 1 else 'Demi-journée'} {words} : {names}{more}."


def _days(period: Period) -> str:
    return f"du {period.starts_on:%d/%m/%Y} au {period.ends_on:%d/%m/%Y}"


# --- What an invoice asks ---


def line_amount(minutes: int, hourly_rate: Decimal) -> Decimal:
    """Heures × prix de l'heure, from whole minutes, rounded once."""
    return cents(hourly_rate * minutes / MINUTES_AN_HOUR)


def shares(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Le montant partagé au prorata, au centime, sans perte (plus fort reste) : the sum is the amount, exactly."""
    total = sum(weights)
    if total <= 0:
        raise ValueError("Il n'y a aucune heure suivie sur laquelle partager ce montant.")
    whole = int((amount / CENT).to_integral_value())
    exact = [Fraction(whole * weight, total) for weight in weights]
    parts = [one.numerator // one.denominator for one in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: whole - sum(parts)]:
        parts[place] += 1
    return [part * CENT for part in parts]


def group_amount(price: Decimal, minutes_until: int, minutes_in_all: int, already: Decimal) -> Decimal:
    """Part du prix du groupe due à ce jour, moins ce qui est facturé : the last invoice ends on the price, exactly."""
    if minutes_in_all <= 0 or minutes_until >= minutes_in_all:
        return price - already
    return cents(price * minutes_until / minutes_in_all) - already


# --- What an employer asks back ---

# An hour of pay is an hour followed; the other kinds are counted by their own unit.
BY_HOUR = frozenset({ExpenseKind.PAY, ExpenseKind.PEDAGOGICAL})
UNITS = {
    ExpenseKind.PEDAGOGICAL: "facture",
    ExpenseKind.PAY: "heure",
    ExpenseKind.TRAVEL: "kilomètre",
    ExpenseKind.MEALS: "repas",
    ExpenseKind.LODGING: "nuit",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Une dépense telle que demandée : ce qu'elle coûte, ce que le plafond en laisse."""

    cost: Decimal
    asked: Decimal

    @property
    def is_capped(self) -> bool:
        return self.asked < self.cost


def asked_for(kind: ExpenseKind, quantity: Decimal, unit_amount: Decimal, minutes: int, cap: Decimal | None) -> Asked:
    """Coût et montant demandé : jamais plus que le plafond par unité ; pay and teaching follow the hours followed."""
    if kind is ExpenseKind.PAY:
        quantity = Decimal(minutes) / MINUTES_AN_HOUR
    cost = cents(quantity * unit_amount)
    if cap is None:
        return Asked(cost, cost)
    units = Decimal(minutes) / MINUTES_AN_HOUR if kind in BY_HOUR else quantity
    return Asked(cost, min(cost, cents(units * cap)))


def aid_on_hours(received: Decimal, minutes: int, weekly_hours: Decimal, months: int) -> Decimal:
    """Aide de l'État reçue sur ces heures : its months shared evenly over their hours of work (hypothèse)."""
    worked = weekly_hours * WEEKS_A_YEAR / MONTHS_A_YEAR * months
    if worked <= 0:
        return Decimal("0.00")
    return cents(received * min(Decimal(minutes) / MINUTES_AN_HOUR / worked, Decimal(1)))
