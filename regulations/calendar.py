"""Jours fériés et jours ouvrés, selon le territoire.

Sources
  Public holidays: L3133-1. H. Alsace-Moselle (Good Friday, 26 December): L3134-13. H
  Abolition of slavery in the overseas départements: L3422-2 Code du travail, loi n° 83-550. H
The dates themselves come from the library `holidays`.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from holidays import HolidayBase, country_holidays

from regulations.enums import LabelledEnum

SATURDAY = 5


class Territory(LabelledEnum):
    """Territoire, au sens des jours fériés."""

    METROPOLE = "METROPOLE", "métropole"
    ALSACE_MOSELLE = "ALSACE_MOSELLE", "Alsace-Moselle"
    GUADELOUPE = "GUADELOUPE", "Guadeloupe"
    MARTINIQUE = "MARTINIQUE", "Martinique"
    GUYANE = "GUYANE", "Guyane"
    REUNION = "REUNION", "La Réunion"
    MAYOTTE = "MAYOTTE", "Mayotte"


# What the library calls them (ISO 3166-2:FR).
_SUBDIVISIONS: Mapping[Territory, str | None] = MappingProxyType(
    {
        Territory.METROPOLE: None,
        Territory.ALSACE_MOSELLE: "6AE",
        Territory.GUADELOUPE: "971",
        Territory.MARTINIQUE: "972",
        Territory.GUYANE: "973",
        Territory.REUNION: "974",
        Territory.MAYOTTE: "976",
    }
)

_BY_DEPARTMENT: Mapping[str, Territory] = MappingProxyType(
    {
        "57": Territory.ALSACE_MOSELLE,
        "67": Territory.ALSACE_MOSELLE,
        "68": Territory.ALSACE_MOSELLE,
        "971": Territory.GUADELOUPE,
        "972": Territory.MARTINIQUE,
        "973": Territory.GUYANE,
        "974": Territory.REUNION,
        "976": Territory.MAYOTTE,
    }
)


def department_of(postcode: str) -> str:
    """50300 -> « 50 » ; 97410 -> « 974 »."""
    return postcode[:3] if postcode.startswith("97") else postcode[:2]


def territory_of(postcode: str) -> Territory:
    return _BY_DEPARTMENT.get(department_of(postcode), Territory.METROPOLE)


def is_public_holiday(day: date, territory: Territory = Territory.METROPOLE) -> bool:
    return day in _holidays(territory, day.year)


def public_holiday_name(day: date, territory: Territory = Territory.METROPOLE) -> str:
    """« Fête nationale », or an empty text on an ordinary day."""
    return _holidays(territory, day.year).get(day, "")


def is_working_day(day: date, territory: Territory = Territory.METROPOLE) -> bool:
    """Monday to Friday, public holidays left out."""
    return day.weekday() < SATURDAY and not is_public_holiday(day, territory)


def next_working_day(day: date, territory: Territory = Territory.METROPOLE) -> date:
    """The day itself when it is a working day."""
    while not is_working_day(day, territory):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=64)
def _holidays(territory: Territory, year: int) -> HolidayBase:
    # `expand=False`: a shared calendar that grows on reading would not be a value.
    return country_holidays("FR", subdiv=_SUBDIVISIONS[territory], years=year, expand=False, language="fr")
