"""What a file is about: one cohort, one recipient, one establishment or all, up to a day, seen by its author."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Organisation, User
from cohorts.models import Cohort
from contracts.models import Contract
from employers.models import Establishment, Financer, Financing
from exports.models import NOBODY_OUTSIDE

# Words of the numbers: 2026-11-OPCO-03.
WORDS = {"ANFH": "ANFH", "CNFPT": "CNFPT", "OTHER": "FIN"}
OPCO, DDETS, AGENCY, EMPLOYER = "OPCO", "DDETS", "AGENCE", "EMPLOYEUR"


@dataclass(frozen=True)
class Destination:
    """Destinataire : un financeur de la formation, la DDETS, l'employeur, ou personne au dehors ; un site ou tous."""

    financer: Financer | None = None
    organisation: Organisation | None = None
    establishment: Establishment | None = None
    # The DDETS may have no account here.
    ddets: bool = False

    @property
    def word(self) -> str:
        if self.financer:
            return WORDS.get(self.financer.kind, OPCO)
        if self.ddets:
            return DDETS
        return EMPLOYER if self.organisation else AGENCY

    @property
    def recipient(self) -> Organisation | None:
        return self.financer.organisation if self.financer else self.organisation

    @property
    def name(self) -> str:
        return str(self.financer or self.organisation or (DDETS if self.ddets else NOBODY_OUTSIDE))


@dataclass(frozen=True)
class FileScope:
    """Périmètre d'un fichier."""

    cohort: Cohort
    destination: Destination
    as_of: date
    author: User

    def contracts(self):
        """Those the author sees, of people not erased, neither closed nor given up before a signature."""
        rows = (
            Contract.objects.visible_to(self.author)
            .in_cohort(self.cohort)
            .filter(closed_on=None, enrolment__person__erased_on=None)
            .exclude(enrolment__withdrawn_on__isnull=False, signed_on=None)
        )
        if self.destination.establishment:
            rows = rows.working_at([self.destination.establishment], on=self.as_of)
        if self.destination.financer:
            financed = Financing.objects.in_force(self.as_of).filter(financer=self.destination.financer)
            sites = Establishment.objects.filter(employer__in=financed.values("employer"))
            rows = rows.working_at(sites, on=self.as_of)
        return rows

    def aided_contracts(self):
        """With a granted decision and not marked *non aidé*: what the DDETS receives."""
        return self.contracts().aided(self.as_of)

    def member_numbers(self) -> dict[int, str]:
        """Employer → its number at its financer that day."""
        rows = Financing.objects.in_force(self.as_of).filter(employer__establishments__contracts__cohort=self.cohort)
        if self.destination.financer:
            rows = rows.filter(financer=self.destination.financer)
        return dict(rows.order_by("valid_from").values_list("employer_id", "member_number"))

    def words(self) -> str:
        """The filters as a person would say them."""
        site = self.destination.establishment
        whose = f"établissement « {site} » ({site.siret})" if site else "tous les employeurs"
        if self.destination.financer:
            whose += (
                f", rattachés à {self.destination.financer}"
                if not site
                else f", rattaché à {self.destination.financer}"
            )
        return f"Cohorte « {self.cohort} » ({self.cohort.code}), {whose}, arrêté au {self.as_of:%d/%m/%Y}"

    def filters(self) -> dict:
        """The same for programs: identifiers only."""
        site, financer = self.destination.establishment, self.destination.financer
        return {
            "cohorte": self.cohort.code,
            "etablissement": site.siret if site else "tous",
            "financeur": financer.pk if financer else None,
            "au": self.as_of.isoformat(),
        }
