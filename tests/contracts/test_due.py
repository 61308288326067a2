"""What contracts wait for: each rule has a case that shows and one that is silent."""

from datetime import date

import pytest

from contracts.due import due_items, put_names
from contracts.models import AidRequest, Contract, DoneStep, Exit, Immersion, PresenceStatement, Suspension
from regulations.contracts import AidRequestKind, BreakReason, CeilingException, ContractKind, SuspensionReason
from regulations.deadlines import Step
from regulations.due import Rule
from regulations.exits import ExitSituation
from tests import builders as b

pytestmark = pytest.mark.django_db

TODAY = b.TODAY
LONG_AGO = date(2026, 11, 1)


def found(rule=None, on=TODAY, until=None, contracts=None):
    contracts = Contract.objects.all() if contracts is None else contracts
    items = due_items(contracts, on=on, until=until or on)
    return [item for item in items if rule is None or item.rule == rule]


@pytest.fixture
def contract(db):
    """Amina's: from 2 February 2026 to 1 February 2027, aided all along."""
    contract = b.a_contract()
    b.an_aid_request(contract)
    return contract


def declare(contract, *months):
    request = contract.aid_requests.first()
    for month in months:
        PresenceStatement.objects.create(
            aid_request=request, month=month, establishment=contract.establishment, parts=30, declared_on=TODAY
        )


def done(contract, step, **changes):
    return DoneStep.objects.create(contract=contract, step=step, done_on=TODAY, **changes)


# --- Statements ---


def test_every_month_that_is_over_and_not_declared_is_waited_for(contract):
    months = [item.detail for item in found(Rule.STATEMENT)]
    assert months[0] == "février 2026"
    assert months[-1] == "octobre 2026"
    assert len(months) == 9


def test_a_declared_month_drops_out(contract):
    declare(contract, date(2026, 10, 1))
    assert "octobre 2026" not in [item.detail for item in found(Rule.STATEMENT)]


def test_a_confirmed_month_that_is_not_declared_stays(contract):
    declare(contract, date(2026, 10, 1))
    PresenceStatement.objects.update(declared_on=None)
    assert "octobre 2026" in [item.detail for item in found(Rule.STATEMENT)]


def test_the_month_that_runs_waits_for_nobody_until_it_is_over(contract):
    assert found(Rule.STATEMENT, on=date(2026, 11, 30))[-1].detail == "octobre 2026"
    assert found(Rule.STATEMENT, on=date(2026, 12, 1))[-1].detail == "novembre 2026"
    assert found(Rule.STATEMENT, on=TODAY, until=date(2026, 12, 20))[-1].detail == "novembre 2026"


def test_an_unaided_contract_owes_no_statement(contract):
    Contract.objects.update(unaided_reason="signé avant la décision")
    assert found(Rule.STATEMENT) == []


def test_a_refused_request_owes_no_statement():
    contract = b.a_contract()
    b.an_aid_request(contract, refused=True)
    assert found(Rule.STATEMENT) == []


def test_no_statement_after_the_break(contract):
    Contract.objects.update(broken_on=date(2026, 4, 10), break_reason=BreakReason.RESIGNATION)
    assert [item.detail for item in found(Rule.STATEMENT)] == ["février 2026", "mars 2026", "avril 2026"]


# --- Notices ---


@pytest.fixture
def suspension(contract):
    return Suspension.objects.create(
        contract=contract, starts_on=date(2026, 11, 16), reason=next(iter(SuspensionReason))
    )


def test_a_suspension_is_to_be_told_within_seven_clear_days(suspension):
    (item,) = found(Rule.SUSPENSION_NOTICE)
    assert (item.since, item.due_on) == (date(2026, 11, 16), date(2026, 11, 24))
    assert item.label == "suspension à signaler, du 16/11/2026"


def test_a_suspension_told_drops_out(suspension):
    suspension.declared_on = TODAY
    suspension.save()
    assert found(Rule.SUSPENSION_NOTICE) == []


