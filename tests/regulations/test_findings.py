import re
from datetime import date
from decimal import Decimal

import pytest

from regulations.contracts import ContractKind, ContractTerms, contract_findings
from regulations.employers import Declarations, FinancerKind, LegalCategory, financer_findings, pec_findings
from regulations.findings import Finding, Strength, questions, refusals, warnings
from regulations.nir import nir_findings
from regulations.orders import missing_order_finding
from regulations.people import Checked
from regulations.periods import Period
from regulations.siret import siret_findings
from regulations.tutors import tutor_findings

DAY = date(2026, 2, 2)
SAID = [
    *pec_findings(
        LegalCategory.COMPANY,
        Declarations(Checked.YES, Checked.NO, Checked.YES, Checked.NO),
    ),
    *pec_findings(LegalCategory.OTHER),
    *financer_findings(LegalCategory.ASSOCIATION, 2941, FinancerKind.OPCO_SANTE),
    *contract_findings(ContractTerms(ContractKind.CDD_PEC, DAY, date(2026, 2, 1))),
    *contract_findings(
        ContractTerms(ContractKind.CDD_PEC, DAY, date(2029, 1, 1), None, date(2026, 2, 5), Decimal(18), Decimal(26))
    ),
    *tutor_findings([Period(DAY)] * 3, Period(DAY), experience_years=1, volunteer=False),
    *siret_findings("9,99989E+13"),
    *siret_findings("99998766200105"),
    *nir_findings("2 95 10 99 126 111 93"),
    missing_order_finding([], region="Normandie", public="tous publics", day=DAY),
]


def test_findings_are_sorted_by_strength():
    findings = [Finding("un", "Un.", "R1", strength) for strength in Strength]
    assert [len(keep(findings)) for keep in (refusals, questions, warnings)] == [1, 1, 1]
    assert questions(findings)[0].strength is Strength.QUESTION


def test_a_finding_refuses_unless_it_says_otherwise():
    assert Finding("un", "Un.", "R1").strength is Strength.REFUSAL


@pytest.mark.parametrize("finding", SAID, ids=lambda finding: finding.code)
def test_a_finding_is_a_code_a_french_sentence_and_a_source(finding):
    assert re.fullmatch(r"[a-z0-9_]+", finding.code)
    assert finding.message[0].isupper() or finding.message[0].isdigit() or finding.message.startswith("«")
    assert finding.message.endswith(".")
    assert finding.source
