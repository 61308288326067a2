"""Home pages and search: each role finds what waits for it, and nothing of its neighbours."""

from datetime import date

import pytest
from django.urls import reverse

from contracts.models.contract import LACKS
from tests import builders as b

pytestmark = pytest.mark.django_db


def home(client):
    page = client.get(reverse("home"))
    assert page.status_code == 200
    return page


def test_a_stranger_reads_what_this_is_and_how_to_sign_in(client_of):
    page = home(client_of(None)).content.decode()
    assert reverse("account_login") in page


@pytest.mark.parametrize(
    "role",
    ["coordinator", "employer", "neighbour", "tutor", "trainer", "adviser", "funder", "administrator", "trainee"],
)
def test_each_role_has_its_home(world, client_of, role):
    page = home(client_of(world.users[role]))
    assert page.context["home"].blocks or page.context["home"].shortcuts


def test_counts_of_the_home_equal_the_rows_they_open(world, client_of, claire):
    b.a_half_day(world.session, day=date(2026, 3, 3))
    world.tutorship.ends_on = date(2026, 5, 1)
    world.tutorship.save()
    browser = client_of(claire)
    todo = {item.label: item for item in home(browser).context["home"].todo}
    for label in ("appel à faire", "contrat sans tuteur"):
        item = todo[label]
        assert browser.get(item.url).context["count"].number == item.count == 1, label


def test_each_lack_of_a_contract_counts_the_rows_it_opens(world, client_of, claire):
    world.tutorship.delete()
    enrolment = b.an_enrolment(cohort=world.cohort, person=b.a_person(birth_name="LEROY"))
    b.a_contract(enrolment=enrolment, cohort=world.cohort, signed_on=None)
    browser = client_of(claire)
    todo = {item.url.partition("?manque=")[2]: item.count for item in home(browser).context["home"].todo}
    address = reverse("contracts:contract_list")
    opened = {what: browser.get(f"{address}?manque={what}").context["count"].number for what in LACKS}
    assert opened == {what: todo.get(what, 0) for what in LACKS}
    assert (opened["sans-tuteur"], opened["sans-signature"]) == (2, 1)


def test_what_waits_longest_comes_first(world, client_of, claire):
    b.a_half_day(world.session, day=date(2026, 3, 3))
    days = [item.at_stake for item in home(client_of(claire)).context["home"].sorted_todo if item.at_stake]
    assert days == sorted(days)


def test_the_employer_sees_its_own_people_only(world, client_of, denis):
    page = home(client_of(denis)).content.decode()
    assert "BAUDRY Amina" in page
    assert "DA COSTA" not in page


def test_the_tutor_sees_first_name_and_initial(world, client_of, bruno):
    page = home(client_of(bruno)).content.decode()
    assert "Amina B." in page
    assert "BAUDRY" not in page


def test_the_adviser_reads_a_status_word_and_no_reason(world, client_of, farid):
    page = home(client_of(farid)).content.decode()
    assert "BAUDRY Amina" in page
    assert "proposé" in page


def test_the_trainee_reads_her_hours(world, client_of, amina):
    assert "3,50" in home(client_of(amina)).content.decode()


def test_the_home_costs_constant_queries(world, client_of, claire, django_assert_max_num_queries):
    browser = client_of(claire)
    home(browser)
    for number in range(10):
        person = b.a_person(birth_name=f"PERSONNE{number}")
        b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort, person=person), cohort=world.cohort)
        b.a_half_day(world.session, day=date(2026, 12, 1 + number))
    # Eleven of them read the anomalies of the attendance, whatever the people.
    with django_assert_max_num_queries(62):
        home(browser)


# --- Search ---


def search(client, text):
    return client.post(reverse("search"), {"texte": text})


def test_search_finds_without_accents_in_every_kind(world, client_of, claire):
    b.a_person(birth_name="MARÉCHAL", first_name="Émilie")
    groups = dict(search(client_of(claire), "marechal emilie").context["groups"])
    assert [label for label, _, _ in groups["Personnes"]] == ["MARÉCHAL Émilie"]
    assert "Employeurs" in dict(search(client_of(claire), "estran").context["groups"])
    assert "Cohortes" in dict(search(client_of(claire), "sud manche").context["groups"])


def test_search_finds_a_contract_by_its_decision_number(world, client_of, claire):
    number = world.contract.aid_requests.get().decision_number
    groups = dict(search(client_of(claire), number).context["groups"])
    assert [url for _, _, url in groups["Contrats"]] == [world.contract.get_absolute_url()]


def test_search_stays_in_scope(world, client_of, denis):
    assert search(client_of(denis), "da costa").context["groups"] == []
    assert search(client_of(denis), "estran").context["groups"] == []


def test_search_takes_anything(world, client_of, claire):
    for text in ("", "a", "%", "' OR 1=1 --", "\0", "<script>alert(1)</script>", "é" * 5000):
        page = search(client_of(claire), text)
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
