"""The cohort page: what each role reads on it, and what it costs."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from impec.cohort_page.lanes import Axis, axis_of, lane_of, months_of
from tests import builders as b

pytestmark = pytest.mark.django_db


def page_of(client, cohort):
    return client.get(reverse("cohort_page", args=[cohort.pk]))


def test_the_counsellor_reads_contracts_places_hours_and_aid(world, client_of, claire):
    page = page_of(client_of(claire), world.cohort)
    text = page.content.decode()
    assert page.context["in_force"] == 2
    assert page.context["places"] == {"offered": 3, "filled": 2, "open": 1}
    assert page.context["hours"].done_minutes == 420
    # 12,02 € × 20 h × 52 / 12 × 50 %, for two contracts
    assert page.context["aid"].this_month == Decimal("1041.74")
    assert "BAUDRY Amina" in text
    assert "520,87" in text
    assert "Montant indicatif" in text


def test_an_employer_reads_its_own_people_and_its_own_money_only(world, client_of, denis):
    page = page_of(client_of(denis), world.cohort)
    text = page.content.decode()
    assert page.context["contract_count"] == 1
    assert page.context["aid"].this_month == Decimal("520.87")
    assert "BAUDRY Amina" in text
    assert "DA COSTA" not in text
    assert "L&#x27;Estran" not in text


def test_the_training_body_reads_hours_and_no_money(world, client_of, esther):
    page = page_of(client_of(esther), world.cohort)
    assert page.context["aid"] is None
    assert "€" not in page.content.decode()
    assert page.context["hours"].done_minutes == 420


@pytest.mark.parametrize("role", ["tutor", "adviser", "funder", "administrator", "trainee"])
def test_other_roles_have_no_cohort_page(world, client_of, role):
    assert page_of(client_of(world.users[role]), world.cohort).status_code == 403


def test_the_cohort_of_another_agency_is_not_found(world, client_of, claire):
    elsewhere = b.a_cohort(agency=b.an_organisation(name="Agence de Caen"))
    assert page_of(client_of(claire), elsewhere).status_code == 404


def test_a_cohort_without_anything_says_what_comes_next(agency, client_of, claire):
    page = page_of(client_of(claire), b.a_cohort(agency=agency, starts_on=date(2027, 2, 1), ends_on=date(2028, 1, 31)))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Aucun contrat pour l&#x27;instant" in text
    assert "à venir" in text


def test_without_an_order_there_is_a_sentence_and_no_amount(world, client_of, claire):
    world.contract.aid_requests.update(order=None, rate="37.00")
    page = page_of(client_of(claire), world.cohort)
    assert page.context["aid"].this_month == Decimal("520.87")
    assert any("Aucun arrêté saisi" in reason for reason in page.context["aid"].unknown)


def test_each_missing_thing_counts_the_rows_it_opens(world, client_of, claire):
    b.a_half_day(world.session, day=date(2026, 3, 3))
    b.a_contract(cohort=world.cohort, signed_on=None, enrolment=b.an_enrolment(cohort=world.cohort))
    browser = client_of(claire)
    missing = {item.label: item for item in page_of(browser, world.cohort).context["missing"]}
    expected = {
        "appel à faire": 1,
        "contrat sans tuteur": 1,
        "contrat PEC sans décision d'aide": 1,
        "contrat sans date de signature": 1,
    }
    for label, count in expected.items():
        opened = browser.get(missing[label].url)
        assert opened.context["count"].number == missing[label].count == count, label


def test_the_page_costs_the_same_queries_for_two_people_and_for_a_hundred(
    world, client_of, claire, django_assert_max_num_queries
):
    browser = client_of(claire)
    page_of(browser, world.cohort)
    with django_assert_max_num_queries(25):
        page_of(browser, world.cohort)
    for number in range(100):
        contract = b.a_contract(
            enrolment=b.an_enrolment(cohort=world.cohort, person=b.a_person(birth_name=f"PERSONNE{number}")),
            cohort=world.cohort,
            establishment=world.closerie if number % 2 else world.estran,
        )
        b.an_aid_request(contract, order=world.order)
        b.an_attendance(world.half_day, contract.enrolment)
    with django_assert_max_num_queries(25):
        page = page_of(browser, world.cohort)
    assert page.context["contract_count"] == 102
    # Too many for a bar each: one lane per establishment, opened one at a time.
    assert not any(group.lanes for group in page.context["year"].groups)
    asked = browser.get(reverse("cohort_page", args=[world.cohort.pk]), {"etablissement": world.closerie.pk})
    opened = {group.establishment: len(group.lanes) for group in asked.context["year"].groups}
    assert opened == {world.closerie.pk: 51}
    # 102 contracts at 520,87 €, computed once for all that are alike.
    assert page.context["aid"].this_month == Decimal("53128.74")


def test_an_odd_establishment_in_the_address_changes_nothing(world, client_of, claire):
    answer = client_of(claire).get(reverse("cohort_page", args=[world.cohort.pk]), {"etablissement": "<script>"})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().split("<main")[1].split("</main")[0]


# --- Geometry ---


def test_a_bar_begins_and_ends_on_its_days():
    axis = Axis(date(2026, 1, 1), date(2026, 12, 31))
    start, length = axis.span(date(2026, 1, 1), date(2026, 12, 31))
    assert (start, length) == (0, 100)
    assert axis.at(date(2026, 7, 2)) == Decimal("49.863")


def test_days_outside_stay_on_the_edge():
    axis = Axis(date(2026, 1, 1), date(2026, 12, 31))
    assert axis.at(date(2025, 1, 1)) == 0
    assert axis.at(date(2028, 1, 1)) == 100


def test_the_axis_covers_the_contracts_that_stick_out(world):
    early = b.a_contract(cohort=world.cohort, starts_on=date(2025, 12, 15), ends_on=date(2027, 3, 10))
    axis = axis_of(world.cohort, [(early.starts_on, early.ends_on)])
    assert (axis.first, axis.last) == (date(2025, 12, 1), date(2027, 3, 31))
    assert [month.label for month in months_of(axis)][:2] == ["déc.", "janv. 2026"]


def test_a_broken_contract_shows_where_and_what_was_lost(world):
    contract = b.a_contract(cohort=world.cohort, broken_on=date(2026, 6, 12), break_reason="RESIGNATION_FOR_CDI")
    lane = lane_of(
        axis_of(world.cohort, [(contract.starts_on, contract.last_day)]), contract, contract.state_on(b.TODAY), b.TODAY
    )
    assert lane.break_mark.label == "rompu le 12/06"
    assert lane.lost.at == lane.break_mark.at
    assert lane.window is None
    assert lane.state == "rompu"
