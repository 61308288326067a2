"""Reference data of this room: the default profiles. May run twice; an edited version is never overwritten.

When the default columns of a file change, its version here goes up by one. A profile that somebody has edited since
keeps its own columns.
"""

from datetime import date

from exports.defaults import NAMES, profile_columns
from exports.models import ExportProfile

IN_FORCE_FROM = date(2025, 1, 1)
VERSIONS = {"D1": 2, "D2": 2}


def load() -> None:
    for code, name in NAMES.items():
        version = VERSIONS.get(code, 1)
        if not ExportProfile.objects.filter(code=code, version__gte=version).exists():
            ExportProfile.objects.create(
                code=code, version=version, name=name, columns=profile_columns(code), valid_from=IN_FORCE_FROM
            )
