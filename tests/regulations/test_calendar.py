from datetime import date

import pytest

from regulations.calendar import (
    Territory,
    department_of,
    is_public_holiday,
    is_working_day,
    next_working_day,
    public_holiday_name,
    territory_of,
)


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(date(2026, 1, 1), id="L3133-1, jour de l'an"),
        pytest.param(date(2026, 4, 6), id="L3133-1, lundi de Pâques"),
        pytest.param(date(2026, 5, 1), id="L3133-1, fête du Travail"),
        pytest.param(date(2026, 5, 8), id="L3133-1, 8 mai"),
        pytest.param(date(2026, 5, 14), id="L3133-1, Ascension"),
        pytest.param(date(2026, 5, 25), id="L3133-1, lundi de Pentecôte"),
        pytest.param(date(2026, 7, 14), id="L3133-1, fête nationale"),
        pytest.param(date(2026, 8, 15), id="L3133-1, Assomption"),
        pytest.param(date(2026, 11, 1), id="L3133-1, Toussaint"),
        pytest.param(date(2026, 11, 11), id="L3133-1, 11 novembre"),
        pytest.param(date(2026, 12, 25), id="L3133-1, Noël"),
    ],
)
def test_the_eleven_holidays_are_everybody_s(day):
    assert all(is_public_holiday(day, territory) for territory in Territory)
    assert public_holiday_name(day)


@pytest.mark.parametrize(
    ("day", "territory"),
    [
        pytest.param(date(2026, 4, 3), Territory.ALSACE_MOSELLE, id="L3134-13, vendredi saint"),
        pytest.param(date(2026, 12, 26), Territory.ALSACE_MOSELLE, id="L3134-13, saint Étienne"),
        pytest.param(date(2026, 4, 27), Territory.MAYOTTE, id="abolition de l'esclavage, Mayotte"),
        pytest.param(date(2026, 5, 22), Territory.MARTINIQUE, id="abolition de l'esclavage, Martinique"),
        pytest.param(date(2026, 5, 27), Territory.GUADELOUPE, id="abolition de l'esclavage, Guadeloupe"),
        pytest.param(date(2026, 6, 10), Territory.GUYANE, id="abolition de l'esclavage, Guyane"),
        pytest.param(date(2026, 12, 20), Territory.REUNION, id="abolition de l'esclavage, La Réunion"),
    ],
)
def test_some_holidays_belong_to_a_territory(day, territory):
    assert is_public_holiday(day, territory)
    assert not is_public_holiday(day, Territory.METROPOLE)


def test_an_ordinary_day_has_no_name():
    assert public_holiday_name(date(2026, 7, 15)) == ""


@pytest.mark.parametrize(
    ("postcode", "department", "territory"),
    [
        ("50300", "50", Territory.METROPOLE),
        ("57000", "57", Territory.ALSACE_MOSELLE),
        ("97410", "974", Territory.REUNION),
        ("97600", "976", Territory.MAYOTTE),
        ("20000", "20", Territory.METROPOLE),
        ("", "", Territory.METROPOLE),
    ],
)
def test_a_postcode_gives_the_territory(postcode, department, territory):
    assert department_of(postcode) == department
    assert territory_of(postcode) is territory


def test_working_days():
    assert is_working_day(date(2026, 7, 13))
    assert not is_working_day(date(2026, 7, 14))
    assert not is_working_day(date(2026, 7, 18))
    assert next_working_day(date(2026, 7, 14)) == date(2026, 7, 15)
    assert next_working_day(date(2026, 12, 25)) == date(2026, 12, 28)
    assert next_working_day(date(2026, 12, 25), Territory.ALSACE_MOSELLE) == date(2026, 12, 28)
    assert next_working_day(date(2026, 7, 13)) == date(2026, 7, 13)
