"""L'aide attendue : taux x SMIC horaire x heures aidées x 52 / 12, arrondie une fois.

Sources
  A rate of the SMIC, set by the authority: L5134-19-1. H. On the subsidised hours, at most 35 a week. M
  Ceiling of 95 % of the gross hourly SMIC: L5134-30-1. H/M
  52 weeks over 12 months: official conversions of the SMIC and published amounts (worked_examples.json). M
  One rounding, half up, at the end; total from unrounded months: pec.md §1.6. P
  Divisor of an incomplete month: not published by the payer; thirtieths by default, « hypothèse ». L
  Pay kept in a suspension: aid in proportion of what the employer bears, R5134-44 (twin R5134-67). H for the twin
  Département's share, 88 % of the RSA of a single person, never more than the aid: D5134-41 (twin D5134-64). H for
  the twin. RSA in force on the first day of the month aided, as for the SMIC: P
  Amendment of the hours: the aid stays on the hours of the decision. L

Only the amount notified by the ASP counts. A float here is a bug and is refused with TypeError.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from regulations.calendar import Territory, is_working_day
from regulations.discrepancies import GapCause, Reading
from regulations.discrepancies import discrepancy as discrepancy
from regulations.enums import LabelledEnum
from regulations.findings import Finding, Strength
from regulations.money import NO_BREAK_SPACE, cents, french_euros, french_number
from regulations.periods import Period, days_between

WEEKS_A_YEAR = 52
MONTHS_A_YEAR = 12
THIRTIETHS = 30
HIGHEST_RATE = Decimal("0.95")  # L5134-30-1
HIGHEST_HOURS = 35  # legal weekly hours, L3121-27
DEPARTMENT_SHARE = Decimal("0.88")  # of the RSA of a single person, D5134-41 known by its twin D5134-64
DEPARTMENT_SHARE_WORDS = f"{DEPARTMENT_SHARE * 100:.0f} % du RSA"

INDICATIVE = "Montant indicatif : seul le montant notifié par l'ASP fait foi."

Exact = Decimal | int


class Proration(LabelledEnum):
    """Diviseur d'un mois incomplet : un réglage, puisque le payeur ne publie pas le sien."""

    THIRTIETHS = "THIRTIETHS", "trentièmes (hypothèse)"
    CALENDAR_DAYS = "CALENDAR_DAYS", "jours du mois (hypothèse)"
    WORKING_DAYS = "WORKING_DAYS", "jours ouvrés (hypothèse)"


class ProrataReason(LabelledEnum):
    """Pourquoi le mois n'est pas entier ; ce n'est pas une cause d'écart."""

    ENTRY = "entree_en_cours_de_mois", "entrée en cours de mois"
    EXIT = "sortie_en_cours_de_mois", "sortie en cours de mois"
    SUSPENSION = "suspension", "suspension sans salaire"


@dataclass(frozen=True, slots=True)
class SuspendedDays:
    """Jours suspendus, bornes comprises, et la part du salaire que l'employeur verse encore."""

    starts_on: date
    ends_on: date | None = None
    pay_kept_share: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class AidMonth:
    """Un mois aidé et ses données : ce qu'un montant enregistré garde avec lui."""

    hourly_smic: Decimal
    rate: Decimal
    weekly_hours: Exact
    parts: Exact = THIRTIETHS
    whole: int = THIRTIETHS


def monthly_aid(hourly_smic: Decimal, rate: Decimal, weekly_hours: Exact) -> Decimal:
    """Aide d'un mois entier ; le taux est une fraction : `Decimal("0.50")`."""
    return _rounded(_unrounded_month(hourly_smic, rate, weekly_hours))


def expected_aid(
    *, hourly_smic: Decimal, rate: Decimal, weekly_hours: Exact, parts: Exact = THIRTIETHS, whole: int = THIRTIETHS
) -> Decimal:
    """Le mois non arrondi, réduit à ses parts, puis arrondi une fois. Un diviseur nul n'ouvre aucune aide."""
    return _month_amount(AidMonth(hourly_smic, rate, weekly_hours, parts, whole))


def provisional_total(months: Iterable[AidMonth]) -> Decimal:
    """Somme des mois non arrondis, arrondie une fois : le SMIC ou le taux peuvent changer en route."""
    return _rounded(sum((_unrounded_part(month) for month in months), Fraction(0)))


