from datetime import date

import pytest

from regulations.findings import Strength
from regulations.immersions import immersion_findings
from regulations.periods import Period

YEAR = Period(date(2026, 2, 2), date(2027, 2, 1))


@pytest.mark.parametrize(
    ("added", "others", "codes"),
    [
        pytest.param(Period(date(2026, 3, 2), date(2026, 3, 13)), [], [], id="D5134-50-1 : deux semaines"),
        pytest.param(Period(date(2026, 3, 2), date(2026, 4, 2)), [], [], id="D5134-50-1 : un mois, de date à date"),
        pytest.param(
            Period(date(2026, 3, 2), date(2026, 4, 3)), [], ["pmsmp_plus_d_un_mois"], id="D5134-50-1 : un jour de trop"
        ),
        pytest.param(
            Period(date(2026, 6, 1), date(2026, 6, 30)),
            [Period(date(2026, 3, 1), date(2026, 3, 31)), Period(date(2026, 4, 1), date(2026, 4, 30))],
            [],
            id="D5134-50-1 : 91 jours sur 365",
        ),
        pytest.param(
            Period(date(2026, 6, 1), date(2026, 7, 1)),
            [Period(date(2026, 3, 1), date(2026, 3, 31)), Period(date(2026, 4, 1), date(2026, 4, 30))],
            ["pmsmp_plus_d_un_quart"],
            id="D5134-50-1 : 92 jours sur 365",
        ),
        pytest.param(
            Period(date(2026, 1, 19), date(2026, 2, 10)), [], ["pmsmp_hors_contrat"], id="commencée avant le contrat"
        ),
    ],
)
def test_immersion_limits(added, others, codes):
    findings = immersion_findings(added, YEAR, others)
    assert [finding.code for finding in findings] == codes
    assert {finding.strength for finding in findings} <= {Strength.QUESTION}


def test_an_open_ended_contract_has_no_quarter():
    assert immersion_findings(Period(date(2026, 3, 2), date(2026, 3, 31)), Period(date(2026, 2, 2))) == []
