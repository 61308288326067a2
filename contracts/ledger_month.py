"""Un mois du registre de l'aide : ses chiffres, et pourquoi son aide peut être perdue ou reprise."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.planned import DepartmentShare, arguments
from regulations.aid import AidMonth, formula
from regulations.discrepancies import NOTHING, UNEXPLAINED, GapCause
from regulations.enums import LabelledEnum


class Risk(LabelledEnum):
    """Pourquoi l'aide d'un mois peut être perdue ou reprise."""

    STATEMENT_LATE = "STATEMENT_LATE", "état de présence non déclaré après le jour d'alerte"
    SUSPENSION_UNREPORTED = "SUSPENSION_UNREPORTED", "suspension non signalée à l'autorité"
    REPAYMENT = "REPAYMENT", "contrat rompu, l'aide peut être à rembourser"


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """Ce qu'un mois vaut, partagé par toutes les demandes qui ont les mêmes données ce mois-là.

    `is_paid` says that the payer has noted something, were its sum nothing; the days are those of each request.
    """

    month: date
    expected: Decimal | None
    inputs: AidMonth | None
    reasons: tuple[str, ...]
    missing: str
    is_confirmed: bool
    is_declared: bool
    is_paid: bool
    paid: Decimal
    gap: Decimal | None
    cause: GapCause | None
    is_settled: bool
    is_silent: bool
    is_ended: bool
    is_due: bool
    recomputed: Decimal | None
    department: DepartmentShare | None
    risk: Risk | None

    @property
    def formula(self) -> str:
        return "" if self.inputs is None else formula(**arguments(self.inputs))

    @property
    def lack(self) -> Decimal:
        """What is missing beyond the tolerance, due or not."""
        return NOTHING if self.gap is None or self.is_silent else max(-self.gap, NOTHING)

    @property
    def late(self) -> Decimal:
        return self.lack if self.is_due else NOTHING

    @property
    def not_due(self) -> Decimal:
        return self.lack if self.is_ended and not self.is_due else NOTHING

    @property
    def overpaid(self) -> Decimal:
        return NOTHING if self.gap is None or self.is_silent else max(self.gap, NOTHING)

    @property
    def at_risk(self) -> Decimal:
        return max(self.expected or NOTHING, self.paid) if self.risk else NOTHING

    @property
    def cause_label(self) -> str:
        """« double paiement »; a gap that nothing explains says so; a silent month says nothing."""
        if self.cause is not None:
            return self.cause.label
        return "" if self.gap is None or self.is_silent else UNEXPLAINED
