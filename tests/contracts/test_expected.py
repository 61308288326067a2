"""The expected aid: shown with its formula, or not at all."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import planned
from contracts.expected import NO_DECISION, NO_REQUEST, expected_for, expected_of, statement_inputs
from contracts.models import AidOrder, AidRequest, AidRules, Contract, RsaRate, SmicRate, Suspension
from contracts.planned import HOURS_UNKNOWN
from regulations.aid import Proration
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
    with django_assert_num_queries(6):
        found = expected_for(Contract.objects.all())
    assert len(found) == 12
    assert AidRequest.objects.count() == 12


def test_settings_are_those_of_the_month_they_cover(smic):
    AidRules.objects.create(valid_from=date(2026, 2, 20), proration=Proration.CALENDAR_DAYS)
    AidRules.objects.create(valid_from=date(2027, 2, 1), proration=Proration.WORKING_DAYS)
    months = expected_of(aided()).months
    february, last = months[0], months[-1]
    assert (february.inputs.parts, february.inputs.whole) == (27, 28)
    assert february.reasons == ("entrée en cours de mois", "jours du mois (hypothèse)")
    assert (last.inputs.parts, last.inputs.whole) == (1, 20)


def test_without_any_setting_months_are_thirtieths(smic):
    AidRules.objects.create(valid_from=date(2026, 3, 1), proration=Proration.CALENDAR_DAYS)
    assert expected_of(aided()).months[0].inputs.whole == 30


def test_a_contract_that_lapsed_expects_nothing(smic):
    expected = expected_of(aided(closed_on=date(2026, 2, 10)))
    assert (expected.missing, expected.total) == (
        ("Contrat caduc depuis le 10/02/2026 : aucune aide n'est attendue.",),
        None,
    )


def test_a_decision_without_hours_gives_no_amount(smic):
    contract = aided(request={"weekly_hours": None})
    expected = expected_of(contract)
    assert expected.total is None
    assert {month.missing for month in expected.months} == {HOURS_UNKNOWN}


def test_what_a_statement_keeps_is_known_to_json_and_gives_the_amount_again(smic):
    RsaRate.objects.create(valid_from=date(2025, 4, 1), single_amount=Decimal("646.52"))
    month = expected_of(aided(request={"is_cofinanced": True})).months[0]
    kept = json.loads(json.dumps(statement_inputs(month)))
    assert kept == {
        "month": "2026-02-01",
        "rules": None,
        "proration": "THIRTIETHS",
        "smic": month.smic.pk,
        "hourly_smic": "12.02",
        "order": month.order.pk,
        "order_reference": "",
        "rate": "0.50",
        "weekly_hours": "20.00",
        "parts": "29",
        "whole": 30,
        "reasons": ["entrée en cours de mois", "trentièmes (hypothèse)"],
        "department_share": "503.50",
        "department_missing": "",
        "rsa": "646.52",
    }


def test_a_statement_without_an_amount_keeps_why(db):
    month = expected_of(aided()).months[0]
    kept = statement_inputs(month)
    assert kept["missing"] == "Aucun SMIC saisi pour le 01/02/2026."
    assert "hourly_smic" not in kept


SMIC_2026 = SmicRate(territory="FRANCE_HORS_MAYOTTE", valid_from=date(2000, 1, 1), hourly_gross=Decimal("12.02"))
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
DECISIONS = st.builds(
    planned.Decision,
    st.none() | DAYS,
    st.booleans(),
    st.none() | st.decimals("0.5", "95", places=2),
    st.none() | st.decimals(1, 35, places=2),
    st.none() | DAYS,
    st.none() | DAYS,
    st.none(),
)
FACTS = st.builds(
    planned.Facts,
    DAYS,
    st.none() | DAYS,
    st.none(),
    st.just(""),
    st.sampled_from(["50300", "97600", "75001", ""]),
    st.sampled_from(["Normandie", ""]),
    st.lists(DECISIONS, max_size=3).map(tuple),
    st.just(()),
)


@given(FACTS)
def test_there_is_no_amount_without_an_order(facts):
    plan = planned.plan(facts, planned.Inputs(smic={"FRANCE_HORS_MAYOTTE": [SMIC_2026]}))
    assert plan.missing
    assert plan.decisions == ()


@given(FACTS, st.sampled_from(["Normandie", "Bretagne"]), DAYS, st.decimals("0.5", "95", places=2))
def test_an_order_gives_amounts_to_its_own_region_day_and_rate_only(facts, region, valid_from, rate):
    order = AidOrder(region=region, public="Tout public", rate=rate, valid_from=valid_from)
    plan = planned.plan(facts, planned.Inputs(smic={"FRANCE_HORS_MAYOTTE": [SMIC_2026]}, orders=[order]))
    for decision, found in zip(facts.decisions, plan.decisions, strict=False):
        if found is not None:
            assert (facts.region, decision.rate) == (region, rate)
            assert decision.is_granted
            assert decision.decided_on >= valid_from
