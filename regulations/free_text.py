"""Les textes libres : ce qui n'y entre jamais, et les mots qui appellent à relire avant d'enregistrer.

Sources
  Minimisation, relevance of comments: art. 5 GDPR; the person can read what is written about her: art. 15. H
  Health, religion, origin, union, justice: art. 9 and 10 GDPR. H
  List of words: choice of the programme, a warning that its author may pass knowingly. P
"""

import re

from stdnum import iban

from regulations.findings import Finding
from regulations.nir import nir_findings
from regulations.people import unaccented

SOURCE = "Art. 5, 9 et 10 du RGPD"

# Stems, without accents: « diab » finds « diabète » and « diabétique ».
_DELICATE_STEMS = (
    # health
    "alcool", "allerg", "anorex", "asthm", "autis", "bipolaire", "cancer", "cardiaq", "depress", "diab", "dialys",
    "drogu", "epilep", "fibromyalg", "grossesse", "handicap", "hospitalis", "invalid", "maladi", "medicament",
    "migrain", "obes", "patholog", "psychiatr", "schizophren", "sida", "suicid", "toxico", "vih",
    # beliefs, origin, opinions, private life
    "catholiq", "communiste", "divorc", "etranger", "ethni", "foulard", "gay", "homosex", "immigr", "juif", "juive",
    "lesbien", "musulman", "origine", "protestant", "race", "religi", "sans papier", "syndicalis", "syndiqu", "voile",
    # justice
    "casier", "condamn", "detenu", "garde a vue", "incarcer", "prison", "sortant de", "victime de violence",
    # judgements
    "agressi", "bizarre", "boulet", "connard", "conne", "debile", "faineant", "feignant", "idiot", "imbecile",
    "menteu", "parasite", "sale", "stupide",
)  # fmt: skip
_DELICATE = re.compile(r"\b(?:" + "|".join(re.escape(stem) for stem in _DELICATE_STEMS) + r")\w*")
# One word is delicate exactly as it stands, its family is not: « raccourci » is no « race ».
_WHOLE_WORDS = {"race", "gay", "sale", "conne", "sida", "vih"}
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]{4}){3,7}(?:[ ]?[A-Za-z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<!\d)(?:\d{4}[ -]?){3}\d{4}(?!\d)")


def delicate_words(text: str) -> list[str]:
    """The words to think over, each once, in the order of the text."""
    found = (match.group().strip() for match in _DELICATE.finditer(unaccented(text)))
    return list(dict.fromkeys(word for word in found if not _is_longer_than_a_whole_word(word)))


def _is_longer_than_a_whole_word(word: str) -> bool:
    return any(word.startswith(whole) and word not in (whole, f"{whole}s") for whole in _WHOLE_WORDS)


def forbidden_findings(text: str) -> list[Finding]:
    """Numbers that no free text may hold: the NIR, a bank account, a bank card."""
    findings = nir_findings(text)
    if any(iban.is_valid(match.group()) for match in _IBAN.finditer(text)) or _CARD.search(text):
        message = "Ce texte contient un numéro de compte ou de carte bancaire : retirez-le."
        findings.append(Finding("banque_interdite", message, SOURCE))
    return findings
