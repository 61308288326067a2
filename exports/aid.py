"""A1, aide de l'État : attendue, déclarée, versée, écart et cause, for employers and the DDETS.

A row per contract and month. The ledger computes: the screen and this file show the same months. A month worked at a
former employer's is in that employer's file alone. The département's share, which tells of the RSA, leaves in no file.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Q

from contracts import ledger
from contracts.ledger import LedgerMonth, MonthFigures, Sums
from contracts.models import AidRequest, AidRules, Amendment, Contract
from contracts.planned import DEFAULT_RULES
from employers.models import Establishment
from exports.kinds import Content, FileKind, Place, getters, lead_of, or_none
from exports.scope import AGENCY, DDETS, EMPLOYER, Destination, FileScope
from regulations import smic
from regulations.aid import INDICATIVE, ProrataReason, Proration
from regulations.discrepancies import NOTHING
from regulations.exits import Rate
from regulations.money import NO_BREAK_SPACE, french_euros, french_number
from workbooks.columns import Column, Kind
from workbooks.write import Fact, Sheet

# What the file says of a month that is not whole: never how much pay was kept.
REASONS = {ProrataReason.SUSPENSION.label: "suspension"}
DIVISORS = frozenset(one.label for one in Proration)
CAUSES_SAID = 8


@dataclass(frozen=True, slots=True)
class AidLine:
    """Un mois d'un contrat, là où la personne travaillait ce mois-là."""

    contract: Contract
    site: Establishment
    decision_number: str
    month: LedgerMonth

    @property
    def figures(self) -> MonthFigures:
        return self.month.figures

    @property
    def person(self):
        return self.contract.enrolment.person


@dataclass(slots=True)
class Tally:
    """Sommes et comptes de plusieurs mois."""

    sums: Sums
    contracts: set[int]
    ended: int = 0
    declared: int = 0
    due: int = 0
    settled: int = 0

    def add(self, line: AidLine) -> None:
        figures = line.figures
        self.sums.add(figures)
        self.contracts.add(line.contract.pk)
        self.ended += figures.is_ended
        self.declared += figures.is_ended and figures.is_declared
        has_amount = figures.is_due and figures.gap is not None
        self.due += has_amount
        self.settled += has_amount and figures.is_silent

    @property
    def gap(self) -> Decimal:
        return self.sums.paid - self.sums.expected


def tally(lines: Iterable[AidLine]) -> Tally:
    found = Tally(Sums(), set())
    for line in lines:
        found.add(line)
    return found


@dataclass(frozen=True)
class Account:
    """Tout ce que lit le fichier, une fois : ses lignes par nom puis par mois, et les contrats sans montant."""

    lines: list[AidLine]
    missing: list[tuple[Contract, str]]


def read(scope: FileScope) -> Account:
    rows = contracts_of(scope)
    contracts = {one.pk: one for one in rows.with_names()}
    books = [book for book in ledger.stream(rows, scope.as_of) if book.contract_id in contracts]
    numbers = dict(AidRequest.objects.filter(contract__in=contracts).values_list("pk", "decision_number"))
    places = {book.contract_id: [book.establishment_of(month.month) for month in book.months] for book in books}
    sites = Establishment.objects.in_bulk({pk for found in places.values() for pk in found})
    own = scope.destination.establishment
    lines, missing = [], []
    for book in sorted(books, key=lambda one: _by_name(contracts[one.contract_id])):
        contract = contracts[book.contract_id]
        for month, place in zip(book.months, places[contract.pk], strict=True):
            if is_told(month.figures, scope.as_of) and (own is None or place == own.pk):
                lines.append(AidLine(contract, sites[place], numbers[month.request_id], month))
        if book.missing and (own is None or contract.establishment_id == own.pk):
            missing.append((contract, " ".join(book.missing)))
    return Account(lines, missing)


def contracts_of(scope: FileScope):
    """The aided contracts; of one establishment, those that work there or have worked there."""
    rows = replace(scope, destination=Destination()).aided_contracts()
    site = scope.destination.establishment
    if site is None:
        return rows
    moved = Amendment.objects.valid().filter(establishment_before=site)
    return rows.filter(Q(establishment=site) | Q(pk__in=moved.values("contract")))


def is_told(figures: MonthFigures, on: date) -> bool:
    """There is something to compare: the month is over, or the payer has already paid."""
    return figures.is_ended or (figures.is_paid and figures.month <= on)


def _by_name(contract: Contract) -> tuple:
    return (contract.enrolment.person.search_text, contract.starts_on, contract.pk)


