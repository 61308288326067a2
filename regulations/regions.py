"""Les régions : l'arrêté d'un préfet de région vaut pour les établissements de sa région, jamais pour la voisine.

Source: loi n° 2015-29 du 16 janvier 2015 (thirteen metropolitan regions); overseas départements are regions too. H
"""

from collections.abc import Mapping
from types import MappingProxyType

from regulations.calendar import department_of

_DEPARTMENTS: Mapping[str, str] = MappingProxyType(
    {
        "Auvergne-Rhône-Alpes": "01 03 07 15 26 38 42 43 63 69 73 74",
        "Bourgogne-Franche-Comté": "21 25 39 58 70 71 89 90",
        "Bretagne": "22 29 35 56",
        "Centre-Val de Loire": "18 28 36 37 41 45",
        "Corse": "20",
        "Grand Est": "08 10 51 52 54 55 57 67 68 88",
        "Guadeloupe": "971",
        "Guyane": "973",
        "Hauts-de-France": "02 59 60 62 80",
        "La Réunion": "974",
        "Martinique": "972",
        "Mayotte": "976",
        "Normandie": "14 27 50 61 76",
        "Nouvelle-Aquitaine": "16 17 19 23 24 33 40 47 64 79 86 87",
        "Occitanie": "09 11 12 30 31 32 34 46 48 65 66 81 82",
        "Pays de la Loire": "44 49 53 72 85",
        "Provence-Alpes-Côte d'Azur": "04 05 06 13 83 84",
        "Île-de-France": "75 77 78 91 92 93 94 95",
    }
)
REGIONS: tuple[str, ...] = tuple(_DEPARTMENTS)
_BY_DEPARTMENT = {code: region for region, codes in _DEPARTMENTS.items() for code in codes.split()}


def region_of(postcode: str) -> str:
    """50300 -> « Normandie » ; an empty text when the postcode tells nothing."""
    return _BY_DEPARTMENT.get(department_of(postcode), "")
