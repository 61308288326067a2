from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.contracts import (
    TRANSITIONS,
    ContractFacts,
    ContractKind,
    ContractState,
    ContractTerms,
    RenewalFacts,
    age_anchor_findings,
    contract_findings,
    is_before_decision,
    state_on,
    suspension_findings,
)
from regulations.findings import Strength
from regulations.periods import Period

S = ContractState
SOUND = ContractTerms(
    kind=ContractKind.CDD_PEC,
    starts_on=date(2026, 2, 2),
    ends_on=date(2027, 2, 1),
    signed_on=date(2026, 1, 29),
    decided_on=date(2026, 1, 23),
    weekly_hours=Decimal(28),
    subsidised_hours=Decimal(20),
)


def _said(terms):
    return [(finding.code, finding.strength) for finding in contract_findings(terms)]


def test_kinds():
    assert [kind for kind in ContractKind if kind.is_pec] == [ContractKind.CDD_PEC, ContractKind.CDI_PEC]
    assert [kind for kind in ContractKind if kind.is_open_ended] == [ContractKind.CDI_PEC, ContractKind.CDI]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="un contrat de la cohorte"),
        pytest.param({"signed_on": date(2026, 1, 23)}, id="R5134-26 : signé le jour de la décision"),
        pytest.param({"signed_on": None}, id="signature pas encore connue"),
        pytest.param({"decided_on": None}, id="décision pas encore connue"),
        pytest.param({"subsidised_hours": Decimal(28)}, id="toutes les heures aidées"),
        pytest.param({"weekly_hours": Decimal(20)}, id="L5134-26 : vingt heures"),
        pytest.param({"weekly_hours": Decimal(35)}, id="trente-cinq heures"),
        pytest.param({"ends_on": date(2028, 2, 1)}, id="L5134-25-1 : vingt-quatre mois"),
        pytest.param({"ends_on": date(2026, 8, 1)}, id="L5134-25 : six mois"),
        pytest.param({"kind": ContractKind.CDI_PEC, "ends_on": None}, id="CDI PEC"),
        pytest.param({"kind": ContractKind.CDD, "weekly_hours": Decimal(10)}, id="un autre contrat"),
    ],
)
def test_a_sound_contract_has_nothing_said_of_it(changes):
    assert _said(replace(SOUND, **changes)) == []


@pytest.mark.parametrize(
    ("changes", "code", "strength"),
    [
        pytest.param({"ends_on": date(2026, 2, 1)}, "fin_avant_debut", Strength.REFUSAL, id="fin avant début"),
        pytest.param({"ends_on": None}, "fin_manquante", Strength.QUESTION, id="CDD sans fin"),
        pytest.param({"kind": ContractKind.CDI_PEC}, "fin_d_un_cdi", Strength.QUESTION, id="CDI avec une fin"),
        pytest.param(
            {"decided_on": date(2026, 2, 5)},
            "contrat_avant_decision",
            Strength.QUESTION,
            id="R5134-26 : commencé avant",
        ),
        pytest.param(
            {"decided_on": date(2026, 1, 30)}, "contrat_avant_decision", Strength.QUESTION, id="R5134-26 : signé avant"
        ),
        pytest.param(
            {"decided_on": date(2026, 2, 5), "signed_on": None},
            "contrat_avant_decision",
            Strength.QUESTION,
            id="R5134-26 : signature inconnue",
        ),
        pytest.param(
            {"subsidised_hours": Decimal("28.5")}, "heures_aidees_superieures", Strength.QUESTION, id="heures aidées"
        ),
        pytest.param({"weekly_hours": Decimal("35.5")}, "heures_hors_limites", Strength.WARNING, id="plus de 35 h"),
        pytest.param(
            {"weekly_hours": Decimal("19.5"), "subsidised_hours": Decimal(19)},
            "heures_hors_limites",
            Strength.WARNING,
            id="L5134-26 : moins de 20 h",
        ),
        pytest.param(
            {"ends_on": date(2028, 2, 2)}, "plus_de_24_mois", Strength.QUESTION, id="L5134-25-1 : un jour de trop"
        ),
        pytest.param(
            {"earlier": (Period(date(2024, 8, 1), date(2026, 1, 31)),)},
            "plus_de_24_mois",
            Strength.QUESTION,
            id="L5134-25-1 : avec les contrats précédents",
        ),
        pytest.param({"ends_on": date(2026, 7, 31)}, "moins_de_6_mois", Strength.WARNING, id="L5134-25"),
    ],
)
def test_what_is_wrong_is_said_with_its_strength(changes, code, strength):
    assert _said(replace(SOUND, **changes)) == [(code, strength)]


def test_all_is_said_at_once():
    terms = replace(SOUND, decided_on=date(2026, 2, 5), subsidised_hours=Decimal(36), weekly_hours=Decimal(15))
    assert [code for code, _ in _said(terms)] == [
        "contrat_avant_decision",
        "heures_aidees_superieures",
        "heures_hors_limites",
    ]


