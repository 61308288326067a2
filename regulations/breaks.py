"""Les fins anticipées et l'aide : pour chaque type de contrat et chaque motif, ce que devient l'aide versée.

Sources
  R5134-45: break by the employer before the end of the aid, everything received is repaid. H
  R5134-46: protected breaks of a CDI, the days worked stay aided. H
  R5134-47: protected breaks of a CDD, list known from the text of 2008. M
  Resignation, hire by the same employer: former R5134 rules of 2008. M
  L5134-21-2, R5134-29: commitments not kept, replacement of a dismissed employee, aid withdrawn and repaid. H
  R5134-50: a public employer also repays the exemptions when it repays the aid. H

The table proposes; what the ASP notifies is recorded beside it with its reason, and wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from regulations.contracts import BreakReason, ContractKind
from regulations.enums import LabelledEnum


class Repayment(LabelledEnum):
    """Ce que devient l'aide."""

    NOTHING = "NOTHING", "rien à faire"
    STOPS = "STOPS", "l'aide s'arrête, les jours travaillés restent acquis, rien n'est remboursé"
    KEEP_DAYS_WORKED = "KEEP_DAYS_WORKED", "l'aide est gardée pour les jours travaillés, rien n'est remboursé"
    REPAY_ALL = "REPAY_ALL", "toute l'aide reçue est remboursée"
    TO_SETTLE = "TO_SETTLE", "à faire préciser par l'ASP"


class OtherEnd(LabelledEnum):
    """Ce qui met fin à l'aide sans être une rupture du contrat."""

    NORMAL_END = "NORMAL_END", "arrivée au terme"
    COMMITMENTS = "COMMITMENTS", "engagements non tenus"
    REPLACEMENT = "REPLACEMENT", "remplacement d'un salarié licencié"


class Confidence(LabelledEnum):
    HIGH = "H", "texte officiel lu"
    MEDIUM = "M", "source secondaire ou article jumeau"
    LOW = "L", "déduit, à vérifier"


Cause = BreakReason | OtherEnd


@dataclass(frozen=True, slots=True)
class RepaymentRow:
    kind: ContractKind
    cause: Cause
    outcome: Repayment
    source: str
    confidence: Confidence


_CDD, _CDI = ContractKind.CDD_PEC, ContractKind.CDI_PEC
_H, _M, _L = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
_KEEP, _STOPS, _REPAY = Repayment.KEEP_DAYS_WORKED, Repayment.STOPS, Repayment.REPAY_ALL
_SETTLE, _NOTHING = Repayment.TO_SETTLE, Repayment.NOTHING
_FORMER = "Ancienne section R5134 (texte de 2008)"

# The whole table, shown as it is on a help page.
REPAYMENTS: tuple[RepaymentRow, ...] = (
    RepaymentRow(_CDD, OtherEnd.NORMAL_END, _NOTHING, "L5134-25-1", _H),
    RepaymentRow(_CDD, BreakReason.TRIAL_PERIOD, _KEEP, "R5134-47", _M),
    RepaymentRow(_CDD, BreakReason.RESIGNATION, _STOPS, _FORMER, _M),
    RepaymentRow(_CDD, BreakReason.RESIGNATION_FOR_CDI, _STOPS, _FORMER, _M),
    RepaymentRow(_CDD, BreakReason.RESIGNATION_FOR_JOB, _STOPS, _FORMER, _M),
    RepaymentRow(_CDD, BreakReason.RESIGNATION_FOR_TRAINING, _STOPS, _FORMER, _M),
    RepaymentRow(_CDD, BreakReason.MUTUAL, _KEEP, "R5134-47", _M),
    RepaymentRow(_CDD, BreakReason.CONVENTIONAL, _SETTLE, "L1237-11 : propre au CDI", _L),
    RepaymentRow(_CDD, BreakReason.SERIOUS_MISCONDUCT, _KEEP, "R5134-47", _M),
    RepaymentRow(_CDD, BreakReason.GROSS_MISCONDUCT, _SETTLE, "Non citée par R5134-47", _L),
    RepaymentRow(_CDD, BreakReason.UNFITNESS, _KEEP, "R5134-47", _M),
    RepaymentRow(_CDD, BreakReason.FORCE_MAJEURE, _KEEP, "R5134-47", _M),
    RepaymentRow(_CDD, BreakReason.INSOLVENCY, _KEEP, "R5134-47", _M),
    RepaymentRow(_CDD, BreakReason.HIRED_BY_EMPLOYER, _STOPS, _FORMER, _M),
    RepaymentRow(_CDD, BreakReason.EMPLOYER, _REPAY, "R5134-45", _H),
    RepaymentRow(_CDD, BreakReason.OTHER, _SETTLE, "R5134-45 à R5134-47", _L),
    RepaymentRow(_CDD, OtherEnd.COMMITMENTS, _REPAY, "L5134-21-2, R5134-29", _H),
    RepaymentRow(_CDD, OtherEnd.REPLACEMENT, _REPAY, "L5134-21-2", _H),
    RepaymentRow(_CDI, OtherEnd.NORMAL_END, _NOTHING, "L5134-25-1", _H),
    RepaymentRow(_CDI, BreakReason.TRIAL_PERIOD, _KEEP, "R5134-46", _H),
    RepaymentRow(_CDI, BreakReason.RESIGNATION, _STOPS, _FORMER, _M),
    RepaymentRow(_CDI, BreakReason.RESIGNATION_FOR_CDI, _STOPS, _FORMER, _M),
    RepaymentRow(_CDI, BreakReason.RESIGNATION_FOR_JOB, _STOPS, _FORMER, _M),
    RepaymentRow(_CDI, BreakReason.RESIGNATION_FOR_TRAINING, _STOPS, _FORMER, _M),
    RepaymentRow(_CDI, BreakReason.MUTUAL, _SETTLE, "R5134-46 ne cite que la rupture conventionnelle", _L),
    RepaymentRow(_CDI, BreakReason.CONVENTIONAL, _KEEP, "R5134-46", _H),
    RepaymentRow(_CDI, BreakReason.SERIOUS_MISCONDUCT, _KEEP, "R5134-46", _H),
    RepaymentRow(_CDI, BreakReason.GROSS_MISCONDUCT, _SETTLE, "Non citée par R5134-46", _L),
    RepaymentRow(_CDI, BreakReason.UNFITNESS, _KEEP, "R5134-46", _H),
    RepaymentRow(_CDI, BreakReason.FORCE_MAJEURE, _KEEP, "R5134-46", _H),
    RepaymentRow(_CDI, BreakReason.INSOLVENCY, _KEEP, "R5134-46", _H),
    RepaymentRow(_CDI, BreakReason.HIRED_BY_EMPLOYER, _SETTLE, "Sans objet pour un CDI", _L),
    RepaymentRow(_CDI, BreakReason.EMPLOYER, _REPAY, "R5134-45", _H),
    RepaymentRow(_CDI, BreakReason.OTHER, _SETTLE, "R5134-45 à R5134-47", _L),
    RepaymentRow(_CDI, OtherEnd.COMMITMENTS, _REPAY, "L5134-21-2, R5134-29", _H),
    RepaymentRow(_CDI, OtherEnd.REPLACEMENT, _REPAY, "L5134-21-2", _H),
)


