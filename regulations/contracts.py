"""Le contrat : nature, motifs de rupture et de suspension, états, et ce que la loi en demande.

Sources
  Contract kinds: service-public F21006 (a PEC is a CDD or a CDI). H
  Reasons of break: R5134-45 to R5134-47, tables of repayment in `regulations.breaks`. H and M
  Suspension: R5134-44 (twin R5134-67), service-public F21006 (trial elsewhere). H
  States: programme table (decisions §6, pec.md §5). P
"""

from regulations.enums import LabelledEnum


class ContractKind(LabelledEnum):
    CDD_PEC = "CDD_PEC", "CDD PEC"
    CDI_PEC = "CDI_PEC", "CDI PEC"
    CDD = "CDD", "CDD"
    CDI = "CDI", "CDI"
    APPRENTICESHIP = "APPRENTICESHIP", "apprentissage"
    PROFESSIONALISATION = "PROFESSIONALISATION", "professionnalisation"
    OTHER = "OTHER", "autre"

    @property
    def is_pec(self) -> bool:
        return self in (ContractKind.CDD_PEC, ContractKind.CDI_PEC)

    @property
    def is_open_ended(self) -> bool:
        return self in (ContractKind.CDI_PEC, ContractKind.CDI)


class AidRequestKind(LabelledEnum):
    INITIAL = "INITIAL", "demande initiale"
    RENEWAL = "RENEWAL", "renouvellement"


class BreakReason(LabelledEnum):
    """Motif de rupture avant le terme."""

    TRIAL_PERIOD = "TRIAL_PERIOD", "période d'essai"
    RESIGNATION = "RESIGNATION", "démission"
    RESIGNATION_FOR_CDI = "RESIGNATION_FOR_CDI", "démission pour un CDI"
    RESIGNATION_FOR_JOB = "RESIGNATION_FOR_JOB", "départ du salarié pour un autre emploi"
    RESIGNATION_FOR_TRAINING = "RESIGNATION_FOR_TRAINING", "départ du salarié pour une formation"
    MUTUAL = "MUTUAL", "commun accord"
    CONVENTIONAL = "CONVENTIONAL", "rupture conventionnelle"
    SERIOUS_MISCONDUCT = "SERIOUS_MISCONDUCT", "faute grave"
    GROSS_MISCONDUCT = "GROSS_MISCONDUCT", "faute lourde"
    UNFITNESS = "UNFITNESS", "inaptitude"
    FORCE_MAJEURE = "FORCE_MAJEURE", "force majeure"
    INSOLVENCY = "INSOLVENCY", "redressement ou liquidation judiciaire"
    HIRED_BY_EMPLOYER = "HIRED_BY_EMPLOYER", "embauche en CDI par le même employeur"
    EMPLOYER = "EMPLOYER", "autre rupture à l'initiative de l'employeur"
    OTHER = "OTHER", "autre"


class SuspensionReason(LabelledEnum):
    UNPAID_LEAVE = "UNPAID_LEAVE", "congé sans solde"
    WORK_STOPPAGE = "WORK_STOPPAGE", "arrêt de travail"
    PARENTAL = "PARENTAL", "congé maternité, paternité ou parental"
    TRIAL_ELSEWHERE = "TRIAL_ELSEWHERE", "période d'essai chez un autre employeur"
    OTHER = "OTHER", "autre"


class PayKept(LabelledEnum):
    """Salaire maintenu pendant la suspension : l'aide suit ce que l'employeur verse (R5134-44)."""

    NONE = "NONE", "non maintenu"
    PARTIAL = "PARTIAL", "maintenu en partie"
    FULL = "FULL", "maintenu en totalité"


class ImmersionPurpose(LabelledEnum):
    """Objet d'une PMSMP (L5135-1)."""

    DISCOVER = "DISCOVER", "découvrir un métier"
    CONFIRM = "CONFIRM", "confirmer un projet"
    RECRUIT = "RECRUIT", "initier un recrutement"


class ContractState(LabelledEnum):
    PROSPECT = "PROSPECT", "pressenti"
    DIAGNOSED = "DIAGNOSED", "diagnostic"
    MATCHED = "MATCHED", "offre positionnée"
    REQUESTED = "REQUESTED", "demande signée"
    GRANTED = "GRANTED", "décision accordée"
    REFUSED = "REFUSED", "décision refusée"
    SIGNED = "SIGNED", "contrat signé"
    RUNNING = "RUNNING", "en cours"
    SUSPENDED = "SUSPENDED", "suspendu"
    RENEWAL_REQUESTED = "RENEWAL_REQUESTED", "renouvellement demandé"
    BROKEN = "BROKEN", "rompu"
    ENDED = "ENDED", "terminé"
    EXITED = "EXITED", "sorti"
    ABANDONED = "ABANDONED", "abandonné"
    LAPSED = "LAPSED", "caduc"
