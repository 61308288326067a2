"""The register of the deliveries: found by what one knows of them, exported as it shows, at the same cost for 300."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock
from exports import actions
from exports.models import Delivery, ExportProfile
from tests import builders as b
from tests.exports.helpers import by_calamine


@pytest.fixture
def register(world, claire, hugo):
    """Four deliveries: one corrected, its correction acknowledged, one of the DDETS, one that waits."""
    opco = b.a_financer(organisation=hugo.memberships.get().organisation)
    first = a_row(world, claire, "2026-10-OPCO-01", financer=opco, recipient=opco.organisation, on=date(2026, 10, 2))
    second = a_row(
        world,
        claire,
        "2026-11-OPCO-01",
        financer=opco,
        recipient=opco.organisation,
        replaces=first,
        replace_reason="Un contrat manquait.",
    )
    actions.acknowledge(
        delivery=second,
        received=actions.Received(received_on=b.TODAY, received_by="Hugo PETIT", way="MAIL"),
        by=claire,
    )
    a_row(world, claire, "2026-11-DDETS-01", code="D1")
    a_row(world, claire, "2026-11-AGENCE-01", is_sent=False)
    return opco


def a_row(world, claire, number, *, code="O1", on=None, is_sent=True, **facts) -> Delivery:
    at = clock.at(on, clock.now().time()) if on else clock.now()
    return Delivery.objects.create(
        cohort=world.cohort,
        number=number,
        code=code,
        profile=ExportProfile.objects.filter(code=code).first(),
        as_of=at.date(),
        author=claire,
        prepared_at=at,
        frozen_at=at,
        sent_at=at if is_sent else None,
        sha256="0" * 64,
        **facts,
    )


ALL = {"2026-10-OPCO-01", "2026-11-OPCO-01", "2026-11-DDETS-01", "2026-11-AGENCE-01"}


@pytest.mark.parametrize(
    "query, found",
    [
        ("", ALL),
        ("destinataire=financeur-{opco}", {"2026-10-OPCO-01", "2026-11-OPCO-01"}),
        ("destinataire=DDETS", {"2026-11-DDETS-01"}),
        ("destinataire=AGENCE", {"2026-11-AGENCE-01"}),
        ("fichier=D1", {"2026-11-DDETS-01"}),
        ("du=01/11/2026", ALL - {"2026-10-OPCO-01"}),
        ("au=31/10/2026", {"2026-10-OPCO-01"}),
        ("etat=pretes", {"2026-11-AGENCE-01"}),
        ("etat=accusees", {"2026-11-OPCO-01"}),
        ("etat=sans-accuse", {"2026-10-OPCO-01", "2026-11-DDETS-01"}),
        ("remplacement=remplacees", {"2026-10-OPCO-01"}),
        ("remplacement=corrections", {"2026-11-OPCO-01"}),
        ("remplacement=en-vigueur", ALL - {"2026-10-OPCO-01"}),
    ],
)
def test_each_filter_finds_its_deliveries(register, claire, client_of, query, found):
    address = reverse("exports:delivery_list") + "?" + query.format(opco=register.pk)
    page = client_of(claire).get(address)
    assert {row.record.number for row in page.context["table"].rows} == found


def test_it_says_what_was_replaced_and_acknowledged(register, claire, client_of):
    rows = {
        row.record.number: row.record
        for row in client_of(claire).get(reverse("exports:delivery_list")).context["table"].rows
    }
    assert rows["2026-10-OPCO-01"].replaced_number == "2026-11-OPCO-01"
    assert rows["2026-11-OPCO-01"].acknowledged_on == b.TODAY


def test_it_exports_what_it_shows(register, claire, client_of):
    answer = client_of(claire).get(reverse("exports:export_list", args=["remises"]) + "?etat=accusees")
    heads, *rows = by_calamine(b"".join(answer.streaming_content)).get_sheet_by_index(0).to_python()
    (row,) = (dict(zip(heads, one, strict=True)) for one in rows)
    assert (row["Numéro"], row["Accusé le"], row["État"]) == ("2026-11-OPCO-01", b.TODAY, "remise")


def test_a_value_that_is_no_choice_is_refused_without_a_fault(register, claire, client_of):
    page = client_of(claire).get(reverse("exports:delivery_list") + "?destinataire=financeur-x&du=hier")
    assert page.status_code == 200
    assert page.context["filters"].form.errors


def test_three_hundred_cost_what_four_do(register, world, claire, client_of, django_assert_num_queries):
    browser = client_of(claire)
    address = reverse("exports:delivery_list")
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    for number in range(300):
        a_row(world, claire, f"2026-09-OPCO-{number:03d}", financer=register)
    with django_assert_num_queries(len(few)):
        page = browser.get(address)
    assert page.context["count"].number == 304
