"""To whom the files of a cohort go: the financer of each employer that day, the DDETS, the coordination itself."""

from datetime import date

from accounts.models import Organisation, User
from accounts.roles import FunderKind, OrganisationKind
from cohorts.models import Cohort
from contracts.models import Amendment, Contract
from employers.models import Establishment, Financer, Financing
from exports.registry import KINDS
from exports.scope import AGENCY, DDETS, EMPLOYER, Destination


def financers_of(cohort: Cohort, on: date) -> dict[int, Financer]:
    """Employer → who finances its training that day."""
    rows = Financing.objects.in_force(on).filter(employer__establishments__contracts__cohort=cohort)
    rows = rows.select_related("financer__organisation").order_by("valid_from", "pk")
    return {row.employer_id: row.financer for row in rows}


def sites_of(cohort: Cohort, author: User) -> list[Establishment]:
    """Those with a contract that the author sees, by name."""
    contracts = Contract.objects.visible_to(author).in_cohort(cohort).filter(closed_on=None)
    rows = Establishment.objects.filter(contracts__in=contracts).distinct()
    sites = rows.select_related("organisation", "employer__organisation")
    return sorted(sites, key=lambda site: (site.name, site.siret))


def ddets_of(cohort: Cohort, sites: list[Establishment]) -> Organisation | None:
    """That of the département where most of the contracts are; None when it has no account here."""
    known = Organisation.objects.active().filter(kind=OrganisationKind.FUNDER, funder_kind=FunderKind.DDETS)
    departments = [site.department for site in sites]
    ranked = sorted(known.order_by("pk"), key=lambda one: -departments.count(one.department))
    return next((one for one in ranked if one.department in ("", *departments)), None)


def to_employer(site: Establishment) -> Destination:
    """The site's own organisation, else its employer's; without any account the file stays with the coordination."""
    return Destination(organisation=site.organisation or site.employer.organisation, establishment=site)


def left_by(cohort: Cohort) -> dict[Establishment, None]:
    """Establishments people of the cohort have left: the months worked there are still theirs."""
    moved = Amendment.objects.valid().filter(contract__cohort=cohort, establishment_before__isnull=False)
    rows = Establishment.objects.filter(pk__in=moved.values("establishment_before"))
    return dict.fromkeys(rows.select_related("organisation", "employer__organisation").order_by("name", "siret"))


def destinations(cohort: Cohort, code: str, author: User, on: date) -> list[Destination]:
    """The whole cohort first, then each recipient of all its employers, then each establishment for its own."""
    sites = sites_of(cohort, author)
    goes_to = KINDS[code].goes_to
    if goes_to == (AGENCY,):
        return [Destination()]
    to_ddets = Destination(organisation=ddets_of(cohort, sites), ddets=True)
    if EMPLOYER in goes_to:
        return [Destination(), to_ddets, *(to_employer(site) for site in {**dict.fromkeys(sites), **left_by(cohort)})]
    if DDETS in goes_to:
        return [Destination(), to_ddets] if AGENCY in goes_to else [to_ddets]
    financers = financers_of(cohort, on)
    named = {financer.pk: financer for financer in financers.values()}
    return [
        Destination(),
        *(Destination(financer) for financer in sorted(named.values(), key=str)),
        *(Destination(financers.get(site.employer_id), establishment=site) for site in sites),
    ]
