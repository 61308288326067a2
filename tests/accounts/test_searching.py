"""A list is searched without its text entering an address."""

import pytest
from django.urls import reverse

from accounts import searching
from tests import builders as b

PEOPLE = "cohorts:person_list"


@pytest.fixture
def browser(client_of, world):
    b.a_person(birth_name="MARÉCHAL", first_name="Hélène")
    return client_of(world.users["coordinator"])


def search(browser, text, **filters):
    return browser.post(reverse(PEOPLE), {"q": text, **filters})


def test_the_address_holds_a_key_and_no_name(browser):
    answer = search(browser, "baudry", etat="", tri="name")
    assert "baudry" not in answer.url
    assert answer.url.startswith(f"{reverse(PEOPLE)}?tri=name&cherche=")
    page = browser.get(answer.url)
    assert page.context["count"].number == 1
    assert 'value="baudry"' in page.content.decode()


def test_every_link_of_the_page_keeps_the_search_and_shows_no_name(browser):
    page = browser.get(search(browser, "baudry").url).content.decode()
    key = browser.session[searching.IN_SESSION].popitem()[0]
    assert f"{reverse('exports:export_list', args=['personnes'])}?cherche={key}" in page
    assert "q=baudry" not in page


def test_the_same_text_keeps_its_key(browser):
    assert search(browser, "baudry").url == search(browser, "  baudry ").url


def test_filters_alone_need_no_key(browser):
    assert search(browser, "", tri="name").url == f"{reverse(PEOPLE)}?tri=name"
    assert search(browser, "").url == reverse(PEOPLE)


def test_old_searches_leave_and_the_page_says_so(browser):
    first = search(browser, "baudry").url
    for number in range(searching.KEPT):
        search(browser, f"nom {number}")
    page = browser.get(first).content.decode()
    assert len(browser.session[searching.IN_SESSION]) == searching.KEPT
    assert "Cette recherche n'est plus gardée" in page


def test_the_key_of_one_browser_opens_nothing_in_another(browser, client_of, world):
    address = search(browser, "baudry").url
    page = client_of(world.users["employer"]).get(address)
    assert "baudry" not in page.content.decode().replace("BAUDRY", "")
    assert page.context["search_lost"]


def test_a_list_without_a_search_takes_no_form(client_of, claire):
    assert client_of(claire).post(reverse("imports:batch_list")).status_code == 405


@pytest.mark.parametrize("text", ["\0", " ", "é" * 5000, "<script>", "1e999"])
def test_strange_texts_break_nothing(browser, text):
    assert browser.get(search(browser, text).url).status_code == 200
