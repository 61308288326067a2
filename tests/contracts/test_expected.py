"""The expected aid: shown with its formula, or not at all."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.expected import NO_DECISION, NO_REQUEST, expected_for, expected_of
from contracts.models import AidRequest, Contract, SmicRate, Suspension
from regulations.contracts import AidRequestKind, BreakReason, PayKept, SuspensionReason
from tests import builders as b

pytestmark = pytest.mark.django_db


@pytest.fixture
def smic(db):
    b.a_smic(date(2026, 1, 1), "12.02")


def aided(order=True, establishment=None, request=None, **changes):
    contract = b.a_contract(**changes, **({"establishment": establishment} if establishment else {}))
    b.an_aid_request(contract, order=b.an_order() if order is True else order, **(request or {}))
    return contract


def test_a_whole_month_is_the_formula_of_the_law(smic):
    march = expected_of(aided()).of_month(date(2026, 3, 1))
    assert march.amount == Decimal("520.87")
    assert march.formula.replace("\u00a0", " ") == "12,02 € × 20 h × 52 / 12 × 50 % = 520,87 €"
    assert march.is_whole


def test_incomplete_months_are_thirtieths_and_say_so(smic):
    expected = expected_of(aided())
    february, last = expected.months[0], expected.months[-1]
    assert (february.inputs.parts, last.inputs.parts) == (29, 1)
    assert february.reasons == ("entrée en cours de mois", "trentièmes (hypothèse)")
    assert len(expected.months) == 13


def test_the_total_is_twelve_unrounded_months(smic):
    assert expected_of(aided()).total == Decimal("6250.40")


def test_a_smic_that_changes_gives_two_amounts(smic):
    b.a_smic(date(2026, 7, 1), "12.30")
    expected = expected_of(aided())
    assert expected.of_month(date(2026, 6, 1)).amount == Decimal("520.87")
    assert expected.of_month(date(2026, 7, 1)).amount == Decimal("533.00")


def test_a_smic_that_rises_during_a_month_waits_for_the_next(smic):
    b.a_smic(date(2026, 7, 2), "12.30")
    assert expected_of(aided()).of_month(date(2026, 7, 1)).amount == Decimal("520.87")


def test_mayotte_has_its_own_smic(smic):
    b.a_smic(date(2026, 1, 1), "9.33", territory=SmicRate.Territory.MAYOTTE)
    there = b.an_establishment(postcode="97600", town="Mamoudzou")
    contract = aided(establishment=there, order=b.an_order(region="Mayotte"))
    assert expected_of(contract).of_month(date(2026, 3, 1)).inputs.hourly_smic == Decimal("9.33")


@pytest.mark.parametrize(
    "request_changes, sentence",
    [
        pytest.param(None, NO_REQUEST, id="no request"),
        pytest.param({"decided_on": None, "rate": None, "decision_number": ""}, NO_DECISION, id="no decision"),
        pytest.param({"refused": True, "rate": None}, "refusée", id="refused"),
    ],
)
def test_without_a_decision_there_is_no_amount(smic, request_changes, sentence):
    contract = b.a_contract()
    if request_changes is not None:
        b.an_aid_request(contract, order=b.an_order(), **request_changes)
    expected = expected_of(contract)
    assert sentence in expected.missing[0]
    assert (expected.months, expected.total) == ((), None)


def test_an_unaided_contract_says_why(smic):
    expected = expected_of(aided(unaided_reason="signé avant la décision du 05/02/2026 (R5134-26)"))
    assert expected.missing == ("Contrat non aidé : signé avant la décision du 05/02/2026 (R5134-26).",)


@pytest.mark.parametrize(
    "orders, sentence",
    [
        pytest.param([], "pour la région Normandie", id="none at all"),
        pytest.param([{"region": "Bretagne"}], "pour la région Normandie", id="the region next door"),
        pytest.param([{"confirmed_on": None}], "pour la région Normandie", id="not confirmed"),
        pytest.param([{"valid_from": date(2026, 3, 1)}], "ne couvre le 20/01/2026", id="another day"),
        pytest.param([{"rate": Decimal("45")}], "n'a ce taux", id="another public"),
    ],
)
def test_without_an_order_for_region_public_and_date_there_is_no_amount(smic, orders, sentence):
    for changes in orders:
        b.an_order(**changes)
    expected = expected_of(aided(order=None))
    assert expected.missing[0].startswith("Aucun arrêté saisi")
    assert sentence in expected.missing[0]
    assert expected.months == ()


def test_the_order_of_the_decision_is_found_by_region_date_and_rate(smic):
    order = b.an_order()
    assert expected_of(aided(order=None)).orders == (order,)


def test_the_establishment_and_not_the_cohort_gives_the_region(smic):
    b.an_order(region="Normandie")
    contract = aided(order=None, establishment=b.an_establishment(postcode="35140", town="Saint-Hilaire"))
    assert "pour la région Bretagne" in expected_of(contract).missing[0]


def test_a_month_without_smic_is_unknown_and_so_is_the_total(db):
    b.a_smic(date(2026, 7, 1), "12.30")
    expected = expected_of(aided())
    june = expected.of_month(date(2026, 6, 1))
    assert (june.amount, june.missing, expected.total) == (None, "Aucun SMIC saisi pour le 01/06/2026.", None)


def test_a_break_ends_the_aid_on_its_day(smic):
    contract = aided(broken_on=date(2026, 6, 12), break_reason=BreakReason.RESIGNATION)
    expected = expected_of(contract)
    assert expected.months[-1].month == date(2026, 6, 1)
    assert expected.months[-1].inputs.parts == 12


@pytest.mark.parametrize(
    "pay_kept, percent, parts",
    [
        pytest.param(PayKept.NONE, None, Decimal(20), id="unpaid"),
        pytest.param(PayKept.FULL, None, Decimal(30), id="paid"),
        pytest.param(PayKept.PARTIAL, Decimal(50), Decimal(25), id="half paid"),
        pytest.param(PayKept.PARTIAL, None, None, id="share unknown"),
    ],
)
def test_a_suspension_counts_for_the_pay_not_borne(smic, pay_kept, percent, parts):
    contract = aided()
    Suspension.objects.create(
        contract=contract,
        starts_on=date(2026, 4, 6),
        ends_on=date(2026, 4, 15),
        reason=SuspensionReason.UNPAID_LEAVE,
        pay_kept=pay_kept,
        kept_percent=percent,
    )
    april = expected_of(contract).of_month(date(2026, 4, 1))
    assert (april.inputs.parts if april.inputs else None) == parts
    assert bool(april.missing) == (parts is None)


def test_a_renewal_goes_on_under_its_own_rate(smic):
    contract = aided(ends_on=date(2027, 8, 1), request={"aid_ends_on": b.LAST_DAY})
    b.an_aid_request(
        contract,
        kind=AidRequestKind.RENEWAL,
        order=b.an_order(rate=Decimal("40"), public="Renouvellement"),
        decided_on=date(2027, 1, 15),
        rate=Decimal("40"),
        aid_starts_on=date(2027, 2, 2),
        aid_ends_on=date(2027, 8, 1),
    )
    expected = expected_of(contract)
    assert expected.of_month(date(2027, 3, 1)).inputs.rate == Decimal("0.4")
    assert [one.inputs.parts for one in expected.months if one.month == date(2027, 2, 1)] == [1, 29]


def test_queries_do_not_grow_with_the_contracts(smic, django_assert_num_queries):
    order = b.an_order()
    for _ in range(12):
        aided(order=order)
    with django_assert_num_queries(7):
        found = expected_for(Contract.objects.all())
    assert len(found) == 12
    assert AidRequest.objects.count() == 12
