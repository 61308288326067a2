import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.breaks import (
    DDETS_BREAKS,
    REPAYMENTS,
    Confidence,
    DdetsBreak,
    OtherEnd,
    Repayment,
    may_be_repaid,
    repayment,
)
from regulations.contracts import BreakReason, ContractKind

CDD, CDI = ContractKind.CDD_PEC, ContractKind.CDI_PEC


@pytest.mark.parametrize(
    ("kind", "cause", "outcome"),
    [
        pytest.param(CDD, BreakReason.EMPLOYER, Repayment.REPAY_ALL, id="R5134-45, CDD"),
        pytest.param(CDI, BreakReason.EMPLOYER, Repayment.REPAY_ALL, id="R5134-45, CDI"),
        pytest.param(CDI, BreakReason.SERIOUS_MISCONDUCT, Repayment.KEEP_DAYS_WORKED, id="R5134-46, faute grave"),
        pytest.param(CDI, BreakReason.FORCE_MAJEURE, Repayment.KEEP_DAYS_WORKED, id="R5134-46, force majeure"),
        pytest.param(CDI, BreakReason.UNFITNESS, Repayment.KEEP_DAYS_WORKED, id="R5134-46, inaptitude"),
        pytest.param(CDI, BreakReason.INSOLVENCY, Repayment.KEEP_DAYS_WORKED, id="R5134-46, liquidation"),
        pytest.param(CDI, BreakReason.TRIAL_PERIOD, Repayment.KEEP_DAYS_WORKED, id="R5134-46, essai"),
        pytest.param(CDI, BreakReason.CONVENTIONAL, Repayment.KEEP_DAYS_WORKED, id="R5134-46, rupture conventionnelle"),
        pytest.param(CDD, BreakReason.MUTUAL, Repayment.KEEP_DAYS_WORKED, id="R5134-47, commun accord"),
        pytest.param(CDD, BreakReason.TRIAL_PERIOD, Repayment.KEEP_DAYS_WORKED, id="R5134-47, essai"),
        pytest.param(CDD, BreakReason.SERIOUS_MISCONDUCT, Repayment.KEEP_DAYS_WORKED, id="R5134-47, faute grave"),
        pytest.param(CDD, BreakReason.RESIGNATION, Repayment.STOPS, id="texte de 2008, démission"),
        pytest.param(CDD, BreakReason.RESIGNATION_FOR_CDI, Repayment.STOPS, id="texte de 2008, départ pour un CDI"),
        pytest.param(CDD, BreakReason.RESIGNATION_FOR_TRAINING, Repayment.STOPS, id="texte de 2008, formation"),
        pytest.param(CDD, BreakReason.HIRED_BY_EMPLOYER, Repayment.STOPS, id="texte de 2008, embauche"),
        pytest.param(CDD, OtherEnd.NORMAL_END, Repayment.NOTHING, id="terme normal"),
        pytest.param(CDD, OtherEnd.COMMITMENTS, Repayment.REPAY_ALL, id="R5134-29, engagements"),
        pytest.param(CDI, OtherEnd.REPLACEMENT, Repayment.REPAY_ALL, id="L5134-21-2, remplacement"),
    ],
)
def test_what_becomes_of_the_aid(kind, cause, outcome):
    assert repayment(kind, cause).outcome is outcome


@pytest.mark.parametrize("kind", [CDD, CDI])
def test_every_cause_has_one_line(kind):
    causes = [row.cause for row in REPAYMENTS if row.kind is kind]
    assert sorted(causes) == sorted([*BreakReason, *OtherEnd])
    assert len(causes) == len(set(causes))


def test_a_contract_without_aid_has_nothing_to_repay():
    assert repayment(ContractKind.CDD, BreakReason.EMPLOYER) is None


def test_every_line_says_its_source_and_how_sure_it_is():
    assert all(row.source for row in REPAYMENTS)
    unsure = [row for row in REPAYMENTS if row.outcome is Repayment.TO_SETTLE]
    assert {row.confidence for row in unsure} == {Confidence.LOW}


def test_every_break_has_a_word_of_the_ddets():
    assert set(DDETS_BREAKS) == set(BreakReason)
    assert DDETS_BREAKS[BreakReason.RESIGNATION_FOR_CDI].label == "Initiative du salarié - emploi"


def test_no_word_of_health_reaches_the_ddets():
    assert DDETS_BREAKS[BreakReason.UNFITNESS] is DdetsBreak.EMPLOYER
    assert not any("inapt" in member.label.lower() for member in DdetsBreak)


@pytest.mark.parametrize(
    ("reason", "notified", "at_stake"),
    [
        pytest.param(BreakReason.EMPLOYER, None, True, id="R5134-45"),
        pytest.param(BreakReason.GROSS_MISCONDUCT, None, True, id="R5134-47 ne la cite pas, à préciser"),
        pytest.param(BreakReason.RESIGNATION, None, False, id="texte de 2008, démission"),
        pytest.param(BreakReason.EMPLOYER, Repayment.NOTHING, False, id="l'ASP a répondu : rien"),
        pytest.param(BreakReason.RESIGNATION, Repayment.REPAY_ALL, True, id="l'ASP a répondu : tout"),
    ],
)
def test_the_aid_received_may_be_at_stake(reason, notified, at_stake):
    assert may_be_repaid(CDD, reason, notified) is at_stake


@given(st.sampled_from(ContractKind), st.sampled_from([*BreakReason, *OtherEnd]))
def test_the_table_is_total_and_says_each_thing_once(kind, cause):
    lines = [row for row in REPAYMENTS if (row.kind, row.cause) == (kind, cause)]
    assert len(lines) == (1 if kind.is_pec else 0)
    assert repayment(kind, cause) == (lines[0] if lines else None)


@given(st.sampled_from(ContractKind), st.sampled_from(BreakReason), st.none() | st.sampled_from(Repayment))
def test_what_is_notified_decides_alone_and_the_table_otherwise(kind, reason, notified):
    line = repayment(kind, reason)
    outcome = notified or (line and line.outcome)
    at_stake = (Repayment.REPAY_ALL,) if notified else (Repayment.REPAY_ALL, Repayment.TO_SETTLE)
    assert may_be_repaid(kind, reason, notified) == (outcome in at_stake)
