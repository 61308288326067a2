"""Words of health and justice in free texts that came in a file: what they say about a person is never kept.

Wider than the list that warns the author of a note: a file was written before anybody warned, so in doubt it is asked.
"""

import re

from imports.cells import folded
from regulations.free_text import delicate_words, forbidden_findings

# Regulation (EU) 2016/679, articles 9 and 10. Beginnings of words, without accents.
BEGINNINGS = (
    "anxie", "angoiss", "burn out", "burnout", "psych", "trouble", "malad", "traitement", "medic", "medecin",
    "ordonnance", "hopita", "clinique", "operee", "operation", "chirurg", "tumeur", "chimio", "infarct", "cardia",
    "avc", "hepatit", "sclerose", "lombalg", "hernie", "sciatiq", "arthr", "douleur", "inapt", "arret de travail",
    "arret maladie", "accident", "blessure", "fracture", "enceinte", "fausse couche", "accouch", "ivg",
    "deficien", "surd", "malvoyan", "addict", "cannabis", "sevrage", "sante", "rqth", "mdph", "aah", "peine de",
    "sursis", "bracelet", "probation", "judiciaire", "spip", "violence", "plainte",
)  # fmt: skip
_WORDS = re.compile("|".join(rf"\b{re.escape(beginning)}" for beginning in BEGINNINGS))


def is_sensitive(text: str) -> bool:
    return bool(_WORDS.search(folded(text)) or delicate_words(text) or forbidden_findings(text))
