"""Lists of the employers' room."""

from accounts.tables import CodeColumn, Column, StateColumn, Table
from employers.models import Establishment
from regulations.findings import Strength, of_strength
from regulations.siret import french_siret

NOT_OPEN = "pas de PEC"
TO_CHECK = "à vérifier"
OPEN = "PEC possible"


def eligibility(employer) -> str:
    """In two words; the page of the employer says why, with the article."""
    findings = employer.findings()
    if of_strength(findings, Strength.REFUSAL):
        return NOT_OPEN
    return TO_CHECK if findings else OPEN


class EstablishmentTable(Table):
    caption = "Établissements des employeurs"
    name = Column(verbose_name="Établissement", linkify=True)
    employer = Column(
        accessor="employer__name", verbose_name="Structure", linkify=lambda record: record.employer.get_absolute_url()
    )
    siret = CodeColumn(verbose_name="SIRET")
    legal_category = Column(accessor="employer__legal_category", verbose_name="Statut")
    town = Column(verbose_name="Commune")
    financer = Column(accessor="financer_name", verbose_name="Financeur")
    pec = StateColumn(
        accessor="employer",
        verbose_name="PEC",
        orderable=False,
        tone=lambda record: {OPEN: "success", TO_CHECK: "warning"}.get(eligibility(record.employer), "danger"),
    )

    class Meta(Table.Meta):
        model = Establishment
        fields = ("name", "employer", "siret", "legal_category", "town", "financer", "pec")

    def render_siret(self, value):
        return french_siret(value)

    def render_pec(self, record):
        return self.base_columns["pec"].render(eligibility(record.employer), record)
