"""O4, relevé de dépenses : Dépenses · Par employeur. What each employer asks its financer back for its trainees.

A row per trainee, convention and period. Pay is in this file and no other; the State's aid on the same hours shows only
where the dated setting of the financer deducts it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse

from contracts.models import Contract
from exports.kinds import Content, FileKind, Place, getters, lead_of, or_none
from exports.scope import AGENCY, OPCO, WORDS, FileScope
from regulations.training import ExpenseKind
from training.expenses import Claim, claims, contract_of
from training.models import Convention, Expense
from workbooks.columns import Column, Kind
from workbooks.write import Fact, Sheet

NOTHING = Decimal("0.00")
METHOD = (
    "Seules les heures suivies sont payées (R6332-26). Chaque montant demandé est limité au plafond daté du "
    "financeur ; les plafonds sont des réglages, « hypothèse » tant que leur source n'est pas lue."
)


@dataclass(frozen=True)
class Row:
    """Ce qu'un employeur demande pour un stagiaire et une période."""

    claims: tuple[Claim, ...]
    contract: Contract | None

    @property
    def expense(self) -> Expense:
        return self.claims[0].expense

    @property
    def convention(self) -> Convention:
        return self.expense.convention

    @property
    def person(self):
        return self.expense.enrolment.person

    @property
    def site(self):
        return self.convention.establishment

    def of(self, kind: ExpenseKind) -> list[Claim]:
        return [claim for claim in self.claims if claim.kind is kind]

    @property
    def pay(self) -> Claim | None:
        return next(iter(self.of(ExpenseKind.PAY)), None)

    @property
    def asked(self) -> Decimal:
        return sum((claim.asked for claim in self.claims), NOTHING)

    @property
    def granted(self) -> Decimal | None:
        """Known once the financer has answered on something."""
        return total_granted(self.claims)

    @property
    def gap(self) -> Decimal | None:
        """Granted less asked, of what was answered."""
        answered = [claim for claim in self.claims if claim.expense.granted_amount is not None]
        return total_granted(answered) - sum((claim.asked for claim in answered), NOTHING) if answered else None


def total_granted(found: Sequence[Claim]) -> Decimal | None:
    amounts = [claim.expense.granted_amount for claim in found if claim.expense.granted_amount is not None]
    return sum(amounts, NOTHING) if amounts else None


def asked(kind: ExpenseKind) -> Callable[[Row], Decimal | None]:
    """Nothing noted is not zero: the cell stays empty."""

    def value(row: Row) -> Decimal | None:
        found = row.of(kind)
        return sum((claim.asked for claim in found), NOTHING) if found else None

    return value


def granted(kind: ExpenseKind) -> Callable[[Row], Decimal | None]:
    return lambda row: total_granted(row.of(kind))


def quantity(kind: ExpenseKind) -> Callable[[Row], Decimal | None]:
    def value(row: Row) -> Decimal | None:
        found = row.of(kind)
        return sum((claim.expense.quantity for claim in found), Decimal(0)) if found else None

    return value


def gross(row: Row) -> Decimal | None:
    return row.contract.hourly_pay if row.pay and row.contract else None


def loaded(row: Row) -> Decimal | None:
    return row.pay.expense.unit_amount if row.pay else None


def charges(row: Row) -> Decimal | None:
    """What the employer pays on top of the gross hour; unknown when either is."""
    return None if None in (gross(row), loaded(row)) else loaded(row) - gross(row)


def key(row: Row) -> str:
    one = row.expense
    return f"{one.enrolment_id}/{one.convention_id}/{one.starts_on:%Y%m%d}-{one.ends_on:%Y%m%d}"


VALUES = {
    "row.key": key,
    "financing.file_number": lambda row: or_none(row.convention.file_number),
    "convention.number": lambda row: row.convention.number,
    "employer.name": lambda row: row.site.name,
    "establishment.siret": lambda row: row.site.siret,
    "person.name": lambda row: row.person.full_name,
    "expense.starts_on": lambda row: row.expense.starts_on,
    "expense.ends_on": lambda row: row.expense.ends_on,
    "expense.minutes": lambda row: row.claims[0].minutes,
    "pay.gross": gross,
    "pay.charges": charges,
    "pay.loaded": loaded,
    "pay.state_aid": lambda row: row.pay.aid if row.pay else None,
    "pay.asked": asked(ExpenseKind.PAY),
    "pay.granted": granted(ExpenseKind.PAY),
    "teaching.asked": asked(ExpenseKind.PEDAGOGICAL),
    "teaching.granted": granted(ExpenseKind.PEDAGOGICAL),
    "travel.quantity": quantity(ExpenseKind.TRAVEL),
    "travel.asked": asked(ExpenseKind.TRAVEL),
    "travel.granted": granted(ExpenseKind.TRAVEL),
    "meals.quantity": quantity(ExpenseKind.MEALS),
    "meals.asked": asked(ExpenseKind.MEALS),
    "meals.granted": granted(ExpenseKind.MEALS),
    "lodging.quantity": quantity(ExpenseKind.LODGING),
    "lodging.asked": asked(ExpenseKind.LODGING),
    "lodging.granted": granted(ExpenseKind.LODGING),
    "expense.asked": lambda row: row.asked,
    "expense.granted": lambda row: row.granted,
    "expense.gap": lambda row: row.gap,
    "expense.documents": lambda row: or_none(
        ", ".join(dict.fromkeys(claim.expense.document_name for claim in row.claims if claim.expense.document_name))
    ),
}

