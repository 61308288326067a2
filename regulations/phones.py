"""Les numéros de téléphone : lus comme on les écrit, gardés d'une seule façon (E.164), outre-mer compris.

Sources
  Plan national de numérotation: ARCEP decision 2018-0881, ten digits, the first one 0; 06 and 07 mobiles. H
  Overseas departments: +262 Réunion and Mayotte, +590 Guadeloupe, Saint-Martin, Saint-Barthélemy, +594 Guyane,
  +596 Martinique; their numbers keep nine digits after the code. H
  E.164: a plus sign, fifteen digits at most. H
"""

import re

FRANCE = "33"
# The three digits after the 0 → country code, for fixed lines and mobiles.
OVERSEAS = {
    **dict.fromkeys(("262", "263", "269", "639", "692", "693"), "262"),
    **dict.fromkeys(("590", "690", "691"), "590"),
    **dict.fromkeys(("594", "694"), "594"),
    **dict.fromkeys(("596", "696", "697"), "596"),
}
# Kept for films and demonstrations, in the middle of the numbers of Mayotte (ARCEP 2018-0881). H
FICTION = "63998"
OVERSEAS_MOBILES = ("639", "692", "693", "690", "691", "694", "696", "697")
CODES = (FRANCE, "262", "590", "594", "596")
_SEPARATORS = re.compile(r"[\s.\-/()\u00a0\u202f\u2011]+")
_OPTIONAL_ZERO = re.compile(r"\(\s*0\s*\)")


def read_phone(text: str) -> str | None:
    """« 06.12.34.56.78 », « +33 (0)6 12 34 56 78 », « 0033612345678 » → « +33612345678 », else None."""
    text = text.strip().removeprefix("tel:")
    digits = _SEPARATORS.sub("", _OPTIONAL_ZERO.sub("", text))
    international = digits.startswith(("+", "00"))
    digits = digits.removeprefix("+") if digits.startswith("+") else digits.removeprefix("00")
    if not digits.isascii() or not digits.isdigit():
        return None
    if international:
        return _international(digits)
    if len(digits) == 11 and digits.startswith(FRANCE):
        return _international(digits)
    # A spreadsheet that took the number for a figure has lost its 0.
    national = digits[1:] if len(digits) == 10 and digits.startswith("0") else digits
    return _national(national)


def _international(digits: str) -> str | None:
    for code in CODES:
        if digits.startswith(code):
            return _national(digits.removeprefix(code).removeprefix("0"))
    return f"+{digits}" if 8 <= len(digits) <= 15 and not digits.startswith("0") else None


def _national(nine: str) -> str | None:
    if len(nine) != 9 or nine.startswith("0"):
        return None
    code = FRANCE if nine.startswith(FICTION) else OVERSEAS.get(nine[:3], FRANCE)
    return f"+{code}{nine}"


def receives_texts(number: str) -> bool:
    """A mobile of France or overseas; abroad nobody can tell, and one tries."""
    for code in CODES:
        if number.startswith(f"+{code}"):
            nine = number.removeprefix(f"+{code}")
            return nine[:1] in ("6", "7") if code == FRANCE else nine.startswith(OVERSEAS_MOBILES)
    return True


def in_words(number: str) -> str:
    """As people in France read it, two digits at a time; a foreign number stays as it is."""
    for code in CODES:
        if number.startswith(f"+{code}") and len(number) == len(code) + 10:
            ten = "0" + number.removeprefix(f"+{code}")
            return " ".join(ten[place : place + 2] for place in range(0, 10, 2))
    return number
