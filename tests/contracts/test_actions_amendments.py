"""Amendments: each day keeps its terms, in whatever order they are recorded."""

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from django.core.exceptions import ValidationError

from cohorts.models import Enrolment
from contracts import actions
from contracts.models import Amendment, Contract
from regulations.contracts import AmendmentKind
from regulations.employers import LegalCategory
from tests import builders as b

pytestmark = pytest.mark.django_db

APRIL, JUNE, SEPTEMBER = date(2026, 4, 1), date(2026, 6, 1), date(2026, 9, 1)


def amend(claire, contract, effective_on, hours=None, establishment=None, **changes):
    change = actions.Change(
        effective_on=effective_on,
        weekly_hours=Decimal(hours) if hours else None,
        establishment=establishment,
        **changes,
    )
    return actions.amend_contract(contract=contract, change=change, by=claire)


def move(claire, contract, effective_on, establishment, **changes):
    change = actions.Change(effective_on=effective_on, establishment=establishment, **changes)
    return actions.change_employer(contract=contract, change=change, by=claire)


def hours_on(contract, day):
    return Contract.objects.get(pk=contract.pk).terms_on(day).weekly_hours


def test_an_amendment_keeps_what_it_replaced_and_the_contract_carries_the_latest(claire):
    contract = b.a_contract()
    amendment = amend(claire, contract, JUNE, "24", signed_on=date(2026, 5, 20), reason="à sa demande")
    assert (amendment.hours_before, amendment.hours_after) == (Decimal("28"), Decimal("24"))
    assert (amendment.kind, amendment.recorded_by) == (AmendmentKind.TERMS, claire)
    assert Contract.objects.get(pk=contract.pk).weekly_hours == Decimal("24")
    assert (hours_on(contract, date(2026, 5, 31)), hours_on(contract, JUNE)) == (Decimal("28"), Decimal("24"))


@pytest.mark.parametrize("order", list(permutations([(APRIL, "24"), (JUNE, "30"), (SEPTEMBER, "35")])))
def test_the_order_of_recording_changes_nothing(claire, order):
    contract = b.a_contract()
    for day, hours in order:
        amend(claire, contract, day, hours)
    days = [date(2026, 3, 31), APRIL, date(2026, 5, 31), JUNE, date(2026, 8, 31), SEPTEMBER]
    assert [hours_on(contract, day) for day in days] == [Decimal(one) for one in ("28", "24", "24", "30", "30", "35")]


def test_hours_and_place_have_each_their_own_chain(claire):
    contract = b.a_contract()
    home = contract.establishment
    annex = b.an_establishment(employer=home.employer)
    amend(claire, contract, JUNE, "24")
    amend(claire, contract, APRIL, establishment=annex)
    kept = Contract.objects.get(pk=contract.pk)
    assert (kept.weekly_hours, kept.establishment) == (Decimal("24"), annex)
    assert (kept.terms_on(date(2026, 3, 1)).establishment, kept.terms_on(JUNE).establishment) == (home, annex)
    assert kept.terms_on(date(2026, 5, 1)).weekly_hours == Decimal("28")


@pytest.mark.parametrize("voided", [APRIL, JUNE, SEPTEMBER])
def test_a_voided_amendment_leaves_the_chain_as_if_it_had_never_been(claire, voided):
    contract, told = b.a_contract(), {APRIL: "24", JUNE: "30", SEPTEMBER: "35"}
    rows = {day: amend(claire, contract, day, hours) for day, hours in told.items()}
    actions.void_amendment(amendment=rows[voided], reason="saisi deux fois", by=claire)
    expected = Decimal("28")
    for day, hours in told.items():
        expected = expected if day == voided else Decimal(hours)
        assert hours_on(contract, day) == expected
    with pytest.raises(ValidationError, match="déjà annulé"):
        actions.void_amendment(amendment=rows[voided], reason="encore", by=claire)


def test_a_voided_amendment_says_why_and_leaves_its_day_free(claire):
    contract = b.a_contract()
    amendment = amend(claire, contract, JUNE, "24")
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        actions.void_amendment(amendment=amendment, reason=" ", by=claire)
    with pytest.raises(ValidationError, match="commence déjà ce jour-là"):
        amend(claire, contract, JUNE, "26")
    actions.void_amendment(amendment=amendment, reason="saisi deux fois", by=claire)
    assert amend(claire, contract, JUNE, "26").hours_before == Decimal("28")


@pytest.mark.parametrize(
    "day, hours, message",
    [
        pytest.param(b.FIRST_DAY, "24", "corrigez plutôt le contrat", id="on the first day"),
        pytest.param(date(2027, 2, 2), "24", "l'avenant le précède", id="after the end"),
        pytest.param(JUNE, "28", "Rien ne change", id="the same hours"),
        pytest.param(JUNE, None, "Rien ne change", id="nothing"),
        pytest.param(JUNE, "60", "vont de 0,01 à 48", id="too many hours"),
    ],
)
def test_an_amendment_out_of_place_is_refused(claire, day, hours, message):
    contract = b.a_contract()
    with pytest.raises(ValidationError, match=message):
        amend(claire, contract, day, hours)
    assert not Amendment.objects.exists()
    assert Contract.objects.get(pk=contract.pk).weekly_hours == Decimal("28")


def test_the_establishment_of_another_employer_is_not_an_amendment(claire):
    with pytest.raises(ValidationError, match="changement d'employeur"):
        amend(claire, b.a_contract(), JUNE, establishment=b.an_establishment())


