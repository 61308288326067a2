"""What a cohort has to deliver, to whom, and how many rows each file would hold: a constant number of queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from accounts.models import User
from cohorts.models import Cohort
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


def ddets_line(cohort: Cohort, author: User, on: date) -> Line:
    destination = Destination(organisation=ddets_of(cohort, sites_of(cohort, author)), ddets=True)
    aided = FileScope(cohort, destination, on, author).aided_contracts().count()
    return Line(destination, (("D1", aided, "contrat"), ("D2", aided, "contrat")))


def _covers(contract, day: date) -> bool:
    return contract.starts_on <= day and (contract.last_day is None or day <= contract.last_day)


def _concerns(destination: Destination, site, financers: dict) -> bool:
    if destination.establishment:
        return site == destination.establishment
    return destination.financer is None or financers.get(site.employer_id) == destination.financer
