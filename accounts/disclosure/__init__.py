"""Who may receive what: the class of every field, the fields each recipient may see, the columns each file may carry.

The one machine-readable place of this policy: pages, tables, workbooks and tests read it, `manage.py disclosure --json`
prints it. Classes: P0 public, P1 ordinary, P2 protected, P3 highly protected. What is in no list leaves for nobody.
"""

from accounts.disclosure.fields import FIELD_CLASSES
from accounts.disclosure.files import FILE_COLUMNS, FILE_ENTRIES, SHEETS_OF_ANY
from accounts.disclosure.recipients import RECIPIENTS
from accounts.disclosure.sheets import OTHER_SHEETS

__all__ = [
    "CLASSES",
    "FIELD_CLASSES",
    "FILE_COLUMNS",
    "FILE_ENTRIES",
    "OTHER_SHEETS",
    "RECIPIENTS",
    "SHEETS_OF_ANY",
    "fields_of_class",
    "may_see",
    "refused_columns",
    "refused_entries",
    "refused_in_sheet",
]

CLASSES = ("P0", "P1", "P2", "P3")


def fields_of_class(model: str, *levels: str) -> tuple[str, ...]:
    return tuple(field for field, level in FIELD_CLASSES[model].items() if level in levels)


def may_see(recipient: str, model: str, field: str) -> bool:
    return field in RECIPIENTS[recipient].get(model, ())


def refused_columns(code: str, keys) -> list[str]:
    """The keys that may not leave in this file; empty when all may."""
    allowed = FILE_COLUMNS[code]
    return [key for key in keys if key not in allowed]


def refused_entries(code: str, keys) -> list[str]:
    """The same for the single cells of the recipient's own workbook."""
    allowed = FILE_ENTRIES.get(code, ())
    return [key for key in keys if key not in allowed]


def refused_in_sheet(code: str, sheet: str, keys) -> list[str]:
    """The same for a sheet that follows the main one: a sheet in no list holds nothing that may leave."""
    allowed = OTHER_SHEETS.get(code, {}).get(sheet) or SHEETS_OF_ANY.get(sheet, ())
    return [key for key in keys if key not in allowed]
