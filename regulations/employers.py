"""L'employeur : catégorie juridique, accès au PEC, financeur de la formation.

Sources
  Who may sign a PEC: L5134-21 (local authorities, other public bodies, non-profit bodies, private bodies running
  a public service, SCIC). H. The State is excluded. M. Commitments of an earlier aid not kept: L5134-21-2. L
  Financer by collective agreement: table DGEFP « convention collective -> OPCO » (betagouv/eva-serveur). H
  ANFH for public hospitals and autonomous public EHPAD: ehpad-magazine.com. M
  CNFPT for communes, CCAS, départements: compulsory contribution of 0,5 % of the pay of a CAE. H
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from regulations.enums import LabelledEnum
from regulations.findings import Finding, Strength
from regulations.people import Checked


class LegalCategory(LabelledEnum):
    """Statut juridique de l'employeur."""

    ASSOCIATION = "ASSOCIATION", "association"
    PUBLIC_HOSPITAL = "PUBLIC_HOSPITAL", "public hospitalier"
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY", "collectivité (CCAS)"
    OTHER_PUBLIC = "OTHER_PUBLIC", "autre personne morale de droit public"
    MUTUAL = "MUTUAL", "mutuelle"
    FOUNDATION = "FOUNDATION", "fondation"
    SCIC = "SCIC", "société coopérative d'intérêt collectif"
    PUBLIC_SERVICE = "PUBLIC_SERVICE", "personne privée chargée d'un service public"
    COMPANY = "COMPANY", "société commerciale"
    STATE = "STATE", "État"
    OTHER = "OTHER", "autre"


class FinancerKind(LabelledEnum):
    """Qui paie la formation des salariés."""

    OPCO_SANTE = "OPCO_SANTE", "OPCO Santé"
    UNIFORMATION = "UNIFORMATION", "Uniformation"
    OPCO_EP = "OPCO_EP", "OPCO EP"
    AKTO = "AKTO", "AKTO"
    ANFH = "ANFH", "ANFH"
    CNFPT = "CNFPT", "CNFPT"
    OTHER = "OTHER", "autre"


# L5134-21: who may sign a CUI-CAE. A category that is not here is not eligible.
ELIGIBLE_TO_PEC: frozenset[LegalCategory] = frozenset(
    {
        LegalCategory.ASSOCIATION,
        LegalCategory.PUBLIC_HOSPITAL,
        LegalCategory.LOCAL_AUTHORITY,
        LegalCategory.OTHER_PUBLIC,
        LegalCategory.MUTUAL,
        LegalCategory.FOUNDATION,
        LegalCategory.SCIC,
        LegalCategory.PUBLIC_SERVICE,
    }
)

# Those whose trainees are public agents, and who pay for them themselves.
PUBLIC_EMPLOYERS: frozenset[LegalCategory] = frozenset(
    {
        LegalCategory.PUBLIC_HOSPITAL,
        LegalCategory.LOCAL_AUTHORITY,
        LegalCategory.OTHER_PUBLIC,
        LegalCategory.STATE,
    }
)

# Collective agreement -> financer, table of the DGEFP. Integers: the State prints 29 where others print 0029.
IDCC_FINANCERS: Mapping[int, FinancerKind] = MappingProxyType(
    {
        29: FinancerKind.OPCO_SANTE,  # non-profit hospitals, EHPAD and care, 1951
        405: FinancerKind.OPCO_SANTE,  # UNISSS, 1965
        413: FinancerKind.OPCO_SANTE,  # disability establishments, 1966
        783: FinancerKind.OPCO_SANTE,  # CHRS
        1001: FinancerKind.OPCO_SANTE,  # doctors of disability establishments
        2264: FinancerKind.OPCO_SANTE,  # private hospitals, commercial EHPAD
        1261: FinancerKind.UNIFORMATION,  # social centres
        2128: FinancerKind.UNIFORMATION,  # mutual insurance
        2941: FinancerKind.UNIFORMATION,  # home help, non-profit
        3016: FinancerKind.UNIFORMATION,  # workshops of insertion
        3127: FinancerKind.OPCO_EP,  # home services, companies
        1266: FinancerKind.AKTO,  # contract catering
        1413: FinancerKind.AKTO,  # temporary work, permanent staff
        2378: FinancerKind.AKTO,  # temporary work
        3043: FinancerKind.AKTO,  # cleaning
    }
)

# « No agreement » and « other »: they say nothing of the financer and are never mapped.
PSEUDO_IDCC: frozenset[int] = frozenset({9998, 9999})

