"""What is due, until when and why: each rule with its source."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.deadlines import Owner, Step
from regulations.due import (
    PRINCIPLES,
    STEPS,
    Deadline,
    Force,
    Rule,
    StatementDays,
    ceiling,
    immersion,
    notice,
    of_end,
    of_exit,
    of_start,
    reminder_days,
    reminders,
    statement,
)
from regulations.periods import Period

DAYS = st.dates(date(2018, 1, 1), date(2040, 12, 31))
FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)


@pytest.mark.parametrize(
    ("deadline", "opens_on", "due_on"),
    [
        pytest.param(
            statement(date(2026, 10, 1)), date(2026, 11, 1), date(2026, 11, 15), id="SYLAé : hypothèse 1/5/15"
        ),
        pytest.param(
            notice(Rule.SUSPENSION_NOTICE, date(2026, 6, 12)),
            date(2026, 6, 12),
            date(2026, 6, 22),
            id="R5134-28 : le 20 est un samedi",
        ),
        pytest.param(
            notice(Rule.BREAK_NOTICE, date(2026, 7, 6)),
            date(2026, 7, 6),
            date(2026, 7, 15),
            id="R5134-28 : le 14 juillet ne compte pas",
        ),
        pytest.param(of_start(Rule.DPAE, FIRST), date(2026, 8, 24), FIRST, id="R1221-4 : huit jours avant au plus tôt"),
        pytest.param(of_start(Rule.REVIEW_3, FIRST), date(2026, 11, 16), date(2026, 12, 1), id="programme : mois 3"),
        pytest.param(of_start(Rule.REVIEW_6, FIRST), date(2027, 2, 14), date(2027, 3, 1), id="programme : mois 6"),
        pytest.param(of_start(Rule.REVIEW_9, FIRST), date(2027, 5, 17), date(2027, 6, 1), id="programme : mois 9"),
        pytest.param(of_end(Rule.EXIT_INTERVIEW, LAST), date(2027, 5, 31), date(2027, 7, 31), id="F21006"),
        pytest.param(of_end(Rule.CERTIFICATE, LAST), date(2027, 5, 31), date(2027, 7, 31), id="L5134-28-1"),
        pytest.param(of_end(Rule.RENEWAL, LAST), date(2027, 5, 31), date(2027, 6, 30), id="R5134-31 : deux mois avant"),
        pytest.param(of_end(Rule.END_PAPERS, LAST), date(2027, 7, 31), LAST, id="L1234-19 : le dernier jour"),
        pytest.param(ceiling(FIRST), date(2028, 5, 31), date(2028, 8, 31), id="L5134-25-1 : 24 mois"),
        pytest.param(
            ceiling(FIRST, [Period(date(2025, 9, 1), date(2026, 8, 31))]),
            date(2027, 6, 1),
            date(2027, 9, 1),
            id="L5134-25-1 : un an déjà fait",
        ),
        pytest.param(of_exit(Rule.EXIT, LAST), date(2027, 9, 1), date(2027, 9, 30), id="à la sortie"),
        pytest.param(of_exit(Rule.EXIT_3, LAST), date(2027, 11, 30), date(2027, 12, 31), id="à trois mois"),
        pytest.param(of_exit(Rule.EXIT_6, LAST), date(2028, 2, 29), date(2028, 3, 31), id="à six mois, bissextile"),
    ],
)
def test_each_deadline(deadline, opens_on, due_on):
    assert (deadline.opens_on, deadline.due_on) == (opens_on, due_on)
    assert deadline.why.endswith(".")


@pytest.mark.parametrize(
    ("spent", "others", "due_on", "said"),
    [
        pytest.param(
            Period(date(2026, 3, 2), date(2026, 3, 13)), [], date(2026, 3, 13), "12 jours", id="D5134-50-1 : sa fin"
        ),
        pytest.param(
            Period(date(2026, 3, 2), date(2026, 5, 1)), [], date(2026, 4, 2), "02/04/2026", id="D5134-50-1 : un mois"
        ),
        pytest.param(
            Period(date(2026, 3, 2), date(2026, 3, 13)),
            [Period(date(2026, 2, 2), date(2026, 2, 11))],
            date(2026, 3, 13),
            "22 jours d'immersion en tout, 91 permis",
            id="D5134-50-1 : un quart du contrat",
        ),
    ],
)
def test_an_immersion_ends_within_a_month_and_says_the_quarter(spent, others, due_on, said):
    found = immersion(spent, Period(date(2026, 2, 2), date(2027, 2, 1)), others)
    assert found.due_on == due_on
    assert said in found.why


def test_the_days_of_the_statement_are_settings():
    days = StatementDays(opens=2, reminder=3, alert=20)
    found = statement(date(2026, 12, 1), days)
    assert (found.opens_on, found.due_on) == (date(2027, 1, 2), date(2027, 1, 20))
    assert reminder_days(found, (), days) == [date(2027, 1, 3), date(2027, 1, 20)]


def test_every_rule_has_its_source_and_says_what_is_a_hypothesis():
    assert set(PRINCIPLES) == set(Rule)
    assert all(principle.source and principle.owners for principle in PRINCIPLES.values())
    assert all("hypothèse" in one.hypothesis for one in PRINCIPLES.values() if one.confidence == "L")
    assert "hypothèse" in PRINCIPLES[Rule.STATEMENT].hypothesis


def test_every_step_is_asked_for_by_a_rule():
    assert set(STEPS.values()) == set(Step)


def test_what_the_programme_chose_is_not_law():
    assert PRINCIPLES[Rule.REVIEW_6].force is Force.PROGRAMME
    assert not PRINCIPLES[Rule.RENEWAL].is_legal
    assert PRINCIPLES[Rule.BREAK_NOTICE].is_legal


def test_a_reminder_leaves_neither_before_the_thing_can_be_done_nor_after_its_term():
    found = of_end(Rule.CERTIFICATE, LAST)
    assert reminder_days(found, (400, 30, 7)) == [date(2027, 5, 31), date(2027, 7, 1), date(2027, 7, 24)]


def test_the_first_owner_is_reminded_each_time_the_next_one_at_last():
    found = of_end(Rule.CERTIFICATE, LAST)
    first, last = date(2027, 7, 1), date(2027, 7, 24)
    assert reminders(found, [first, last]) == [
        (first, Owner.EMPLOYER),
        (last, Owner.EMPLOYER),
        (last, Owner.COORDINATOR),
    ]
    assert reminders(found, []) == []


def test_a_late_item_leaves_the_list_when_it_helps_nobody_any_more():
    found = Deadline(Rule.DPAE, FIRST, FIRST, "…")
    assert not found.concerns(FIRST - timedelta(days=2), FIRST - timedelta(days=1))
    assert found.concerns(FIRST, FIRST)
    assert found.is_late(FIRST + timedelta(days=1))
    assert found.concerns(FIRST + timedelta(days=30), FIRST + timedelta(days=60))
    assert not found.concerns(FIRST + timedelta(days=31), FIRST + timedelta(days=60))


@given(DAYS, st.lists(st.integers(0, 90), max_size=4))
def test_reminders_are_in_order_between_opening_and_term(last_day, days):
    for rule in (Rule.EXIT_INTERVIEW, Rule.CERTIFICATE, Rule.RENEWAL, Rule.END_PAPERS):
        found = of_end(rule, last_day)
        planned = reminder_days(found, days)
        assert planned == sorted(set(planned))
        assert all(found.opens_on <= day <= found.due_on for day in planned)
        assert bool(planned) == bool(days)


@given(DAYS)
def test_a_deadline_opens_before_its_term(day):
    found = [of_start(rule, day) for rule in (Rule.DPAE, Rule.REVIEW_3, Rule.REVIEW_6, Rule.REVIEW_9)]
    found += [of_end(rule, day) for rule in (Rule.EXIT_INTERVIEW, Rule.RENEWAL, Rule.CERTIFICATE, Rule.END_PAPERS)]
    found += [of_exit(rule, day) for rule in (Rule.EXIT, Rule.EXIT_3, Rule.EXIT_6)]
    assert all(one.opens_on <= one.due_on <= one.worth_until for one in found)
