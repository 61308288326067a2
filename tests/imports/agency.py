"""The agency's workbook and what a right import concludes from it, copied with the tests."""

import json
from datetime import date
from pathlib import Path

from tests import builders as b

DATA = Path(__file__).parent / "data"
WORKBOOK = DATA / "agence-suivi-cohorte.xlsx"
EXPECTED = json.loads((DATA / "agence-suivi-cohorte.expected.json").read_text())


def two_empty_cohorts(agency, referent=None):
    cohorts = [
        b.a_cohort(code="SM 2026", name="ImPEC Sud Manche", agency=agency),
        b.a_cohort(
            code="GRV 09/26",
            name="ImPEC Granville",
            agency=agency,
            starts_on=date(2026, 9, 1),
            ends_on=date(2027, 8, 31),
        ),
    ]
    if referent is not None:
        for cohort in cohorts:
            b.a_referent(cohort, referent)
    return cohorts
