"""Aid requests and decisions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.questions import Questions
from contracts import actions
from regulations.contracts import AidRequestKind, ContractKind
from tests import builders as b

pytestmark = pytest.mark.django_db

DECISION = actions.Decision(
    number="050260011200",
    decided_on=date(2026, 1, 20),
    rate=Decimal("50"),
    weekly_hours=Decimal("20"),
    aid_starts_on=b.FIRST_DAY,
    aid_ends_on=b.LAST_DAY,
)


def a_request(claire, **changes):
    contract = b.a_contract(**changes)
    return actions.record_request(contract=contract, signed_on=date(2026, 1, 12), by=claire)


def test_a_decision_gives_number_rate_hours_and_order(claire):
    order = b.an_order()
    request = actions.record_decision(request=a_request(claire), decision=replace(DECISION, order=order), by=claire)
    request.refresh_from_db()
    assert request.is_granted
    assert (request.order, request.rate, request.decision_number) == (order, Decimal("50"), "050260011200")


def test_a_decision_after_the_signature_marks_the_contract_unaided(claire):
    request = actions.record_decision(
        request=a_request(claire), decision=replace(DECISION, decided_on=date(2026, 2, 5)), by=claire
    )
    assert "R5134-26" in request.contract.__class__.objects.get(pk=request.contract_id).unaided_reason


def test_an_order_waits_for_its_confirmation(claire):
    decision = replace(DECISION, order=b.an_order(confirmed_on=None))
    with pytest.raises(ValidationError, match="n'est pas confirmé"):
        actions.record_decision(request=a_request(claire), decision=decision, by=claire)


def test_more_aided_hours_than_the_contract_has_is_a_question(claire):
    request = a_request(claire, weekly_hours=Decimal("20"))
    decision = replace(DECISION, weekly_hours=Decimal("26"))
    with pytest.raises(Questions) as asked:
        actions.record_decision(request=request, decision=decision, by=claire)
    assert [finding.code for finding in asked.value.findings] == ["heures_aidees_superieures"]
    accepted = {"heures_aidees_superieures": "avenant à venir"}
    request = actions.record_decision(request=request, decision=decision, accepted=accepted, by=claire)
    assert request.contract.__class__.objects.get(pk=request.contract_id).exception_reason.endswith("avenant à venir")


def test_hours_outside_the_order_are_only_a_warning(claire):
    decision = replace(DECISION, order=b.an_order(weekly_hours_max=Decimal("20")), weekly_hours=Decimal("24"))
    assert actions.record_decision(request=a_request(claire), decision=decision, by=claire).is_granted


def test_the_order_of_another_region_is_a_question(claire):
    decision = replace(DECISION, order=b.an_order(region="Bretagne"))
    with pytest.raises(Questions) as asked:
        actions.record_decision(request=a_request(claire), decision=decision, by=claire)
    assert [finding.code for finding in asked.value.findings] == ["arrete_autre_region"]


def test_a_number_is_twelve_digits_and_belongs_to_one_contract(claire):
    with pytest.raises(ValidationError, match="12 chiffres"):
        actions.record_decision(request=a_request(claire), decision=replace(DECISION, number="5026"), by=claire)
    actions.record_decision(request=a_request(claire), decision=DECISION, by=claire)
    with pytest.raises(ValidationError, match="déjà celui d'un autre contrat"):
        actions.record_decision(request=a_request(claire), decision=DECISION, by=claire)


def test_a_decision_is_recorded_once(claire):
    request = actions.record_refusal(request=a_request(claire), decided_on=date(2026, 1, 20), by=claire)
    assert not request.is_granted
    with pytest.raises(ValidationError, match="déjà enregistrée"):
        actions.record_decision(request=request, decision=DECISION, by=claire)


def test_one_request_waits_at_a_time(claire):
    request = a_request(claire)
    with pytest.raises(ValidationError, match="attend déjà"):
        actions.record_request(contract=request.contract, signed_on=date(2026, 1, 13), by=claire)


def test_a_renewal_follows_a_granted_aid(claire):
    contract = b.a_contract()
    with pytest.raises(ValidationError, match="suit une aide accordée"):
        actions.record_request(contract=contract, signed_on=date(2026, 11, 2), kind=AidRequestKind.RENEWAL, by=claire)
    b.an_aid_request(contract)
    with pytest.raises(ValidationError, match="déjà accordée"):
        actions.record_request(contract=contract, signed_on=date(2026, 11, 2), by=claire)
    renewal = actions.record_request(
        contract=contract, signed_on=date(2026, 11, 2), kind=AidRequestKind.RENEWAL, by=claire
    )
    assert renewal.decided_on is None


def test_only_a_pec_asks_for_the_aid(claire):
    with pytest.raises(ValidationError, match="Seul un contrat PEC"):
        a_request(claire, kind=ContractKind.CDD)


def test_a_rate_out_of_bounds_is_refused_in_french(claire):
    with pytest.raises(ValidationError, match="de 0 à 100 %"):
        actions.record_decision(request=a_request(claire), decision=replace(DECISION, rate=Decimal("101")), by=claire)