def _input(name: str):
    def value(line: AidLine):
        inputs = line.figures.inputs
        return None if inputs is None else getattr(inputs, name)

    return value


def cause_of(figures: MonthFigures) -> str | None:
    """« double paiement, régularisé depuis » ; a gap passed over in silence has no cause."""
    words = figures.cause_label
    return or_none(f"{words}, régularisé depuis" if words and figures.is_settled else words)


def reasons_of(figures: MonthFigures) -> str | None:
    """Why the month is not whole, or why it has no amount at all; its divisor has its own column."""
    reasons = (REASONS.get(reason, reason) for reason in figures.reasons if reason not in DIVISORS)
    return or_none(", ".join(reasons) or figures.missing)


VALUES = {
    "row.key": lambda row: f"{row.contract.enrolment_id}/{row.contract.pk}/{row.figures.month:%Y-%m}",
    "cohort.code": lambda line: line.contract.cohort.code,
    "person.public_code": lambda line: line.person.public_code,
    "person.birth_name": lambda line: line.person.birth_name,
    "person.usual_name": lambda line: line.person.usual_name,
    "person.first_name": lambda line: line.person.first_name,
    "employer.name": lambda line: line.site.name,
    "establishment.siret": lambda line: line.site.siret,
    "contract.starts_on": lambda line: line.contract.starts_on,
    "contract.ends_on": lambda line: line.contract.ends_on,
    "aid.decision_number": lambda line: line.decision_number,
    "aid.month": lambda line: line.figures.month,
    "aid.is_ended": lambda line: line.figures.is_ended,
    "aid.rate": _input("rate"),
    "aid.weekly_hours": _input("weekly_hours"),
    "aid.hourly_smic": _input("hourly_smic"),
    "aid.parts": _input("parts"),
    "aid.whole": _input("whole"),
    "aid.reasons": lambda line: reasons_of(line.figures),
    "aid.expected": lambda line: line.figures.expected,
    "statement.declared": lambda line: line.figures.is_declared,
    "statement.declared_on": lambda line: line.month.declared_on,
    # Nothing noted is not nothing paid: the cell stays empty.
    "payment.paid": lambda line: line.figures.paid if line.figures.is_paid else None,
    "payment.last_paid_on": lambda line: max((one.paid_on for one in line.month.payments), default=None),
    "aid.gap": lambda line: line.figures.gap,
    "aid.cause": lambda line: cause_of(line.figures),
}

_SUMS = (
    Column("expected", "Aide attendue à ce jour", Kind.EUROS),
    Column("paid", "Aide versée", Kind.EUROS),
    Column("gap", "Écart", Kind.EUROS),
    Column("not_due", "dont pas encore échu", Kind.EUROS),
    Column("late", "dont en retard", Kind.EUROS),
    Column("overpaid", "dont versé en trop", Kind.EUROS),
    Column("declared", "Mois déclarés", width=16),
)
_WHO = (
    Column("code", "Identifiant interne", Kind.CODE),
    Column("birth_name", "Nom de naissance", width=20),
    Column("first_name", "Prénom", width=16),
    Column("employer", "Employeur", width=26),
    Column("siret", "SIRET", Kind.CODE),
)
BY_CONTRACT = (*_WHO, *_SUMS)
WITHOUT_AMOUNT = (*_WHO, Column("missing", "Aucun montant parce que", width=70, wrap=True))
BY_MONTH = (Column("month", "Mois", Kind.MONTH), Column("contracts", "Contrats", Kind.INTEGER), *_SUMS)
TOTAL = "TOTAL"


def _sums(found: Tally) -> tuple:
    sums = found.sums
    declared = Rate(found.declared, found.ended).words
    return (sums.expected, sums.paid, found.gap, sums.not_due, sums.late, sums.overpaid, declared)


def _by_contract(account: Account) -> Iterator[tuple]:
    """Then their total, which is the page's."""
    grouped: dict[tuple, list[AidLine]] = defaultdict(list)
    for line in account.lines:
        grouped[line.contract, line.site].append(line)
    for (contract, site), lines in grouped.items():
        yield (*_who(contract, site), *_sums(tally(lines)))
    yield (TOTAL, None, None, None, None, *_sums(tally(account.lines)))


def _who(contract: Contract, site: Establishment) -> tuple:
    person = contract.enrolment.person
    return (person.public_code, person.birth_name, person.first_name, site.name, site.siret)


