"""Reference data of this room: the default profiles. May run twice; an edited version is never overwritten."""

from datetime import date

from exports.defaults import NAMES, profile_columns
from exports.models import ExportProfile

IN_FORCE_FROM = date(2025, 1, 1)


def load() -> None:
    for code, name in NAMES.items():
        ExportProfile.objects.get_or_create(
            code=code,
            version=1,
            defaults={"name": name, "columns": profile_columns(code), "valid_from": IN_FORCE_FROM},
        )
