import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from regulations.smic import SmicTerritory, in_force, smic_territory_of

REFERENCE = Path(__file__).parents[2] / "contracts" / "reference" / "smic.json"


@dataclass(frozen=True)
class Smic:
    valid_from: date
    hourly: Decimal


def _rows(territory):
    rows = json.loads(REFERENCE.read_text("utf-8"), parse_float=Decimal)
    return [
        Smic(date.fromisoformat(row["valid_from"]), row["hourly_gross_eur"])
        for row in rows
        if row["territory"] == territory
    ]


@pytest.mark.parametrize(
    ("day", "hourly"),
    [
        pytest.param(date(2025, 12, 31), "11.88", id="la veille du décret de 2026"),
        pytest.param(date(2026, 1, 1), "12.02", id="le jour du décret de 2026"),
        pytest.param(date(2026, 11, 20), "12.02", id="plus tard dans l'année"),
        pytest.param(date(2018, 1, 1), "9.88", id="Décret 2017-1719"),
        pytest.param(date(2020, 6, 15), "10.15", id="Décret 2019-1387"),
    ],
)
def test_the_smic_in_force(day, hourly):
    rows = _rows(SmicTerritory.FRANCE_HORS_MAYOTTE)
    assert in_force(rows, day).hourly == Decimal(hourly)
    assert in_force(reversed(rows), day).hourly == Decimal(hourly)


def test_mayotte_has_its_own():
    assert in_force(_rows(SmicTerritory.MAYOTTE), date(2026, 2, 1)).hourly == Decimal("9.33")
    assert smic_territory_of("97600") is SmicTerritory.MAYOTTE
    assert smic_territory_of("97410") is SmicTerritory.FRANCE_HORS_MAYOTTE
    assert smic_territory_of("50300") is SmicTerritory.FRANCE_HORS_MAYOTTE


def test_nothing_is_in_force_before_the_first_row():
    assert in_force(_rows(SmicTerritory.FRANCE_HORS_MAYOTTE), date(2017, 12, 31)) is None
    assert in_force([], date(2026, 1, 1)) is None
