"""What a cohort has to deliver, to whom, and how many rows each file would hold: a constant number of queries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from accounts.models import User
from cohorts.models import Cohort
from contracts.models import Amendment
from exports import aid, bpf, certificates, expenses
from exports.destinations import ddets_of, destinations, financers_of, sites_of
from exports.presences import attendances
from exports.scope import Destination, FileScope


@dataclass(frozen=True)
class Line:
    """Un destinataire et ses fichiers : le code de chacun, combien de quoi."""

    destination: Destination
    counts: tuple[tuple[str, int, str], ...]

    @property
    def whose(self) -> str:
        site = self.destination.establishment
        return str(site) if site else "tous les employeurs"


def training_lines(cohort: Cohort, author: User, on: date) -> list[Line]:
    """Financers of the training and the coordination: trainees and half-days of each."""
    whole = FileScope(cohort, Destination(), on, author)
    contracts = list(whole.contracts().select_related("establishment").order_by("starts_on", "pk"))
    by_day = attendances(whole).order_by().values_list("enrolment_id", "half_day__day").annotate(rows=Count("pk"))
    half_days = Counter()
    for enrolment, day, rows in by_day:
        site = next((one for one in contracts if one.enrolment_id == enrolment and _covers(one, day)), None)
        if site:
            half_days[site.establishment_id] += rows
    financers = financers_of(cohort, on)
    lines = []
    for destination in destinations(cohort, "O1", author, on):
        own = [one for one in contracts if _concerns(destination, one.establishment, financers)]
        trainees = {(one.enrolment_id, one.establishment_id) for one in own}
        sites = {one.establishment_id for one in own}
        rows = sum(half_days[site] for site in sites)
        lines.append(Line(destination, (("O1", len(trainees), "stagiaire"), ("O2", rows, "ligne"))))
    return lines


def paper_lines(cohort: Cohort, author: User, on: date) -> list[Line]:
    """Certificates and expenses of each: the papers that an invoice is paid on."""
    whole = FileScope(cohort, Destination(), on, author)
    sites = {site.pk: site for site in sites_of(cohort, author)}
    issued = Counter(certificates.certificates_of(whole).values_list("convention__establishment", flat=True))
    asked = Counter(row.site.pk for row in expenses.rows_of(whole))
    financers = financers_of(cohort, on)
    lines = []
    for destination in destinations(cohort, "O3", author, on):
        own = [pk for pk, site in sites.items() if _concerns(destination, site, financers)]
        counts = (
            ("O3", sum(issued[pk] for pk in own), "certificat"),
            ("O4", sum(asked[pk] for pk in own), "ligne"),
        )
        lines.append(Line(destination, counts))
    return lines


def ddets_line(cohort: Cohort, author: User, on: date) -> Line:
    destination = Destination(organisation=ddets_of(cohort, sites_of(cohort, author)), ddets=True)
    aided = FileScope(cohort, destination, on, author).aided_contracts().count()
    return Line(destination, (("D1", aided, "contrat"), ("D2", aided, "contrat")))


def inside_lines(training: Sequence[Line]) -> list[Line]:
    """What stays in the house, about the trainees that the whole cohort has to tell of."""
    (_, trainees, unit), *_ = training[0].counts
    return [Line(training[0].destination, (("O5", trainees, unit),))]


def report_lines(cohort: Cohort, author: User, on: date, ddets: Line) -> list[Line]:
    """What the coordination hands over by itself: committee, European fund, training body."""
    whole = FileScope(cohort, Destination(), on, author)
    (_, aided, _), *_ = ddets.counts
    counts = (("D3", aided, "contrat"), ("F1", aided, "participant"), ("B1", bpf.count(whole), "présence"))
    return [Line(whole.destination, counts)]


def grant_lines(ddets: Line) -> list[Line]:
    """The account of a grant, for the coordination and for the DDETS."""
    (_, aided, unit), *_ = ddets.counts
    return [Line(destination, (("F2", aided, unit),)) for destination in (Destination(), ddets.destination)]


def aid_lines(cohort: Cohort, author: User, on: date) -> list[Line]:
    """The State's aid of the whole cohort, of the DDETS, of each establishment where somebody works or has worked."""
    whole = FileScope(cohort, Destination(), on, author)
    pairs = list(aid.contracts_of(whole).values_list("pk", "establishment_id"))
    moved = Amendment.objects.valid().filter(contract__in=[pk for pk, _ in pairs], establishment_before__isnull=False)
    places = {*pairs, *moved.values_list("contract_id", "establishment_before_id")}
    lines = []
    for destination in destinations(cohort, "A1", author, on):
        site = destination.establishment
        own = {contract for contract, place in places if site is None or place == site.pk}
        lines.append(Line(destination, (("A1", len(own), "contrat"),)))
    return lines


def _covers(contract, day: date) -> bool:
    return contract.starts_on <= day and (contract.last_day is None or day <= contract.last_day)


def _concerns(destination: Destination, site, financers: dict) -> bool:
    if destination.establishment:
        return site == destination.establishment
    return destination.financer is None or financers.get(site.employer_id) == destination.financer