def test_the_reason_of_a_suspension_is_told_nowhere(suspension):
    (item,) = found(Rule.SUSPENSION_NOTICE)
    reason = SuspensionReason(suspension.reason).label
    assert reason not in f"{item.label} {item.why} {item.detail}"


def test_a_break_is_to_be_told_until_it_is(contract):
    Contract.objects.update(broken_on=date(2026, 11, 13), break_reason=BreakReason.RESIGNATION)
    (item,) = found(Rule.BREAK_NOTICE)
    assert item.due_on == date(2026, 11, 23)
    Contract.objects.update(break_declared_on=TODAY)
    assert found(Rule.BREAK_NOTICE) == []


def test_only_a_pec_is_told_to_the_authority():
    contract = b.a_contract(kind=ContractKind.CDD, broken_on=date(2026, 11, 13), break_reason=BreakReason.RESIGNATION)
    Suspension.objects.create(contract=contract, starts_on=date(2026, 11, 2), reason=next(iter(SuspensionReason)))
    assert found(Rule.BREAK_NOTICE) == found(Rule.SUSPENSION_NOTICE) == []


# --- Immersions ---


def test_an_immersion_shows_until_its_last_day(contract):
    immersion = Immersion.objects.create(
        contract=contract, host="SSIAD", starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 27), purpose="DISCOVER"
    )
    (item,) = found(Rule.IMMERSION)
    assert item.due_on == immersion.ends_on
    assert "16/12/2026" in item.why
    assert found(Rule.IMMERSION, on=date(2026, 11, 28)) == []


# --- Steps ---


@pytest.mark.parametrize(
    ("rule", "on"),
    [
        (Rule.DPAE, date(2026, 1, 26)),
        (Rule.REVIEW_3, date(2026, 4, 20)),
        (Rule.REVIEW_6, date(2026, 7, 20)),
        (Rule.REVIEW_9, date(2026, 10, 20)),
        (Rule.EXIT_INTERVIEW, date(2026, 11, 1)),
        (Rule.CERTIFICATE, date(2026, 11, 1)),
        (Rule.END_PAPERS, date(2027, 1, 4)),
    ],
)
def test_a_step_is_waited_for_until_it_is_noted(contract, rule, on):
    assert len(found(rule, on=on)) == 1
    step = done(contract, Step(rule.value))
    assert found(rule, on=on) == []
    step.voided_at = "2026-11-20T09:00Z"
    step.void_reason = "erreur"
    step.save()
    assert len(found(rule, on=on)) == 1


def test_a_step_is_silent_before_its_time(contract):
    assert found(Rule.CERTIFICATE, on=date(2026, 10, 31)) == []
    assert found(Rule.DPAE, on=date(2026, 1, 24)) == []


def test_a_step_that_helps_nobody_any_more_leaves_the_list(contract):
    assert found(Rule.DPAE, on=date(2026, 3, 4)) != []
    assert found(Rule.DPAE, on=date(2026, 3, 5)) == []


def test_after_a_break_only_the_papers_of_the_end_are_waited_for(contract):
    Contract.objects.update(broken_on=date(2026, 11, 13), break_reason=BreakReason.RESIGNATION)
    rules = {item.rule for item in found()}
    assert not rules & {Rule.EXIT_INTERVIEW, Rule.CERTIFICATE, Rule.RENEWAL, Rule.CEILING}
    assert {Rule.END_PAPERS, Rule.EXIT} <= rules


# --- Renewal and ceiling ---


def test_a_renewal_is_recommended_two_months_before_the_end_of_the_aid(contract):
    (item,) = found(Rule.RENEWAL)
    assert (item.since, item.due_on) == (date(2026, 11, 1), date(2026, 12, 1))


