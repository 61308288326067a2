"""Several hypotheses at once, over random cohorts: a simulation equals a recomputation on the rows really entered."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.expected import order_of, read_inputs, with_aid_facts
from contracts.models import SmicRate, Suspension
from contracts.whatif import Hypothesis, later, simulate
from regulations.contracts import BreakReason, PayKept, SuspensionReason
from regulations.money import cents
from tests import builders as b
from tests.contracts.simulated import aided, confirmed, recomputed, rows, simulated

pytestmark = pytest.mark.django_db

contracts_drawn = st.lists(
    st.fixed_dictionaries(
        {
            "starts_on": st.dates(date(2025, 11, 1), date(2027, 3, 1)),
            "days": st.integers(20, 500),
            "rate": st.sampled_from(["45", "50", "60"]),
            "hours": st.sampled_from(["20", "23.5", "26"]),
            "has_order": st.booleans(),
            "broken_after": st.none() | st.integers(5, 19),
            "confirmed": st.booleans(),
            "suspended": st.none() | st.tuples(st.integers(0, 15), st.sampled_from(["NONE", "FULL", "PARTIAL"])),
        }
    ),
    min_size=1,
    max_size=4,
)
hypotheses_drawn = st.builds(
    Hypothesis,
    smic_percent=st.none() | st.decimals("0.1", "10", places=2),
    smic_from=st.dates(date(2026, 11, 1), date(2027, 6, 1)),
    rate=st.none() | st.sampled_from([Decimal("43.5"), Decimal("60")]),
    weekly_hours=st.none() | st.sampled_from([Decimal("22"), Decimal("24.75")]),
    months=st.integers(0, 7),
    no_entry_from=st.none() | st.dates(date(2026, 11, 1), date(2027, 3, 1)),
    decided_from=st.none() | st.dates(date(2025, 10, 1), date(2027, 1, 1)),
)


def enter(cohort, hypothesis: Hypothesis) -> None:
    """What a coordinator would type, row after row, without the simulation's own code."""
    inputs = read_inputs()
    if hypothesis.smic_percent:
        before = SmicRate.objects.in_force(hypothesis.smic_from, SmicRate.Territory.MAINLAND)
        raised = cents(before.hourly_gross * (1 + hypothesis.smic_percent / 100))
        SmicRate.objects.update_or_create(
            territory=before.territory, valid_from=hypothesis.smic_from, defaults={"hourly_gross": raised}
        )
    orders = {}
    for contract in list(with_aid_facts(rows(cohort))):
        request = contract.aid_requests.all()[0]
        order = order_of(request, contract, inputs)
        if hypothesis.no_entry_from and contract.starts_on >= hypothesis.no_entry_from:
            # Never begun, hence never broken.
            contract.closed_on, contract.broken_on, contract.break_reason = hypothesis.no_entry_from, None, ""
            contract.save()
            continue
        if hypothesis.months and not contract.broken_on and contract.ends_on >= b.TODAY:
            months = hypothesis.months
            contract.ends_on = request.aid_ends_on = later(contract.ends_on, months)
        since = hypothesis.decided_from
        if order is not None and (since is None or request.decided_on >= since):
            request.weekly_hours = hypothesis.weekly_hours or request.weekly_hours
            if hypothesis.rate:
                if order.pk not in orders:
                    public = f"{order.public}, autre taux"
                    orders[order.pk] = b.an_order(rate=hypothesis.rate, public=public, valid_from=order.valid_from)
                request.rate, request.order = hypothesis.rate, orders[order.pk]
        contract.save()
        request.save()


def a_random_cohort(drawn):
    b.a_smic(date(2025, 1, 1), "11.88")
    b.a_smic(date(2026, 1, 1), "12.02")
    orders = {
        rate: b.an_order(rate=Decimal(rate), public=f"Public à {rate} %", valid_from=date(2025, 1, 1))
        for rate in ("45", "50")
    }
    cohort = b.a_cohort()
    for one in drawn:
        ends_on = one["starts_on"] + timedelta(days=one["days"])
        broken_on = one["starts_on"] + timedelta(days=one["broken_after"]) if one["broken_after"] else None
        contract = aided(
            cohort,
            orders.get(one["rate"]) if one["has_order"] else None,
            {
                "rate": Decimal(one["rate"]),
                "weekly_hours": Decimal(one["hours"]),
                "signed_on": one["starts_on"] - timedelta(days=30),
                "decided_on": one["starts_on"] - timedelta(days=20),
            },
            starts_on=one["starts_on"],
            ends_on=ends_on,
            signed_on=one["starts_on"],
            broken_on=broken_on,
            break_reason=BreakReason.TRIAL_PERIOD if broken_on else "",
        )
        # An employer confirms months that are over, of decisions that stand on an order.
        if one["confirmed"] and one["starts_on"] < date(2026, 11, 1) and one["rate"] in orders:
            confirmed(contract, one["starts_on"].replace(day=1), Decimal("123.45"))
        if one["suspended"]:
            after, kept = one["suspended"]
            day = one["starts_on"] + timedelta(days=after)
            percent = Decimal(60) if kept == "PARTIAL" else None
            Suspension.objects.create(
                contract=contract,
                starts_on=day,
                ends_on=day + timedelta(days=3),
                reason=next(iter(SuspensionReason)),
                pay_kept=PayKept(kept),
                kept_percent=percent,
            )
    return cohort


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(drawn=contracts_drawn, hypothesis=hypotheses_drawn)
def test_a_simulation_equals_a_full_recomputation(db, drawn, hypothesis):
    with transaction.atomic():
        compare(a_random_cohort(drawn), hypothesis)
        # Each example begins with an empty house.
        transaction.set_rollback(True)


def compare(cohort, hypothesis):
    before = recomputed(cohort)
    found = simulate(rows(cohort), hypothesis, b.TODAY)
    # Simulating has stored nothing.
    assert recomputed(cohort) == before
    assert {(line.contract.pk, line.month): line.amount_today for line in found.lines if line.today} == before
    enter(cohort, hypothesis)
    after = recomputed(cohort)
    assert simulated(found) == after
    assert found.total.supposed == sum(after.values())
    assert found.total.difference == sum(after.values()) - sum(before.values())
    assert sum(pair.supposed for pair in found.by_employer.values()) == found.total.supposed
