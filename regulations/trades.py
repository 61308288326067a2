"""Les métiers des cohortes, reconnus au code ROME ou aux mots de l'emploi.

Sources
  ROME 4.0, France Travail: J1501 soins d'hygiène et de confort, K1301 accompagnement médicosocial, K1302 assistance
  auprès d'adultes, K1304 services domestiques, G1602 to G1604 kitchens, G1202 and G1203 animation, K2202 and K2204
  cleaning, I1203 maintenance of premises. H
  The words of a job title: choice of the programme; they come first, because K2204 is used for ASH and cleaners. P
"""

import re

from regulations.enums import LabelledEnum
from regulations.people import unaccented


class Trade(LabelledEnum):
    """Métier : chacun a sa grille de savoir-faire."""

    ASH = "ASH", "agent de service hospitalier (ASH)"
    AES = "AES", "accompagnant éducatif et social (AES)"
    CARE_AIDE = "CARE_AIDE", "aide-soignant faisant fonction"
    KITCHEN = "KITCHEN", "cuisine"
    ANIMATION = "ANIMATION", "animation"
    CLEANING = "CLEANING", "entretien"
    HOME_HELP = "HOME_HELP", "aide à domicile"


# In this order: « aide de cuisine » before any other help, « agent de service hospitalier » before what is cleaned.
_TITLES = (
    (Trade.KITCHEN, r"\b(?:cuisin\w*|plonge\w*|restauration)\b"),
    (Trade.ANIMATION, r"\banimat\w*"),
    (Trade.HOME_HELP, r"\b(?:domicile|auxiliaire de vie|aide menagere)\b"),
    (Trade.CARE_AIDE, r"\b(?:aides?[ -]soignante?s?|faisant fonction)\b"),
    (Trade.AES, r"\b(?:aes|educati\w* et socia\w*|medico[ -]psychologique|amp)\b"),
    (Trade.ASH, r"\b(?:ashq?|service hospitali\w*|services hospitali\w*|service de soins?|hotelier\w*)\b"),
    (Trade.CLEANING, r"\b(?:entretien|menage|nettoyage|proprete|linger\w*|blanchisser\w*|maintenance)\b"),
)
_ROME = {
    "J1501": Trade.CARE_AIDE,
    "K1301": Trade.AES,
    "K1302": Trade.HOME_HELP,
    "K1304": Trade.HOME_HELP,
    "G1602": Trade.KITCHEN,
    "G1603": Trade.KITCHEN,
    "G1604": Trade.KITCHEN,
    "G1202": Trade.ANIMATION,
    "G1203": Trade.ANIMATION,
    "I1203": Trade.CLEANING,
    "K2202": Trade.CLEANING,
}


def trade_of_job(job_title: str, rome_code: str = "") -> Trade | None:
    """Le métier d'un emploi, s'il se reconnaît ; jamais deviné : K2204 sans autre mot ne dit pas lequel."""
    title = unaccented(job_title)
    for trade, words in _TITLES:
        if re.search(words, title):
            return trade
    return _ROME.get(rome_code.strip().upper())
