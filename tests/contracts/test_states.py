"""The state of a contract: what a page reads and what a list filters are the same thing."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from cohorts import actions as cohort_actions
from contracts import actions as contract_actions
from contracts.models import Contract, Exit, Suspension
from regulations.contracts import (
    TRANSITIONS,
    AidRequestKind,
    BreakReason,
    ContractKind,
    ContractState,
    SuspensionReason,
)
from regulations.exits import ExitSituation
from tests import builders as b
from tutoring import actions as tutoring_actions

pytestmark = pytest.mark.django_db

S = ContractState


def every_path():
    """Contracts that together pass through every state."""
    planned = {"signed_on": None, "starts_on": date(2026, 9, 1), "ends_on": date(2027, 8, 31)}
    whole = b.a_contract(enrolment=b.an_enrolment(diagnosis_on=date(2025, 11, 20)))
    b.an_aid_request(whole)
    seat = b.a_seat()
    accepted = b.an_enrolment(
        diagnosis_on=date(2026, 5, 4), seat=seat, seat_accepted_on=date(2026, 5, 20), cohort=seat.cohort
    )
    waiting = b.a_contract(enrolment=accepted, **planned | {"starts_on": date(2027, 1, 4)})
    b.an_aid_request(waiting, signed_on=date(2026, 6, 2), decided_on=None, decision_number="", rate=None)
    refused = b.a_contract(**planned)
    b.an_aid_request(refused, signed_on=date(2026, 6, 2), decided_on=date(2026, 6, 20), refused=True, rate=None)
    refused_then_granted = b.a_contract(**planned)
    b.an_aid_request(refused_then_granted, decided_on=date(2026, 3, 1), refused=True, rate=None)
    b.an_aid_request(refused_then_granted, signed_on=date(2026, 4, 1), decided_on=date(2026, 5, 1))
    given_up = b.a_contract(
        enrolment=b.an_enrolment(diagnosis_on=date(2026, 3, 1), withdrawn_on=date(2026, 7, 1)), **planned
    )
    lapsed = b.a_contract(closed_on=date(2026, 10, 1), **planned)
    b.an_aid_request(lapsed, signed_on=None, decided_on=date(2026, 6, 20))
    suspended = b.a_contract()
    for starts_on, ends_on in ((date(2026, 4, 1), date(2026, 4, 15)), (date(2026, 10, 1), None)):
        Suspension.objects.create(
            contract=suspended, starts_on=starts_on, ends_on=ends_on, reason=SuspensionReason.UNPAID_LEAVE
        )
    renewed = b.a_contract(ends_on=date(2027, 8, 1))
    b.an_aid_request(renewed)
    b.an_aid_request(renewed, kind=AidRequestKind.RENEWAL, signed_on=date(2026, 12, 1), decided_on=date(2027, 1, 15))
    broken = b.a_contract(broken_on=date(2026, 6, 12), break_reason=BreakReason.RESIGNATION_FOR_CDI)
    Exit.objects.create(contract=broken, recorded_on=date(2026, 7, 1), situation=ExitSituation.CDI)
    unsigned = b.a_contract(signed_on=None)
    for_ever = b.a_contract(kind=ContractKind.CDI, ends_on=None)
    return [
        whole,
        waiting,
        refused,
        refused_then_granted,
        given_up,
        lapsed,
        suspended,
        renewed,
        broken,
        unsigned,
        for_ever,
    ]


# Each date of the story, its eve and its morrow.
TURNS = [date(2025, 11, 20), date(2026, 1, 15), date(2026, 1, 20), date(2026, 1, 28), date(2026, 2, 2)]
TURNS += [date(2026, 3, 1), date(2026, 4, 1), date(2026, 4, 15), date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 20)]
TURNS += [date(2026, 6, 2), date(2026, 6, 12), date(2026, 6, 20), date(2026, 7, 1), date(2026, 9, 1), date(2026, 10, 1)]
TURNS += [date(2026, 12, 1), date(2027, 1, 15), date(2027, 2, 1), date(2027, 8, 1), date(2027, 8, 31)]
DAYS = sorted({turn + timedelta(days=step) for turn in TURNS for step in (-1, 0, 1)})


@pytest.fixture
def story(db):
    return every_path()


@pytest.mark.parametrize("state", list(ContractState))
def test_lists_and_pages_agree_on_every_state(story, state):
    contracts = list(Contract.objects.with_state_facts())
    seen = False
    for day in DAYS:
        on_pages = {contract.pk for contract in contracts if contract.state_on(day) is state}
        assert set(Contract.objects.in_state(state, day).values_list("pk", flat=True)) == on_pages, day
        seen |= bool(on_pages)
    assert seen, "no contract of the story is ever in this state"


def test_running_is_begun_and_not_over(story):
    running = {S.RUNNING, S.SUSPENDED, S.RENEWAL_REQUESTED}
    contracts = list(Contract.objects.with_state_facts())
    for day in DAYS:
        on_pages = {contract.pk for contract in contracts if contract.state_on(day) in running}
        assert set(Contract.objects.running(day).values_list("pk", flat=True)) == on_pages, day


def test_states_of_a_page_cost_three_queries(story, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert len([contract.state_on(b.TODAY) for contract in Contract.objects.with_state_facts()]) == len(story)


def test_awaiting_a_decision_is_signed_and_undecided(story):
    waiting = Contract.objects.awaiting_decision()
    assert [contract.state_on(date(2026, 6, 10)) for contract in waiting] == [S.REQUESTED]


def test_the_document_shows_the_transitions_of_the_law():
    text = (Path(settings.BASE_DIR) / "docs" / "etats.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` [^|]*\| `(\w+)` [^|]*\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE)
    told = {(before, after, fact.strip(), source.strip()) for before, after, fact, source in rows}
    assert told == {(str(one.before), str(one.after), one.fact, one.source) for one in TRANSITIONS}


def test_each_act_named_in_the_document_exists():
    text = (Path(settings.BASE_DIR) / "docs" / "etats.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    named = {name for line in rows for name in re.findall(r"`([a-z]+_?[a-z_]*)`", line)}
    acts = {name for room in (contract_actions, cohort_actions, tutoring_actions) for name in dir(room)}
    assert {"withdraw", "request_renewal", "amend_contract", "name_tutor"} <= named
    assert named <= acts
