"""J7 without network: what is noted or drawn waits on the tablet, leaves once, and goes when one signs out."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings as site

from tests.browser.page_checks import is_kept
from tests.browser.roll_gestures import draw, mark, roll, sent, sign
from tests.conftest import _session_of
from training.models import RollSubmission, Signature

pytestmark = pytest.mark.django_db(transaction=True)


def waiting(page, words):
    page.locator("[data-roll-queue]", has_text=words).wait_for(state="attached")


@pytest.mark.parametrize("width", [375, 768, 1280])
def test_a_roll_taken_without_network_survives_a_kill_and_leaves_by_itself(open_roll, world, half_day, esther, width):
    page = open_roll(esther, width=width)
    is_kept(page)
    window = page.context
    window.set_offline(True)
    mark(page, "DA COSTA Zoé", "absent non justifié")
    page.get_by_role("button", name="Passer la tablette").click()
    sign(page, "BAUDRY Amina")
    waiting(page, "2 envois sont gardés sur cet appareil")
    page.close()
    page = window.new_page()
    page.goto(roll(half_day))
    waiting(page, "Pas de réseau : 2 envois sont gardés sur cet appareil")
    assert page.get_by_role("group", name="DA COSTA Zoé").get_by_label("absent non justifié").is_checked()
    assert page.get_by_role("group", name="BAUDRY Amina").get_by_text("a signé").is_visible()
    page.get_by_role("button", name="Clore la demi-journée").click()
    draw(page, 30)
    page.get_by_role("button", name="Signer et clore").click()
    waiting(page, "3 envois")
    assert not half_day.attendances.exists()
    window.set_offline(False)
    page.get_by_text("la demi-journée est close").wait_for()
    half_day.refresh_from_db()
    assert half_day.closed_at
    assert (half_day.attendances.count(), Signature.objects.count(), RollSubmission.objects.count()) == (2, 2, 3)
    assert half_day.attendances.get(enrolment=world.enrolment).signed_at


def test_a_draft_is_found_again_after_a_kill(open_roll, half_day, esther):
    page = open_roll(esther)
    is_kept(page)
    page.context.set_offline(True)
    mark(page, "BAUDRY Amina", "retard")
    page.get_by_label("Minutes de retard").first.fill("25")
    page.keyboard.press("Tab")
    page.reload()
    page.get_by_role("button", name="Passer la tablette").wait_for()
    line = page.get_by_role("group", name="BAUDRY Amina")
    assert line.get_by_label("retard", exact=True).is_checked()
    assert line.get_by_label("Minutes de retard").input_value() == "25"
    page.context.set_offline(False)
    assert not half_day.attendances.exists()


def test_answers_lost_five_times_leave_one_row_of_each(open_roll, half_day, esther):
    page = open_roll(esther)
    lost = []

    def lose(route):
        """The service receives it, and the tablet never hears of it."""
        if len(lost) < 5:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/envois/", lose)
    page.get_by_role("button", name="Passer la tablette").click()
    sign(page, "BAUDRY Amina")
    while len(lost) < 5:
        with page.expect_event("requestfailed"):
            page.evaluate("dispatchEvent(new Event('online'))")
    page.evaluate("dispatchEvent(new Event('online'))")
    sent(page)
    assert lost == [200] * 5
    assert (half_day.attendances.count(), Signature.objects.count()) == (2, 1)
    assert RollSubmission.objects.count() == 2


def test_an_expired_session_loses_nothing(open_roll, half_day, esther, live_server):
    page = open_roll(esther)
    page.context.clear_cookies()
    page.get_by_role("button", name="Enregistrer sans clore").click()
    waiting(page, "Votre session a expiré : 1 envoi est gardé sur cet appareil, rien n'est perdu.")
    assert page.get_by_role("link", name="Reconnectez-vous").is_visible()
    page.context.add_cookies([{"name": site.SESSION_COOKIE_NAME, "value": _session_of(esther), "url": live_server.url}])
    page.evaluate("dispatchEvent(new Event('online'))")
    sent(page)
    assert half_day.attendances.count() == 2


def test_another_person_on_the_same_tablet_neither_sees_nor_sends(open_roll, half_day, esther, claire, live_server):
    page = open_roll(esther)
    page.context.clear_cookies()
    mark(page, "BAUDRY Amina", "absent non justifié")
    page.get_by_role("button", name="Enregistrer sans clore").click()
    waiting(page, "Votre session a expiré")
    page.context.add_cookies([{"name": site.SESSION_COOKIE_NAME, "value": _session_of(claire), "url": live_server.url}])
    page.goto(roll(half_day))
    waiting(page, "Des envois d'une autre personne attendent ici")
    assert page.get_by_role("group", name="BAUDRY Amina").get_by_label("présent", exact=True).is_checked()
    assert not half_day.attendances.exists()


def test_a_wrong_clock_is_said(open_roll, half_day, esther):
    page = open_roll(esther)
    page.clock.set_fixed_time(datetime.now().astimezone() + timedelta(hours=3, minutes=5))
    page.get_by_role("button", name="Enregistrer sans clore").click()
    page.get_by_text("L'horloge de cet appareil avance de 3 h 0").wait_for()
    assert half_day.attendances.count() == 2
    gap = RollSubmission.objects.get().device_at - RollSubmission.objects.get().received_at
    assert timedelta(hours=3) < gap < timedelta(hours=3, minutes=10)


def test_signing_out_says_what_waits_then_wipes_the_tablet(open_roll, half_day, esther):
    page = open_roll(esther)
    is_kept(page)
    page.route("**/envois/", lambda route: route.abort())
    page.get_by_role("button", name="Enregistrer sans clore").click()
    waiting(page, "1 envoi est gardé")
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_text("se déconnecter les efface").wait_for()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/connexion/**")
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("indexedDB.databases()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((found) => found.length)") == 0


def test_a_roll_left_waiting_leaves_from_any_page(open_roll, half_day, esther):
    page = open_roll(esther)
    is_kept(page)
    window = page.context
    window.set_offline(True)
    page.get_by_role("button", name="Enregistrer sans clore").click()
    waiting(page, "1 envoi est gardé")
    page.goto("about:blank")
    window.set_offline(False)
    page.goto("/socle/seances/")
    page.get_by_text("Ce que cet appareil gardait de l'appel est envoyé.").wait_for()
    assert half_day.attendances.count() == 2


def test_a_roll_left_waiting_leaves_by_itself_once_the_network_is_back(open_roll, half_day, esther):
    page = open_roll(esther)
    is_kept(page)
    page.route("**/envois/", lambda route: route.abort())
    page.get_by_role("button", name="Enregistrer sans clore").click()
    waiting(page, "1 envoi est gardé")
    page.goto("/socle/seances/")
    late = page.get_by_text("Un appel attend encore le réseau sur cet appareil.")
    late.wait_for()
    page.unroute("**/envois/")
    page.get_by_text("Ce que cet appareil gardait de l'appel est envoyé.").wait_for()
    assert late.count() == 0
    assert half_day.attendances.count() == 2