def test_an_exception_moves_the_ceiling():
    longer = replace(SOUND, ends_on=date(2030, 2, 1))
    assert [code for code, _ in _said(longer)] == ["plus_de_24_mois"]
    assert _said(replace(longer, most_months=60)) == []


def test_a_contract_before_the_decision_is_not_aided():
    assert is_before_decision(replace(SOUND, decided_on=date(2026, 2, 5)))
    assert not is_before_decision(SOUND)
    assert not is_before_decision(replace(SOUND, kind=ContractKind.CDD, decided_on=date(2026, 2, 5)))


YEAR = Period(date(2026, 2, 2), date(2027, 2, 1))
APRIL = Period(date(2026, 4, 1), date(2026, 4, 30))


@pytest.mark.parametrize(
    ("added", "contract", "others", "codes"),
    [
        (APRIL, YEAR, [], []),
        (Period(date(2026, 4, 1)), YEAR, [], []),
        (APRIL, Period(date(2026, 2, 2)), [], []),
        (APRIL, YEAR, [Period(date(2026, 5, 1), date(2026, 5, 3))], []),
        (Period(date(2026, 2, 1), date(2026, 2, 5)), YEAR, [], ["suspension_hors_contrat"]),
        (Period(date(2027, 1, 20), date(2027, 2, 2)), YEAR, [], ["suspension_hors_contrat"]),
        (Period(date(2027, 2, 2)), YEAR, [], ["suspension_hors_contrat"]),
        (APRIL, YEAR, [Period(date(2026, 4, 30))], ["suspension_chevauchante"]),
    ],
)
def test_a_suspension_stays_inside_and_alone(added, contract, others, codes):
    findings = suspension_findings(added, contract, others)
    assert [finding.code for finding in findings] == codes
    assert {finding.strength for finding in findings} <= {Strength.REFUSAL}


@pytest.mark.parametrize(
    ("born_on", "codes"),
    [
        pytest.param(date(1976, 1, 29), [], id="F21006 : 50 ans à la signature"),
        pytest.param(date(1976, 1, 30), ["age_a_confirmer"], id="R5134-34 contre F21006 : un jour trop jeune"),
        pytest.param(date(1978, 2, 1), ["age_a_confirmer"], id="R5134-34 : 50 ans le dernier jour possible"),
        pytest.param(date(1978, 2, 2), [], id="trop jeune dans les deux lectures"),
    ],
)
def test_the_age_anchor_is_only_warned_about(born_on, codes):
    findings = age_anchor_findings(born_on, date(2026, 1, 29), date(2028, 2, 1))
    assert [finding.code for finding in findings] == codes
    assert {finding.strength for finding in findings} <= {Strength.WARNING}


FACTS = ContractFacts(
    diagnosis_on=date(2025, 11, 20),
    matched_on=date(2025, 12, 10),
    requested_on=date(2026, 1, 12),
    decided_on=date(2026, 1, 23),
    signed_on=date(2026, 1, 29),
    starts_on=date(2026, 2, 2),
    ends_on=date(2027, 2, 1),
)
REFUSED = ContractFacts(requested_on=date(2026, 1, 12), decided_on=date(2026, 1, 23), is_granted=False)
LAPSED = replace(FACTS, starts_on=None, ends_on=None, closed_on=date(2026, 2, 20))
WITHDRAWN = ContractFacts(diagnosis_on=date(2025, 11, 20), withdrawn_on=date(2026, 1, 5))
SUSPENDED = replace(FACTS, suspensions=(Period(date(2026, 4, 1), date(2026, 4, 15)), Period(date(2026, 10, 1))))
RENEWED = replace(FACTS, ends_on=date(2027, 8, 1), renewals=(RenewalFacts(date(2026, 12, 1), date(2027, 1, 15)),))
BROKEN = replace(FACTS, broken_on=date(2026, 6, 12), exited_on=date(2026, 7, 1))


