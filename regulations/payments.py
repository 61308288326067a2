"""L'aide versée : ce qu'une ligne du payeur peut être, et le partage d'une ligne payée pour plusieurs mois.

Sources
  The aid is paid each month by the payer, for the months of the decision: pec.md §1.5. M
  One line for two months, repayments as negative lines: what statements of the payer look like. M
  No month of aid comes near ten thousand euros (95 % of the SMIC on 35 hours, L5134-30-1): a slip of the keyboard. P
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from regulations.aid import month_bounds
from regulations.findings import Finding
from regulations.money import cents, french_euros
from regulations.periods import Period

MOST_A_MONTH = Decimal(10_000)
PAYER = "décision d'aide"
HOUSE = "règle du programme"


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentFacts:
    """Une ligne pour un mois, en face de la décision qui l'ouvre ; `aided` est la période de la décision."""

    month: date
    amount: Decimal
    paid_on: date
    decided_on: date
    aided: Period
    on: date


def payment_findings(facts: PaymentFacts) -> list[Finding]:
    """What the line cannot be, whatever is expected of the month: a gap is another question."""
    found = []
    if facts.amount == 0:
        found.append(Finding("montant_nul", "Un versement n'est pas de zéro euro.", HOUSE))
    if abs(facts.amount) > MOST_A_MONTH:
        message = f"{french_euros(facts.amount)} pour un mois d'aide n'est pas possible : vérifiez le montant."
        found.append(Finding("montant_absurde", message, HOUSE))
    if not Period(*month_bounds(facts.month)).overlaps(facts.aided):
        message = f"Le mois {facts.month:%m/%Y} est hors de l'aide de cette décision ({french_period(facts.aided)})."
        found.append(Finding("mois_hors_aide", message, PAYER))
    if facts.paid_on < facts.decided_on:
        message = f"Payée le {facts.paid_on:%d/%m/%Y}, avant la décision du {facts.decided_on:%d/%m/%Y}."
        found.append(Finding("paye_avant_decision", message, PAYER))
    if facts.paid_on > facts.on:
        message = f"Payée le {facts.paid_on:%d/%m/%Y} : cette date n'est pas encore venue."
        found.append(Finding("paye_dans_le_futur", message, HOUSE))
    return found


def french_period(period: Period) -> str:
    until = f" au {period.ends_on:%d/%m/%Y}" if period.ends_on else ", sans fin connue"
    return f"aide du {period.starts_on:%d/%m/%Y}{until}"


def shares_of(amount: Decimal, expected: Sequence[Decimal | None]) -> list[Decimal]:
    """One line for several months: in proportion of what each is expected to bring, else in equal parts.

    The parts add up to the line, to the cent.
    """
    known = [one for one in expected if one]
    weights = list(expected) if len(known) == len(expected) else [Decimal(1)] * len(expected)
    whole = sum(weights, Decimal(0))
    parts = [cents(amount * weight / whole) for weight in weights[:-1]]
    return [*parts, amount - sum(parts, Decimal(0))]
