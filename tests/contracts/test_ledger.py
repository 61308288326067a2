"""The ledger: first the payer's own file, cell by cell, then what a confirmed month keeps, then sums and queries."""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from accounts import clock
from contracts import ledger_figures, ledger_rows, planned
from contracts.expected import expected_of, statement_inputs, warnings_of
from contracts.ledger import UNEXPLAINED, GapCause, Risk, ledgers, money, stream
from contracts.ledger_figures import NO_AID
from contracts.models import (
    AidOrder,
    AidPayment,
    AidRules,
    Amendment,
    Contract,
    PresenceStatement,
    RsaRate,
    SmicRate,
    Suspension,
)
from contracts.planned import NO_DECISION, NO_REQUEST
from regulations.aid import ProrataReason, Proration, expected_aid
from regulations.breaks import Repayment
from regulations.contracts import AidRequestKind, BreakReason, PayKept, SuspensionReason
from regulations.findings import Strength
from regulations.money import cents
from tests import builders as b

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent / "data"
MARCH, APRIL, MAY = (date(2026, month, 1) for month in (3, 4, 5))
MONTH = Decimal("520.87")


@pytest.fixture
def smic(db):
    b.a_smic(date(2024, 11, 1), "11.88")
    b.a_smic(date(2026, 1, 1), "12.02")


@pytest.fixture
def contract(smic):
    return aided()


def aided(request=None, **changes):
    contract = b.a_contract(**changes)
    b.an_aid_request(contract, **{"order": the_order(), **(request or {})})
    return contract


def the_order():
    return AidOrder.objects.first() or b.an_order()


def paid(contract, month, amount=MONTH, paid_on=None, **changes):
    request = changes.pop("request", None) or contract.aid_requests.first()
    return AidPayment.objects.create(
        aid_request=request,
        month=month,
        amount=Decimal(amount),
        paid_on=paid_on or month.replace(month=month.month + 1, day=5),
        line_key=f"ligne {AidPayment.objects.count()}",
        **changes,
    )


def confirmed(contract, month, declared_on=None, **changes):
    expected = expected_of(contract).of_month(month)
    fields = {
        "parts": expected.inputs.parts if expected.inputs else 0,
        "whole": expected.inputs.whole if expected.inputs else 30,
        "expected_amount": expected.amount,
        # As the database gives it back: nothing but what JSON knows.
        "inputs": json.loads(json.dumps(statement_inputs(expected))),
        **changes,
    }
    return PresenceStatement.objects.create(
        aid_request=expected.request,
        month=month,
        establishment=contract.establishment,
        declared_on=declared_on,
        **fields,
    )


def suspended(contract, starts_on, ends_on, **changes):
    fields = {"reason": SuspensionReason.UNPAID_LEAVE, "pay_kept": PayKept.NONE, "declared_on": ends_on, **changes}
    return Suspension.objects.create(contract=contract, starts_on=starts_on, ends_on=ends_on, **fields)


def ledger_of(contract, on=b.TODAY):
    return ledgers(Contract.objects.filter(pk=contract.pk), on)[contract.pk]


def month_of(contract, month=MARCH, on=b.TODAY):
    (found,) = ledger_of(contract, on).of_month(month)
    return found


# --- The payer's own file ---


