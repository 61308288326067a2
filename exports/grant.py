"""F2, compte rendu financier d'une subvention (Cerfa 15059) : Tableau · Bilan qualitatif · Explications.

What the tool knows, line by line, planned and done; every other line is there and empty, and says who fills it. Amounts
are those of the cohort up to the day of the file; the period of the grant is its beneficiary's to check.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from contracts.ledger import COMMITTED, PAID, money
from exports.expenses import expenses_of
from exports.kinds import Content, FileKind, getters
from exports.review import lines as review_lines
from exports.scope import AGENCY, DDETS, FileScope
from regulations.certificates import line_amount
from regulations.training import ExpenseKind
from training.expenses import Claim, claims
from training.models import Convention, InvoiceLine
from workbooks.columns import Column
from workbooks.write import Fact, Sheet

COSTS, INCOME = "Charges", "Produits"
ANCILLARY = (ExpenseKind.TRAVEL, ExpenseKind.MEALS, ExpenseKind.LODGING)
ELSEWHERE = "À compléter depuis la comptabilité : l'outil ne le connaît pas."
KNOWN_ONLY = "Somme des seules lignes connues de l'outil."


@dataclass(frozen=True, slots=True)
class Account:
    """Une ligne du tableau : ce qui était prévu, ce qui est réalisé, d'où vient le chiffre."""

    side: str
    number: str
    label: str
    planned: Decimal | None = None
    done: Decimal | None = None
    source: str = ELSEWHERE
    # Of sums that do not hold the same lines, no share would be true.
    is_total: bool = False

    @property
    def share(self) -> Decimal | None:
        if self.is_total or not self.planned or self.done is None:
            return None
        return (self.done / self.planned).quantize(Decimal("0.0001"))


VALUES = {
    "row.key": lambda one: f"{one.side}/{one.number}/{one.label}",
    "account.side": lambda one: one.side,
    "account.number": lambda one: one.number,
    "account.label": lambda one: one.label,
    "account.planned": lambda one: one.planned,
    "account.done": lambda one: one.done,
    "account.share": lambda one: one.share,
    "account.source": lambda one: one.source,
}
STORY = (
    Column("block", "Bloc", width=24),
    Column("label", "Indicateur", width=46),
    Column("words", "En clair", width=36),
    Column("method", "Comment il est calculé", width=80, wrap=True),
)
REASONS = (Column("label", "Explication", width=60), Column("text", "À écrire", width=90, wrap=True))
TO_EXPLAIN = (
    ("Règles de répartition des charges indirectes", "La règle retenue, poste par poste."),
    ("Écarts significatifs entre prévu et réalisé", "Chaque écart de la colonne % et sa raison."),
    ("Contributions volontaires en nature", "Leur nature et la manière dont elles sont comptées."),
    ("Attestation sur l'honneur", "Nom, qualité, date et signature du représentant légal."),
)


def accounts(scope: FileScope) -> list[Account]:
    asked = claims(expenses_of(scope), scope.as_of)
    found = [*_costs(scope, asked), *_income(scope, asked)]
    return [one for side in (COSTS, INCOME) for one in _with_total(side, [row for row in found if row.side == side])]


# Accounts of the ministry's form of which the tool knows nothing.
UNKNOWN_COSTS = (
    ("65", "Autres charges de gestion courante"),
    ("66", "Charges financières"),
    ("67", "Charges exceptionnelles"),
    ("68", "Dotations aux amortissements"),
    ("", "Charges indirectes"),
    ("86", "Emplois des contributions volontaires"),
)


def _costs(scope: FileScope, asked: Sequence[Claim]) -> Iterator[Account]:
    conventions = conventions_of(scope)

    def spent(*kinds: ExpenseKind) -> Decimal | None:
        amounts = [claim.amount.cost for claim in asked if claim.kind in kinds]
        return sum(amounts, Decimal(0)) if amounts else None

    yield Account(
        COSTS,
        "60",
        "Achats : prestations de formation",
        planned_cost(conventions),
        InvoiceLine.objects.valid()
        .filter(convention__in=conventions, invoiced_on__lte=scope.as_of)
        .aggregate(total=Sum("amount"))["total"],
        "Prévu : prix des conventions. Réalisé : factures enregistrées et non annulées, hors taxes.",
    )
    yield Account(COSTS, "61", "Services extérieurs")
    yield Account(
        COSTS,
        "62",
        "Autres services extérieurs : déplacements des stagiaires",
        done=spent(*ANCILLARY),
        source="Dépenses de transport, de repas et d'hébergement des employeurs. Le reste du compte 62 : à compléter.",
    )
    yield Account(COSTS, "63", "Impôts et taxes")
    yield Account(
        COSTS,
        "64",
        "Charges de personnel : heures de formation des stagiaires",
        done=spent(ExpenseKind.PAY),
        source="Rémunérations notées par les employeurs pour les heures suivies. Le reste du compte 64 : à compléter.",
    )
    for number, label in UNKNOWN_COSTS:
        yield Account(COSTS, number, label)


