"""The ledger: first the payer's own file, cell by cell, then sums, risk and queries."""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from accounts import clock
from accounts.models import Receipt
from contracts import ledger_figures, ledger_rows, planned
from contracts.expected import expected_of, warnings_of
from contracts.ledger import UNEXPLAINED, GapCause, Risk, ledgers, money, stream
from contracts.models import Amendment, Contract, Suspension
from contracts.money import declared_words
from contracts.planned import NO_REQUEST
from regulations.aid import ProrataReason
from regulations.breaks import Repayment
from regulations.contracts import BreakReason, PayKept
from regulations.due import Rule
from regulations.findings import Strength
from regulations.money import cents
from tests import builders as b
from tests.contracts.aided import (
    APRIL,
    MARCH,
    MONTH,
    aided,
    confirmed,
    ledger_of,
    month_of,
    paid,
    raise_the_smic,
    suspended,
    two_smics,
)

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent / "data"


@pytest.fixture
def smic(db):
    two_smics()


@pytest.fixture
def contract(smic):
    return aided()


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


def received(contract, rule, key, received_on=date(2026, 4, 20), **changes):
    return Receipt.objects.create(
        rule=rule,
        object_key=key,
        subject_kind=Contract._meta.label,
        subject_id=contract.pk,
        label="attendu",
        received_on=received_on,
        how="directement sur SYLAé",
        **changes,
    )


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_statement_received_otherwise_is_declared(contract, is_confirmed):
    if is_confirmed:
        confirmed(contract, MARCH)
    assert (month_of(contract).cause, month_of(contract).risk) == (GapCause.STATEMENT_MISSING, Risk.STATEMENT_LATE)
    receipt = received(contract, Rule.STATEMENT, f"{contract.aid_requests.get().pk}-2026-03")
    march = month_of(contract)
    assert (march.is_declared, march.is_confirmed, march.expected) == (True, is_confirmed, MONTH)
    assert (march.cause, march.cause_label, march.risk) == (None, UNEXPLAINED, None)
    assert declared_words(march) == "autrement, le 20/04/2026"
    assert month_of(contract, APRIL).risk == Risk.STATEMENT_LATE
    # As that day knew it, and once it is taken back.
    assert not month_of(contract, on=date(2026, 4, 19)).is_declared
    Receipt.objects.filter(pk=receipt.pk).update(taken_back_at=clock.now(), taken_back_by=b.a_user())
    assert month_of(contract).cause == GapCause.STATEMENT_MISSING


def test_what_was_declared_here_says_its_own_day(contract):
    confirmed(contract, MARCH, declared_on=date(2026, 4, 2))
    received(contract, Rule.STATEMENT, f"{contract.aid_requests.get().pk}-2026-03")
    assert declared_words(month_of(contract)) == "le 02/04/2026"


def test_received_otherwise_by_one_contract_says_nothing_of_another(contract):
    other = aided()
    received(contract, Rule.STATEMENT, f"{contract.aid_requests.get().pk}-2026-03")
    found = ledgers(Contract.objects.all(), b.TODAY)
    assert [found[one.pk].of_month(MARCH)[0].is_declared for one in (contract, other)] == [True, False]


def test_a_suspension_reported_otherwise_is_at_no_risk(contract):
    confirmed(contract, MARCH, declared_on=date(2026, 4, 2))
    row = suspended(contract, date(2026, 3, 10), date(2026, 3, 12), declared_on=None)
    received(contract, Rule.SUSPENSION_NOTICE, str(row.pk))
    assert month_of(contract).risk is None
    assert month_of(contract, on=date(2026, 4, 19)).risk == Risk.SUSPENSION_UNREPORTED


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
    raise_the_smic()
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
    raise_the_smic()
    with django_assert_num_queries(8):
        ledgers(Contract.objects.all(), b.TODAY)


def test_a_contract_without_a_request_has_no_month(db):
    contract = b.a_contract()
    assert (ledger_of(contract).months, ledger_of(contract).missing) == ((), (NO_REQUEST,))


def test_no_contract_at_all_is_an_empty_ledger(db):
    assert ledgers(Contract.objects.all(), b.TODAY) == {}
    assert money(Contract.objects.all(), b.TODAY).committed == 0
