"""O3, certificats de réalisation : Certificats · Par employeur. The list of those whose papers leave with it.

A row per certificate, replaced ones included: whoever received one must see which number stands in its place.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from exports.kinds import Content, FileKind, Place, getters, lead_of, or_none
from exports.scope import AGENCY, OPCO, WORDS, FileScope
from training.models import Certificate, InvoiceLine
from workbooks.columns import Column, Kind
from workbooks.write import Sheet


@dataclass(frozen=True, slots=True)
class Row:
    """Un certificat et ce qui est facturé sur sa période."""

    certificate: Certificate
    invoiced_minutes: int | None
    invoiced_amount: Decimal | None

    @property
    def person(self):
        return self.certificate.enrolment.person

    @property
    def site(self):
        return self.certificate.convention.establishment


VALUES = {
    "row.key": lambda row: f"{row.certificate.enrolment_id}/{row.certificate.number}",
    "certificate.number": lambda row: row.certificate.number,
    "certificate.state": lambda row: "remplacé" if row.certificate.is_replaced else "valable",
    "certificate.replaced_by": lambda row: row.certificate.replaced_by.number if row.certificate.is_replaced else None,
    "certificate.issued_on": lambda row: timezone.localdate(row.certificate.issued_at),
    "financing.file_number": lambda row: or_none(row.certificate.convention.file_number),
    "convention.number": lambda row: row.certificate.convention.number,
    # As it was printed, whatever the person is called since.
    "person.name": lambda row: row.certificate.facts["person"],
    "employer.name": lambda row: row.site.name,
    "establishment.siret": lambda row: row.site.siret,
    "session.title": lambda row: row.certificate.facts["title"],
    "certificate.starts_on": lambda row: row.certificate.starts_on,
    "certificate.ends_on": lambda row: row.certificate.ends_on,
    "certificate.minutes": lambda row: row.certificate.minutes,
    "invoice.minutes": lambda row: row.invoiced_minutes,
    "invoice.amount": lambda row: row.invoiced_amount,
}

BY_SITE = (
    Column("siret", "SIRET", Kind.CODE),
    Column("employer", "Employeur", width=40),
    Column("certificates", "Certificats valables", Kind.INTEGER),
    Column("certified", "Heures certifiées", Kind.HOURS),
    Column("amount", "Montant HT facturé", Kind.EUROS),
)


def certificates_of(scope: FileScope):
    """Issued by that day, of the people of the file, at the establishments that it is about."""
    contracts = scope.contracts()
    rows = Certificate.objects.visible_to(scope.author).filter(
        enrolment__in=contracts.values("enrolment"), convention__cohort=scope.cohort
    )
    rows = rows.filter(issued_at__date__lte=scope.as_of)
    destination = scope.destination
    if destination.establishment:
        return rows.filter(convention__establishment=destination.establishment)
    if destination.financer:
        return rows.filter(convention__establishment__in=contracts.values("establishment"))
    return rows


def rows_of(scope: FileScope) -> list[Row]:
    """In the order of the names, then of the periods."""
    found = list(certificates_of(scope).with_names().select_related("convention__establishment__employer"))
    lines = defaultdict(list)
    for line in InvoiceLine.objects.valid().filter(convention__in={one.convention_id for one in found}):
        lines[line.convention_id, line.enrolment_id].append(line)
    found.sort(key=lambda one: (one.enrolment.person.search_text, one.starts_on, one.number))
    return [_row(one, lines[one.convention_id, one.enrolment_id]) for one in found]


def _row(certificate: Certificate, lines: list[InvoiceLine]) -> Row:
    """A replaced certificate has no invoice of its own: what was invoiced stands beside the one that holds."""
    own = [line for line in lines if _within(line, certificate)]
    if certificate.is_replaced or not own:
        return Row(certificate, None, None)
    return Row(certificate, sum(line.minutes for line in own), sum((line.amount for line in own), Decimal(0)))


def _within(line: InvoiceLine, certificate: Certificate) -> bool:
    return certificate.starts_on <= line.starts_on and line.ends_on <= certificate.ends_on


def place(row: Row) -> Place:
    return Place(f"{row.person.full_name}, {row.certificate}", row.certificate.get_absolute_url())


def count(scope: FileScope) -> int:
    return certificates_of(scope).count()


def content(scope: FileScope, columns: Sequence[Column]) -> Content:
    rows = rows_of(scope)
    values = getters(columns, VALUES)
    return Content(
        [
            Sheet("Certificats", columns, ([value(row) for value in values] for row in rows), lead_of(columns)),
            Sheet("Par employeur", BY_SITE, _by_site(rows)),
        ]
    )


def _by_site(rows: list[Row]) -> Iterator[tuple]:
    """Those that hold: the sum of each establishment, then the whole, in minutes."""
    own = defaultdict(list)
    standing = [row for row in rows if not row.certificate.is_replaced]
    for row in standing:
        own[row.site].append(row)
    for site in sorted(own, key=lambda one: (one.name, one.siret)):
        yield (site.siret, site.name, *_sums(own[site]))
    yield (None, "TOTAL", *_sums(standing))


def _sums(rows: list[Row]) -> tuple[int, int, Decimal]:
    amounts = (row.invoiced_amount for row in rows if row.invoiced_amount is not None)
    return len(rows), sum(row.certificate.minutes for row in rows), sum(amounts, Decimal(0))


KIND = FileKind(
    code="O3",
    name="Certificats de réalisation",
    main_sheet="Certificats",
    count=count,
    content=content,
    goes_to=(OPCO, *WORDS.values(), AGENCY),
    rows=rows_of,
    values=VALUES,
    place=place,
)