BY_SITE = (
    Column("siret", "SIRET", Kind.CODE),
    Column("employer", "Employeur", width=40),
    Column("trainees", "Stagiaires", Kind.INTEGER),
    Column("teaching", "Coût pédagogique demandé", Kind.EUROS),
    Column("pay", "Rémunération demandée", Kind.EUROS),
    Column("travel", "Transport demandé", Kind.EUROS),
    Column("meals", "Repas demandés", Kind.EUROS),
    Column("lodging", "Hébergement demandé", Kind.EUROS),
    Column("asked", "Total demandé", Kind.EUROS),
    Column("granted", "Total accordé", Kind.EUROS),
)
IN_ORDER = (
    ExpenseKind.PEDAGOGICAL,
    ExpenseKind.PAY,
    ExpenseKind.TRAVEL,
    ExpenseKind.MEALS,
    ExpenseKind.LODGING,
)


def expenses_of(scope: FileScope):
    """Begun by that day, of the people of the file, at the establishments that it is about."""
    contracts = scope.contracts()
    conventions = Convention.objects.private_to(scope.author, scope.as_of).filter(cohort=scope.cohort)
    rows = Expense.objects.filter(
        convention__in=conventions, enrolment__in=contracts.values("enrolment"), ends_on__lte=scope.as_of
    )
    destination = scope.destination
    if destination.establishment:
        return rows.filter(convention__establishment=destination.establishment)
    if destination.financer:
        return rows.filter(convention__establishment__in=contracts.values("establishment"))
    return rows


def rows_of(scope: FileScope) -> list[Row]:
    """In the order of the names, then of the periods."""
    own: dict[tuple[int, int, date, date], list[Claim]] = defaultdict(list)
    for claim in claims(expenses_of(scope), scope.as_of):
        one = claim.expense
        own[one.convention_id, one.enrolment_id, one.starts_on, one.ends_on].append(claim)
    contracts = defaultdict(list)
    for contract in Contract.objects.filter(enrolment__in={key[1] for key in own}, closed_on=None):
        contracts[contract.enrolment_id].append(contract)
    return [Row(tuple(found), contract_of(found[0].expense, contracts[key[1]])) for key, found in own.items()]


def place(row: Row) -> Place:
    address = reverse("training:expense_list", args=[row.convention.pk])
    return Place(f"{row.person.full_name}, dépenses de la {row.convention}", address)


def count(scope: FileScope) -> int:
    keys = expenses_of(scope).order_by().values("convention", "enrolment", "starts_on", "ends_on")
    return keys.distinct().count()


def content(scope: FileScope, columns: Sequence[Column]) -> Content:
    rows = rows_of(scope)
    values = getters(columns, VALUES)
    return Content(
        [
            Sheet("Dépenses", columns, ([value(row) for value in values] for row in rows), lead_of(columns)),
            Sheet("Par employeur", BY_SITE, _by_site(rows)),
        ],
        facts=(Fact("Méthode", METHOD),),
    )


def _by_site(rows: list[Row]) -> Iterator[tuple]:
    own = defaultdict(list)
    for row in rows:
        own[row.site].append(row)
    for site in sorted(own, key=lambda one: (one.name, one.siret)):
        yield (site.siret, site.name, *_sums(own[site]))
    yield (None, "TOTAL", *_sums(rows))


def _sums(rows: list[Row]) -> tuple:
    everything = [claim for row in rows for claim in row.claims]
    by_kind = [sum((one.asked for one in everything if one.kind is kind), NOTHING) for kind in IN_ORDER]
    people = len({row.expense.enrolment_id for row in rows})
    return people, *by_kind, sum(by_kind, NOTHING), total_granted(everything)


KIND = FileKind(
    code="O4",
    name="Relevé de dépenses",
    main_sheet="Dépenses",
    count=count,
    content=content,
    goes_to=(OPCO, *WORDS.values(), AGENCY),
    rows=rows_of,
    values=VALUES,
    place=place,
)
