"""Les avenants : ce que dit le contrat un jour donné, et ce qu'un avenant fait dire à la loi.

Sources
  Hours of the contract and aided hours are two numbers, the aid stays on those of the decision: L5134-30, F21006. H
  Aided hours above those of the contract: the aid bears on the hours of the contract at most, L5134-30. H
  Legal change of employer (merger, transfer), the aid may follow: heading of instruction n° 2012-107, not read. L
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from regulations.findings import Finding, Strength
from regulations.money import french_number

Value = TypeVar("Value")


def value_on(day: date, latest: Value, changes: Iterable[tuple[date, Value]]) -> Value:
    """What held that day. Each change is (first day of the new value, value it replaced), in any order."""
    later = [change for change in changes if change[0] > day]
    return min(later, key=lambda change: change[0])[1] if later else latest


def amended_hours_findings(weekly_hours: Decimal, subsidised: Decimal | None) -> list[Finding]:
    """Des heures passées sous les heures aidées : l'avenant s'enregistre, la décision est à faire modifier."""
    if subsidised is None or weekly_hours >= subsidised:
        return []
    message = (
        f"{french_number(weekly_hours)} heures au contrat pour {french_number(subsidised)} heures aidées : "
        "faites modifier la décision, l'aide porte au plus sur les heures du contrat."
    )
    return [Finding("decision_a_modifier", message, "L5134-30", Strength.WARNING)]


def late_signature_findings(signed_on: date | None, effective_on: date) -> list[Finding]:
    if signed_on is None or signed_on <= effective_on:
        return []
    message = f"L'avenant est signé le {signed_on:%d/%m/%Y}, après le jour où il prend effet."
    return [Finding("avenant_signe_apres", message, "L1221-1", Strength.WARNING)]


def employer_change_findings() -> list[Finding]:
    """Rien n'est acquis : la source n'a été lue que par son titre."""
    message = (
        "L'aide peut suivre le contrat en cas de changement légal d'employeur (fusion, transfert) : "
        "faites-le confirmer par l'autorité qui l'a accordée et par l'ASP."
    )
    return [Finding("aide_a_confirmer", message, "Instruction n° 2012-107, à vérifier", Strength.WARNING)]