# A public employer is not under a collective agreement: its statute gives the financer.
STATUTE_FINANCERS: Mapping[LegalCategory, FinancerKind] = MappingProxyType(
    {
        LegalCategory.PUBLIC_HOSPITAL: FinancerKind.ANFH,
        LegalCategory.LOCAL_AUTHORITY: FinancerKind.CNFPT,
    }
)


@dataclass(frozen=True, slots=True)
class Declarations:
    """Déclarations sur l'honneur de la demande d'aide ; « non vérifié » n'est jamais un non."""

    economic_dismissal: Checked = Checked.NOT_CHECKED
    contributions_up_to_date: Checked = Checked.NOT_CHECKED
    replaces_dismissed: Checked = Checked.NOT_CHECKED
    earlier_contracts_reviewed: Checked = Checked.NOT_CHECKED


def pec_findings(category: LegalCategory, declarations: Declarations = Declarations()) -> list[Finding]:
    """Accès au PEC : tout ce qui s'y oppose, chaque motif avec son article."""
    return _category_findings(category) + _declaration_findings(declarations)


def idcc_number(text: str) -> int | None:
    """« 0413 », « 413 » -> 413; None for « sans objet », for nothing, and for the pseudo-codes."""
    match = re.fullmatch(r"(?:IDCC)?\s*(\d{1,5})(?:[.,]0+)?", text.strip(), re.IGNORECASE)
    number = int(match[1]) if match else None
    return None if number in PSEUDO_IDCC else number


def is_pseudo_idcc(text: str) -> bool:
    return text.strip().isdigit() and int(text) in PSEUDO_IDCC


def financer_for(category: LegalCategory, idcc: int | None) -> FinancerKind | None:
    """None when neither the statute nor the agreement tells: about sixty agreements are ambiguous."""
    if category in STATUTE_FINANCERS:
        return STATUTE_FINANCERS[category]
    return None if idcc is None else IDCC_FINANCERS.get(idcc)


def financer_findings(category: LegalCategory, idcc: int | None, typed: FinancerKind) -> list[Finding]:
    """Le financeur noté contre celui que donnent le statut et la convention : une question."""
    expected = financer_for(category, idcc)
    if expected is None or expected == typed:
        return []
    origin = f"le statut « {category.label} »" if category in STATUTE_FINANCERS else f"la convention collective {idcc}"
    message = f"Financeur noté : {typed.label}. D'après {origin}, ce serait {expected.label}."
    return [Finding("financeur_incoherent", message, "Table DGEFP convention collective - OPCO", Strength.QUESTION)]


def _category_findings(category: LegalCategory) -> list[Finding]:
    if category in ELIGIBLE_TO_PEC:
        return []
    if category is LegalCategory.OTHER:
        message = "Statut à préciser : le PEC est ouvert au secteur non marchand seulement."
        return [Finding("statut_a_preciser", message, "L5134-21", Strength.QUESTION)]
    reason = {
        LegalCategory.COMPANY: "une société commerciale relève du secteur marchand",
        LegalCategory.STATE: "l'État employeur en est exclu",
    }[category]
    message = f"Un PEC (CUI-CAE) n'est pas possible ici : {reason}. Un autre type de contrat reste possible."
    return [Finding("employeur_non_eligible_pec", message, "L5134-21")]


def _declaration_findings(declared: Declarations) -> list[Finding]:
    findings = []
    if declared.replaces_dismissed is Checked.YES:
        message = (
            "L'embauche remplacerait un salarié licencié : l'aide est refusée, ou retirée et remboursée, "
            "sauf licenciement pour faute grave ou lourde."
        )
        findings.append(Finding("remplacement_licencie", message, "L5134-21-2", Strength.QUESTION))
    if declared.economic_dismissal is Checked.YES:
        message = "Licenciement économique dans les six derniers mois : les sources se contredisent, à faire préciser."
        findings.append(Finding("licenciement_economique", message, "L5134-68 (secteur marchand)", Strength.WARNING))
    if declared.contributions_up_to_date is Checked.NO:
        message = "L'employeur n'est pas à jour de ses cotisations : l'aide serait refusée."
        findings.append(Finding("cotisations_non_a_jour", message, "Cerfa 14818, déclaration", Strength.WARNING))
    if declared.earlier_contracts_reviewed is Checked.NO:
        message = "Le bilan des contrats aidés précédents manque : il est préalable à toute nouvelle aide."
        findings.append(Finding("bilan_manquant", message, "L5134-21-1, R5134-27", Strength.WARNING))
    return findings
