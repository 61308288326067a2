"""Reading an amount of money: exact, French or English, never guessed."""

import re
from decimal import Decimal

from imports.cells import NOTHING, NOTHING_READ, Read, bare, is_number, one_line, plain_text

CENTS = 2
_CURRENCY = re.compile(r"^(?:€|eur|euros?)\s*|\s*(?:€|eur|euros?)$")
_SIGN = re.compile(r"^[-−–]\s*|\s*[-−–]$")
_PLAIN = re.compile(r"\d+(?:[.,]\d{1,2})?|[.,]\d{1,2}")
# One separator and three digits: thousands for one reader, decimals for another.
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_GROUPED = (
    (re.compile(r"\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d{1,2})?"), ""),
    (re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,2}|\d{1,3}(?:\.\d{3}){2,}"), "."),
    (re.compile(r"\d{1,3}(?:,\d{3})+\.\d{1,2}|\d{1,3}(?:,\d{3}){2,}"), ","),
)


def amount(value: object) -> Read:
    """« 1 234,56 € », « 1,234.56 », « (12,50) », « 12,50- » or a true number; « 1.234 » is asked again."""
    if is_number(value):
        return _exact(Decimal(str(value)), value)
    if not isinstance(value, str):
        return Read(motif="montant_illisible", lu=plain_text(value)) if value is not None else NOTHING_READ
    written = bare(one_line(value))
    if written in NOTHING:
        return NOTHING_READ
    figures, is_negative = _unsigned(_CURRENCY.sub("", written))
    if _AMBIGUOUS.fullmatch(figures):
        return Read(motif="montant_ambigu", lu=one_line(value))
    found = _positive(figures)
    if found is None:
        return Read(motif="montant_illisible", lu=one_line(value))
    return Read(-found if is_negative else found)


def _exact(number: Decimal, value: object) -> Read:
    """A true number of a spreadsheet; below the cent it is no payment but the result of a sum."""
    if not number.is_finite() or number != round(number, CENTS):
        return Read(motif="montant_illisible", lu=plain_text(value))
    return Read(round(number, CENTS))


def _unsigned(written: str) -> tuple[str, bool]:
    """Accountants write a negative amount between brackets, or its sign behind it."""
    if written.startswith("(") and written.endswith(")"):
        return _CURRENCY.sub("", written[1:-1].strip()), True
    unsigned = _CURRENCY.sub("", _SIGN.sub("", written, count=1)).strip()
    return unsigned.removeprefix("+").strip(), bool(_SIGN.search(written))


def _positive(figures: str) -> Decimal | None:
    if _PLAIN.fullmatch(figures):
        return Decimal(figures.replace(",", "."))
    for shape, thousands in _GROUPED:
        if shape.fullmatch(figures):
            return Decimal(re.sub(r"[ '’]", "", figures.replace(thousands, "")).replace(",", "."))
    return None
