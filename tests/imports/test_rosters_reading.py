"""Reading a roster: what was expected by hand, cell by cell; then how it refuses."""

import json
from pathlib import Path

import pytest

from imports.rosters.reading import read_rosters
from workbooks.read import read_workbook

DATA = Path(__file__).resolve().parent / "data"
EXPECTED = json.loads((DATA / "planning-ehpad.expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def book():
    return read_workbook(DATA / "planning-ehpad.xlsx")


@pytest.fixture
def roster(book):
    [roster], _ = read_rosters(book)
    return roster


def test_the_month_the_sheet_and_the_headings_are_those_expected(book, roster):
    assert f"{roster.month:%Y-%m}" == EXPECTED["mois"]
    assert roster.sheet == EXPECTED["feuille"]
    assert roster.heading_rows == EXPECTED["lignes_entetes"]
    assert read_rosters(book)[1] == EXPECTED["feuilles_vides"]


def test_every_code_of_every_row_is_the_one_expected(roster):
    found = {
        str(agent.row): {
            "nom": agent.name,
            "fonction": agent.job,
            "codes": {day.isoformat(): code for day, code in agent.codes.items()},
        }
        for agent in roster.agents
    }
    assert found == EXPECTED["agents"]


def test_hours_come_from_the_legend(roster):
    found = {
        code: {
            "de": f"{meaning.starts_at:%H:%M}",
            "a": f"{meaning.ends_at:%H:%M}",
            "fin_le_lendemain": meaning.ends_next_day,
        }
        if meaning.starts_at
        else None
        for code, meaning in roster.legend.items()
    }
    assert found == EXPECTED["horaires"]