def test_hours_under_the_aided_hours_are_recorded_and_said(claire):
    contract = b.a_contract()
    b.an_aid_request(contract)
    change = actions.Change(effective_on=JUNE, weekly_hours=Decimal("18"))
    codes = [finding.code for finding in actions.amendment_findings(contract, change)]
    assert codes == ["heures_hors_limites", "decision_a_modifier"]
    actions.amend_contract(contract=contract, change=change, by=claire)
    assert hours_on(contract, JUNE) == Decimal("18")


def test_correcting_the_hours_corrects_the_last_amendment(claire):
    contract = b.a_contract()
    amendment = amend(claire, contract, JUNE, "24")
    terms = actions.Terms(
        kind=contract.kind,
        job_title=contract.job_title,
        weekly_hours=Decimal("25"),
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        signed_on=contract.signed_on,
    )
    actions.change_contract(contract=contract, terms=terms, version=None, by=claire)
    amendment.refresh_from_db()
    assert amendment.hours_after == Decimal("25")
    assert hours_on(contract, APRIL) == Decimal("28")


def test_dates_of_the_contract_leave_no_amendment_outside(claire):
    contract = b.a_contract()
    amend(claire, contract, JUNE, "24")
    with pytest.raises(ValidationError, match="avenant prend effet le 01/06/2026"):
        actions.break_contract(contract=contract, broken_on=date(2026, 5, 29), reason="RESIGNATION", by=claire)


# --- Another employer ---


def test_a_change_of_employer_moves_the_contract_its_scope_and_its_tutor(world, claire, denis, gaelle, bruno):
    contract = world.contract
    amendment = move(claire, contract, SEPTEMBER, world.estran)
    assert (amendment.kind, amendment.establishment_before) == (AmendmentKind.EMPLOYER, world.closerie)
    sees = {user: Contract.objects.visible_to(user).filter(pk=contract.pk).exists() for user in (denis, bruno, gaelle)}
    assert sees == {denis: False, bruno: False, gaelle: True}
    world.tutorship.refresh_from_db()
    assert world.tutorship.ends_on == date(2026, 8, 31)


def test_each_month_knows_where_the_work_was(world, claire, django_assert_num_queries):
    move(claire, world.contract, SEPTEMBER, world.estran)
    august, september = date(2026, 8, 31), SEPTEMBER

    def who(site, day):
        return set(Contract.objects.working_at([site], on=day).values_list("pk", flat=True))

    assert who(world.closerie, august) == {world.contract.pk}
    assert who(world.closerie, september) == set()
    assert who(world.estran, september) == {world.contract.pk, world.other_contract.pk}
    with django_assert_num_queries(2):
        rows = Contract.objects.with_names().with_amendments().order_by("pk")
        places = [one.terms_on(august).establishment.employer for one in rows]
    assert places == [world.closerie.employer, world.estran.employer]


def test_the_place_follows_a_change_of_employer_and_its_undoing(world, claire, denis):
    seat = world.enrolment.seat
    assert seat.establishment == world.closerie
    theirs = b.a_seat(world.cohort, world.estran, job_title="Agent de service de nuit")
    august = date(2026, 8, 1)
    amendment = move(claire, world.contract, august, world.estran)
    assert Enrolment.objects.get(pk=world.enrolment.pk).seat == theirs
    assert not Enrolment.objects.visible_to(denis).filter(pk=world.enrolment.pk).exists()
    actions.void_amendment(amendment=amendment, reason="mauvais contrat", by=claire)
    assert Enrolment.objects.get(pk=world.enrolment.pk).seat == seat


def test_without_an_open_place_at_the_new_employer_no_place_is_held(world, claire):
    move(claire, world.contract, date(2026, 8, 1), world.estran)
    enrolment = Enrolment.objects.get(pk=world.enrolment.pk)
    assert (enrolment.seat, enrolment.seat_accepted_on) == (None, None)
    assert [seat.enrolments.count() for seat in world.estran.seats.all()] == [1]


def test_a_change_of_employer_waits_for_its_day(world, claire):
    with pytest.raises(ValidationError, match="le jour où il prend effet, ou après"):
        move(claire, world.contract, date(2026, 12, 1), world.estran)
    with pytest.raises(ValidationError, match="notez un avenant"):
        move(claire, world.contract, SEPTEMBER, b.an_establishment(employer=world.closerie.employer))


def test_a_company_cannot_take_a_pec_over(claire):
    company = b.an_establishment(employer=b.an_employer(legal_category=LegalCategory.COMPANY))
    with pytest.raises(ValidationError, match="L5134-21"):
        move(claire, b.a_contract(), SEPTEMBER, company)


def test_a_change_of_employer_never_slips_under_a_later_place(claire):
    contract = b.a_contract()
    annex = b.an_establishment(employer=contract.establishment.employer)
    amend(claire, contract, SEPTEMBER, establishment=annex)
    with pytest.raises(ValidationError, match="01/09/2026 change déjà le lieu"):
        move(claire, contract, JUNE, b.an_establishment())
    moved = move(claire, contract, date(2026, 10, 1), b.an_establishment())
    there = b.an_establishment(employer=moved.establishment_after.employer)
    amend(claire, contract, date(2026, 11, 2), establishment=there)
    with pytest.raises(ValidationError, match="02/11/2026 suit ce changement"):
        actions.void_amendment(amendment=moved, reason="erreur", by=claire)


def test_the_list_reads_the_terms_of_the_day_asked(world, claire, client_of):
    amend(claire, world.contract, date(2026, 12, 1), "35")
    for day, hours in (("2026-11-20", "28,00"), ("2026-12-01", "35,00")):
        page = client_of(claire).get(f"/contrats/?le={day}&q=baudry").content.decode()
        assert f"{hours}\u00a0h" in page
