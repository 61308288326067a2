"""Who joins late: missed modules, what is made up, where it can be; then what is not missed."""

from datetime import date

import pytest
from django.urls import reverse

from regulations.training import HalfDayPart
from tests import builders as b
from training.catch_up import missed_by
from training.models import Module, Programme

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


@pytest.fixture
def late(world):
    """She is hired on 1 June; the module of February was over."""
    enrolment = b.an_enrolment(b.a_person(birth_name="TARD", agency=world.cohort.agency), world.cohort, seat=world.seat)
    b.a_contract(enrolment=enrolment, cohort=world.cohort, establishment=world.closerie, starts_on=date(2026, 6, 1))
    b.a_half_day(world.session, part=HalfDayPart.AFTERNOON)
    return enrolment


@pytest.fixture
def next_door(world):
    """Another cohort of the agency teaches the same module in December."""
    cohort = b.a_cohort(agency=world.cohort.agency)
    programme = Programme.objects.create(cohort=cohort, title="Socle commun")
    module = Module.objects.create(
        programme=programme, position=1, title=world.session.module.title, planned_minutes=420
    )
    return b.a_half_day(b.a_session(cohort, module=module), day=date(2026, 12, 3))


def missed(enrolment, user):
    return [(one.title, one.minutes) for one in missed_by([enrolment], user=user, on=TODAY).get(enrolment.pk, [])]


def words(page):
    return " ".join(page.content.decode().replace("\xa0", " ").replace("&#x27;", "'").split())


def test_modules_taught_before_she_came_are_missed(world, late, claire):
    assert missed(late, claire) == [(world.session.module.title, 420)]


def test_who_was_there_from_the_start_misses_nothing(world, claire):
    assert missed(world.enrolment, claire) == []


def test_a_module_half_taught_is_half_missed(world, late, claire):
    b.a_half_day(world.session, day=date(2026, 6, 9))
    assert missed(late, claire) == [(world.session.module.title, 210)]


def test_a_module_taught_again_in_the_cohort_is_missed_no_more(world, late, claire):
    for part in HalfDayPart:
        b.a_half_day(world.session, day=date(2026, 6, 9), part=part)
    assert missed(late, claire) == []


def test_what_was_cancelled_was_not_taught(world, late, claire):
    world.session.half_days.update(cancelled_on=date(2026, 2, 9), cancel_reason="Neige")
    assert missed(late, claire) == []


def test_the_same_module_of_another_cohort_makes_it_up(world, late, next_door, claire):
    [one] = missed_by([late], user=claire, on=TODAY)[late.pk]
    assert one.sessions == [next_door]
    b.an_attendance(next_door, late)
    assert missed(late, claire) == [(world.session.module.title, 210)]


def test_what_is_after_her_contract_is_not_proposed(world, late, next_door, claire):
    next_door.day = date(2028, 12, 5)
    next_door.save()
    [one] = missed_by([late], user=claire, on=TODAY)[late.pk]
    assert one.sessions == []


def test_the_hours_of_the_cohort_name_her_and_her_page_says_where(world, late, next_door, client_of, claire):
    browser = client_of(claire)
    page = words(browser.get(reverse("training:cohort_hours", args=[world.cohort.pk])))
    assert f"{late.person.full_name} : 1 module à rattraper, 7,00 h" in page
    page = words(browser.get(reverse("training:catch_up", args=[late.pk])))
    assert "3 décembre 2026, matin" in page


def test_the_page_asks_a_constant_number_of_queries(world, late, client_of, claire, django_assert_max_num_queries):
    browser, address = client_of(claire), reverse("training:cohort_hours", args=[world.cohort.pk])
    browser.get(address)
    for _ in range(8):
        one = b.an_enrolment(b.a_person(agency=world.cohort.agency), world.cohort, seat=world.seat)
        b.a_contract(enrolment=one, cohort=world.cohort, establishment=world.closerie, starts_on=date(2026, 6, 1))
    with django_assert_max_num_queries(18):
        page = browser.get(address)
    assert len(page.context["late"]) == 9


def test_the_neighbour_reads_nothing_of_her(world, late, client_of, gaelle):
    assert client_of(gaelle).get(reverse("training:catch_up", args=[late.pk])).status_code == 404
