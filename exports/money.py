"""Workbooks of the aid as the pages show it: a simulation, and the reconciliation by contract and month.

Typed, written, and read again by the second reader like everything that goes out. A simulation says so in the name of
its file, in the name of each sheet, which is printed on each page, and at the top of its « Informations ».
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.utils import timezone
from django.utils.text import slugify

from accounts import clock
from accounts.models import User
from contracts.expected import INDICATIVE
from contracts.models import Contract
from contracts.money import Entry, row_of
from contracts.whatif import Line, Pair, Simulation
from employers.models import Establishment
from exports.build import APPLICATION, EMPTY_MEANS, checked
from exports.lists import wall_clock
from workbooks.columns import Column, Kind
from workbooks.expected import Expected
from workbooks.write import Fact, Sheet, Written, write_workbook

SIMULATION = "SIMULATION : rien de ceci n'est décidé ni enregistré"
PAIR = (
    Column("today", "Aide attendue aujourd'hui", Kind.EUROS),
    Column("supposed", "Aide attendue, simulation", Kind.EUROS),
    Column("difference", "Différence", Kind.EUROS),
)
PERSON = (
    Column("person", "Salarié"),
    Column("establishment", "Établissement"),
    Column("siret", "SIRET", Kind.CODE),
    Column("employer", "Employeur"),
    Column("month", "Mois", Kind.MONTH),
)


def file_name(word: str, code: str) -> str:
    stamp = f"{timezone.localtime(clock.now()):%Y-%m-%d_%H%M%S}"
    return "_".join(part for part in (word, slugify(code), stamp) if part) + ".xlsx"


def written(path: Path, sheets: Sequence[Sheet], facts: list[Fact]) -> Written:
    with Expected(path.parent) as expected:
        done = write_workbook(path, sheets, informations=facts, application=APPLICATION, expected=expected)
        checked(path, expected, lambda rows: None)
    return done


def signature(user: User) -> list[Fact]:
    return [
        Fact("Généré le", wall_clock(clock.now()), Kind.INSTANT),
        Fact("Généré par", str(user)),
        Fact("Montants", INDICATIVE),
        Fact("Cellules vides", EMPTY_MEANS),
    ]


# --- A simulation ---


def write_simulation(
    simulation: Simulation, lines: Sequence[Line], sentences: Sequence[str], cohort, user: User, folder: Path
) -> Written:
    """`lines` are those this user may read: none for who reads sums only."""
    path = folder / file_name("simulation", cohort.code)
    sheets = [
        Sheet("Simulation par mois", [Column("month", "Mois", Kind.MONTH), *PAIR], month_rows(simulation), lead=1),
        Sheet(
            "Simulation par employeur",
            [Column("employer", "Employeur"), Column("siren", "SIREN", Kind.CODE), *PAIR],
            employer_rows(simulation),
            lead=1,
        ),
    ]
    if lines:
        formulas = (Column("formula_today", "Formule aujourd'hui", width=58), Column("formula", "Formule", width=58))
        sheets.append(Sheet("Simulation par contrat", [*PERSON, *PAIR, *formulas], line_rows(lines), lead=1))
    return written(path, sheets, simulation_facts(simulation, sentences, cohort) + signature(user))


def amounts(pair: Pair) -> list:
    return [pair.today, pair.supposed, pair.difference]


def month_rows(simulation: Simulation) -> Iterator[list]:
    for month, pair in simulation.by_month.items():
        yield [month, *amounts(pair)]


def employer_rows(simulation: Simulation) -> Iterator[list]:
    for employer, pair in simulation.by_employer.items():
        yield [employer.name, employer.siren, *amounts(pair)]


def line_rows(lines: Iterable[Line]) -> Iterator[list]:
    for line in lines:
        today, supposed = line.amount_today, line.amount_supposed
        difference = None if None in (today, supposed) else supposed - today
        person = line.contract.enrolment.person.full_name
        yield [*who(person, line.contract.establishment), line.month, today, supposed, difference, *line.formulas]


def who(person: str, establishment: Establishment) -> list[str]:
    return [person, establishment.name, establishment.siret, establishment.employer.name]


def simulation_facts(simulation: Simulation, sentences: Sequence[str], cohort) -> list[Fact]:
    total = simulation.total
    return [
        Fact("Nature", SIMULATION),
        Fact("Cohorte", f"{cohort} ({cohort.code})"),
        Fact("Hypothèses", "\n".join(sentences)),
        Fact("Aide attendue aujourd'hui", total.today, Kind.EUROS),
        Fact("Aide attendue, simulation", total.supposed, Kind.EUROS),
        Fact("Différence", total.difference, Kind.EUROS),
        Fact("Contrats aidés", simulation.contracts, Kind.INTEGER),
        Fact("Contrats sans montant aujourd'hui", simulation.unknown_today.total(), Kind.INTEGER),
        Fact("Contrats sans montant, simulation", simulation.unknown_supposed.total(), Kind.INTEGER),
        *(Fact("À savoir", notice) for notice in simulation.notices),
    ]


# --- The reconciliation ---

RECONCILED = (
    *PERSON,
    Column("expected", "Aide attendue", Kind.EUROS),
    Column("declared_on", "Présence déclarée le", Kind.DATE),
    Column("paid", "Aide versée", Kind.EUROS),
    Column("gap", "Écart (versé moins attendu)", Kind.EUROS),
    Column("cause", "Cause", width=40),
    Column("risk", "En danger parce que", width=40),
    Column("formula", "Formule", width=58),
    Column("notes", "À savoir", width=40),
)


def write_reconciliation(
    entries: Sequence[Entry],
    contracts: dict[int, Contract],
    places: dict[int, Establishment],
    facts: list[Fact],
    name: str,
    user: User,
    folder: Path,
) -> Written:
    path = folder / file_name("rapprochement", name)
    rows = reconciled_rows(entries, contracts, places)
    return written(path, [Sheet("Rapprochement", RECONCILED, rows, lead=1)], facts + signature(user))


def reconciled_rows(
    entries: Iterable[Entry], contracts: dict[int, Contract], places: dict[int, Establishment]
) -> Iterator[list]:
    """The same rows as the page, a gap within the tolerance left empty as it is there."""
    for entry in entries:
        row = row_of(entry.month)
        yield [
            *who(contracts[entry.contract].enrolment.person.full_name, places[entry.establishment]),
            row.month,
            row.expected,
            entry.month.declared_on,
            row.paid,
            row.gap,
            row.cause,
            row.risk,
            row.formula,
            " ; ".join(row.notes),
        ]
