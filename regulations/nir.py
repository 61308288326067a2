"""Le numéro de sécurité sociale : le reconnaître pour le refuser. Il n'est écrit nulle part.

Sources
  Closed list of uses of the NIR: décret n° 2019-341. H. The DDETS and prescribers receive data without it: R5134-21. H
  Shape (sex, year, month, department, commune, order) and key 97: INSEE, R. 161-1 Code de la sécurité sociale. H
  Strength of the refusal (15 characters with a right key, or 13 of the right shape): programme decision 1.6. P

A SIRET (14 digits), a phone (10), a decision number (12) or a French EAN (13, from 3) is not one of these.
"""

import re
import unicodedata

from stdnum.fr import nir as nir_number

from regulations.findings import Finding
from regulations.people import unaccented

SOURCE = "Décret n° 2019-341"
FEWEST_DIGITS = 12  # thirteen characters, of which 2A and 2B hold a letter

_GAP = r"[\s.\-\u2010-\u2015]*"
# Sex, year, month, department, commune, order: gaps fall between these, as people write them.
_CORE = rf"[1-8]{_GAP}\d\d{_GAP}\d\d{_GAP}(?:\d\d|2[AB]){_GAP}\d{{3}}{_GAP}\d{{3}}"
# A look-ahead, so that a number that begins inside another candidate is seen too.
_THIRTEEN_INSIDE = re.compile(rf"(?<!\d)(?=({_CORE}(?!\d)))", re.IGNORECASE)
_FIFTEEN_INSIDE = re.compile(rf"(?<!\d)(?=({_CORE}{_GAP}\d\d(?!\d)))", re.IGNORECASE)
_GAPS = re.compile(r"[\s.\-\u2010-\u2015]+")
_THIRTEEN = re.compile(r"[12]\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[1-9]\d|2[AB])\d{6}")
_FIFTEEN = re.compile(r"[1-8]\d{4}(?:\d\d|2[AB])\d{8}")

_HEADING = re.compile(
    r"\b(?:nir|nirpp|nss|niss)\b"
    r"|\bsecurite sociale\b|\bsecu\b"
    r"|\b(?:n|no|num|numero) (?:de )?(?:ss|s s)\b"
    r"|\b(?:n|no|num|numero) (?:d )?(?:insee|assure)\b(?! (?:de la )?commune)"
)


def looks_like_nir(text: str) -> bool:
    """True when the text is such a number or holds one, spaced, dotted or not."""
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    # Nearly every cell of a workbook stops here.
    if sum(map(text.count, "0123456789")) < FEWEST_DIGITS:
        return False
    return (
        _has_right_key(_bare(text))
        or any(_has_right_key(_bare(match[1])) for match in _FIFTEEN_INSIDE.finditer(text))
        or any(_has_right_shape(_bare(match[1])) for match in _THIRTEEN_INSIDE.finditer(text))
    )


def heading_looks_like_nir(text: str) -> bool:
    """« N° de sécurité sociale », « NIR », « N° sécu » ; not « code INSEE », which is a commune's."""
    words = re.sub(r"[^a-z0-9]+", " ", unaccented(text).replace("n°", "n ").replace("nº", "n "))
    return _HEADING.search(words) is not None


def nir_findings(text: str) -> list[Finding]:
    """The message never repeats what was typed."""
    if not looks_like_nir(text):
        return []
    message = (
        "Ce texte ressemble à un numéro de sécurité sociale. ImPEC ne l'enregistre jamais : "
        "retirez-le ; s'il est demandé, il s'écrit à la main sur le formulaire."
    )
    return [Finding("nir_interdit", message, SOURCE)]


def _bare(text: str) -> str:
    return _GAPS.sub("", text).upper()


def _has_right_shape(number: str) -> bool:
    return _THIRTEEN.fullmatch(number) is not None


def _has_right_key(number: str) -> bool:
    return _FIFTEEN.fullmatch(number) is not None and nir_number.is_valid(number)
