"""L'employeur : catégorie juridique, accès au PEC, financeur de la formation.

Sources
  Who may sign a PEC: L5134-21 (local authorities, other public bodies, non-profit bodies, private bodies running
  a public service, SCIC). H. The State is excluded. M. Commitments of an earlier aid not kept: L5134-21-2. L
  Financer by collective agreement: table DGEFP « convention collective -> OPCO » (betagouv/eva-serveur). H
  ANFH for public hospitals and autonomous public EHPAD: ehpad-magazine.com. M
  CNFPT for communes, CCAS, départements: compulsory contribution of 0,5 % of the pay of a CAE. H
"""

from regulations.enums import LabelledEnum


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
