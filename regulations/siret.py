"""SIREN et SIRET : nettoyage, forme, clé.

Sources
  SIREN (9 digits) and SIRET (14 digits), key of Luhn: R123-221 Code de commerce, INSEE. H
  La Poste: its establishments have no Luhn key, the sum of the digits is a multiple of five: INSEE. H
  A spreadsheet that shows 9,99989E+13 has lost digits: they are asked for again, never guessed. P
"""

import re
from collections.abc import Callable

from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from regulations.findings import Finding

SIREN_LENGTH = 9
SIRET_LENGTH = 14
SOURCE = "R123-221 du Code de commerce"

_SEPARATORS = re.compile(r"[\s.\-'’_\u200b\u2060\ufeff]+")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]*)?[eE]\+?[0-9]+")
_DIGITS = re.compile(r"[0-9]+")


def clean_siret(text: str) -> str:
    """Spaces of every kind, dots and dashes removed. A damaged number is left as it was read."""
    return text.strip() if is_scientific(text) else _SEPARATORS.sub("", text)


clean_siren = clean_siret


def is_scientific(text: str) -> bool:
    """9,99989E+13: what a spreadsheet makes of a long number."""
    return _SCIENTIFIC.fullmatch("".join(text.split())) is not None


def siret_findings(text: str) -> list[Finding]:
    """Nothing for an empty text: whether a SIRET is owed is for the form to say."""
    return _findings(clean_siret(text), "SIRET", SIRET_LENGTH, siret_number.is_valid)


def siren_findings(text: str) -> list[Finding]:
    return _findings(clean_siren(text), "SIREN", SIREN_LENGTH, siren_number.is_valid)


def siren_of(siret: str) -> str:
    return clean_siret(siret)[:SIREN_LENGTH]


def french_siret(siret: str) -> str:
    """99998211900011 -> « 999 982 119 00011 »."""
    digits = clean_siret(siret)
    return " ".join(part for part in (digits[:3], digits[3:6], digits[6:9], digits[9:]) if part)


def _findings(number: str, name: str, length: int, has_right_key: Callable[[str], bool]) -> list[Finding]:
    prefix = name.lower()
    if not number:
        return []
    if is_scientific(number):
        message = (
            f"Le {name} a été abîmé par le tableur (« {number} ») : des chiffres sont perdus. "
            "Redemandez-le à l'employeur et saisissez-le en texte."
        )
        return [Finding(f"{prefix}_notation_scientifique", message, SOURCE)]
    if not _DIGITS.fullmatch(number):
        return [Finding(f"{prefix}_caracteres", f"Un {name} ne contient que des chiffres.", SOURCE)]
    if len(number) != length:
        message = f"Un {name} compte {length} chiffres ; celui-ci en a {len(number)}."
        return [Finding(f"{prefix}_longueur", message, SOURCE)]
    if not has_right_key(number):
        message = f"La clé de ce {name} est fausse : vérifiez chaque chiffre sur un document de l'employeur."
        return [Finding(f"{prefix}_cle_invalide", message, SOURCE)]
    return []