def test_a_renewal_asked_for_drops_out_and_comes_back_for_the_next_end(contract):
    renewal = AidRequest.objects.create(contract=contract, kind=AidRequestKind.RENEWAL, signed_on=TODAY)
    assert found(Rule.RENEWAL) == []
    Contract.objects.update(ends_on=date(2027, 8, 1))
    AidRequest.objects.filter(pk=renewal.pk).update(
        decided_on=TODAY, rate=50, weekly_hours=20, aid_starts_on=date(2027, 2, 2), aid_ends_on=date(2027, 8, 1)
    )
    (item,) = found(Rule.RENEWAL, on=date(2027, 5, 15))
    assert item.due_on == date(2027, 6, 1)


def test_nothing_to_renew_once_the_24_months_are_spent():
    contract = b.a_contract(starts_on=date(2025, 2, 3), ends_on=date(2027, 2, 2))
    b.an_aid_request(contract)
    assert found(Rule.RENEWAL) == []
    (item,) = found(Rule.CEILING)
    assert item.due_on == date(2027, 2, 2)


def test_earlier_pec_with_the_same_employer_bring_the_ceiling_nearer(contract):
    earlier = b.a_contract(
        enrolment=contract.enrolment,
        establishment=contract.establishment,
        starts_on=date(2025, 2, 2),
        ends_on=date(2026, 2, 1),
    )
    (item,) = found(Rule.CEILING, contracts=Contract.objects.exclude(pk=earlier.pk))
    assert item.due_on == date(2027, 2, 1)


def test_an_exception_written_silences_the_ceiling():
    contract = b.a_contract(starts_on=date(2025, 2, 3), ends_on=date(2027, 2, 2))
    b.an_aid_request(contract, ceiling_exception=next(iter(CeilingException)), ceiling_reason="travailleuse handicapée")
    assert found(Rule.CEILING) == []


# --- Exits ---


def test_situations_are_asked_for_at_exit_then_at_three_and_six_months(contract):
    assert found(Rule.EXIT, on=date(2027, 2, 1)) == []
    assert len(found(Rule.EXIT, on=date(2027, 2, 2))) == 1
    exit_row = Exit.objects.create(contract=contract, recorded_on=date(2027, 2, 2), situation=ExitSituation.CDI)
    assert found(Rule.EXIT, on=date(2027, 2, 2)) == []
    assert len(found(Rule.EXIT_3, on=date(2027, 5, 1))) == 1
    assert len(found(Rule.EXIT_6, on=date(2027, 8, 1))) == 1
    exit_row.checked_3_months_on = exit_row.checked_6_months_on = date(2027, 8, 1)
    exit_row.save()
    assert found(Rule.EXIT_3, on=date(2027, 5, 1)) == found(Rule.EXIT_6, on=date(2027, 8, 1)) == []


# --- Whose, and how much it costs ---


def test_contracts_that_never_began_wait_for_nothing(contract):
    Contract.objects.update(closed_on=TODAY)
    assert found() == []


def test_each_one_sees_her_own(world, claire, denis, gaelle):
    ours, next_door = world.contract.pk, world.other_contract.pk
    for user, expected in ((claire, {ours, next_door}), (denis, {ours}), (gaelle, {next_door})):
        items = due_items(Contract.objects.visible_to(user), on=TODAY, until=TODAY)
        assert {item.subject_id for item in items} == expected


def test_it_costs_the_same_for_one_contract_and_for_fifty(contract, django_assert_num_queries):
    with django_assert_num_queries(8):
        few = found()
    cohort = b.a_cohort()
    for number in range(50):
        other = b.a_contract(enrolment=b.an_enrolment(cohort=cohort, person=b.a_person(birth_name=f"NOM{number}")))
        b.an_aid_request(other)
    with django_assert_num_queries(8):
        many = found()
    assert len(many) == 51 * len(few)
    with django_assert_num_queries(1):
        put_names(many[:50])
    assert many[0].who
    assert many[0].short_name.endswith(".")