class DdetsBreak(LabelledEnum):
    """Liste des motifs de rupture d'un suivi de DDETS : aucun mot de santé n'y passe."""

    TRIAL = "TRIAL", "Période d'essai"
    EMPLOYEE_JOB = "EMPLOYEE_JOB", "Initiative du salarié - emploi"
    EMPLOYEE_OTHER = "EMPLOYEE_OTHER", "Initiative du salarié - autre"
    MUTUAL = "MUTUAL", "Commun accord"
    EMPLOYER = "EMPLOYER", "Initiative de l'employeur"
    OTHER = "OTHER", "Autre"


DDETS_BREAKS: Mapping[BreakReason, DdetsBreak] = MappingProxyType(
    {
        BreakReason.TRIAL_PERIOD: DdetsBreak.TRIAL,
        BreakReason.RESIGNATION: DdetsBreak.EMPLOYEE_OTHER,
        BreakReason.RESIGNATION_FOR_CDI: DdetsBreak.EMPLOYEE_JOB,
        BreakReason.RESIGNATION_FOR_JOB: DdetsBreak.EMPLOYEE_JOB,
        BreakReason.RESIGNATION_FOR_TRAINING: DdetsBreak.EMPLOYEE_OTHER,
        BreakReason.MUTUAL: DdetsBreak.MUTUAL,
        BreakReason.CONVENTIONAL: DdetsBreak.MUTUAL,
        BreakReason.SERIOUS_MISCONDUCT: DdetsBreak.EMPLOYER,
        BreakReason.GROSS_MISCONDUCT: DdetsBreak.EMPLOYER,
        BreakReason.UNFITNESS: DdetsBreak.EMPLOYER,
        BreakReason.FORCE_MAJEURE: DdetsBreak.OTHER,
        BreakReason.INSOLVENCY: DdetsBreak.EMPLOYER,
        BreakReason.HIRED_BY_EMPLOYER: DdetsBreak.OTHER,
        BreakReason.EMPLOYER: DdetsBreak.EMPLOYER,
        BreakReason.OTHER: DdetsBreak.OTHER,
    }
)


def repayment(kind: ContractKind, cause: Cause) -> RepaymentRow | None:
    """The line of the table; None for a contract that is not a PEC, which has no such aid."""
    return next((row for row in REPAYMENTS if row.kind is kind and row.cause is cause), None)


def may_be_repaid(kind: ContractKind, reason: BreakReason, notified: Repayment | None = None) -> bool:
    """Is the aid received at stake? What the ASP has notified wins over the table."""
    if notified is not None:
        return notified is Repayment.REPAY_ALL
    line = repayment(kind, reason)
    return line is not None and line.outcome in (Repayment.REPAY_ALL, Repayment.TO_SETTLE)
