"""Le contrat : nature, motifs de rupture et de suspension, états, et ce que la loi en demande.

Sources
  Contract kinds: service-public F21006 (a PEC is a CDD or a CDI). H
  Reasons of break: R5134-45 to R5134-47, tables of repayment in `regulations.breaks`. H and M
  Suspension: R5134-44 (twin R5134-67), service-public F21006 (trial elsewhere). H
  Aid granted before the contract is concluded: R5134-26. H. Weekly hours 20 to 35: L5134-26, F21006. H
  24 months in all: L5134-25-1. H. Six months at least for a CDD: L5134-25. H
  Order of things (diagnosis, tutor, request, decision, contract, first day): R5134-26, R5134-38. H
  States, their codes and entering facts: programme decision §6. No state is ever stored. P
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from regulations.deadlines import MOST_MONTHS, ceiling_date, end_of
from regulations.enums import LabelledEnum
from regulations.findings import Finding, Strength
from regulations.money import french_number
from regulations.people import age_on
from regulations.periods import Period

LEAST_HOURS = 20  # L5134-26
MOST_HOURS = 35  # legal weekly hours, L3121-27
SENIOR_AGE = 50  # L5134-25-1, up to 60 months in all
LEAST_MONTHS = 6  # L5134-25, for a CDD


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


class AmendmentKind(LabelledEnum):
    """Nature d'un avenant."""

    TERMS = "TERMS", "heures ou lieu de travail"
    EMPLOYER = "EMPLOYER", "changement d'employeur"


class CeilingException(LabelledEnum):
    """Ce qui permet de dépasser 24 mois (L5134-25-1, L5134-23-1) ; âge et handicap ne se distinguent pas ici."""

    SENIOR_OR_DISABLED = "SENIOR_OR_DISABLED", "50 ans ou plus, ou travailleur handicapé (60 mois)"
    NEAR_RETIREMENT = "NEAR_RETIREMENT", "58 ans ou plus (jusqu'à la retraite)"
    TRAINING_UNDER_WAY = "TRAINING_UNDER_WAY", "formation en cours prévue par l'aide (jusqu'à son terme)"


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


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """Ce qu'un contrat dit de lui-même ; None veut dire « pas encore connu »."""

    kind: ContractKind
    starts_on: date
    ends_on: date | None = None
    signed_on: date | None = None
    decided_on: date | None = None
    weekly_hours: Decimal | None = None
    subsidised_hours: Decimal | None = None
    earlier: tuple[Period, ...] = ()
    most_months: int = MOST_MONTHS


def contract_findings(terms: ContractTerms) -> list[Finding]:
    """Tout ce que la loi demande d'un contrat, chaque constat avec sa force."""
    findings = _term_findings(terms)
    if terms.kind.is_pec:
        findings += _decision_findings(terms) + _hours_findings(terms) + _length_findings(terms)
    return findings


def is_before_decision(terms: ContractTerms) -> bool:
    """Contrat signé, ou commencé, avant la décision : enregistré, non aidé."""
    if not terms.kind.is_pec or terms.decided_on is None:
        return False
    return terms.decided_on > min(terms.signed_on or terms.starts_on, terms.starts_on)


def suspension_findings(added: Period, contract: Period, others: Iterable[Period] = ()) -> list[Finding]:
    """Une suspension tient dans le contrat et n'en recouvre pas une autre."""
    findings = []
    inside = added.clipped_to(contract)
    if inside is None or inside.starts_on != added.starts_on or (added.ends_on and inside.ends_on != added.ends_on):
        message = "La suspension sort des dates du contrat."
        findings.append(Finding("suspension_hors_contrat", message, "R5134-44"))
    if any(added.overlaps(other) for other in others):
        message = "Une autre suspension couvre déjà une partie de ces dates."
        findings.append(Finding("suspension_chevauchante", message, "R5134-44"))
    return findings


def age_anchor_findings(born_on: date, signed_on: date, most_end: date) -> list[Finding]:
    """Cinquante ans à la signature (F21006) ou à la fin de la durée maximale (R5134-34) : un avertissement."""
    if age_on(born_on, signed_on) >= SENIOR_AGE or age_on(born_on, most_end) < SENIOR_AGE:
        return []
    message = (
        f"La personne aura {SENIOR_AGE} ans avant la fin de la durée maximale mais ne les a pas à la signature : "
        "les sources se contredisent sur la durée possible, faites-la confirmer."
    )
    return [Finding("age_a_confirmer", message, "R5134-34", Strength.WARNING)]


