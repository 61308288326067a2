"""The employer's month: read, confirmed once, declared once, undone by voiding; nothing published later changes it."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from contracts import actions
from contracts.actions.month import (
    Absence,
    MonthRefused,
    confirm_month,
    declare_month,
    report_absences,
    void_statement,
    withdraw_absence,
)
from contracts.forms.month import read_days
from contracts.models import PresenceStatement, SmicRate, Suspension
from contracts.month import month_lines, statements_of
from regulations.contracts import BreakReason, PayKept, SuspensionReason
from regulations.periods import Period
from tests import builders as b

pytestmark = pytest.mark.django_db

OCTOBER = date(2026, 10, 1)
NOVEMBER = date(2026, 11, 1)


def days(first, last, month=OCTOBER):
    return Period(month.replace(day=first), month.replace(day=last))


def october_of(user):
    return month_lines(user, OCTOBER)


def confirmed(user, month=OCTOBER):
    return confirm_month(lines=month_lines(user, month), on=b.TODAY, by=user)


# --- What the month shows ---


def test_an_employer_sees_the_month_of_its_own_people(world, denis):
    (line,) = october_of(denis)
    assert (line.contract, line.establishment, line.statement) == (world.contract, world.closerie, None)
    assert line.amount == Decimal("520.87")
    assert line.formula.replace("\u00a0", " ") == "12,02 € × 20 h × 52 / 12 × 50 % = 520,87 €"


def test_a_coordinator_sees_the_month_of_her_cohorts(world, claire):
    assert [line.contract for line in october_of(claire)] == [world.contract, world.other_contract]


def test_who_declares_nothing_has_no_line(world, farid, hugo, ines):
    assert [month_lines(user, OCTOBER) for user in (farid, hugo, ines)] == [[], [], []]


def test_months_outside_the_aid_have_no_line(world, denis):
    assert month_lines(denis, date(2026, 1, 1)) == []
    assert month_lines(denis, date(2027, 3, 1)) == []


def test_contracts_without_aid_have_no_line(world, denis):
    world.contract.unaided_reason = "signé avant la décision"
    world.contract.save()
    assert october_of(denis) == []


def test_without_an_order_the_line_says_why_and_has_no_amount(world, denis):
    request = world.contract.aid_requests.get()
    request.order, request.rate = None, Decimal("43")
    request.save()
    (line,) = october_of(denis)
    assert line.amount is None
    assert "Aucun arrêté saisi" in line.missing
    (statement,) = confirmed(denis)
    assert (statement.expected_amount, statement.parts, statement.whole) == (None, 30, 30)
    assert "Aucun arrêté saisi" in statement.inputs["missing"]


def test_the_establishment_is_the_one_of_the_month(world, denis, gaelle):
    """She left Denis's for Gaëlle's on 1 November: October is still his."""
    world.contract.amendments.create(
        kind="EMPLOYER",
        effective_on=NOVEMBER,
        establishment_before=world.closerie,
        establishment_after=world.estran,
    )
    world.contract.establishment = world.estran
    world.contract.save()
    assert [line.contract for line in october_of(denis)] == [world.contract]
    assert world.contract not in [line.contract for line in october_of(gaelle)]
    assert [line.contract for line in month_lines(denis, NOVEMBER)] == []
    (statement,) = confirmed(denis)
    assert statement.establishment == world.closerie
    assert (list(statements_of(denis)), list(statements_of(gaelle))) == ([statement], [])


def test_a_site_with_its_own_accounts_sees_its_own_lines(world, closerie):
    site = b.an_establishment(employer=closerie.employer, siret=b.a_siret())
    site.organisation = b.an_organisation("EMPLOYER")
    site.save()
    alone = b.a_user()
    b.a_membership(alone, site.organisation, "EMPLOYER")
    contract = b.a_contract(establishment=site, cohort=world.cohort)
    b.an_aid_request(contract, order=world.order)
    assert [line.contract for line in october_of(alone)] == [contract]


# --- Confirming ---


def test_confirming_freezes_the_amount_with_its_inputs(world, denis):
    (statement,) = confirmed(denis)
    assert (statement.month, statement.establishment, statement.absent_days) == (OCTOBER, world.closerie, 0)
    assert (statement.parts, statement.whole, statement.expected_amount) == (30, 30, Decimal("520.87"))
    assert (statement.confirmed_by, statement.declared_on) == (denis, None)
    kept = statement.inputs
    assert (kept["hourly_smic"], kept["rate"], kept["weekly_hours"]) == ("12.02", "0.50", "20.00")
    assert kept["smic"] == SmicRate.objects.get().pk
    assert kept["order"] == world.order.pk
    assert kept["days"] == ["2026-10-01", "2026-10-31"]


def test_confirming_twice_keeps_the_same_row(world, denis):
    first, again = confirmed(denis), confirmed(denis)
    assert first == again
    assert PresenceStatement.objects.count() == 1


def test_a_later_smic_or_order_never_changes_a_confirmed_month(world, denis):
    confirmed(denis)
    b.a_smic(date(2026, 10, 1), "15.00")
    world.order.rate = Decimal("60")
    world.order.save()
    (line,) = october_of(denis)
    assert line.amount == Decimal("520.87")
    assert line.formula.replace("\u00a0", " ").endswith("= 520,87 €")
    statement = PresenceStatement.objects.get()
    assert (statement.expected_amount, statement.inputs["hourly_smic"]) == (Decimal("520.87"), "12.02")


def test_a_month_is_confirmed_once_it_is_over(world, denis):
    with pytest.raises(MonthRefused, match=r"novembre 2026 n'est pas fini, il se confirme à partir du 01/12/2026"):
        confirmed(denis, NOVEMBER)
    assert not PresenceStatement.objects.exists()


def test_a_contract_over_within_the_month_is_confirmed_at_once(world, denis):
    actions.break_contract(
        contract=world.contract, broken_on=date(2026, 11, 12), reason=BreakReason.RESIGNATION, by=denis
    )
    (statement,) = confirmed(denis, NOVEMBER)
    assert (statement.parts, statement.inputs["days"][1]) == (12, "2026-11-12")


def test_days_that_changed_since_are_said_and_a_later_smic_is_not(world, denis):
    confirmed(denis)
    b.a_smic(date(2026, 10, 1), "15.00")
    assert [line.change for line in october_of(denis)] == [""]
    actions.break_contract(
        contract=world.contract, broken_on=date(2026, 10, 12), reason=BreakReason.RESIGNATION, by=denis
    )
    (line,) = october_of(denis)
    assert line.change == "Les jours aidés ont changé depuis (12 / 30) : annulez et refaites."
    assert line.amount == Decimal("520.87")


def test_a_confirmed_month_that_is_no_more_aided_can_still_be_voided(world, denis):
    confirmed(denis)
    actions.break_contract(
        contract=world.contract, broken_on=date(2026, 9, 10), reason=BreakReason.RESIGNATION, by=denis
    )
    (line,) = october_of(denis)
    assert line.change == "Ce mois n'est plus aidé : annulez cet état de présence."
    assert not line.can_declare
    void_statement(statement=line.statement, reason="Rupture apprise ensuite", by=denis)
    assert october_of(denis) == []


def test_a_line_that_is_no_more_aided_is_refused_by_name(world, denis):
    lines = october_of(denis)
    actions.break_contract(
        contract=world.contract, broken_on=date(2026, 9, 10), reason=BreakReason.RESIGNATION, by=denis
    )
    with pytest.raises(MonthRefused, match="BAUDRY Amina : octobre 2026 n'est plus un mois aidé"):
        confirm_month(lines=lines, on=b.TODAY, by=denis)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_leave_one_row(world, denis, claire):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time, which settles it by itself")
    lines = october_of(denis)
    ready, outcomes = threading.Barrier(2), []

    def confirm(user):
        ready.wait()
        try:
            outcomes.append([one.pk for one in confirm_month(lines=lines, on=b.TODAY, by=user)])
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=[user]) for user in (denis, claire)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes[0] == outcomes[1] == [PresenceStatement.objects.get().pk]


def test_whoever_comes_second_with_lines_read_before_gets_the_first_row(world, denis, claire):
    lines = october_of(denis)
    (first,) = confirm_month(lines=lines, on=b.TODAY, by=claire)
    (second,) = confirm_month(lines=lines, on=b.TODAY, by=denis)
    assert first == second
    assert second.confirmed_by == claire


# --- Absences ---


def reported(user, *absences):
    (line,) = october_of(user)
    return report_absences(lines=[line], absences={line.request.pk: absences}, by=user)


def test_an_absence_takes_its_days_off_the_month_and_says_no_reason(world, denis):
    (line,) = reported(denis, Absence(days(12, 16)))
    assert line.amount == Decimal("434.06")
    assert line.absent_days == 5
    suspension = Suspension.objects.get()
    assert (suspension.reason, suspension.pay_kept) == (SuspensionReason.OTHER, PayKept.NONE)
    (statement,) = confirmed(denis)
    assert (statement.absent_days, statement.parts) == (5, 25)
    assert statement.inputs["suspensions"][0]["starts_on"] == "2026-10-12"


@pytest.mark.parametrize(
    "pay_kept, percent, amount",
    [
        pytest.param(PayKept.NONE, None, "434.06", id="R5134-44, aucun salaire : 25/30"),
        pytest.param(PayKept.PARTIAL, Decimal("50"), "477.46", id="R5134-44, la moitié : 27,5/30"),
        pytest.param(PayKept.FULL, None, "520.87", id="R5134-44, tout le salaire : 30/30"),
    ],
)
def test_the_aid_follows_the_pay_that_is_kept(world, denis, pay_kept, percent, amount):
    (line,) = reported(denis, Absence(days(12, 16), pay_kept, percent))
    assert line.amount == Decimal(amount)


def test_two_absences_of_one_person_count_together(world, denis):
    (line,) = reported(denis, Absence(days(5, 6)), Absence(days(12, 16), PayKept.FULL))
    assert (line.absent_days, line.amount) == (7, Decimal("486.14"))


def test_overlapping_absences_are_refused_by_name_and_nothing_is_kept(world, denis):
    reported(denis, Absence(days(12, 16)))
    with pytest.raises(MonthRefused) as refusal:
        reported(denis, Absence(days(5, 6)), Absence(days(15, 20)))
    (said,) = refusal.value.messages
    assert said.startswith("BAUDRY Amina, du 15/10/2026 au 20/10/2026 : Une autre suspension")
    assert Suspension.objects.count() == 1


def test_an_absence_on_a_confirmed_month_asks_to_void_it_first(world, denis):
    confirmed(denis)
    with pytest.raises(MonthRefused, match="déjà confirmé : annulez-le"):
        reported(denis, Absence(days(12, 16)))


def test_an_absence_reported_by_mistake_is_withdrawn(world, denis):
    reported(denis, Absence(days(2, 16)))
    withdraw_absence(suspension=Suspension.objects.get(), by=denis)
    (line,) = october_of(denis)
    assert line.amount == Decimal("520.87")


def test_an_absence_that_a_confirmed_month_counts_stays(world, denis):
    reported(denis, Absence(days(12, 16)))
    confirmed(denis)
    with pytest.raises(ValidationError, match="Octobre 2026 est confirmé avec cette absence"):
        withdraw_absence(suspension=Suspension.objects.get(), by=denis)


def test_a_suspension_of_the_contract_is_not_withdrawn_from_the_month(world, denis):
    suspension = actions.suspend(
        contract=world.contract,
        starts_on=date(2026, 10, 12),
        ends_on=date(2026, 10, 16),
        reason=SuspensionReason.UNPAID_LEAVE,
        by=denis,
    )
    with pytest.raises(ValidationError, match="enregistrée sur le contrat"):
        withdraw_absence(suspension=suspension, by=denis)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("12-16", [days(12, 16)]),
        ("12–16", [days(12, 16)]),
        ("du 12 au 16", [days(12, 16)]),
        ("Du 1er au 3", [days(1, 3)]),
        ("3", [days(3, 3)]),
        ("3, 12-16", [days(3, 3), days(12, 16)]),
        ("12-16 et 3", [days(3, 3), days(12, 16)]),
        ("12/10 au 16/10", [days(12, 16)]),
        ("12/10/2026-16/10/2026", [days(12, 16)]),
    ],
)
def test_days_are_read_as_people_write_them(text, expected):
    assert read_days(text, OCTOBER) == expected


@pytest.mark.parametrize(
    "text, said",
    [
        ("12-40", "« 12-40 » : octobre 2026 va du 1er au 31."),
        ("0", "octobre 2026 va du 1er au 31."),
        ("16-12", "« 16-12 » : le dernier jour doit suivre le premier."),
        ("12-16, 15-18", "« 12-16, 15-18 » : des jours sont écrits deux fois."),
        ("malade", "« malade » : Écrivez des jours du mois"),
        ("12/11", "« 12/11 » : ce jour n'est pas en octobre 2026."),
        ("12/10/2025", "ce jour n'est pas en octobre 2026."),
        ("-3", "Écrivez des jours du mois"),
        ("²", "Écrivez des jours du mois"),
        ("12-16-18", "Écrivez des jours du mois"),
    ],
)
def test_days_that_cannot_be_are_refused_with_their_words(text, said):
    with pytest.raises(ValidationError) as refusal:
        read_days(text, OCTOBER)
    assert said in refusal.value.messages[0]


# --- Declared to the payer, undone ---


def declared(user, on=date(2026, 11, 3)):
    return declare_month(statements=confirmed(user), declared_on=on, today=b.TODAY, by=user)


def test_a_confirmed_month_is_declared_once(world, denis, claire):
    declared(denis)
    declare_month(statements=PresenceStatement.objects.all(), declared_on=b.TODAY, today=b.TODAY, by=claire)
    statement = PresenceStatement.objects.get()
    assert (statement.declared_on, statement.declared_by) == (date(2026, 11, 3), denis)


def test_declaring_before_confirming_is_refused(world, denis):
    with pytest.raises(ValidationError, match="Confirmez d'abord le mois"):
        declare_month(statements=[], declared_on=b.TODAY, today=b.TODAY, by=denis)


@pytest.mark.parametrize(
    "on, said", [(date(2026, 11, 21), "pas encore venu"), (date(2026, 10, 15), "n'était pas fini ce jour-là")]
)
def test_a_declaration_on_an_impossible_day_is_refused(world, denis, on, said):
    with pytest.raises(ValidationError, match=said):
        declared(denis, on)


def test_a_voided_statement_stays_and_a_new_one_is_added(world, denis):
    (statement,) = declared(denis)
    void_statement(statement=statement, reason="Absence oubliée", by=denis)
    reported(denis, Absence(days(12, 16)))
    (again,) = confirmed(denis)
    assert again != statement
    assert PresenceStatement.objects.count() == 2
    kept = PresenceStatement.objects.get(pk=statement.pk)
    assert (kept.void_reason, kept.voided_by, kept.expected_amount) == ("Absence oubliée", denis, Decimal("520.87"))
    assert again.expected_amount == Decimal("434.06")


def test_voiding_twice_or_without_a_reason_is_refused(world, denis):
    (statement,) = confirmed(denis)
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        void_statement(statement=statement, reason="  ", by=denis)
    void_statement(statement=statement, reason="Erreur", by=denis)
    with pytest.raises(ValidationError, match="déjà annulé"):
        void_statement(statement=statement, reason="Erreur", by=denis)
