"""Les sorties : situations, classes de sortie, taux « n sur N » où l'inconnu reste au dénominateur.

Sources
  Lasting, transitional and positive exits: help of the IAE community, RAP 2023 of programme 102, Dares. H
  Exits taken out of the calculation: rule of the IAE. M
  Undocumented exits kept in the denominator: design review read as an inspector's view. M
  No percentage alone below ten people: choice of the programme. P
"""

from regulations.enums import LabelledEnum


class ExitSituation(LabelledEnum):
    """Situation à la sortie, puis à trois et six mois."""

    CDI = "CDI", "CDI"
    CDD_6_PLUS = "CDD_6_PLUS", "CDD de 6 mois ou plus"
    INTERIM_6_PLUS = "INTERIM_6_PLUS", "intérim de 6 mois ou plus"
    TITULARISATION = "TITULARISATION", "titularisation ou stage de fonctionnaire"
    CREATION = "CREATION", "création d'entreprise"
    CDD_MOINS_6 = "CDD_MOINS_6", "CDD de moins de 6 mois"
    INTERIM_MOINS_6 = "INTERIM_MOINS_6", "intérim de moins de 6 mois"
    CONTRAT_AIDE = "CONTRAT_AIDE", "contrat aidé"
    FORMATION_QUALIFIANTE = "FORMATION_QUALIFIANTE", "formation qualifiante"
    PREQUALIFIANTE = "PREQUALIFIANTE", "formation préqualifiante"
    IAE = "IAE", "autre structure d'insertion"
    CHOMAGE = "CHOMAGE", "demandeur d'emploi"
    INACTIVITE = "INACTIVITE", "inactivité"
    AUTRE = "AUTRE", "autre"
    RETIREE = "RETIREE", "retirée du calcul"
    INCONNUE = "INCONNUE", "inconnue après recherche"
    INJOIGNABLE = "INJOIGNABLE", "injoignable"


class ExitClass(LabelledEnum):
    LASTING = "LASTING", "emploi durable"
    TRANSITION = "TRANSITION", "emploi de transition"
    POSITIVE = "POSITIVE", "sortie positive"
    OTHER = "OTHER", "autre sortie"
    UNDOCUMENTED = "UNDOCUMENTED", "sortie non documentée"
    WITHDRAWN = "WITHDRAWN", "sortie retirée du calcul"


class FollowUp(LabelledEnum):
    """Moment du relevé."""

    AT_EXIT = "AT_EXIT", "à la sortie"
    AT_3_MONTHS = "AT_3_MONTHS", "à 3 mois"
    AT_6_MONTHS = "AT_6_MONTHS", "à 6 mois"
