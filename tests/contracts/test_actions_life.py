"""Suspensions, immersions and exits."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.questions import Questions
from contracts import actions
from regulations.contracts import BreakReason, ImmersionPurpose, PayKept, SuspensionReason
from regulations.exits import ExitSituation, FollowUp
from regulations.periods import Period
from tests import builders as b

pytestmark = pytest.mark.django_db


def suspend(claire, contract, starts_on, ends_on=None):
    return actions.suspend(
        contract=contract, starts_on=starts_on, ends_on=ends_on, reason=SuspensionReason.UNPAID_LEAVE, by=claire
    )


def test_a_suspension_opens_and_ends(claire):
    contract = b.a_contract()
    suspension = suspend(claire, contract, date(2026, 5, 4))
    suspension = actions.end_suspension(suspension=suspension, ends_on=date(2026, 5, 15), by=claire)
    assert suspension.ends_on == date(2026, 5, 15)
    with pytest.raises(ValidationError, match="déjà finie"):
        actions.end_suspension(suspension=suspension, ends_on=date(2026, 5, 20), by=claire)


@pytest.mark.parametrize(
    "starts_on, ends_on, message",
    [
        pytest.param(date(2026, 1, 5), date(2026, 3, 1), "sort des dates", id="before the contract"),
        pytest.param(date(2026, 12, 5), date(2027, 3, 1), "sort des dates", id="after the contract"),
        pytest.param(date(2026, 5, 15), date(2026, 5, 20), "couvre déjà", id="over another"),
        pytest.param(date(2026, 4, 1), None, "couvre déjà", id="open over another"),
        pytest.param(date(2026, 4, 8), date(2026, 4, 1), "doit suivre son début", id="ends first"),
    ],
)
def test_a_suspension_out_of_place_is_refused(claire, starts_on, ends_on, message):
    contract = b.a_contract()
    suspend(claire, contract, date(2026, 5, 4), date(2026, 5, 15))
    with pytest.raises(ValidationError, match=message):
        suspend(claire, contract, starts_on, ends_on)
    assert contract.suspensions.count() == 1


def test_a_lapsed_contract_is_not_suspended(claire):
    with pytest.raises(ValidationError, match="caduc"):
        suspend(claire, b.a_contract(signed_on=None, closed_on=date(2026, 3, 1)), date(2026, 5, 4))


def immerse(claire, contract, starts_on, ends_on, accepted=None):
    return actions.record_immersion(
        contract=contract,
        host="Maison de retraite de Granville",
        period=Period(starts_on, ends_on),
        purpose=ImmersionPurpose.DISCOVER,
        accepted=accepted,
        by=claire,
    )


def test_an_immersion_of_a_month_is_recorded(claire):
    assert immerse(claire, b.a_contract(), date(2026, 5, 4), date(2026, 6, 4)).exception_reason == ""


def test_a_longer_immersion_is_a_question(claire):
    contract = b.a_contract()
    with pytest.raises(Questions):
        immerse(claire, contract, date(2026, 5, 4), date(2026, 6, 5))
    accepted = {"pmsmp_plus_d_un_mois": "accord du prescripteur"}
    assert (
        "accord du prescripteur"
        in immerse(claire, contract, date(2026, 5, 4), date(2026, 6, 5), accepted).exception_reason
    )


def test_immersions_take_a_quarter_of_the_contract_at_most(claire):
    contract = b.a_contract()
    for month in (3, 5, 7):
        immerse(claire, contract, date(2026, month, 1), date(2026, month, 30))
    with pytest.raises(Questions) as asked:
        immerse(claire, contract, date(2026, 9, 1), date(2026, 9, 30))
    assert [finding.code for finding in asked.value.findings] == ["pmsmp_plus_d_un_quart"]


def test_an_exit_waits_for_the_end_and_is_recorded_once(claire):
    outcome = actions.Outcome(situation=ExitSituation.CDI)
    with pytest.raises(ValidationError, match="rompu ou terminé"):
        actions.record_exit(contract=b.a_contract(), outcome=outcome, recorded_on=b.TODAY, by=claire)
    broken = b.a_contract(broken_on=date(2026, 6, 12), break_reason=BreakReason.RESIGNATION_FOR_CDI)
    exit_row = actions.record_exit(contract=broken, outcome=outcome, recorded_on=b.TODAY, by=claire)
    assert exit_row.situation == ExitSituation.CDI
    with pytest.raises(ValidationError, match="déjà relevée"):
        actions.record_exit(contract=broken, outcome=outcome, recorded_on=b.TODAY, by=claire)


def test_the_situation_is_read_again_at_three_months(claire):
    broken = b.a_contract(broken_on=date(2026, 6, 12), break_reason=BreakReason.RESIGNATION_FOR_CDI)
    outcome = actions.Outcome(situation=ExitSituation.CDI)
    exit_row = actions.record_exit(contract=broken, outcome=outcome, recorded_on=date(2026, 6, 20), by=claire)
    exit_row = actions.record_follow_up(
        exit_row=exit_row,
        follow_up=FollowUp.AT_3_MONTHS,
        situation=ExitSituation.CHOMAGE,
        checked_on=date(2026, 9, 14),
        by=claire,
    )
    assert (exit_row.situation_3_months, exit_row.situation_6_months) == (ExitSituation.CHOMAGE, "")


def test_a_suspension_is_corrected_in_its_place(claire):
    contract = b.a_contract()
    first = suspend(claire, contract, date(2026, 5, 4), date(2026, 5, 15))
    suspend(claire, contract, date(2026, 6, 1), date(2026, 6, 5))
    facts = {"reason": SuspensionReason.WORK_STOPPAGE, "pay_kept": PayKept.FULL, "by": claire}
    first = actions.change_suspension(suspension=first, starts_on=date(2026, 5, 5), ends_on=date(2026, 5, 20), **facts)
    assert (first.starts_on, first.pay_kept) == (date(2026, 5, 5), PayKept.FULL)
    with pytest.raises(ValidationError, match="couvre déjà"):
        actions.change_suspension(suspension=first, starts_on=date(2026, 5, 5), ends_on=date(2026, 6, 2), **facts)


def test_a_suspension_ends_with_the_contract_that_is_broken(claire):
    contract = b.a_contract()
    suspension = suspend(claire, contract, date(2026, 5, 4), date(2026, 7, 15))
    actions.break_contract(
        contract=contract, broken_on=date(2026, 6, 12), reason=BreakReason.RESIGNATION_FOR_JOB, by=claire
    )
    suspension.refresh_from_db()
    assert suspension.ends_on == date(2026, 6, 12)


def test_a_contract_is_not_broken_before_a_suspension_began(claire):
    contract = b.a_contract()
    suspend(claire, contract, date(2026, 7, 6), date(2026, 7, 15))
    with pytest.raises(ValidationError, match="suspension commence le 06/07/2026"):
        actions.break_contract(contract=contract, broken_on=date(2026, 6, 12), reason=BreakReason.OTHER, by=claire)


def test_a_contract_is_not_shortened_over_a_suspension(claire):
    contract = b.a_contract()
    suspend(claire, contract, date(2026, 7, 6), date(2026, 7, 15))
    terms = actions.Terms(
        kind=contract.kind,
        job_title=contract.job_title,
        weekly_hours=contract.weekly_hours,
        starts_on=contract.starts_on,
        ends_on=date(2026, 7, 10),
        signed_on=contract.signed_on,
    )
    with pytest.raises(ValidationError, match="finit après le contrat"):
        actions.change_contract(contract=contract, terms=terms, version=None, by=claire)


def test_a_part_of_the_pay_goes_from_nothing_to_all(claire):
    with pytest.raises(ValidationError, match="de 0 à 100 %"):
        actions.suspend(
            contract=b.a_contract(),
            starts_on=date(2026, 5, 4),
            reason=SuspensionReason.OTHER,
            pay_kept=PayKept.PARTIAL,
            kept_percent=Decimal("120"),
            by=claire,
        )
