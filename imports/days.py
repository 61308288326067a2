"""Reading a day, however it was typed: real dates, texts of every shape, bare numbers of a spreadsheet."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from imports.cells import NOTHING, NOTHING_READ, Read, is_number, one_line, shown
from regulations.people import unaccented

FIRST_YEAR, LAST_YEAR = 1920, 2100
EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
# A trainee is at least that old: « 09/11/12 » is a birth in 1912 or a slip, never a child.
YOUNGEST = 14

MONTHS = {
    "janvier": 1, "janv": 1, "jan": 1, "fevrier": 2, "fevr": 2, "fev": 2, "mars": 3, "avril": 4, "avr": 4,
    "mai": 5, "juin": 6, "juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9, "sep": 9,
    "octobre": 10, "oct": 10, "novembre": 11, "nov": 11, "decembre": 12, "dec": 12,
}  # fmt: skip

_DAY_FIRST = re.compile(
    r"(?:[a-z]+\.? )?(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{2}|\d{4})(?:[ t]00:00(?::00)?)?"
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ t]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?z?)?")
_IN_WORDS = re.compile(r"(?:[a-z]+\.? )?(\d{1,2})(?:er)?[ -]([a-z]+)\.?[ -](\d{2}|\d{4})")
_EIGHT_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4})")


def day(value: object, *, on: date, date_1904: bool = False, is_birth: bool = False) -> Read:
    """A day, however it was typed. Impossible, unreadable and unlikely days are told apart."""
    if isinstance(value, date):
        return _in_range(value.date() if isinstance(value, datetime) else value, value)
    if is_number(value):
        return _serial(value, date_1904)
    return _written_day(value, on, is_birth)


def _written_day(value: object, on: date, is_birth: bool) -> Read:
    written = unaccented(one_line(value))
    if written in NOTHING:
        return NOTHING_READ
    parts = _day_parts(written)
    if parts is None:
        return Read(motif="date_illisible", lu=shown(value))
    year, month, number, two_digits = parts
    if two_digits:
        year = _century(year, on, is_birth)
    try:
        found = date(year, month, number)
    except ValueError:
        return Read(motif="date_impossible", lu=one_line(value))
    if two_digits:
        return Read(found, motif="annee_sur_deux_chiffres", lu=one_line(value))
    return _in_range(found, one_line(value), "date_texte")


def _day_parts(written: str) -> tuple[int, int, int, bool] | None:
    if match := _YEAR_FIRST.fullmatch(written):
        return int(match[1]), int(match[2]), int(match[3]), False
    if match := _DAY_FIRST.fullmatch(written) or _EIGHT_DIGITS.fullmatch(written):
        return int(match[3]), int(match[2]), int(match[1]), len(match[3]) == 2
    if (match := _IN_WORDS.fullmatch(written)) and match[2] in MONTHS:
        return int(match[3]), MONTHS[match[2]], int(match[1]), len(match[3]) == 2
    return None


def _century(year: int, on: date, is_birth: bool) -> int:
    recent = 2000 + year
    if is_birth:
        return recent if recent <= on.year - YOUNGEST else 1900 + year
    return recent if recent <= on.year + 50 else 1900 + year


def _in_range(found: date, lu: object, correction: str = "") -> Read:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return Read(motif="date_impossible", lu=shown(lu))
    return Read(found, correction)


def _serial(value: int | float | Decimal, date_1904: bool) -> Read:
    """A bare number where a day is expected: the spreadsheet's own count of days, if it can be one."""
    number = int(value)
    if 1_01_1920 <= number <= 31_12_2100 and (match := _EIGHT_DIGITS.fullmatch(f"{number:08d}")):
        return day(f"{match[1]}/{match[2]}/{match[3]}", on=EPOCH_1904)
    if number == value and 0 < number < 100_000:
        found = (EPOCH_1904 if date_1904 else EPOCH_1900) + timedelta(days=number)
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return Read(found, motif="date_sans_format", lu=number)
    return Read(motif="date_illisible", lu=shown(value))
