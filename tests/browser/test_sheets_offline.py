"""J5 without network: what is sent waits on the telephone, leaves once, and nothing is lost or doubled."""

from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts import clock
from tests import builders as b
from tests.browser.page_checks import is_kept
from tests.browser.test_sheets import enter, touch
from tests.tutoring.sheets import OCTOBER, a_sheet, access_link, fill, with_phone
from tutoring.actions.sheet_links import close_accesses
from tutoring.models import Observation, SheetLink, TutorSheet

pytestmark = pytest.mark.django_db(transaction=True)

STORED = """async () => {
  const bases = await indexedDB.databases();
  if (!bases.some((one) => one.name === "impec-sheets")) return [];
  const base = await new Promise((resolve) => {
    const request = indexedDB.open("impec-sheets");
    request.onsuccess = () => resolve(request.result);
  });
  const items = await new Promise((resolve) => {
    const request = base.transaction("items").objectStore("items").getAll();
    request.onsuccess = () => resolve(request.result);
  });
  base.close();
  return items;
}"""


@pytest.fixture
def tutor(world):
    cache.clear()
    a_sheet(world.tutorship, month=OCTOBER)
    b.a_grid()
    return with_phone(world.tutor)


BACK_UNTIL_LEFT = """() => {
  dispatchEvent(new Event("online"));
  return document.querySelector("[data-queue]:not([data-waiting])") !== null;
}"""


def november():
    return TutorSheet.objects.filter(month=date(2026, 11, 1))


def send(page, skill="Servir", level="seul"):
    touch(page, skill, level)
    page.get_by_label("tout va bien").check()
    page.get_by_role("button", name="Envoyer").click()


def waiting(page, words="partira tout seul. 1 fiche attend."):
    page.locator("[data-queue]", has_text=words).wait_for()


def all_left(page):
    page.locator("[data-queue]:not([data-waiting])").wait_for(state="attached")


def test_cut_before_sending_it_waits_survives_a_kill_and_leaves_by_itself(world, tutor, open_page):
    page = open_page(width=320)
    enter(page, tutor)
    is_kept(page)
    window = page.context
    window.set_offline(True)
    send(page)
    waiting(page)
    page.close()
    page = window.new_page()
    page.goto(fill(world.tutorship))
    waiting(page)
    assert not november().exists()
    # Only a first name with its initial stays on the telephone.
    assert "BAUDRY" not in str(page.evaluate(STORED))
    window.set_offline(False)
    all_left(page)
    assert (november().count(), Observation.objects.count()) == (1, 1)


def test_cut_during_the_sending_the_answers_are_lost_three_times_and_one_row_stays(world, tutor, open_page):
    page = open_page(width=320)
    enter(page, tutor)
    lost = []

    def lose(route):
        """The service receives it, and the telephone never hears of it."""
        if route.request.method == "POST" and len(lost) < 3:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/ma-fiche/*/2026-11/", lose)
    send(page)
    while len(lost) < 3:
        waiting(page)
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(50)
    # Said until it is heard: the third sending may still be under way.
    page.wait_for_function(BACK_UNTIL_LEFT, polling=200)
    assert lost == [200] * 3
    assert (november().count(), Observation.objects.count()) == (1, 1)


def test_cut_after_the_sending_changes_nothing(world, tutor, open_page):
    page = open_page(width=320)
    enter(page, tutor)
    send(page)
    page.get_by_text("Tout est envoyé").wait_for()
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('online'))")
    assert page.evaluate(STORED) == []
    page.context.set_offline(False)
    assert november().count() == 1


def test_two_telephones_keep_both_and_it_is_shown(world, tutor, open_page):
    pages = []
    for level in ("seul", "avec aide"):
        page = open_page(width=320)
        enter(page, tutor)
        is_kept(page)
        page.context.set_offline(True)
        send(page, level=level)
        waiting(page)
        pages.append(page)
    for page in pages:
        page.context.set_offline(False)
        all_left(page)
    assert (november().count(), Observation.objects.count()) == (2, 2)
    assert len(set(november().values_list("device_id", flat=True))) == 2
    pages[0].goto(fill(world.tutorship))
    pages[0].get_by_text("Deux valeurs").wait_for()


def test_a_telephone_set_to_another_century_loses_nothing(world, tutor, open_page):
    page = open_page(width=320)
    page.clock.install(time="2041-03-04T05:06:07")
    enter(page, tutor)
    page.context.set_offline(True)
    send(page)
    waiting(page)
    page.context.set_offline(False)
    all_left(page)
    sheet = november().get()
    assert (sheet.observed_on, sheet.device_at.year) == (clock.today(), 2041)


def test_an_expired_link_and_session_lose_nothing_on_a_known_telephone(world, tutor, open_page):
    page = open_page(width=320)
    enter(page, tutor)
    is_kept(page)
    page.context.set_offline(True)
    send(page)
    waiting(page)
    SheetLink.objects.update(expires_at=clock.now())
    page.context.clear_cookies(name="sessionid")
    page.context.set_offline(False)
    all_left(page)
    assert (november().count(), Observation.objects.count()) == (1, 1)
    page.goto(reverse("tutoring:my_sheets"))
    page.get_by_role("button", name="Recevoir un nouveau lien").wait_for()


def test_a_link_replaced_by_a_newer_one_loses_nothing(world, tutor, open_page):
    page = open_page(width=320)
    enter(page, tutor)
    page.context.set_offline(True)
    send(page)
    waiting(page)
    access_link(tutor)
    page.context.set_offline(False)
    all_left(page)
    assert november().count() == 1


def test_a_lost_telephone_that_was_closed_sends_nothing_and_keeps_nothing(world, tutor, open_page):
    page = open_page(width=320)
    enter(page, tutor)
    is_kept(page)
    page.context.set_offline(True)
    send(page)
    waiting(page)
    close_accesses(tutor=tutor, at=clock.now())
    page.context.set_offline(False)
    page.get_by_text("il ne garde plus rien. 1 fiche non envoyée est à refaire.").wait_for()
    assert page.evaluate(STORED) == []
    assert page.evaluate("caches.has('impec-sheets')") is False
    assert not november().exists()


def test_signing_out_sends_what_waits_then_wipes_the_telephone(world, tutor, open_page):
    page = open_page(width=320)
    enter(page, tutor)
    is_kept(page)
    page.context.set_offline(True)
    send(page)
    waiting(page)
    page.get_by_role("button", name="Sortir de mes fiches").click()
    page.get_by_text("Sortir effacerait ce qui n'est pas envoyé (1)").wait_for()
    page.context.set_offline(False)
    all_left(page)
    page.get_by_role("button", name="Sortir de mes fiches").click()
    page.get_by_text("Ce téléphone n'en garde rien").wait_for()
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 0
    assert page.evaluate("caches.keys()") == []
    assert november().count() == 1


def test_what_the_service_refuses_is_said_and_what_was_typed_stays(world, tutor, open_page):
    page = open_page(width=320)
    enter(page, tutor)
    world.contract.closed_on = clock.today()
    world.contract.save()
    send(page)
    page.get_by_text("Le contrat de Amina B. s'est terminé").wait_for()
    assert page.get_by_label("tout va bien").is_checked()
    assert page.get_by_role("group", name="Servir").get_by_label("seul").is_checked()