@pytest.mark.parametrize(
    ("facts", "day", "state"),
    [
        pytest.param(FACTS, date(2025, 11, 19), S.PROSPECT, id="pressenti"),
        pytest.param(FACTS, date(2025, 11, 20), S.DIAGNOSED, id="diagnostic, le jour même"),
        pytest.param(FACTS, date(2025, 12, 10), S.MATCHED, id="offre positionnée"),
        pytest.param(FACTS, date(2026, 1, 12), S.REQUESTED, id="demande signée"),
        pytest.param(FACTS, date(2026, 1, 23), S.GRANTED, id="décision accordée"),
        pytest.param(FACTS, date(2026, 1, 29), S.SIGNED, id="contrat signé"),
        pytest.param(FACTS, date(2026, 2, 1), S.SIGNED, id="la veille du premier jour"),
        pytest.param(FACTS, date(2026, 2, 2), S.RUNNING, id="premier jour"),
        pytest.param(FACTS, date(2027, 2, 1), S.RUNNING, id="dernier jour"),
        pytest.param(FACTS, date(2027, 2, 2), S.ENDED, id="lendemain du dernier jour"),
        pytest.param(replace(FACTS, ends_on=None), date(2040, 1, 1), S.RUNNING, id="CDI"),
        pytest.param(replace(FACTS, signed_on=None), date(2026, 2, 2), S.RUNNING, id="signature inconnue"),
        pytest.param(REFUSED, date(2026, 1, 22), S.REQUESTED, id="avant le refus"),
        pytest.param(REFUSED, date(2026, 1, 23), S.REFUSED, id="décision refusée"),
        pytest.param(LAPSED, date(2026, 2, 19), S.SIGNED, id="signé, jamais commencé"),
        pytest.param(LAPSED, date(2026, 2, 20), S.LAPSED, id="caduc"),
        pytest.param(WITHDRAWN, date(2026, 1, 4), S.DIAGNOSED, id="avant l'abandon"),
        pytest.param(WITHDRAWN, date(2026, 1, 5), S.ABANDONED, id="abandonné"),
        pytest.param(SUSPENDED, date(2026, 4, 1), S.SUSPENDED, id="suspendu"),
        pytest.param(SUSPENDED, date(2026, 4, 15), S.SUSPENDED, id="dernier jour suspendu"),
        pytest.param(SUSPENDED, date(2026, 4, 16), S.RUNNING, id="reprise"),
        pytest.param(SUSPENDED, date(2026, 11, 20), S.SUSPENDED, id="suspension ouverte"),
        pytest.param(SUSPENDED, date(2027, 2, 2), S.ENDED, id="terminé même suspendu"),
        pytest.param(RENEWED, date(2026, 12, 1), S.RENEWAL_REQUESTED, id="renouvellement demandé"),
        pytest.param(RENEWED, date(2027, 1, 15), S.RUNNING, id="renouvelé"),
        pytest.param(BROKEN, date(2026, 6, 11), S.RUNNING, id="veille de la rupture"),
        pytest.param(BROKEN, date(2026, 6, 12), S.BROKEN, id="rompu"),
        pytest.param(BROKEN, date(2026, 7, 1), S.EXITED, id="sorti"),
        pytest.param(ContractFacts(), date(2026, 1, 1), S.PROSPECT, id="aucun fait"),
    ],
)
def test_the_state_is_read_from_dated_facts(facts, day, state):
    assert state_on(facts, day) is state


def test_every_state_can_be_entered_and_only_four_are_final():
    entered = {transition.after for transition in TRANSITIONS}
    left = {transition.before for transition in TRANSITIONS}
    assert entered | {S.PROSPECT} == set(S)
    assert set(S) - left == {S.REFUSED, S.EXITED, S.ABANDONED, S.LAPSED}
    assert len({(one.before, one.after) for one in TRANSITIONS}) == len(TRANSITIONS)
    assert all(one.fact and one.source for one in TRANSITIONS)


@st.composite
def lives(draw):
    """A path whose facts come in order, a few days apart, cut short or not."""
    day = date(2026, 1, 1)
    facts = {}
    for name in ("diagnosis_on", "matched_on", "requested_on", "decided_on", "signed_on", "starts_on"):
        day += timedelta(days=draw(st.integers(1, 5)))
        facts[name] = day
    facts["ends_on"] = day + timedelta(days=draw(st.integers(10, 60)))
    facts["suspensions"] = tuple(
        Period(day + timedelta(days=start), day + timedelta(days=start + draw(st.integers(0, 9))))
        for start in draw(st.lists(st.integers(0, 50), max_size=2))
    )
    asked = day + timedelta(days=draw(st.integers(0, 40)))
    answered = draw(st.one_of(st.none(), st.integers(1, 30).map(lambda days: asked + timedelta(days=days))))
    facts["renewals"] = draw(st.sampled_from([(), (RenewalFacts(asked, answered),)]))
    if draw(st.booleans()):
        facts["broken_on"] = day + timedelta(days=draw(st.integers(1, 9)))
        facts["exited_on"] = facts["broken_on"] + timedelta(days=3)
    else:
        facts["exited_on"] = facts["ends_on"] + timedelta(days=5)
    return ContractFacts(**facts)


@given(lives())
def test_a_life_follows_the_table_of_transitions(facts):
    allowed = {(transition.before, transition.after) for transition in TRANSITIONS}
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(120)]
    states = [state_on(facts, day) for day in days]
    assert states[0] is S.PROSPECT
    assert states[-1] is S.EXITED
    # On its first day a contract may already be suspended, or its renewal asked for.
    first_day = days.index(facts.starts_on)
    steps = [pair for at, pair in enumerate(pairwise(states)) if at + 1 != first_day]
    assert {pair for pair in steps if pair[0] is not pair[1]} <= allowed
