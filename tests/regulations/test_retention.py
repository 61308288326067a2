"""How long a file is kept, and what holds it."""

from datetime import date

import pytest

from regulations.retention import (
    DURATIONS,
    Confidence,
    FileFacts,
    Ground,
    Kept,
    ends_on,
    grounds,
    kept_until,
    still_holding,
)

END = date(2026, 8, 31)
LAST_CLASS = date(2026, 6, 12)


@pytest.mark.parametrize(
    ("kept", "months"),
    [
        pytest.param(Kept.NEVER_STARTED, 6, id="sans contrat, six mois après le dernier événement"),
        pytest.param(Kept.NEVER_STARTED_MOST, 24, id="R5132-1-23, vingt-quatre mois au plus"),
        pytest.param(Kept.PEC_ACTIVE, 6, id="R5134-23, en cours d'usage"),
        pytest.param(Kept.PEC_FILE, 24, id="R5134-23, en archive"),
        pytest.param(Kept.PROTECTED, 12, id="critères protégés"),
        pytest.param(Kept.LIFTED_BARRIER, 6, id="frein levé"),
        pytest.param(Kept.TRAINING, 72, id="L6362-6, six ans"),
        pytest.param(Kept.ESF, 60, id="FSE+, cinq ans"),
        pytest.param(Kept.STATE_AID, 120, id="aide d'État, dix ans"),
        pytest.param(Kept.ACCOUNTING, 120, id="comptabilité, dix ans"),
        pytest.param(Kept.ACCESS_LOG, 12, id="journal d'accès"),
        pytest.param(Kept.PROTECTED_READS, 36, id="lectures protégées"),
    ],
)
def test_each_duration_is_that_of_its_text(kept, months):
    assert DURATIONS[kept].months == months


def test_everything_kept_has_its_duration_its_source_and_its_confidence():
    assert DURATIONS.keys() == set(Kept)
    assert all(one.source and one.since and one.confidence in Confidence for one in DURATIONS.values())


def test_a_month_without_that_day_ends_on_its_last():
    assert kept_until(Kept.NEVER_STARTED, date(2026, 8, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(FileFacts(False, None), {}, id="jamais commencé"),
        pytest.param(FileFacts(True, END), {Kept.PEC_FILE: date(2028, 8, 31)}, id="R5134-23"),
        pytest.param(FileFacts(True, None), {Kept.PEC_FILE: None}, id="contrat sans fin connue"),
        pytest.param(
            FileFacts(True, END, last_training_on=LAST_CLASS),
            {Kept.PEC_FILE: date(2028, 8, 31), Kept.TRAINING: date(2032, 6, 12)},
            id="L6362-6",
        ),
        pytest.param(
            FileFacts(False, None, last_training_on=LAST_CLASS),
            {Kept.TRAINING: date(2032, 6, 12)},
            id="formée sans contrat",
        ),
        pytest.param(
            FileFacts(True, END, last_paid_on=date(2027, 1, 15), longer=Kept.ESF),
            {Kept.PEC_FILE: date(2028, 8, 31), Kept.ESF: date(2032, 12, 31)},
            id="FSE+, 31 décembre du dernier paiement",
        ),
        pytest.param(
            FileFacts(True, END, longer=Kept.STATE_AID),
            {Kept.PEC_FILE: date(2028, 8, 31), Kept.STATE_AID: date(2036, 12, 31)},
            id="aide d'État, avant tout paiement",
        ),
        pytest.param(
            FileFacts(True, None, longer=Kept.ESF), {Kept.PEC_FILE: None, Kept.ESF: None}, id="FSE+, contrat sans fin"
        ),
    ],
)
def test_what_holds_a_contract(facts, expected):
    assert {ground.kept: ground.until for ground in grounds([facts])} == expected


def test_of_two_contracts_the_last_day_counts():
    later = FileFacts(True, date(2027, 8, 31))
    assert grounds([FileFacts(True, END), later]) == [Ground(Kept.PEC_FILE, date(2029, 8, 31))]
    assert grounds([later, FileFacts(True, END)]) == [Ground(Kept.PEC_FILE, date(2029, 8, 31))]
    assert grounds([FileFacts(True, None), later]) == [Ground(Kept.PEC_FILE, None)]


def test_a_ground_holds_until_its_last_day():
    ground = Ground(Kept.PEC_FILE, date(2028, 8, 31))
    assert ground.holds(date(2028, 8, 31))
    assert not ground.holds(date(2028, 9, 1))
    assert ground.duration.source == "R5134-23, R5132-1-23"


def test_the_one_that_ends_last_comes_first():
    short, long, endless = Ground(Kept.PEC_FILE, END), Ground(Kept.TRAINING, date(2032, 6, 12)), Ground(Kept.ESF, None)
    assert still_holding([short, long, endless], date(2026, 9, 1)) == [endless, long]
    assert ends_on([short, long]) == date(2032, 6, 12)
    assert ends_on([short, endless]) is None
    assert ends_on([]) is None
