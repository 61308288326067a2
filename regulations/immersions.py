"""L'immersion (PMSMP) pendant un PEC : un mois au plus chacune, un quart du contrat en tout.

Sources
  Each period at most one month, date to date; all at most 25 % of the length of the contract: D5134-50-1, F21006. H
  Contract not suspended, pay and aid go on. M
"""

from collections.abc import Iterable
from datetime import date

from regulations.deadlines import plus_months
from regulations.enums import LabelledEnum
from regulations.findings import Finding, Strength
from regulations.periods import Period

MOST_MONTHS_EACH = 1  # D5134-50-1
SHARE_OF_CONTRACT = 4  # a quarter of the contract, D5134-50-1
SOURCE = "D5134-50-1"


class ImmersionNature(LabelledEnum):
    """Immersion ordinaire, ou semaine d'échange entre deux employeurs de la cohorte."""

    PMSMP = "PMSMP", "immersion (PMSMP)"
    SWAP = "SWAP", "semaine d'échange"


class ImmersionParty(LabelledEnum):
    """Qui donne son accord : le salarié et l'employeur (D5134-50-1), la structure d'accueil, le prescripteur."""

    TRAINEE = "TRAINEE", "le salarié"
    EMPLOYER = "EMPLOYER", "l'employeur"
    HOST = "HOST", "la structure d'accueil"
    PRESCRIBER = "PRESCRIBER", "le prescripteur"


class ImmersionEnding(LabelledEnum):
    """Comment l'immersion s'est passée."""

    COMPLETED = "COMPLETED", "allée à son terme"
    SHORTENED = "SHORTENED", "écourtée"
    DID_NOT_SHOW = "DID_NOT_SHOW", "la personne n'est pas venue"


def immersion_findings(added: Period, contract: Period, others: Iterable[Period] = ()) -> list[Finding]:
    """Les dépassements sont des questions : acceptés avec un motif écrit. Une période sans fin n'est pas mesurée."""
    findings = []
    longest = plus_months(added.starts_on, MOST_MONTHS_EACH)
    if added.ends_on is not None and added.ends_on > longest:
        message = f"Une immersion dure un mois au plus : jusqu'au {longest:%d/%m/%Y}."
        findings.append(Finding("pmsmp_plus_d_un_mois", message, SOURCE, Strength.QUESTION))
    total = sum(period.days or 0 for period in (added, *others))
    if contract.days is not None and total * SHARE_OF_CONTRACT > contract.days:
        message = f"{total} jours d'immersion pour un contrat de {contract.days} jours : un quart au plus."
        findings.append(Finding("pmsmp_plus_d_un_quart", message, SOURCE, Strength.QUESTION))
    if added.clipped_to(contract) != added:
        message = "L'immersion sort des dates du contrat."
        findings.append(Finding("pmsmp_hors_contrat", message, SOURCE, Strength.QUESTION))
    return findings


def agreement_findings(agreed_on: date, period: Period) -> list[Finding]:
    """L'accord se donne avant le premier jour : après coup, on dit pourquoi."""
    if agreed_on <= period.starts_on:
        return []
    message = f"L'accord du {agreed_on:%d/%m/%Y} vient après le début de l'immersion, le {period.starts_on:%d/%m/%Y}."
    return [Finding("accord_apres_le_debut", message, SOURCE, Strength.QUESTION)]
