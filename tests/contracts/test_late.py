"""Statements nobody declared: which month, whom, how much is at stake, from which day on."""

from datetime import date
from decimal import Decimal

import pytest

from contracts import actions
from contracts.actions.amendments import Change, amend_contract
from contracts.actions.month import confirm_month, declare_month, void_statement
from contracts.late import in_words, late_statements, statement_days, waiting_statements
from contracts.models import AidRules, PresenceStatement, SmicRate
from contracts.month import month_lines
from regulations.contracts import AidRequestKind, SuspensionReason
from tests import builders as b

pytestmark = pytest.mark.django_db

OCTOBER = date(2026, 10, 1)
MONTHS = [date(2026, month, 1) for month in range(2, 11)]


def declare_all_but(contract, user, *months):
    for month in set(MONTHS) - set(months):
        lines = [line for line in month_lines(user, month) if line.contract == contract]
        statements = confirm_month(lines=lines, on=b.TODAY, by=user)
        declare_month(statements=statements, declared_on=b.TODAY, today=b.TODAY, by=user)


def test_late_statements_say_the_month_the_people_and_the_amount(world, denis):
    declare_all_but(world.contract, denis, OCTOBER)
    (late,) = late_statements(denis, b.TODAY)
    assert (late.establishment, late.month, late.count, late.amount) == (
        world.closerie,
        OCTOBER,
        1,
        Decimal("520.87"),
    )
    assert late.days.reminder_on == date(2026, 11, 5)
    words = in_words(OCTOBER, [late]).replace("\u00a0", " ")
    assert words == "Octobre 2026 n'est pas déclaré pour un salarié : 520,87 € en jeu"


def test_the_amount_at_stake_counts_what_absences_took_away(world, denis):
    declare_all_but(world.contract, denis, OCTOBER)
    actions.suspend(
        contract=world.contract,
        starts_on=date(2026, 10, 12),
        ends_on=date(2026, 10, 16),
        reason=SuspensionReason.OTHER,
        by=denis,
    )
    assert [one.amount for one in late_statements(denis, b.TODAY)] == [Decimal("434.06")]


def test_a_month_confirmed_and_not_declared_is_still_late(world, denis):
    declare_all_but(world.contract, denis, OCTOBER)
    confirm_month(lines=month_lines(denis, OCTOBER), on=b.TODAY, by=denis)
    (late,) = late_statements(denis, b.TODAY)
    assert (late.count, late.confirmed) == (1, 1)


def test_nothing_is_late_once_all_is_declared_or_when_nobody_declares(world, denis, hugo):
    declare_all_but(world.contract, denis)
    assert late_statements(denis, b.TODAY) == []
    assert late_statements(hugo, b.TODAY) == []


@pytest.mark.parametrize("left", [[MONTHS[0]], [MONTHS[3]], [MONTHS[2], MONTHS[6]], [MONTHS[0], OCTOBER]])
def test_a_month_left_out_among_others_is_found(world, denis, left):
    declare_all_but(world.contract, denis, *left)
    assert [late.month for late in late_statements(denis, b.TODAY)] == left


def test_a_month_taken_back_is_late_again(world, denis):
    declare_all_but(world.contract, denis)
    june = PresenceStatement.objects.get(month=date(2026, 6, 1))
    void_statement(statement=june, reason="jours faux", by=denis)
    assert [late.month for late in late_statements(denis, b.TODAY)] == [june.month]


def test_a_month_is_late_where_the_work_was_at_its_end_or_where_it_was_confirmed(world, denis):
    march, april, july = MONTHS[1], MONTHS[2], MONTHS[5]
    declare_all_but(world.contract, denis, march, april, july)
    confirm_month(lines=month_lines(denis, march), on=b.TODAY, by=denis)
    annex = b.an_establishment(employer=world.closerie.employer, name="Annexe")
    change = Change(effective_on=date(2026, 4, 15), signed_on=date(2026, 4, 1), establishment=annex)
    amend_contract(contract=world.contract, change=change, by=denis)
    found = {late.month: late.establishment for late in late_statements(denis, b.TODAY)}
    assert found == {march: world.closerie, april: annex, july: annex}


def test_an_amount_nobody_knows_is_said(world, denis):
    declare_all_but(world.contract, denis, OCTOBER)
    SmicRate.objects.all().delete()
    (late,) = late_statements(denis, b.TODAY)
    assert (late.amount, late.unknown) == (Decimal(0), 1)
    assert in_words(OCTOBER, [late]).endswith("montant inconnu")


def test_an_aid_renewed_in_the_month_is_two_statements_of_one_person(world, denis):
    declare_all_but(world.contract, denis, OCTOBER)
    world.contract.aid_requests.update(aid_ends_on=date(2026, 10, 14))
    b.an_aid_request(
        world.contract, kind=AidRequestKind.RENEWAL, aid_starts_on=date(2026, 10, 15), aid_ends_on=date(2027, 2, 1)
    )
    (late,) = late_statements(denis, b.TODAY)
    assert late.count == 2
    assert "pour un salarié" in in_words(OCTOBER, [late])


@pytest.mark.parametrize(
    "on, waiting, is_late, is_alert",
    [
        (date(2026, 10, 31), 0, False, False),
        (date(2026, 11, 1), 1, False, False),
        (date(2026, 11, 5), 1, True, False),
        (date(2026, 11, 15), 1, True, True),
    ],
)
def test_the_days_are_those_of_the_settings(world, denis, on, waiting, is_late, is_alert):
    declare_all_but(world.contract, denis, OCTOBER)
    found = waiting_statements(denis, on)
    assert len(found) == waiting
    assert [one.is_late(on) for one in found] == [is_late] * waiting
    assert [one.is_alert(on) for one in found] == [is_alert] * waiting


def test_a_setting_holds_from_the_month_of_its_first_day():
    AidRules.objects.create(
        valid_from=date(2026, 10, 20), statement_opens_day=3, statement_reminder_day=8, statement_alert_day=20
    )
    assert statement_days(date(2026, 9, 1)).opens_on == date(2026, 10, 1)
    assert statement_days(OCTOBER).alert_on == date(2026, 11, 20)


def test_the_cost_of_late_statements_does_not_follow_the_people(world, claire, django_assert_max_num_queries):
    for _ in range(4):
        contract = b.a_contract(cohort=world.cohort)
        b.an_aid_request(contract, order=world.order)
    with django_assert_max_num_queries(20):
        late = late_statements(claire, b.TODAY)
    assert sum(one.count for one in late) == 6 * len(MONTHS)