def thirtieths(
    month: date, starts_on: date, ends_on: date | None = None, suspended: Iterable[SuspendedDays] = ()
) -> Decimal:
    """Hypothèse : le mois compte 30 jours, février compris ; chaque jour suspendu sans salaire retire 1/30.

    Entry on the 2nd gives 29, exit on the 12th gives 12; so two contracts that follow each other share 30.
    """
    first, last = month_bounds(month)
    begins, ends = max(starts_on, first), min(ends_on or last, last)
    if begins > ends:
        return Decimal(0)
    last_part = THIRTIETHS if ends == last else min(ends.day, THIRTIETHS)
    present = max(0, last_part - (begins.day - 1))
    lost = _lost_days(begins, ends, suspended)
    # A month suspended from end to end has no aid, whether it counts 28 or 31 days.
    if sum(lost.values()) == (ends - begins).days + 1:
        return Decimal(0)
    return max(Decimal(0), present - sum(lost.values(), Decimal(0)))


def prorate(
    proration: Proration,
    month: date,
    starts_on: date,
    ends_on: date | None = None,
    suspended: Iterable[SuspendedDays] = (),
    territory: Territory = Territory.METROPOLE,
) -> tuple[Decimal, int]:
    """(parts, whole) to give to `expected_aid`, under the chosen divisor."""
    if proration is Proration.THIRTIETHS:
        return thirtieths(month, starts_on, ends_on, suspended), THIRTIETHS
    first, last = month_bounds(month)
    counted = set(days_between(first, last))
    if proration is Proration.WORKING_DAYS:
        counted = {day for day in counted if is_working_day(day, territory)}
    begins, ends = max(starts_on, first), min(ends_on or last, last)
    lost = _lost_days(begins, ends, suspended)
    present = [day for day in days_between(begins, ends) if day in counted]
    return sum((1 - lost.get(day, Decimal(0)) for day in present), Decimal(0)), len(counted)


def prorata_reasons(
    month: date, starts_on: date, ends_on: date | None = None, suspended: Iterable[SuspendedDays] = ()
) -> list[ProrataReason]:
    """What is shown beside an amount that is not the whole month."""
    first, last = month_bounds(month)
    reasons = []
    if first < starts_on <= last:
        reasons.append(ProrataReason.ENTRY)
    if ends_on is not None and first <= ends_on < last:
        reasons.append(ProrataReason.EXIT)
    if any(_lost_days(max(starts_on, first), min(ends_on or last, last), suspended).values()):
        reasons.append(ProrataReason.SUSPENSION)
    return reasons


def readings(
    month: date,
    aided: Period,
    suspended: Sequence[SuspendedDays],
    given: AidMonth,
    hourly_smics: Iterable[Decimal] = (),
    territory: Territory = Territory.METROPOLE,
) -> Iterator[Reading]:
    """The month as the payer may have read it: another SMIC, the suspensions otherwise, whole, another divisor."""
    for hourly_smic in hourly_smics:
        yield Reading(GapCause.SMIC_CHANGE, _month_amount(replace(given, hourly_smic=hourly_smic)))
    for cause, (parts, whole) in _other_shares(month, aided, suspended, territory):
        yield Reading(cause, _month_amount(replace(given, parts=parts, whole=whole)))


def formula(
    hourly_smic: Decimal, rate: Decimal, weekly_hours: Exact, parts: Exact = THIRTIETHS, whole: int = THIRTIETHS
) -> str:
    """« 12,02 € × 20 h × 52 / 12 × 50 % = 520,87 € »; the share of the month is written when it is not whole."""
    factors = [
        french_euros(hourly_smic),
        f"{french_number(weekly_hours)}{NO_BREAK_SPACE}h",
        f"{WEEKS_A_YEAR} / {MONTHS_A_YEAR}",
        f"{french_number(rate * 100)}{NO_BREAK_SPACE}%",
    ]
    if parts != whole:
        factors.append(f"{french_number(parts)} / {whole}")
    amount = expected_aid(hourly_smic=hourly_smic, rate=rate, weekly_hours=weekly_hours, parts=parts, whole=whole)
    return f"{' × '.join(factors)} = {french_euros(amount)}"


