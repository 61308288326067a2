"""Whom a pack may be for, and which contracts it then holds."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Organisation, User
from cohorts.models import Cohort
from contracts.models import Contract
from employers.models import Establishment, Financer
from exports.destinations import ddets_of, financers_of, sites_of, to_employer
from exports.evidence.sections import Seen
from exports.models import EvidencePack
from exports.scope import Destination, FileScope

Audience = EvidencePack.Audience


@dataclass(frozen=True, slots=True)
class Reader:
    """Destinataire d'un dossier : la liste qui s'applique, l'organisation, et les contrats qui le regardent."""

    audience: str
    organisation: Organisation | None = None
    financer: Financer | None = None
    establishment: Establishment | None = None

    @property
    def key(self) -> str:
        """What a form sends back: « OPCO-3 », « EMPLOYER-12 », « DDETS »."""
        row = self.financer or self.establishment
        return f"{self.audience}-{row.pk}" if row else self.audience

    @property
    def name(self) -> str:
        match self.audience:
            case Audience.AGENCY:
                return "La coordination de la cohorte"
            case Audience.DDETS:
                return str(self.organisation or "DDETS")
            case Audience.OPCO:
                return str(self.financer)
            case _:
                return f"{self.establishment} ({self.establishment.siret})"

    def destination(self) -> Destination:
        return Destination(
            self.financer,
            None if self.financer else self.organisation,
            self.establishment,
            ddets=self.audience == Audience.DDETS,
        )


def readers_of(cohort: Cohort, author: User, on: date, contract: Contract | None = None) -> list[Reader]:
    """The coordination first, then the DDETS, each financer, each employer; of one contract, those it concerns."""
    financers = financers_of(cohort, on)
    sites = sites_of(cohort, author) if contract is None else [contract.terms_on(on).establishment]
    named = {financers[site.employer_id] for site in sites if site.employer_id in financers}
    return [
        Reader(Audience.AGENCY),
        Reader(Audience.DDETS, ddets_of(cohort, sites)),
        *(Reader(Audience.OPCO, one.organisation, financer=one) for one in sorted(named, key=str)),
        *(Reader(Audience.EMPLOYER, to_employer(site).organisation, establishment=site) for site in sites),
    ]


def reader_of(pack: EvidencePack) -> Reader:
    return Reader(pack.audience, pack.recipient, pack.financer, pack.establishment)


def contracts_for(cohort: Cohort, reader: Reader, author: User, on: date, contract: Contract | None = None):
    """Those the author sees and that concern this reader: aided ones for the DDETS, as in the files it receives."""
    scope = FileScope(cohort, reader.destination(), on, author)
    rows = scope.aided_contracts() if reader.audience == Audience.DDETS else scope.contracts()
    return rows.filter(pk=contract.pk) if contract else rows


def seen_by(pack: EvidencePack, contract: Contract) -> Seen:
    """An employer that took the contract over reads it from that day; everybody else reads all of it."""
    starts_on = contract.starts_on
    if pack.audience == Audience.EMPLOYER:
        moves = [one.effective_on for one in contract.amendments.all() if one.establishment_after_id]
        starts_on = max([starts_on, *(day for day in moves if day <= pack.as_of)])
    return Seen(
        contract=contract,
        audience=pack.audience,
        establishment_id=pack.establishment_id,
        starts_on=starts_on,
        ends_on=contract.last_day,
        as_of=pack.as_of,
    )