def _income(scope: FileScope, asked: Sequence[Claim]) -> Iterator[Account]:
    aid = money(scope.aided_contracts(), scope.as_of)
    granted = [one.expense.granted_amount for one in asked if one.expense.granted_amount is not None]
    yield Account(INCOME, "70", "Vente de produits finis, prestations de services")
    yield Account(INCOME, "73", "Dotations et produits de tarification")
    yield Account(
        INCOME,
        "74",
        "Subventions : ASP, emplois aidés",
        aid.committed,
        aid.paid,
        f"{COMMITTED} {PAID}",
    )
    yield Account(
        INCOME,
        "74",
        "Subventions : financeurs de la formation",
        sum((one.asked for one in asked), Decimal(0)) if asked else None,
        sum(granted, Decimal(0)) if granted else None,
        "Prévu : montants demandés. Réalisé : montants accordés par les financeurs.",
    )
    for number, label in (
        ("74", "Subventions : État, Région, Département, communes, fonds européens"),
        ("75", "Autres produits de gestion courante : cotisations, dons"),
        ("76", "Produits financiers"),
        ("77", "Produits exceptionnels"),
        ("78", "Reprises sur amortissements et provisions"),
        ("79", "Transfert de charges"),
        ("87", "Contributions volontaires en nature"),
    ):
        yield Account(INCOME, number, label)


def _with_total(side: str, rows: list[Account]) -> list[Account]:
    planned = [one.planned for one in rows if one.planned is not None]
    done = [one.done for one in rows if one.done is not None]
    sums = (sum(amounts, Decimal(0)) if amounts else None for amounts in (planned, done))
    return [*rows, Account(side, "", f"Total connu des {side.lower()}", *sums, KNOWN_ONLY, is_total=True)]


def conventions_of(scope: FileScope) -> Sequence[Convention]:
    rows = Convention.objects.private_to(scope.author, scope.as_of).filter(cohort=scope.cohort)
    return list(rows.annotate(people=Count("trainees")).order_by("number"))


def planned_cost(conventions: Sequence[Convention]) -> Decimal | None:
    """The price of the group, or the price of the hour for each trainee; a convention without price is not zero."""
    prices = [_price(one) for one in conventions if one.has_price]
    return sum(prices, Decimal(0)) if prices else None


def _price(one: Convention) -> Decimal:
    if one.group_price is not None:
        return one.group_price
    return line_amount(one.planned_minutes * one.people, one.hourly_rate)


def count(scope: FileScope) -> int:
    return scope.aided_contracts().count()


def content(scope: FileScope, columns: Sequence[Column]) -> Content:
    values = getters(columns, VALUES)
    story = ((one.block, one.label, one.words, one.method) for one in review_lines(scope))
    return Content(
        [
            Sheet("Tableau", columns, ([value(one) for value in values] for one in accounts(scope)), lead=3),
            Sheet("Bilan qualitatif", STORY, story, lead=2),
            Sheet("Explications", REASONS, iter(TO_EXPLAIN)),
        ],
        facts=(
            Fact("Période", "De l'ouverture de la cohorte au jour de l'arrêté. L'exercice subventionné se vérifie."),
            Fact("Délai", "Dans les six mois qui suivent la fin de l'exercice de la subvention."),
            Fact("Lignes vides", ELSEWHERE),
        ),
    )


KIND = FileKind(
    code="F2",
    name="Compte rendu financier",
    main_sheet="Tableau",
    count=count,
    content=content,
    goes_to=(DDETS, AGENCY),
    is_nominative=False,
)
