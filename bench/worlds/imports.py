"""What `bench.imports` measures, inside a Django that is set up: a workbook, a coordinator, the parts of a dry run."""

import os
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from django.core.management import call_command
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from accounts.models import Organisation, User
from accounts.roles import OrganisationKind, Role
from cohorts.models import Cohort
from imports import judging, known
from imports.models import ImportBatch
from imports.preview import preview_rows
from workbooks.guard import judge
from workbooks.read import read_workbook

ROWS = int(os.environ.get("ROWS", "5000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
FIRST, LAST, TODAY = date(2026, 2, 2), date(2027, 2, 1), date(2026, 11, 20)
PERSONS = (
    "N°", "Civ.", "NOM de naissance *", "Prénom *", "Date de naissance *", "Adresse", "CP", "Commune", "Tél. portable",
    "Courriel", "Prescripteur", "Niveau de formation", "RQTH (O/N)", "Poste visé", "Avis", "Cohorte",
)  # fmt: skip
CONTRACTS = (
    "Cohorte", "Établissement employeur *", "Salarié(e) NOM Prénom *", "N° décision d'aide", "Date de décision", "Type",
    "Début du contrat *", "Fin prévue *", "Emploi", "ROME", "Durée hebdo contrat (h) *", "Heures aidées (h/sem)",
    "Taux d'aide",
)  # fmt: skip
SITES = 40


def workbook(path: Path) -> None:
    """Half the rows are people, half their contracts, as in the counsellor's own file."""
    people = ROWS // 2
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Employeurs")
    sheet.append(["Raison sociale *", "N° SIRET *", "Statut", "IDCC", "OPCO"])
    for number in range(SITES):
        sheet.append([f"Résidence {name_of(number)}", siret(number), "Association", 29, "OPCO Santé"])
    sheet = book.create_sheet("Candidats")
    sheet.append(PERSONS)
    for number in range(people):
        sheet.append(person(number))
    sheet = book.create_sheet("Contrats")
    sheet.append(CONTRACTS)
    for number in range(ROWS - people):
        sheet.append(contract(number))
    book.save(path)


def name_of(number: int) -> str:
    """Names far enough from each other that none is taken for a slip of another."""
    syllables = ("BAU", "CHER", "DRI", "FON", "GRE", "JU", "LAN", "MOR", "PEL", "ROU")
    return "".join(syllables[int(digit)] for digit in f"{number * 7919 % 100_000:05d}")


def siret(number: int) -> str:
    for key in range(10):
        siren = f"9990{number:04d}{key}"
        if luhn(siren):
            break
    return next(found for key in range(10) if luhn(found := f"{siren}0001{key}"))


def luhn(digits: str) -> bool:
    doubled = [int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(digits))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


def person(number: int) -> list:
    born = date(1970, 1, 1) + timedelta(days=number * 3 % 12_000)
    return [
        number + 1, "Mme", name_of(number), "Caroline", born, f"{number} rue des Marées", 50300, "Avranches",
        f"06 39 98 {number // 100 % 100:02d} {number % 100:02d}", f"personne{number}@courriel.example",
        "France Travail", "3 (CAP-BEP)", "N", "Agent de service hospitalier", "Favorable", "SM 2026",
    ]  # fmt: skip


def contract(number: int) -> list:
    return [
        "SM 2026", f"Résidence {name_of(number % SITES)}", f"{name_of(number)} Caroline", f"05026{number:07d}",
        date(2026, 1, 20), "CDD PEC", FIRST, LAST, "Agent de service hospitalier", "K2204", 28, 20, 0.5,
    ]  # fmt: skip


def a_coordinator() -> User:
    agency = Organisation.objects.create(kind=OrganisationKind.AGENCY, name="Agence d'Avranches")
    user = User.objects.create_user("claire@agence.example", None)
    user.memberships.create(organisation=agency, role=Role.COORDINATOR)
    Cohort.objects.create(code="SM 2026", name="ImPEC Sud Manche", agency=agency, starts_on=FIRST, ends_on=LAST)
    return user


def timed(act: Callable[[], object]) -> tuple[float, object]:
    start = perf_counter()
    found = act()
    return perf_counter() - start, found


def calamine_alone(path: Path) -> int:
    book = CalamineWorkbook.from_path(str(path))
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def dry_run(path: Path, user: User) -> dict[str, float]:
    """Each part by its own time. The guard is in the reading too, while the child process starts."""
    times = {}
    times["guard alone"], _ = timed(lambda: judge(path))
    times["guard, child and reading"], book = timed(lambda: read_workbook(path))
    times["what is known"], register = timed(lambda: known.load(user, on=TODAY))
    times["headings"], tables = timed(lambda: judging.recognise(book, {}, TODAY))
    times["verdicts"], outcome = timed(lambda: judging.judge_tables(book, tables, register))
    batch = ImportBatch(pk=1)
    times["rows of the preview"], rows = timed(lambda: preview_rows(batch, outcome))
    unsound = [(row.table.name, row.number, row.motifs) for row in outcome.rows if row.verdict != "a_creer"]
    if unsound or len(rows) != ROWS + SITES:
        raise SystemExit(f"The bench measures something else: {len(rows)} rows, {unsound[:3]}")
    return times


def measure() -> None:
    call_command("migrate", verbosity=0)
    user = a_coordinator()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "agence.xlsx"
        workbook(path)
        compare(path, user)


def compare(path: Path, user: User) -> None:
    alone, parts = [], []
    for _ in range(ROUNDS):
        alone.append(timed(lambda: calamine_alone(path))[0])
        parts.append(dry_run(path, user))
    base = median(alone)
    print(f"{ROWS} rows, {path.stat().st_size / 1e6:.1f} MB, median of {ROUNDS}; python-calamine alone {base:.3f} s")
    medians = {name: median(one[name] for one in parts) for name in parts[0]}
    for name, seconds in medians.items():
        print(f"  {name:28} {seconds:7.3f} s  {seconds / base:6.1f} ×")
    whole = median(sum(one.values()) - one["guard alone"] for one in parts)
    print(f"  {'whole dry run':28} {whole:7.3f} s  {whole / base:6.1f} ×")
