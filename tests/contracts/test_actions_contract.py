"""Recording, changing, signing, breaking, closing and extending a contract."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.questions import Questions
from accounts.rows import Conflict
from contracts import actions
from contracts.models import Contract, EntryStop
from regulations.breaks import Repayment
from regulations.contracts import AidRequestKind, BreakReason, CeilingException, ContractKind
from regulations.employers import LegalCategory
from tests import builders as b

pytestmark = pytest.mark.django_db

TERMS = actions.Terms(
    kind=ContractKind.CDD_PEC,
    job_title="Agent de service hospitalier",
    weekly_hours=Decimal("28.00"),
    starts_on=b.FIRST_DAY,
    ends_on=b.LAST_DAY,
    signed_on=date(2026, 1, 28),
    rome_code="K2204",
)


def record(claire, enrolment=None, establishment=None, terms=TERMS, accepted=None):
    return actions.record_contract(
        enrolment=enrolment or b.an_enrolment(),
        establishment=establishment or b.an_establishment(),
        terms=terms,
        accepted=accepted,
        by=claire,
    )


def test_a_contract_is_recorded_with_its_author_and_its_cohort(claire):
    enrolment = b.an_enrolment()
    contract = record(claire, enrolment)
    contract.refresh_from_db()
    assert (contract.cohort, contract.changed_by, contract.version) == (enrolment.cohort, claire, 1)
    assert contract.last_day == b.LAST_DAY


def test_a_company_cannot_record_a_pec_but_can_record_another_contract(claire):
    company = b.an_establishment(employer=b.an_employer(legal_category=LegalCategory.COMPANY))
    with pytest.raises(ValidationError, match="L5134-21"):
        record(claire, establishment=company)
    assert record(claire, establishment=company, terms=replace(TERMS, kind=ContractKind.CDD)).pk


def test_a_question_waits_for_its_written_reason(claire):
    long_terms = replace(TERMS, ends_on=date(2028, 6, 30))
    with pytest.raises(Questions) as asked:
        record(claire, terms=long_terms)
    assert [finding.code for finding in asked.value.findings] == ["plus_de_24_mois"]
    with pytest.raises(Questions):
        record(claire, terms=long_terms, accepted={"plus_de_24_mois": "   "})
    contract = record(claire, terms=long_terms, accepted={"plus_de_24_mois": "55 ans, décision du préfet"})
    assert contract.exception_reason.endswith("— 55 ans, décision du préfet")


def test_an_end_before_the_start_is_refused(claire):
    with pytest.raises(ValidationError, match="précède son début"):
        record(claire, terms=replace(TERMS, ends_on=date(2026, 1, 1)))


def test_a_second_contract_over_the_same_days_is_a_question(claire):
    first = record(claire)
    with pytest.raises(Questions) as asked:
        record(claire, first.enrolment)
    assert [finding.code for finding in asked.value.findings] == ["contrat_chevauchant"]


def test_somebody_who_left_before_the_contract_gets_none(claire):
    with pytest.raises(ValidationError, match="quitté la cohorte"):
        record(claire, b.an_enrolment(withdrawn_on=date(2026, 1, 20)))


def test_earlier_contracts_with_the_employer_count_in_the_24_months(claire):
    establishment = b.an_establishment()
    person = b.a_person()
    old = b.a_contract(
        person=person, establishment=establishment, starts_on=date(2024, 6, 1), ends_on=date(2025, 11, 30)
    )
    with pytest.raises(Questions) as asked:
        record(claire, b.an_enrolment(person=person), establishment)
    assert [finding.code for finding in asked.value.findings] == ["plus_de_24_mois"]
    assert record(claire, b.an_enrolment(person=person), b.an_establishment()).enrolment.person == old.enrolment.person


def test_signing_before_the_decision_is_recorded_and_marked_unaided(claire):
    contract = b.a_contract(signed_on=None)
    b.an_aid_request(contract, decided_on=date(2026, 2, 5))
    contract = actions.sign_contract(contract=contract, signed_on=date(2026, 1, 28), by=claire)
    assert contract.unaided_reason == "signé ou commencé avant la décision du 05/02/2026 (R5134-26)"


def test_signing_on_the_day_of_the_decision_is_aided(claire):
    contract = b.a_contract(signed_on=None)
    b.an_aid_request(contract, decided_on=date(2026, 1, 28))
    assert actions.sign_contract(contract=contract, signed_on=date(2026, 1, 28), by=claire).unaided_reason == ""


def test_signing_twice_is_refused(claire):
    with pytest.raises(ValidationError, match="déjà signé"):
        actions.sign_contract(contract=b.a_contract(), signed_on=date(2026, 1, 29), by=claire)


def test_a_break_keeps_its_last_day_and_reason(claire):
    contract = actions.break_contract(
        contract=b.a_contract(), broken_on=date(2026, 6, 12), reason=BreakReason.RESIGNATION_FOR_CDI, by=claire
    )
    assert contract.last_day == date(2026, 6, 12)


@pytest.mark.parametrize(
    "changes, broken_on, message",
    [
        pytest.param({"closed_on": date(2026, 3, 1)}, date(2026, 6, 12), "caduc", id="lapsed"),
        pytest.param({}, date(2026, 1, 12), "ne peut pas précéder", id="before the start"),
        pytest.param({}, date(2027, 6, 12), "ne peut pas suivre", id="after the end"),
        pytest.param(
            {"broken_on": date(2026, 3, 1), "break_reason": BreakReason.OTHER},
            date(2026, 6, 12),
            "déjà rompu",
            id="twice",
        ),
    ],
)
def test_a_break_out_of_order_is_refused(claire, changes, broken_on, message):
    contract = b.a_contract(**changes)
    with pytest.raises(ValidationError, match=message):
        actions.break_contract(contract=contract, broken_on=broken_on, reason=BreakReason.RESIGNATION, by=claire)
    assert Contract.objects.get(pk=contract.pk).version == 0


def test_what_the_asp_notified_needs_its_reason(claire):
    contract = b.a_contract(broken_on=date(2026, 6, 12), break_reason=BreakReason.EMPLOYER)
    with pytest.raises(ValidationError, match="référence ou son motif"):
        actions.record_notified_repayment(contract=contract, outcome=Repayment.NOTHING, reason=" ", by=claire)
    contract = actions.record_notified_repayment(
        contract=contract, outcome=Repayment.NOTHING, reason="courrier ASP du 3 juillet", by=claire
    )
    assert contract.notified_repayment == Repayment.NOTHING


def test_a_contract_that_began_cannot_lapse(claire):
    with pytest.raises(ValidationError, match="a commencé"):
        actions.close_contract(contract=b.a_contract(), closed_on=date(2026, 3, 1), by=claire)
    contract = actions.close_contract(contract=b.a_contract(signed_on=None), closed_on=date(2026, 3, 1), by=claire)
    assert contract.closed_on == date(2026, 3, 1)


def test_an_extension_goes_further_and_reads_the_24_months_again(claire):
    contract = b.a_contract()
    with pytest.raises(ValidationError, match="plus lointaine"):
        actions.extend_contract(contract=contract, ends_on=date(2026, 12, 31), by=claire)
    with pytest.raises(Questions):
        actions.extend_contract(contract=contract, ends_on=date(2028, 2, 29), by=claire)
    assert actions.extend_contract(contract=contract, ends_on=date(2027, 8, 1), by=claire).ends_on == date(2027, 8, 1)


def test_of_two_corrections_the_second_is_stopped_and_sees_the_first(claire):
    contract = b.a_contract()
    actions.change_contract(contract=contract, terms=replace(TERMS, weekly_hours=Decimal("30")), version=0, by=claire)
    with pytest.raises(Conflict) as stale:
        actions.change_contract(contract=contract, terms=TERMS, version=0, by=claire)
    assert stale.value.current.weekly_hours == Decimal("30")


def test_an_extension_after_an_exception_is_measured_by_it(claire):
    contract = b.a_contract()
    b.an_aid_request(contract)
    long = {"contract": contract, "ends_on": date(2028, 8, 1), "by": claire}
    with pytest.raises(Questions):
        actions.extend_contract(**long)
    b.an_aid_request(
        contract,
        kind=AidRequestKind.RENEWAL,
        signed_on=date(2026, 11, 2),
        decided_on=date(2026, 11, 16),
        aid_starts_on=date(2027, 2, 2),
        aid_ends_on=date(2028, 8, 1),
        ceiling_exception=CeilingException.SENIOR_OR_DISABLED,
        ceiling_reason="reconnue travailleuse handicapée",
    )
    assert actions.extend_contract(**long).ends_on == date(2028, 8, 1)


def test_an_entry_during_a_stop_is_a_question_and_other_contracts_are_not(claire):
    EntryStop.objects.create(starts_on=date(2026, 1, 15), territory="Normandie")
    with pytest.raises(Questions) as asked:
        record(claire)
    assert [finding.code for finding in asked.value.findings] == ["arret_des_entrees"]
    contract = record(claire, accepted={"arret_des_entrees": "décision du 12 janvier"})
    assert contract.exception_reason.endswith("— décision du 12 janvier")
    assert record(claire, terms=replace(TERMS, kind=ContractKind.CDD)).pk


def test_a_stop_elsewhere_asks_nothing(claire):
    EntryStop.objects.create(starts_on=date(2026, 1, 15), territory="Bretagne")
    EntryStop.objects.create(starts_on=date(2026, 1, 15), covers_entries=False)
    assert record(claire).pk