def _term_findings(terms: ContractTerms) -> list[Finding]:
    if terms.ends_on is not None and terms.ends_on < terms.starts_on:
        message = f"La fin du contrat ({terms.ends_on:%d/%m/%Y}) précède son début ({terms.starts_on:%d/%m/%Y})."
        return [Finding("fin_avant_debut", message, "L1242-7")]
    if terms.ends_on is None and terms.kind in (ContractKind.CDD, ContractKind.CDD_PEC):
        message = "Un contrat à durée déterminée a une date de fin : complétez-la."
        return [Finding("fin_manquante", message, "L1242-7", Strength.QUESTION)]
    if terms.ends_on is not None and terms.kind.is_open_ended:
        message = "Un CDI n'a pas de date de fin prévue : vérifiez le type du contrat."
        return [Finding("fin_d_un_cdi", message, "L1221-2", Strength.QUESTION)]
    return []


def _decision_findings(terms: ContractTerms) -> list[Finding]:
    if not is_before_decision(terms):
        return []
    message = (
        f"La décision d'aide est du {terms.decided_on:%d/%m/%Y}, après la signature ou le début du contrat : "
        "il serait enregistré comme non aidé."
    )
    return [Finding("contrat_avant_decision", message, "R5134-26", Strength.QUESTION)]


def _hours_findings(terms: ContractTerms) -> list[Finding]:
    hours, subsidised = terms.weekly_hours, terms.subsidised_hours
    findings = []
    if hours is not None and subsidised is not None and subsidised > hours:
        message = (
            f"{french_number(subsidised)} heures aidées pour {french_number(hours)} heures au contrat : "
            "l'aide porte au plus sur les heures du contrat."
        )
        findings.append(Finding("heures_aidees_superieures", message, "L5134-30", Strength.QUESTION))
    return findings if hours is None else findings + hours_findings(hours)


def hours_findings(hours: Decimal) -> list[Finding]:
    """Vingt à trente-cinq heures : en dehors, un avertissement."""
    if LEAST_HOURS <= hours <= MOST_HOURS:
        return []
    message = (
        f"{french_number(hours)} heures par semaine : un PEC va de {LEAST_HOURS} à {MOST_HOURS} heures, "
        "sauf difficultés particulières de la personne."
    )
    return [Finding("heures_hors_limites", message, "L5134-26", Strength.WARNING)]


def _length_findings(terms: ContractTerms) -> list[Finding]:
    if terms.ends_on is None or terms.ends_on < terms.starts_on:
        return []
    findings = []
    last = ceiling_date(terms.starts_on, terms.earlier, terms.most_months)
    if terms.ends_on > last:
        message = f"Plus de {terms.most_months} mois en tout chez cet employeur : l'aide s'arrête au {last:%d/%m/%Y}."
        findings.append(Finding("plus_de_24_mois", message, "L5134-25-1", Strength.QUESTION))
    if not terms.earlier and terms.ends_on < end_of(terms.starts_on, LEAST_MONTHS):
        message = f"Un CDD PEC dure au moins {LEAST_MONTHS} mois, trois en cas d'aménagement de peine."
        findings.append(Finding("moins_de_6_mois", message, "L5134-25", Strength.WARNING))
    return findings


@dataclass(frozen=True, slots=True)
class RenewalFacts:
    """Demande de renouvellement : signée, puis décidée ou non."""

    requested_on: date
    decided_on: date | None = None

    def is_pending(self, day: date) -> bool:
        return self.requested_on <= day and (self.decided_on is None or day < self.decided_on)


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """Les faits datés d'un parcours.

    `starts_on` is the first day of a concluded contract, None while it is only planned. `broken_on` is its last paid
    day, and reads « rompu » already; `ends_on` still reads « en cours », the contract is over the day after.
    """

    diagnosis_on: date | None = None
    matched_on: date | None = None
    requested_on: date | None = None
    decided_on: date | None = None
    is_granted: bool = True
    signed_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    broken_on: date | None = None
    exited_on: date | None = None
    withdrawn_on: date | None = None
    closed_on: date | None = None
    suspensions: tuple[Period, ...] = ()
    renewals: tuple[RenewalFacts, ...] = ()


def state_on(facts: ContractFacts, day: date) -> ContractState:
    """The first line that holds, from the end of the path to its beginning."""
    return next(state for state, holds in _RULES if holds(facts, day))


def _has_come(fact: date | None, day: date) -> bool:
    return fact is not None and fact <= day


def _has_begun(facts: ContractFacts, day: date) -> bool:
    return _has_come(facts.starts_on, day)


def _has_ended(facts: ContractFacts, day: date) -> bool:
    return _has_begun(facts, day) and facts.ends_on is not None and facts.ends_on < day


def _is_suspended(facts: ContractFacts, day: date) -> bool:
    return _has_begun(facts, day) and any(period.covers(day) for period in facts.suspensions)


def _awaits_renewal(facts: ContractFacts, day: date) -> bool:
    return _has_begun(facts, day) and any(renewal.is_pending(day) for renewal in facts.renewals)


S = ContractState

