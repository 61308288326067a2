"""Two versions of a recipient's workbook."""

import copy
from pathlib import Path

import pytest

from workbooks.changes import compare_surveys, same_columns
from workbooks.survey import survey

DATA = Path(__file__).parent / "data"


@pytest.fixture
def old():
    return survey(DATA / "modele-opco.xlsx")


@pytest.fixture
def new(old):
    return copy.deepcopy(old)


def told(old, new):
    return [(one.kind, one.place, one.before, one.after) for one in compare_surveys(old, new)]


def test_the_same_workbook_has_no_difference(old, new):
    assert told(old, new) == []


def test_a_column_that_vanished_and_a_new_one(old, new):
    columns = new.sheet("Stagiaires").block.columns
    columns[-1].letter, columns[-1].levels = "V", ["Numéro de convention"]
    assert told(old, new) == [
        ("VANISHED", "U", "Subrogation (Oui/Non)", ""),
        ("NEW", "V", "", "Numéro de convention"),
    ]


def test_a_renamed_column_is_told_with_both_names(old, new):
    new.sheet("Stagiaires").block.column("E").levels = ["Identité du stagiaire", "Prénoms (tous)"]
    assert told(old, new) == [
        ("RENAMED", "E", "Identité du stagiaire – Prénom *", "Identité du stagiaire – Prénoms (tous)")
    ]


def test_a_moved_column_keeps_its_pair(old, new):
    block = new.sheet("Stagiaires").block
    block.column("U").letter = "W"
    assert [one[0] for one in told(old, new)] == ["MOVED"]
    assert same_columns(old.sheet("Stagiaires").block, block)["U"] == ("W", True)


def test_a_changed_list_says_what_went_and_what_came(old, new):
    new.sheet("Stagiaires").block.column("G").choices[2] = "CDD PEC"
    assert told(old, new) == [("LIST", "G", "CDD - PEC (CUI-CAE)", "CDD PEC")]


def test_fewer_rows_and_another_cell(old, new):
    new.sheet("Stagiaires").block.last_row = 30
    new.cells[0].place = "Action_Titre"
    assert [one[0] for one in told(old, new)] == ["ROWS", "CELL_GONE", "CELL_NEW"]


def test_a_sheet_that_vanished(old, new):
    new.sheets = [sheet for sheet in new.sheets if sheet.name != "Dépenses"]
    assert told(old, new) == [("SHEET_GONE", "", "Dépenses", "")]
