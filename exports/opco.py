"""O1, liste des stagiaires : Stagiaires · Synthèse, for the financer of the training. One row per trainee and site."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from contracts.models import Contract
from contracts.models.contract import TermsOfDay
from exports.kinds import Content, FileKind, Place, getters, lead_of, or_none
from exports.scope import AGENCY, OPCO, WORDS, FileScope
from training.contract_hours import hours_by_contract
from training.hours import Hours, total
from training.models import ConventionTrainee, InvoiceLine
from workbooks.columns import Column, Kind
from workbooks.write import Sheet


@dataclass(slots=True)
class Trainee:
    """Stagiaire : le dernier contrat chez cet employeur, les heures de tous ceux qu'il y a eus."""

    number: int
    contract: Contract
    terms: TermsOfDay
    hours: Hours
    member_number: str
    cost: Decimal | None
    file_number: str

    @property
    def person(self):
        return self.contract.enrolment.person


VALUES = {
    "row.key": lambda row: f"{row.contract.enrolment_id}/{row.terms.establishment.pk}",
    "row.number": lambda row: row.number,
    "person.title": lambda row: or_none(row.person.get_title_display()),
    "person.birth_name": lambda row: row.person.birth_name,
    "person.usual_name": lambda row: row.person.usual_name,
    "person.first_name": lambda row: row.person.first_name,
    "person.birth_date": lambda row: row.person.birth_date,
    "person.education_level": lambda row: or_none(row.person.get_education_level_display()),
    "establishment.siret": lambda row: row.terms.establishment.siret,
    "employer.name": lambda row: row.terms.establishment.name,
    "employer.idcc": lambda row: row.terms.establishment.employer.idcc,
    "financing.member_number": lambda row: row.member_number,
    "contract.kind": lambda row: row.contract.get_kind_display(),
    "contract.starts_on": lambda row: row.contract.starts_on,
    # The real end when it was broken: what the financer pays for stops there.
    "contract.ends_on": lambda row: row.contract.last_day,
    "contract.job_title": lambda row: row.contract.job_title,
    "contract.rome_code": lambda row: row.contract.rome_code,
    "contract.professional_category": lambda row: or_none(row.contract.get_professional_category_display()),
    "contract.weekly_hours": lambda row: row.terms.weekly_hours,
    "training.planned_minutes": lambda row: row.hours.planned_minutes,
    "training.attended_minutes": lambda row: row.hours.done_minutes,
    # What is invoiced so far; nothing invoiced is not zero.
    "training.cost": lambda row: row.cost,
    "financing.file_number": lambda row: or_none(row.file_number),
}

SUMMARY = (
    Column("siret", "SIRET", Kind.CODE),
    Column("employer", "Employeur", width=40),
    Column("trainees", "Stagiaires", Kind.INTEGER),
    Column("planned", "Heures prévues", Kind.HOURS),
    Column("done", "Heures réalisées", Kind.HOURS),
)


class Papers:
    """Ce que disent les conventions : by trainee and establishment, what is invoiced and the financer's file number."""

    def __init__(self, enrolments: set[int]):
        sums = InvoiceLine.objects.valid().filter(enrolment__in=enrolments).order_by()
        sums = sums.values_list("enrolment", "convention__establishment").annotate(total=Sum("amount"))
        self.costs = {(enrolment, site): total for enrolment, site, total in sums}
        rows = ConventionTrainee.objects.filter(enrolment__in=enrolments).order_by("convention__number")
        rows = rows.values_list("enrolment", "convention__establishment", "convention__file_number")
        self.file_numbers = {(enrolment, site): number for enrolment, site, number in rows if number}


def trainees(scope: FileScope) -> list[Trainee]:
    """In the order of the names."""
    contracts = list(scope.contracts().with_names().with_amendments().order_by("starts_on", "pk"))
    terms = {contract.pk: contract.terms_on(scope.as_of) for contract in contracts}
    hours = hours_by_contract(contracts, on=scope.as_of)
    numbers = scope.member_numbers()
    last, own = {}, defaultdict(list)
    for contract in contracts:
        key = (contract.enrolment_id, terms[contract.pk].establishment.pk)
        last[key] = contract
        own[key].append(hours[contract.pk])
    papers = Papers({contract.enrolment_id for contract in contracts})
    order = sorted(last, key=lambda key: _by_name(last[key], terms[last[key].pk]))
    return [
        Trainee(
            number,
            last[key],
            told,
            total(own[key]),
            numbers.get(told.establishment.employer_id, ""),
            papers.costs.get(key),
            papers.file_numbers.get(key, ""),
        )
        for number, key in enumerate(order, start=1)
        for told in [terms[last[key].pk]]
    ]


def _by_name(contract: Contract, terms: TermsOfDay) -> tuple:
    person = contract.enrolment.person
    return (person.search_text, person.public_code, terms.establishment.siret)


def place(row: Trainee) -> Place:
    return Place(row.person.full_name, row.contract.get_absolute_url())


def count(scope: FileScope) -> int:
    places = scope.contracts().with_place(scope.as_of)
    return places.values("enrolment_id", "place_of_day").distinct().count()


def content(scope: FileScope, columns: Sequence[Column]) -> Content:
    rows = trainees(scope)
    values = getters(columns, VALUES)
    return Content(
        [
            Sheet("Stagiaires", columns, ([value(row) for value in values] for row in rows), lead_of(columns)),
            Sheet("Synthèse", SUMMARY, _summary(rows)),
        ]
    )


def _summary(rows: list[Trainee]) -> Iterator[tuple]:
    """Sums by establishment, then the whole: in minutes, each printed figure is rounded once."""
    by_site = defaultdict(list)
    for row in rows:
        by_site[row.terms.establishment].append(row)
    for site in sorted(by_site, key=lambda one: (one.name, one.siret)):
        yield (site.siret, site.name, *_sums(by_site[site]))
    yield (None, "TOTAL", *_sums(rows))


def _sums(rows: list[Trainee]) -> tuple[int, int, int]:
    hours = total(row.hours for row in rows)
    return len({row.contract.enrolment_id for row in rows}), hours.planned_minutes, hours.done_minutes


KIND = FileKind(
    code="O1",
    name="Liste des stagiaires",
    main_sheet="Stagiaires",
    count=count,
    content=content,
    goes_to=(OPCO, *WORDS.values(), AGENCY),
    rows=trainees,
    values=VALUES,
    place=place,
)
