"""The agency's workbook, row by row, against the conclusions written by hand."""

import re
import unicodedata
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import override_settings

from accounts.roles import Role
from imports import judging, known
from tests import builders as b
from tests.imports.agency import EXPECTED, WORKBOOK, two_empty_cohorts
from workbooks.read import read_workbook

# The marker makes the test database exist for the fixture of this module.
pytestmark = pytest.mark.django_db

SHEETS = EXPECTED["feuilles"]
ROWS = [
    pytest.param(sheet, number, row, id=f"{sheet} {number}")
    for sheet, facts in SHEETS.items()
    for number, row in facts["lignes"].items()
]
COLUMNS = [
    pytest.param(sheet, letter, facts, id=f"{sheet} {letter}")
    for sheet, read in SHEETS.items()
    for letter, facts in read["colonnes"].items()
]
# Said by us beyond what was written by hand: what a row waits for, and rates shown as percentages in their cell.
MAY_BE_ADDED = {"ligne_en_attente", "employeur_refuse"}


@contextmanager
def nothing_kept():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def concluded(django_db_setup, django_db_blocker):
    """What our import concludes, as its command prints it: reference data and two empty cohorts, nothing else."""
    with django_db_blocker.unblock(), override_settings(IMPEC_TODAY="2026-11-20"), nothing_kept():
        agency = b.the_agency()
        claire = b.a_user("claire@agence.example")
        b.a_membership(claire, agency, Role.COORDINATOR)
        two_empty_cohorts(agency, referent=claire)
        register = known.load(claire, on=b.TODAY)
        return judging.judge(read_workbook(WORKBOOK), register, on=b.TODAY).as_json(WORKBOOK.name)


def same(ours, theirs, name):
    """« libellés comparés sans casse, accents, tirets ni apostrophes ; ST vaut Saint ; nombres en valeur »."""
    if isinstance(theirs, bool) or theirs is None:
        return ours is theirs
    if isinstance(theirs, str) and isinstance(ours, str):
        return comparable(ours, name) == comparable(theirs, name)
    return float(ours) == float(theirs)


def comparable(text, name):
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    bare = re.sub(r"[-–'’\s]+", " ", bare).strip()
    return re.sub(r"\bst\b", "saint", bare) if name == "commune" else bare


def test_every_sheet_of_ours_is_found_and_no_other(concluded):
    assert list(concluded["feuilles"]) == list(SHEETS)
    assert concluded["feuilles_ignorees"] == list(EXPECTED["feuilles_a_ignorer"])


@pytest.mark.parametrize("sheet", SHEETS)
def test_headings_are_found(concluded, sheet):
    ours, theirs = concluded["feuilles"][sheet], SHEETS[sheet]
    assert ours["nature"] == theirs["nature"]
    assert ours["lignes_entetes"] == theirs["lignes_entetes"]
    assert ours["colonnes"].keys() == theirs["colonnes"].keys()
    assert ours.get("codes") == theirs.get("codes")


@pytest.mark.parametrize(("sheet", "letter", "expected"), COLUMNS)
def test_columns_are_mapped(concluded, sheet, letter, expected):
    ours = concluded["feuilles"][sheet]["colonnes"][letter]
    if isinstance(expected, str):
        assert ours == expected
        return
    codes = [motif["code"] for motif in ours.pop("motifs", [])]
    assert codes == [motif["code"] for motif in expected.get("motifs", [])]
    assert ours == {name: value for name, value in expected.items() if name != "motifs"}


@pytest.mark.parametrize(("sheet", "number", "expected"), ROWS)
def test_the_row_is_concluded_upon(concluded, sheet, number, expected):
    ours = concluded["feuilles"][sheet]["lignes"][number]
    assert ours["verdict"] in {expected["verdict"], *expected.get("verdicts_aussi_admis", [])}
    for motif in expected.get("motifs", []):
        assert any(motif.items() <= one.items() for one in ours["motifs"]), (motif, ours["motifs"])
    codes = {motif["code"] for motif in expected.get("motifs", [])}
    assert {motif["code"] for motif in ours["motifs"]} <= codes | MAY_BE_ADDED


@pytest.mark.parametrize(("sheet", "number", "expected"), [row for row in ROWS if "corrections" in row.values[2]])
def test_what_was_put_right_is_said(concluded, sheet, number, expected):
    ours = concluded["feuilles"][sheet]["lignes"][number]["corrections"]
    assert [one for one in expected["corrections"] if one not in ours] == []


@pytest.mark.parametrize(("sheet", "number", "expected"), [row for row in ROWS if "valeurs" in row.values[2]])
def test_values_are_proposed(concluded, sheet, number, expected):
    ours = concluded["feuilles"][sheet]["lignes"][number]["valeurs"]
    wrong = {
        name: (ours.get(name, "absent"), value)
        for name, value in expected["valeurs"].items()
        if name not in ours or not same(ours[name], value, name)
    }
    assert wrong == {}


@pytest.mark.parametrize(("sheet", "number", "expected"), [row for row in ROWS if "codes" in row.values[2]])
def test_the_roll_is_read(concluded, sheet, number, expected):
    ours = concluded["feuilles"][sheet]["lignes"][number]
    for name in ("personne", "date_naissance", "contrat", "lu", "codes", "demi_journees"):
        assert ours[name] == expected[name], name

    def by_cell(row):
        return sorted(row["anomalies"], key=lambda anomaly: anomaly["cellule"])

    assert by_cell(ours) == by_cell(expected)


def test_no_row_is_invented(concluded):
    for sheet, facts in SHEETS.items():
        assert concluded["feuilles"][sheet]["lignes"].keys() == facts["lignes"].keys()


def test_the_health_of_nobody_is_told(concluded):
    assert "dépression" not in str(concluded)
    assert "traitement" not in str(concluded)