# Read downwards: what comes later in a path is asked first.
_RULES: tuple[tuple[ContractState, Callable[[ContractFacts, date], bool]], ...] = (
    (S.EXITED, lambda facts, day: _has_come(facts.exited_on, day)),
    (S.BROKEN, lambda facts, day: _has_come(facts.broken_on, day)),
    (S.ENDED, _has_ended),
    (S.SUSPENDED, _is_suspended),
    (S.RENEWAL_REQUESTED, _awaits_renewal),
    (S.RUNNING, _has_begun),
    (S.LAPSED, lambda facts, day: _has_come(facts.closed_on, day)),
    (S.ABANDONED, lambda facts, day: _has_come(facts.withdrawn_on, day)),
    (S.SIGNED, lambda facts, day: _has_come(facts.signed_on, day)),
    (S.REFUSED, lambda facts, day: _has_come(facts.decided_on, day) and not facts.is_granted),
    (S.GRANTED, lambda facts, day: _has_come(facts.decided_on, day)),
    (S.REQUESTED, lambda facts, day: _has_come(facts.requested_on, day)),
    (S.MATCHED, lambda facts, day: _has_come(facts.matched_on, day)),
    (S.DIAGNOSED, lambda facts, day: _has_come(facts.diagnosis_on, day)),
    (S.PROSPECT, lambda facts, day: True),
)


@dataclass(frozen=True, slots=True)
class Transition:
    """Un passage d'un état à l'autre : le fait qui l'ouvre, et sa source."""

    before: ContractState
    after: ContractState
    fact: str
    source: str


TRANSITIONS: tuple[Transition, ...] = (
    Transition(S.PROSPECT, S.DIAGNOSED, "diagnostic du prescripteur, PEC retenu", "L5134-20"),
    Transition(S.PROSPECT, S.ABANDONED, "retrait avant la décision", "règle du programme"),
    Transition(S.DIAGNOSED, S.MATCHED, "place acceptée par l'employeur, tuteur proposé", "L5134-21-1"),
    Transition(S.DIAGNOSED, S.ABANDONED, "retrait avant la décision", "règle du programme"),
    Transition(S.MATCHED, S.REQUESTED, "demande signée par l'employeur et la personne, tuteur nommé", "R5134-38"),
    Transition(S.MATCHED, S.ABANDONED, "retrait avant la décision", "règle du programme"),
    Transition(S.REQUESTED, S.GRANTED, "décision avec taux, heures et dates", "R5134-26"),
    Transition(S.REQUESTED, S.REFUSED, "décision de refus", "R5134-26"),
    Transition(S.REQUESTED, S.ABANDONED, "retrait avant la décision", "règle du programme"),
    Transition(S.GRANTED, S.SIGNED, "contrat signé, le jour de la décision ou après", "R5134-26"),
    Transition(S.GRANTED, S.LAPSED, "dossier clos sans que le contrat ait commencé", "règle du programme"),
    Transition(S.SIGNED, S.RUNNING, "premier jour du contrat", "L1221-1"),
    Transition(S.SIGNED, S.LAPSED, "dossier clos sans que le contrat ait commencé", "règle du programme"),
    Transition(S.RUNNING, S.SUSPENDED, "suspension ouverte, motif et dates", "R5134-28"),
    Transition(S.RUNNING, S.RENEWAL_REQUESTED, "demande de renouvellement motivée, avec bilan", "R5134-31"),
    Transition(S.RUNNING, S.BROKEN, "rupture, motif et date", "R5134-45 à R5134-47"),
    Transition(S.RUNNING, S.ENDED, "dernier jour passé", "L1243-5"),
    Transition(S.SUSPENDED, S.RUNNING, "reprise", "R5134-28"),
    Transition(S.SUSPENDED, S.RENEWAL_REQUESTED, "reprise, demande de renouvellement en attente", "R5134-31"),
    Transition(S.SUSPENDED, S.BROKEN, "rupture, motif et date", "R5134-45 à R5134-47"),
    Transition(S.SUSPENDED, S.ENDED, "dernier jour passé", "L1243-5"),
    Transition(S.RENEWAL_REQUESTED, S.RUNNING, "décision sur le renouvellement, accordée ou refusée", "R5134-26"),
    Transition(S.RENEWAL_REQUESTED, S.SUSPENDED, "suspension ouverte, motif et dates", "R5134-28"),
    Transition(S.RENEWAL_REQUESTED, S.BROKEN, "rupture, motif et date", "R5134-45 à R5134-47"),
    Transition(S.RENEWAL_REQUESTED, S.ENDED, "dernier jour passé sans décision", "L1243-5"),
    Transition(S.BROKEN, S.EXITED, "situation à la sortie relevée", "règle du programme"),
    Transition(S.ENDED, S.EXITED, "situation à la sortie relevée", "règle du programme"),
)