def _by_month(account: Account) -> Iterator[tuple]:
    grouped: dict[date, list[AidLine]] = defaultdict(list)
    for line in account.lines:
        grouped[line.figures.month].append(line)
    for month in sorted(grouped):
        found = tally(grouped[month])
        yield (month, len(found.contracts), *_sums(found))


# --- What the Informations sheet says in words


def facts_of(account: Account, on: date) -> list[Fact]:
    found = tally(account.lines)
    rules = smic.in_force(AidRules.objects.all(), on) or DEFAULT_RULES
    return [
        Fact("Aide attendue à ce jour", f"{french_euros(found.sums.expected)}. {ledger.EXPECTED}"),
        Fact("Aide versée", f"{french_euros(found.sums.paid)}. {ledger.PAID}"),
        Fact("Écart", f"{french_euros(found.gap)} : versé moins attendu. {ledger.NOT_DUE} {ledger.LATE}"),
        Fact("Mois déclarés sur SYLAé", f"{Rate(found.declared, found.ended).sentence} mois terminés."),
        Fact("Mois échus versés sans écart", f"{Rate(found.settled, found.due).sentence} mois échus."),
        Fact("Écart passé sous silence", f"{french_euros(rules.tolerance)} et moins : aucune cause n'est cherchée."),
        Fact("Causes des écarts", _causes(account.lines)),
        Fact("Taux de l'aide", _rates(account.lines)),
        Fact("Formule", _formula(account.lines)),
        Fact(
            "Mois incomplet",
            f"Au prorata, diviseur : {rules.get_proration_display()}. L'ASP ne publie pas le sien. Une entrée, une "
            "sortie ou une suspension en cours de mois explique l'attendu, pas l'écart.",
        ),
        Fact("Montants", INDICATIVE),
    ]


def _causes(lines: Iterable[AidLine]) -> str:
    gaps: dict[str, list[Decimal]] = defaultdict(list)
    for line in lines:
        cause = cause_of(line.figures)
        if cause and line.figures.is_ended:
            gaps[cause].append(line.figures.gap)
    said = [
        f"{cause} : {len(found)} mois, {french_euros(sum(found, NOTHING))}"
        for cause, found in sorted(gaps.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    return " ; ".join(said[:CAUSES_SAID]) or "aucun écart à expliquer"


def _rates(lines: Iterable[AidLine]) -> str:
    """« 50 % : 9 contrats ; 60 % : 2 contrats », the latest rate of each."""
    latest = {line.contract.pk: line.figures.inputs.rate for line in lines if line.figures.inputs}
    counts = Counter(latest.values())
    said = [
        f"{french_number((rate * 100).normalize())}{NO_BREAK_SPACE}% : {number} contrat{'s' if number > 1 else ''}"
        for rate, number in sorted(counts.items())
    ]
    return " ; ".join(said) or "aucun taux connu"


def _formula(lines: Iterable[AidLine]) -> str:
    """One whole month, so that the others can be understood."""
    known = (line.figures for line in lines if line.figures.inputs)
    example = next((one for one in known if one.inputs.parts == one.inputs.whole), None)
    said = f" Par exemple {example.formula}." if example else ""
    return f"taux × SMIC horaire du premier du mois × heures aidées × 52 / 12, arrondi une fois.{said}"


def place(line: AidLine) -> Place:
    return Place(f"{line.person.full_name}, {line.figures.month:%m/%Y}", line.contract.get_absolute_url())


def count(scope: FileScope) -> int:
    return contracts_of(scope).count()


def content(scope: FileScope, columns: Sequence[Column]) -> Content:
    account = read(scope)
    values = getters(columns, VALUES)
    rows = ([value(line) for value in values] for line in account.lines)
    sheets = [
        Sheet("Aide par mois", columns, rows, lead_of(columns)),
        Sheet("Par contrat", BY_CONTRACT, _by_contract(account), lead=3),
        Sheet("Par mois", BY_MONTH, _by_month(account), lead=1),
    ]
    if account.missing:
        without = ((*_who(contract, contract.establishment), words) for contract, words in account.missing)
        sheets.append(Sheet("Sans montant", WITHOUT_AMOUNT, without, lead=3))
    return Content(sheets, facts_of(account, scope.as_of))


KIND = FileKind(
    code="A1",
    name="Aide de l'État, mois par mois",
    main_sheet="Aide par mois",
    count=count,
    content=content,
    goes_to=(EMPLOYER, DDETS, AGENCY),
    rows=lambda scope: read(scope).lines,
    values=VALUES,
    place=place,
)
