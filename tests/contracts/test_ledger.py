"""The ledger: first the payer's own file, cell by cell, then what a confirmed month keeps, then sums and queries."""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from contracts import ledger_rows
from contracts.expected import expected_of, statement_inputs
from contracts.ledger import UNEXPLAINED, GapCause, Risk, ledgers, money, stream
from contracts.models import AidOrder, AidPayment, AidRules, Amendment, Contract, PresenceStatement, RsaRate, Suspension
from regulations.aid import ProrataReason, Proration
from regulations.breaks import Repayment
from regulations.contracts import AidRequestKind, BreakReason, PayKept, SuspensionReason
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