def ceiling_findings(rate: Decimal, weekly_hours: Exact) -> list[Finding]:
    findings = []
    if rate > HIGHEST_RATE:
        message = f"Le taux de {french_number(rate * 100)} % dépasse le plafond de 95 % du SMIC horaire brut."
        findings.append(Finding("taux_superieur_au_plafond", message, "L5134-30-1", Strength.WARNING))
    if weekly_hours > HIGHEST_HOURS:
        message = f"{french_number(weekly_hours)} heures aidées par semaine : l'aide s'arrête à 35 heures."
        findings.append(Finding("heures_aidees_au_dela_de_35", message, "L5134-30-1", Strength.WARNING))
    return findings


def hours_findings(contract_hours: Exact, aided_hours: Exact) -> list[Finding]:
    """After an amendment: fewer hours worked than aided, which the decision alone can settle."""
    if contract_hours >= aided_hours:
        return []
    message = (
        f"Le contrat est à {french_number(contract_hours)}{NO_BREAK_SPACE}h par semaine, moins que les "
        f"{french_number(aided_hours)}{NO_BREAK_SPACE}h aidées. L'aide attendue reste celle de la décision : "
        "signalez l'avenant à l'autorité qui l'a accordée, elle peut la réduire."
    )
    return [Finding("heures_du_contrat_sous_les_heures_aidees", message, "R5134-28", Strength.WARNING)]


def department_share(single_rsa: Decimal, aid: Decimal) -> Decimal:
    """Part du département : 88 % du RSA d'une personne seule, jamais plus que l'aide du mois."""
    return min(_rounded(_exact(single_rsa) * _exact(DEPARTMENT_SHARE)), aid)


@lru_cache(maxsize=4096)
def month_bounds(month: date) -> tuple[date, date]:
    """First and last day of the month that holds this day."""
    return month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])


def months_between(first: date, last: date) -> list[date]:
    """The first day of each month aided, from one day to the other."""
    begins, ends = (day.year * MONTHS_A_YEAR + day.month - 1 for day in (first, last))
    return [date(number // MONTHS_A_YEAR, number % MONTHS_A_YEAR + 1, 1) for number in range(begins, ends + 1)]


def _other_shares(
    month: date, aided: Period, suspended: Sequence[SuspendedDays], territory: Territory
) -> Iterator[tuple[GapCause, tuple[Exact, int]]]:
    days = (month, aided.starts_on, aided.ends_on)
    first, last = month_bounds(month)
    if suspended:
        unpaid = [replace(one, pay_kept_share=Decimal(0)) for one in suspended]
        for proration in Proration:
            for seen in ((), unpaid, suspended):
                yield GapCause.SUSPENSION, prorate(proration, *days, seen, territory)
    if first < aided.starts_on or (aided.ends_on is not None and aided.ends_on < last):
        for proration in Proration:
            yield GapCause.ENTRY_OR_EXIT, prorate(proration, *days, suspended, territory)
        if aided.overlaps(Period(first, last)):
            yield GapCause.ENTRY_OR_EXIT, (THIRTIETHS, THIRTIETHS)


def _month_amount(month: AidMonth) -> Decimal:
    return _rounded(_unrounded_part(month))


def _lost_days(begins: date, ends: date, suspended: Iterable[SuspendedDays]) -> dict[date, Decimal]:
    """Day -> share of pay not borne. A day suspended twice is lost once."""
    lost: dict[date, Decimal] = {}
    for stretch in suspended:
        for day in days_between(max(begins, stretch.starts_on), min(ends, stretch.ends_on or ends)):
            lost[day] = max(lost.get(day, Decimal(0)), 1 - stretch.pay_kept_share)
    return lost


def _unrounded_month(hourly_smic: Decimal, rate: Decimal, weekly_hours: Exact) -> Fraction:
    product = _exact(hourly_smic) * _exact(rate) * _exact(weekly_hours)
    return product * WEEKS_A_YEAR / MONTHS_A_YEAR


def _unrounded_part(month: AidMonth) -> Fraction:
    whole_month = _unrounded_month(month.hourly_smic, month.rate, month.weekly_hours)
    return whole_month * _exact(month.parts) / month.whole if month.whole else Fraction(0)


def _exact(number: Exact) -> Fraction:
    # Fraction would take a binary float without a word.
    if isinstance(number, float):
        raise TypeError("Un montant, un taux ou des heures sont des Decimal, jamais des flottants.")
    return Fraction(number)


def _rounded(amount: Fraction) -> Decimal:
    # One division: thirds of a cent that add up to a half are still a half when they meet the rounding.
    return cents(Decimal(amount.numerator) / Decimal(amount.denominator))
