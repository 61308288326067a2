"""Reading the month, or the months, that a line of the payer is for."""

import re
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from imports.cells import NOTHING, NOTHING_READ, Read, bare, is_number, one_line, plain_text
from imports.days import MONTHS
from regulations.aid import months_between

FIRST_YEAR, LAST_YEAR = 2000, 2100
# A payer who catches up for more than a year writes several lines.
MOST_MONTHS = 12
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ]?(\d{2})")
# A day is parted like its month: « 07-08/2026 » is two months.
_MONTH_FIRST = re.compile(r"(?:\d{1,2}([-/.]))?(\d{1,2})(?(1)\1|[-/. ])(\d{4})")
_IN_WORDS = re.compile(r"([a-z]+)\.?[- ]*(\d{4}|\d{2})")
_MONTH_ALONE = re.compile(r"(\d{1,2})|([a-z]+)\.?")
_FROM = re.compile(r"^(?:de |du |d')")
# « et » names two months, the others the two ends of a period.
_AND = re.compile(r" (?:et|&) ")
_TO = (re.compile(r" (?:-|–|—|a|au|>) "), re.compile(r"[–—-]"))


def months(value: object) -> Read:
    """« 03/2026 », « 202603 », « mars 2026 », a day of it; « 07/2026 - 08/2026 » is two months."""
    if isinstance(value, (date, datetime)):
        return _read((_first(value.year, value.month),), value)
    written = f"{value}" if is_number(value) else bare(one_line(value))
    if written in NOTHING:
        return NOTHING_READ
    single = _single(written)
    return _read((single,) if single else _several(_FROM.sub("", written)), value)


def _read(found: tuple[date | None, ...], value: object) -> Read:
    is_possible = found and None not in found and len(found) <= MOST_MONTHS
    return Read(found) if is_possible else Read(motif="mois_illisible", lu=plain_text(value))


def _first(year: int, month: int) -> date | None:
    return date(year, month, 1) if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 else None


def _single(written: str) -> date | None:
    if match := _YEAR_FIRST.fullmatch(written):
        return _first(int(match[1]), int(match[2]))
    if match := _MONTH_FIRST.fullmatch(written):
        return _first(int(match[3]), int(match[2]))
    if (match := _IN_WORDS.fullmatch(written)) and match[1] in MONTHS:
        year = int(match[2])
        # After the name of a month, two digits can only be the year.
        return _first(year if year > 99 else 2000 + year, MONTHS[match[1]])
    return None


def _several(written: str) -> tuple[date | None, ...]:
    if ends := _ends(written, _AND):
        return ends if None not in ends and ends[0] < ends[1] else ()
    for between in _TO:
        if (ends := _ends(written, between)) and None not in ends:
            return tuple(months_between(*ends))
    return ()


def _ends(written: str, between: re.Pattern) -> tuple[date | None, date | None] | None:
    """Two months; the first may leave its year to the second: « juillet et août 2026 »."""
    parts = between.split(written)
    if len(parts) != 2:
        return None
    last = _single(parts[1].strip())
    first = _single(parts[0].strip()) or (last and _same_year(parts[0].strip(), last))
    return first, last


def _same_year(written: str, last: date) -> date | None:
    match = _MONTH_ALONE.fullmatch(written)
    if match is None:
        return None
    number = int(match[1]) if match[1] else MONTHS.get(match[2], 0)
    return _first(last.year, number)


def next_month(month: date) -> date:
    return month + relativedelta(months=1)


def previous_month(month: date) -> date:
    return month - relativedelta(months=1)
