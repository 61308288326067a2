"""Et si… : a simulation equals a full recomputation after really entering the rows, and stores nothing."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.actions.scenarios import keep_scenario
from contracts.ledger import money
from contracts.models import AidRequest, Contract, SmicRate
from contracts.whatif import Hypothesis, Pair, later, sentences, simulate
from regulations.contracts import AidRequestKind, BreakReason, ContractKind
from tests import builders as b
from tests.contracts.simulated import aided, confirmed, recomputed, rows, simulated

pytestmark = pytest.mark.django_db

TWO_PERCENT = Hypothesis(smic_percent=Decimal(2), smic_from=date(2026, 12, 1))


@pytest.fixture
def smic(db):
    b.a_smic(date(2026, 1, 1), "12.02")


@pytest.fixture
def cohort(smic):
    return b.a_cohort()


@pytest.fixture
def order(db):
    return b.an_order()


def result(cohort, **supposed):
    return simulate(rows(cohort), Hypothesis(**supposed), b.TODAY)


# --- One hypothesis at a time, then the row really entered ---


def test_a_rise_of_the_smic_equals_its_row(cohort, order):
    aided(cohort, order)
    found = result(cohort, smic_percent=Decimal(2), smic_from=date(2026, 12, 1))
    b.a_smic(date(2026, 12, 1), "12.26")
    assert simulated(found) == recomputed(cohort)
    # 12,26 € × 20 h × 52 / 12 × 50 % = 531,27 €, and the months before keep 520,87 €.
    assert found.by_month[date(2026, 12, 1)].difference == Decimal("10.40")
    assert found.by_month[date(2026, 11, 1)].difference == 0


def test_a_rise_on_the_day_of_a_known_row_replaces_it(cohort, order):
    b.a_smic(date(2027, 1, 1), "12.20")
    aided(cohort, order)
    found = result(cohort, smic_percent=Decimal(1), smic_from=date(2027, 1, 1))
    SmicRate.objects.filter(valid_from=date(2027, 1, 1)).update(hourly_gross=Decimal("12.32"))
    assert simulated(found) == recomputed(cohort)


def test_a_rise_holds_until_the_next_row_known(cohort, order):
    b.a_smic(date(2027, 1, 1), "12.20")
    aided(cohort, order)
    found = result(cohort, smic_percent=Decimal(10), smic_from=date(2026, 12, 1))
    assert found.by_month[date(2026, 12, 1)].difference > 0
    assert found.by_month[date(2027, 1, 1)].difference == 0


def test_another_rate_equals_another_order_and_its_decisions(cohort, order):
    aided(cohort, order)
    aided(cohort, None)
    found = result(cohort, rate=Decimal(45))
    other = b.an_order(public="Tout public, à 45 %", rate=Decimal(45))
    AidRequest.objects.update(order=other, rate=Decimal(45))
    assert simulated(found) == recomputed(cohort)
    # 12,02 € × 20 h × 52 / 12 × 45 % = 468,78 €, twice
    assert found.by_month[date(2026, 3, 1)].supposed == Decimal("937.56")


def test_another_rate_for_one_order_leaves_the_others(cohort, order):
    young = b.an_order(public="Moins de 26 ans", rate=Decimal(60))
    kept, changed = aided(cohort, order), aided(cohort, young, {"rate": Decimal(60)})
    found = result(cohort, rate=Decimal(65), order=young.pk)
    by_contract = {line.contract.pk: line.pair.difference for line in found.lines if line.month == date(2026, 3, 1)}
    assert by_contract == {kept.pk: 0, changed.pk: Decimal("52.09")}


def test_another_rate_from_a_day_leaves_earlier_decisions(cohort, order):
    early, late = aided(cohort, order), aided(cohort, order, {"decided_on": date(2026, 1, 27)})
    found = result(cohort, rate=Decimal(45), decided_from=date(2026, 1, 25))
    differences = {line.contract.pk: line.pair.difference < 0 for line in found.lines if line.month == date(2026, 3, 1)}
    assert differences == {early.pk: False, late.pk: True}


def test_other_hours_equal_the_hours_typed_in_the_decisions(cohort, order):
    aided(cohort, order)
    found = result(cohort, weekly_hours=Decimal(24))
    AidRequest.objects.update(weekly_hours=Decimal(24))
    assert simulated(found) == recomputed(cohort)


def test_hours_outside_the_order_or_above_the_contract_are_said(cohort, order):
    aided(cohort, order)
    found = result(cohort, weekly_hours=Decimal(30))
    assert any("l'arrêté dit au moins 20 h et au plus 26 h" in notice for notice in found.notices)
    assert any("moins d'heures par semaine que les heures aidées" in notice for notice in found.notices)
    assert result(cohort, weekly_hours=Decimal(24)).notices == ()


def test_one_more_month_equals_the_end_moved(cohort, order):
    contract = aided(cohort, order)
    found = result(cohort, months=1)
    rows(cohort).update(ends_on=date(2027, 3, 1))
    contract.aid_requests.update(aid_ends_on=date(2027, 3, 1))
    assert simulated(found) == recomputed(cohort)
    assert date(2027, 3, 1) in found.by_month


@pytest.mark.parametrize(
    "ends_on, months, expected",
    [
        pytest.param(date(2027, 2, 1), 1, date(2027, 3, 1), id="a day of the month"),
        pytest.param(date(2027, 1, 31), 1, date(2027, 2, 28), id="the last day stays the last day"),
        pytest.param(date(2027, 2, 28), 1, date(2027, 3, 31), id="of a longer month too"),
        pytest.param(date(2027, 2, 28), 12, date(2028, 2, 29), id="leap year"),
    ],
)
def test_months_more_keep_to_the_ends_of_months(ends_on, months, expected):
    assert later(ends_on, months) == expected


def test_a_contract_over_broken_or_open_ended_is_not_lengthened(cohort, order):
    aided(cohort, order, starts_on=date(2025, 10, 1), ends_on=date(2026, 9, 30))
    aided(cohort, order, broken_on=date(2026, 6, 12), break_reason=BreakReason.TRIAL_PERIOD)
    aided(cohort, order, {"aid_ends_on": date(2027, 2, 1)}, kind=ContractKind.CDI_PEC, ends_on=None)
    assert result(cohort, months=3).changes_nothing


def test_beyond_twenty_four_months_is_said(cohort, order):
    aided(cohort, order)
    assert "24 mois" in result(cohort, months=13).notices[0]
    assert result(cohort, months=12).notices == ()


def test_no_entry_from_a_day_equals_the_contracts_closed(cohort, order):
    kept = aided(cohort, order)
    stopped = aided(cohort, order, starts_on=date(2027, 1, 4), ends_on=date(2028, 1, 3), signed_on=None)
    found = result(cohort, no_entry_from=date(2026, 12, 1))
    Contract.objects.filter(pk=stopped.pk).update(closed_on=date(2026, 12, 1))
    assert simulated(found) == recomputed(cohort)
    assert {line.contract.pk for line in found.lines if line.supposed} == {kept.pk}
    assert found.by_month[date(2027, 6, 1)].supposed == 0


def test_a_stop_leaves_alone_who_begins_the_day_before(cohort, order):
    aided(cohort, order, starts_on=date(2026, 11, 30), ends_on=date(2027, 11, 29))
    assert result(cohort, no_entry_from=date(2026, 12, 1)).changes_nothing


def a_renewal(contract, order):
    return b.an_aid_request(
        contract,
        order=order,
        kind=AidRequestKind.RENEWAL,
        decided_on=date(2026, 10, 20),
        aid_starts_on=date(2027, 2, 2),
        aid_ends_on=date(2027, 8, 1),
    )


def test_no_renewal_equals_the_renewals_refused(cohort, order):
    order.valid_to = None
    renewal = a_renewal(aided(cohort, order, ends_on=date(2027, 8, 1), request={"aid_ends_on": b.LAST_DAY}), order)
    assert result(cohort, no_entry_from=date(2026, 12, 1)).changes_nothing
    found = result(cohort, no_entry_from=date(2026, 12, 1), no_renewal=True)
    AidRequest.objects.filter(pk=renewal.pk).update(refused=True)
    assert simulated(found) == recomputed(cohort)
    assert found.total.difference < 0


def test_going_on_asks_for_a_renewal_that_a_stop_refuses(cohort, order):
    aided(cohort, order)
    found = result(cohort, months=6, no_entry_from=date(2026, 12, 1), no_renewal=True)
    assert found.changes_nothing
    assert "prolongation empêchée" in found.notices[0]


def test_a_month_confirmed_keeps_its_amount_whatever_is_supposed(cohort, order):
    confirmed(aided(cohort, order), date(2026, 3, 1), Decimal("500.00"))
    found = result(cohort, rate=Decimal(45))
    assert found.by_month[date(2026, 3, 1)] == Pair(Decimal(500), Decimal(500))
    assert "mois confirmé" in found.lines[1].formulas[0]
    assert found.by_month[date(2026, 4, 1)].difference < 0
    assert found.total.today == money(rows(cohort), b.TODAY).committed


# --- What it counts ---


def test_contracts_without_amount_are_counted_with_their_reason(cohort, order):
    aided(cohort, order)
    b.a_contract(enrolment=b.an_enrolment(cohort=cohort))
    b.a_contract(enrolment=b.an_enrolment(cohort=cohort), kind=ContractKind.OTHER)
    found = simulate(rows(cohort), TWO_PERCENT, b.TODAY)
    assert found.contracts == 2
    assert (found.unknown_today.total(), found.unknown_supposed.total()) == (1, 1)


def test_no_amount_is_made_up_where_no_order_applies(cohort):
    aided(cohort, None)
    found = result(cohort, rate=Decimal(60))
    assert found.lines == ()
    assert found.unknown_supposed.total() == 1


def test_the_number_of_queries_follows_nothing(cohort, order):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            simulate(rows(cohort), TWO_PERCENT, b.TODAY)
        return len(caught)

    aided(cohort, order)
    with_one = queries()
    for _ in range(5):
        aided(cohort, order)
    assert queries() == with_one <= 12


def test_an_hypothesis_is_kept_and_read_again_as_it_was():
    whole = Hypothesis(
        smic_percent=Decimal("2.50"),
        smic_from=date(2027, 1, 1),
        rate=Decimal(45),
        weekly_hours=Decimal("23.5"),
        order=7,
        decided_from=date(2026, 9, 1),
        months=2,
        no_entry_from=date(2027, 2, 1),
        no_renewal=True,
    )
    assert Hypothesis.of_json(whole.as_json()) == whole
    assert Hypothesis().as_json() == {}
    assert sentences(whole, "Tout public") == [
        "SMIC horaire + 2,5 % à partir du 01/01/2027",
        "taux de 45 %, décisions de l'arrêté « Tout public » prises à partir du 01/09/2026",
        "23,5 h aidées par semaine, décisions de l'arrêté « Tout public » prises à partir du 01/09/2026",
        "contrats en cours ou à venir prolongés de 2 mois",
        "ni entrée ni renouvellement à partir du 01/02/2027",
    ]


def test_a_name_serves_once_in_a_cohort(cohort, claire):
    keep_scenario(cohort=cohort, name="SMIC + 2 %", hypothesis=TWO_PERCENT, by=claire)
    with pytest.raises(ValidationError, match="porte déjà ce nom"):
        keep_scenario(cohort=cohort, name=" SMIC + 2 % ", hypothesis=TWO_PERCENT, by=claire)
