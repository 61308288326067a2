"""Loading the reference data."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from contracts import actions
from contracts.models import AidOrder, SmicRate
from tests import builders as b

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(capsys):
    call_command("load_reference")


def test_the_whole_smic_is_loaded_with_its_source(loaded):
    newest = SmicRate.objects.in_force(date(2026, 11, 1), SmicRate.Territory.MAINLAND)
    assert (newest.hourly_gross, newest.valid_from) == (Decimal("12.02"), date(2026, 1, 1))
    assert SmicRate.objects.count() == 26


def test_orders_are_history_until_confirmed(loaded):
    assert AidOrder.objects.count() == 34
    assert not AidOrder.objects.exclude(confirmed_on=None).exists()


def test_only_rates_of_the_pec_become_orders(loaded):
    rates = set(AidOrder.objects.values_list("reference_id", flat=True))
    assert "rate-01" in rates
    # An order whose rate was not read, and a band.
    assert not rates & {"rate-02", "rate-03"}
    assert AidOrder.objects.get(reference_id="rate-48").rate == Decimal("43.5")


def test_loading_twice_changes_nothing(loaded):
    before = list(SmicRate.objects.order_by("pk").values()), list(AidOrder.objects.order_by("pk").values())
    call_command("load_reference")
    assert (list(SmicRate.objects.order_by("pk").values()), list(AidOrder.objects.order_by("pk").values())) == before


def test_a_correction_is_never_overwritten(loaded, claire):
    smic = SmicRate.objects.get(territory=SmicRate.Territory.MAYOTTE, valid_from=date(2026, 1, 1))
    smic.hourly_gross = Decimal("9.40")
    actions.save_smic(rate=smic)
    order = AidOrder.objects.get(reference_id="rate-01")
    order.rate = Decimal("45")
    actions.save_order(order=order)
    call_command("load_reference")
    smic.refresh_from_db()
    order.refresh_from_db()
    assert (smic.hourly_gross, order.rate) == (Decimal("9.40"), Decimal("45"))


def test_a_row_nobody_touched_follows_the_file(loaded):
    SmicRate.objects.filter(valid_from=date(2026, 1, 1)).update(hourly_gross=Decimal("1"))
    call_command("load_reference")
    assert SmicRate.objects.in_force(b.TODAY, SmicRate.Territory.MAINLAND).hourly_gross == Decimal("12.02")