EXPECTED = json.loads((DATA / "asp-paiements.expected.json").read_text("utf-8"))
LINES = list(csv.reader((DATA / "asp-paiements.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))


def lines_of(told, month):
    """(amount, day) of each line of the file for this contract and month; a line for two months is shared as said."""
    shared = {
        (one["decision"], one["ligne_csv"]): one["partage_propose"]
        for one in EXPECTED["anomalies"]
        if "partage_propose" in one
    }
    for number in told["mois"][month]["lignes_csv"]:
        line = LINES[number - 1]
        shares = shared.get((told["decision"], number))
        amount = shares[month] if shares else line[12].replace(" ", "").replace("\u00a0", "").replace(",", ".")
        day, of_month, year = (int(part) for part in line[13].split("/"))
        yield Decimal(amount), date(year, of_month, day)


@pytest.fixture
def asp_file(db):
    for row in EXPECTED["calcul"]["smic"]:
        b.a_smic(date.fromisoformat(row["a_partir_du"]), row["horaire"])
    order = b.an_order()
    found = {}
    for told in EXPECTED["contrats"]:
        left_on = told["fin_reelle"] and date.fromisoformat(told["fin_reelle"])
        contract = b.a_contract(
            starts_on=date.fromisoformat(told["debut"]),
            ends_on=date.fromisoformat(told["fin_prevue"]),
            broken_on=left_on,
            break_reason=BreakReason.RESIGNATION_FOR_CDI if left_on else "",
            weekly_hours=told["heures_contrat"],
            signed_on=date.fromisoformat(told["debut"]),
        )
        b.an_aid_request(
            contract,
            order=order,
            decision_number=told["decision"],
            signed_on=contract.starts_on,
            decided_on=contract.starts_on,
            rate=told["taux"],
            weekly_hours=told["heures_aidees"],
        )
        for month in told["mois"]:
            for amount, day in lines_of(told, month):
                paid(contract, date.fromisoformat(f"{month}-01"), amount, day)
        found[told["decision"]] = contract
    return found


def cells(months):
    """What the file of expected results says of each month, read from the ledger."""
    words = {reason.label: reason.value for reason in ProrataReason}
    told = {}
    for month in months:
        told[f"{month.month:%Y-%m}"] = cell = {
            "attendu": str(month.expected),
            "paye": str(cents(month.paid)),
            "ecart": str(cents(month.gap)),
            "trentiemes": month.inputs.parts,
            "cause": month.cause,
        }
        prorata = [words[reason] for reason in month.reasons if reason in words]
        cell |= {"prorata": prorata[0]} if prorata else {}
        cell |= {"regularise": True} if month.is_settled else {}
    return told


def test_every_contract_and_month_of_the_payers_file_comes_out_as_expected(asp_file):
    first, last = (date.fromisoformat(f"{EXPECTED['periode_editee'][end]}-01") for end in ("du", "au"))
    found = ledgers(Contract.objects.all(), b.TODAY, (first, last))
    assert len(EXPECTED["contrats"]) == 12
    for told in EXPECTED["contrats"]:
        months = {
            month: {name: value for name, value in cell.items() if not name.startswith("lignes_")}
            for month, cell in told["mois"].items()
        }
        assert cells(found[asp_file[told["decision"]].pk].months) == months, told["nom"]


def test_the_anomalies_of_the_payers_file_are_all_found_and_no_other(asp_file):
    found = {
        (decision, f"{month.month:%Y-%m}", month.cause)
        for decision, contract in asp_file.items()
        for month in ledgers(Contract.objects.filter(pk=contract.pk), b.TODAY)[contract.pk].months
        if month.cause and "2025-12" <= f"{month.month:%Y-%m}" <= "2026-10"
    }
    told = {
        (one["decision"], one["mois"], one["cause"])
        for one in EXPECTED["anomalies"]
        if isinstance(one.get("mois"), str)
    }
    assert EXPECTED["aucune_autre_anomalie"]
    assert found == told


def test_what_was_paid_is_the_total_of_the_file_but_for_the_foreign_line(asp_file):
    foreign = Decimal("520.87")
    assert money(Contract.objects.all(), b.TODAY).paid == Decimal(EXPECTED["total"]) - foreign


# --- What a confirmed month keeps ---


def test_a_month_is_the_formula_of_the_law_until_it_is_confirmed(contract):
    march = month_of(contract)
    assert (march.expected, march.is_confirmed, march.recomputed) == (MONTH, False, None)
    assert march.formula.replace("\u00a0", " ") == "12,02 € × 20 h × 52 / 12 × 50 % = 520,87 €"


def raise_the_smic(contract):
    SmicRate.objects.filter(valid_from=date(2026, 1, 1)).update(hourly_gross=Decimal("12.50"))


def change_the_decision(contract):
    contract.aid_requests.update(rate=Decimal("60"))


def change_the_setting(contract):
    AidRules.objects.create(valid_from=date(2026, 1, 1), proration=Proration.CALENDAR_DAYS)


def take_the_order_away(contract):
    contract.aid_requests.update(order=None)
    AidOrder.objects.update(confirmed_on=None)


LATER = [
    pytest.param(raise_the_smic, Decimal("523.61"), id="another SMIC"),
    pytest.param(change_the_decision, Decimal("604.21"), id="another rate"),
    pytest.param(change_the_setting, Decimal("502.26"), id="another divisor"),
    pytest.param(take_the_order_away, None, id="no order any more"),
]


@pytest.mark.parametrize("change, today", LATER)
def test_what_comes_later_never_changes_a_confirmed_month(contract, change, today):
    february = date(2026, 2, 1)
    confirmed(contract, february)
    change(contract)
    kept = month_of(contract, february)
    assert (kept.expected, kept.is_confirmed) == (Decimal("503.50"), True)
    assert kept.formula.replace("\u00a0", " ") == "12,02 € × 20 h × 52 / 12 × 50 % × 29 / 30 = 503,50 €"
    assert kept.reasons == ("entrée en cours de mois", "trentièmes (hypothèse)")
    assert kept.recomputed == today


def test_a_month_confirmed_without_an_amount_stays_without_one_and_says_why(contract):
    SmicRate.objects.all().delete()
    confirmed(contract, MARCH)
    b.a_smic(date(2026, 1, 1), "12.02")
    kept = month_of(contract)
    assert (kept.expected, kept.gap, kept.missing) == (None, None, "Aucun SMIC saisi pour le 01/03/2026.")
    assert kept.recomputed == MONTH


def test_a_voided_statement_leaves_the_month_open(contract):
    statement = confirmed(contract, MARCH)
    raise_the_smic(contract)
    PresenceStatement.objects.filter(pk=statement.pk).update(voided_at=clock.now(), void_reason="refait")
    assert month_of(contract).expected == Decimal("541.67")


def test_the_confirmed_month_of_one_contract_says_nothing_of_another(contract):
    other = aided()
    confirmed(contract, MARCH)
    raise_the_smic(contract)
    found = ledgers(Contract.objects.all(), b.TODAY)
    assert [found[one.pk].of_month(MARCH)[0].expected for one in (contract, other)] == [MONTH, Decimal("541.67")]


def test_an_amount_with_its_inputs_is_found_again_from_them(contract):
    kept = confirmed(contract, date(2026, 2, 1)).inputs
    exact = {name: Decimal(kept[name]) for name in ("hourly_smic", "rate", "weekly_hours", "parts")}
    assert expected_aid(**exact, whole=kept["whole"]) == Decimal("503.50")
    assert kept["smic"] == SmicRate.objects.get(valid_from=date(2026, 1, 1)).pk
    assert kept["order"] == AidOrder.objects.get().pk
    assert kept["proration"] == Proration.THIRTIETHS


# --- Causes, in the ledger ---


def test_an_unpaid_month_is_late_once_the_payer_has_had_its_months(contract):
    august, september = date(2026, 8, 1), date(2026, 9, 1)
    assert (month_of(contract, august).is_due, month_of(contract, september).is_due) == (True, False)
    assert month_of(contract, august).late == MONTH
    assert month_of(contract, september).not_due == MONTH
    assert month_of(contract, september).cause == GapCause.NOT_DUE_YET
    assert month_of(contract, september, on=date(2026, 12, 1)).late == MONTH


def test_the_months_left_to_the_payer_are_a_setting(contract):
    AidRules.objects.create(valid_from=date(2026, 9, 15), payment_months=1)
    assert month_of(contract, date(2026, 9, 1)).is_due
    assert not month_of(contract, date(2026, 10, 1)).is_due


def test_a_declared_month_that_nothing_explains_says_so(contract):
    confirmed(contract, MARCH, declared_on=date(2026, 4, 3))
    march = month_of(contract)
    assert (march.cause, march.cause_label, march.late) == (None, UNEXPLAINED, MONTH)


def test_a_gap_up_to_the_tolerance_is_silent_and_the_tolerance_is_a_setting(contract):
    paid(contract, MARCH, MONTH - 1)
    paid(contract, APRIL, MONTH - 1)
    assert (month_of(contract, MARCH).cause_label, month_of(contract, MARCH).late) == ("", 0)
    AidRules.objects.create(valid_from=date(2026, 4, 20), tolerance=Decimal("0.50"))
    assert month_of(contract, MARCH).late == 0
    assert month_of(contract, APRIL).late == 1


def test_a_suspension_that_the_payer_did_not_count_is_the_cause(contract):
    suspended(contract, date(2026, 4, 6), date(2026, 4, 15))
    paid(contract, APRIL, MONTH)
    april = month_of(contract, APRIL)
    assert (april.expected, april.gap, april.cause) == (Decimal("347.24"), Decimal("173.63"), GapCause.SUSPENSION)
    assert april.reasons == ("suspension sans salaire", "trentièmes (hypothèse)")


def test_an_entry_that_the_payer_did_not_count_is_the_cause(contract):
    paid(contract, date(2026, 2, 1), MONTH)
    assert month_of(contract, date(2026, 2, 1)).cause == GapCause.ENTRY_OR_EXIT


def test_a_double_payment_taken_back_is_settled(contract):
    paid(contract, MARCH)
    paid(contract, MARCH, paid_on=MAY)
    assert month_of(contract).overpaid == MONTH
    paid(contract, MARCH, -MONTH, paid_on=date(2026, 7, 5))
    march = month_of(contract)
    assert (march.gap, march.cause, march.is_settled) == (0, GapCause.DOUBLE_PAYMENT, True)


def test_a_voided_payment_is_no_payment(contract):
    line = paid(contract, MARCH)
    AidPayment.objects.filter(pk=line.pk).update(voided_at=clock.now(), void_reason="doublon")
    assert (month_of(contract).paid, month_of(contract).payments) == (0, ())


def test_what_comes_after_the_day_looked_at_is_not_there_yet(contract):
    paid(contract, MARCH, paid_on=date(2026, 4, 5))
    confirmed(contract, MARCH, declared_on=date(2026, 4, 3))
    before, after = (month_of(contract, on=date(2026, 4, day)) for day in (2, 5))
    assert (before.paid, before.declared_on) == (0, None)
    assert (after.paid, after.declared_on) == (MONTH, date(2026, 4, 3))


def test_payments_out_of_their_order_are_found_with_their_month(contract):
    first, second = aided(), aided()
    for one in (contract, first):
        paid(one, APRIL)
        paid(one, MARCH)
    paid(second, MARCH)
    paid(second, APRIL)
    paid(second, APRIL, "10", date(2026, 7, 5))
    found = ledgers(Contract.objects.all(), b.TODAY)
    sums = [[month.paid for month in found[one.pk].months[1:3]] for one in (contract, first, second)]
    assert sums == [[MONTH, MONTH], [MONTH, MONTH], [MONTH, MONTH + 10]]


def test_a_month_outside_the_decision_that_was_paid_is_a_month_of_the_ledger(contract):
    paid(contract, date(2027, 3, 1), "12.50", date(2026, 11, 5))
    last = ledger_of(contract).months[-1]
    assert (last.month, last.expected, last.gap, last.cause) == (date(2027, 3, 1), 0, Decimal("12.50"), GapCause.UNDUE)
    assert last.reasons == ("mois hors de la décision",)


def test_what_is_paid_without_a_decision_stands_beside_no_amount(smic):
    contract = aided({"decided_on": None, "rate": None, "decision_number": ""})
    paid(contract, MARCH)
    found = ledger_of(contract)
    assert [(one.expected, one.paid, one.gap) for one in found.months] == [(None, MONTH, None)]
    assert found.months[0].missing == found.missing[0] == NO_DECISION


def test_a_refused_renewal_beside_a_granted_decision_expects_nothing(contract):
    refusal = b.an_aid_request(contract, kind=AidRequestKind.RENEWAL, refused=True, rate=None, decision_number="")
    paid(contract, MARCH, request=refusal)
    first, second = month_of_both(contract, MARCH)
    assert (first.expected, second.expected, second.missing) == (MONTH, None, NO_AID)


def test_a_renewal_in_the_course_of_a_month_gives_it_two_lines(smic):
    contract = aided({"aid_ends_on": b.LAST_DAY}, ends_on=date(2027, 8, 1))
    b.an_aid_request(
        contract,
        kind=AidRequestKind.RENEWAL,
        order=the_order(),
        signed_on=date(2026, 12, 1),
        decided_on=date(2027, 1, 15),
        aid_starts_on=date(2027, 2, 2),
        aid_ends_on=date(2027, 8, 1),
    )
    lines = month_of_both(contract, date(2027, 2, 1))
    assert [one.inputs.parts for one in lines] == [1, 29]
    assert [one.month for one in ledger_of(contract).months] == sorted(one.month for one in ledger_of(contract).months)


def month_of_both(contract, month):
    return ledger_of(contract).of_month(month)


# --- Département ---


def test_the_departments_share_is_a_line_of_its_own(smic):
    RsaRate.objects.create(valid_from=date(2025, 4, 1), single_amount=Decimal("646.52"))
    contract = aided({"is_cofinanced": True, "rate": Decimal("60"), "weekly_hours": Decimal("26")})
    march = month_of(contract)
    assert (march.expected, march.department.amount) == (Decimal("812.55"), Decimal("568.94"))


def test_the_share_never_exceeds_the_aid(smic):
    RsaRate.objects.create(valid_from=date(2025, 4, 1), single_amount=Decimal("646.52"))
    assert month_of(aided({"is_cofinanced": True})).department.amount == MONTH


def test_without_an_amount_of_the_rsa_there_is_a_sentence_and_no_number(smic):
    RsaRate.objects.create(valid_from=date(2026, 4, 1), single_amount=Decimal("646.52"))
    share = month_of(aided({"is_cofinanced": True})).department
    assert share.amount is None
    assert share.missing.startswith("Aucun montant du RSA saisi pour le 01/03/2026")


def test_a_decision_of_the_state_alone_has_no_share(contract):
    assert month_of(contract).department is None


def test_a_later_rsa_never_changes_the_share_of_a_confirmed_month(smic):
    RsaRate.objects.create(valid_from=date(2025, 4, 1), single_amount=Decimal("500"))
    contract = aided({"is_cofinanced": True})
    confirmed(contract, MARCH)
    RsaRate.objects.update(single_amount=Decimal("550"))
    assert month_of(contract, MARCH).department.amount == Decimal("440.00")
    assert month_of(contract, APRIL).department.amount == Decimal("484.00")


# --- Sums, risk, queries ---


def test_each_sum_is_that_of_its_sentence(contract):
    paid(contract, MARCH)
    paid(contract, APRIL)
    paid(contract, APRIL, paid_on=date(2026, 6, 5))
    confirmed(contract, MARCH, declared_on=date(2026, 4, 2))
    found = money(Contract.objects.all(), b.TODAY)
    first, last = Decimal("503.50"), Decimal("17.36")
    assert found.committed == first + 11 * MONTH + last
    assert found.expected == first + 8 * MONTH
    assert found.paid == 3 * MONTH
    assert found.not_due == 2 * MONTH
    assert found.late == first + 4 * MONTH
    assert found.overpaid == MONTH
    # Everything over but March, which is declared; April counts for what was paid.
    assert found.at_risk == first + 8 * MONTH
    assert found.expected + found.overpaid == found.paid + found.not_due + found.late
    assert sum(one.late for one in found.by_month.values()) == found.late
    assert found.by_establishment[contract.establishment_id].paid == found.paid


def test_a_contract_without_an_amount_is_counted_with_its_reason(contract):
    b.a_contract()
    found = money(Contract.objects.all(), b.TODAY)
    assert (found.contracts, dict(found.missing)) == (2, {NO_REQUEST: 1})


@pytest.mark.parametrize(
    "day, risk",
    [(date(2026, 4, 15), None), (date(2026, 4, 16), Risk.STATEMENT_LATE)],
    ids=["on the day of the alert", "the day after"],
)
def test_a_month_not_declared_is_at_risk_after_the_alert(contract, day, risk):
    assert month_of(contract, MARCH, on=day).risk == risk


def test_a_declared_month_is_at_no_risk(contract):
    confirmed(contract, MARCH, declared_on=date(2026, 4, 20))
    assert month_of(contract).risk is None


def test_a_suspension_that_nobody_reported_puts_its_months_at_risk(contract):
    confirmed(contract, MARCH, declared_on=date(2026, 4, 2))
    row = suspended(contract, date(2026, 3, 10), date(2026, 3, 12), declared_on=None)
    assert month_of(contract).risk == Risk.SUSPENSION_UNREPORTED
    Suspension.objects.filter(pk=row.pk).update(declared_on=date(2026, 3, 14))
    assert month_of(contract).risk is None


@pytest.mark.parametrize(
    "reason, notified, risk",
    [
        pytest.param(BreakReason.EMPLOYER, "", Risk.REPAYMENT, id="R5134-45 : tout est remboursé"),
        pytest.param(BreakReason.OTHER, "", Risk.REPAYMENT, id="à faire préciser"),
        pytest.param(BreakReason.RESIGNATION, "", None, id="démission : rien à rembourser"),
        pytest.param(BreakReason.EMPLOYER, Repayment.NOTHING, None, id="l'ASP a notifié : rien"),
        pytest.param(BreakReason.RESIGNATION, Repayment.REPAY_ALL, Risk.REPAYMENT, id="l'ASP a notifié : tout"),
    ],
)
def test_a_break_puts_the_aid_at_risk_where_it_may_have_to_be_repaid(smic, reason, notified, risk):
    contract = aided(
        broken_on=date(2026, 6, 12),
        break_reason=reason,
        notified_repayment=notified,
        notified_reason="courrier de l'ASP" if notified else "",
    )
    confirmed(contract, MARCH, declared_on=date(2026, 4, 2))
    assert month_of(contract).risk == risk


def test_months_before_a_move_belong_to_the_establishment_of_then(contract):
    before, after = contract.establishment, b.an_establishment()
    Amendment.objects.create(
        contract=contract,
        effective_on=date(2026, 6, 1),
        establishment_before=before,
        establishment_after=after,
    )
    Contract.objects.filter(pk=contract.pk).update(establishment=after)
    found = money(Contract.objects.all(), b.TODAY).by_establishment
    assert found[before.pk].expected == Decimal("503.50") + 3 * MONTH
    assert found[after.pk].expected == 5 * MONTH


def test_contract_hours_under_the_aided_ones_are_warned_about(contract):
    assert warnings_of(contract) == []
    contract.weekly_hours = Decimal("18")
    (finding,) = warnings_of(contract)
    assert finding.strength == Strength.WARNING
    assert "18\u00a0h par semaine" in finding.message
    assert month_of(contract).expected == MONTH


def test_pages_and_bulk_give_the_same_ledgers_whatever_the_packets(contract, monkeypatch):
    suspended(contract, date(2026, 4, 6), date(2026, 4, 15))
    for number in range(5):
        other = aided()
        paid(other, MARCH, MONTH + number)
        confirmed(other, APRIL, declared_on=date(2026, 5, number + 1))
    raise_the_smic(contract)
    whole = ledgers(Contract.objects.all(), b.TODAY)
    one_by_one = {pk: ledgers(Contract.objects.filter(pk=pk), b.TODAY)[pk] for pk in whole}
    monkeypatch.setattr(ledger_rows, "CHUNK", 2)
    in_packets = {found.contract_id: found for found in stream(Contract.objects.all(), b.TODAY)}
    assert whole == one_by_one == in_packets
    assert list(in_packets) == sorted(whole)


def test_little_memory_changes_no_figure(contract, monkeypatch):
    for number in range(4):
        paid(aided(), MARCH, MONTH + number)
    whole = ledgers(Contract.objects.all(), b.TODAY)
    monkeypatch.setattr(ledger_figures, "MOST_FIGURES", 1)
    monkeypatch.setattr(planned, "MOST_MONTHS_KEPT", 1)
    assert ledgers(Contract.objects.all(), b.TODAY) == whole


def test_the_ledger_and_the_page_of_the_contract_agree(contract):
    suspended(contract, date(2026, 4, 6), date(2026, 4, 15), pay_kept=PayKept.PARTIAL, kept_percent=Decimal(50))
    found = [(one.month, one.amount, one.formula, one.reasons) for one in expected_of(contract).months]
    assert [(one.month, one.expected, one.formula, one.reasons) for one in ledger_of(contract).months] == found


def test_contracts_far_apart_are_read_as_well_as_neighbours(contract):
    others = [aided() for _ in range(12)]
    rows = Contract.objects.filter(pk__in=[contract.pk, others[-1].pk])
    assert list(ledgers(rows, b.TODAY)) == [contract.pk, others[-1].pk]


def test_months_asked_for_are_those_given(contract):
    found = ledgers(Contract.objects.all(), b.TODAY, (MARCH, date(2026, 4, 30)))[contract.pk]
    assert [one.month for one in found.months] == [MARCH, APRIL]


@pytest.mark.parametrize("count", [1, 12])
def test_queries_do_not_grow_with_the_contracts(smic, count, django_assert_num_queries):
    for _ in range(count):
        contract = aided()
        confirmed(contract, MARCH)
        paid(contract, MARCH)
    raise_the_smic(contract)
    with django_assert_num_queries(11):
        ledgers(Contract.objects.all(), b.TODAY)


def test_no_contract_at_all_is_an_empty_ledger(db):
    assert ledgers(Contract.objects.all(), b.TODAY) == {}
    assert money(Contract.objects.all(), b.TODAY).committed == 0
