"""How a tutor without account reaches the sheets: a reminder, a short link, a telephone that is known."""

import logging
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse

from accounts import clock
from accounts.log_masks import masked
from accounts.models import AccessLog, Message
from tests import builders as b
from tests.tutoring.sheets import (
    MOBILE,
    NOVEMBER,
    OCTOBER,
    TODAY,
    a_sheet,
    access_link,
    fill,
    go_in,
    posted,
    reminder_link,
    texts,
    with_phone,
)
from tutoring.actions.sheet_links import forget_links, hand_over
from tutoring.models import SheetLink, TutorSheet

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def url(name, *args):
    return reverse(f"tutoring:{name}", args=args)


@pytest.fixture(autouse=True)
def fresh_counters(db):
    cache.clear()


@pytest.fixture
def tutor(world):
    return with_phone(world.tutor)


@pytest.fixture
def grid(db):
    return b.a_grid()


# --- How one enters ---


def test_a_short_link_opens_the_sheets_and_nothing_else(client, world, tutor):
    assert go_in(client, tutor).url == url("my_sheets")
    assert client.get(url("my_sheets")).url == fill(world.tutorship, OCTOBER)
    assert client.get(fill(world.tutorship)).status_code == 200
    for elsewhere in ("tutoring:my_trainees", "tutoring:tutor_list", "contracts:contract_list", "accounts:account"):
        assert reverse("account_login") in client.get(reverse(elsewhere)).url


def test_looking_at_a_link_uses_nothing_up_and_lets_nobody_in(client, world, tutor):
    address = access_link(tutor)
    assert client.head(address).status_code == 302
    answer = client.get(address, headers={"Purpose": "prefetch"})
    assert (answer["Referrer-Policy"], "no-store" in answer["Cache-Control"]) == ("no-referrer", True)
    assert address.split("/")[-2] not in answer.url
    assert "Ouvrir" in client.get(answer.url).content.decode()
    assert client.get(fill(world.tutorship)).url == url("enter_sheets")
    assert SheetLink.objects.get().used_at is None


def test_the_outer_pages_say_nothing_of_anybody(client, world, tutor):
    for address in (access_link(tutor), reminder_link(tutor)):
        page = client.get(client.get(address).url).content.decode()
        for word in ("Amina", "BAUDRY", "HAMON", "Bruno", "Closerie", MOBILE, "639980010"):
            assert word not in page, (address, word)


def test_a_link_enters_once(client, world, tutor):
    address = access_link(tutor)
    client.get(address)
    assert client.post(url("enter_sheets"), {"enter": "1"}).status_code == 302
    other = type(client)()
    answer = other.get(other.get(address).url)
    assert answer.status_code == 410
    assert "Recevoir un nouveau lien" in answer.content.decode()


def test_a_reminder_opens_nothing_on_a_telephone_nobody_knows(client, world, tutor):
    client.get(reminder_link(tutor))
    page = client.get(url("enter_sheets"))
    assert "Ce téléphone n'est pas encore connu" in page.content.decode()
    assert client.get(fill(world.tutorship)).status_code == 302
    client.post(url("enter_sheets"))
    assert [link.kind for link in SheetLink.objects.order_by("pk")] == ["REMINDER", "ACCESS"]
    assert texts().last().recipient == "+33639980010"


def test_a_reminder_opens_the_sheet_on_his_own_telephone(client, world, tutor):
    go_in(client, tutor)
    client.session.flush()
    client.cookies.pop("sessionid", None)
    answer = client.get(client.get(reminder_link(tutor)).url, follow=True)
    assert answer.redirect_chain[-1][0] == fill(world.tutorship, OCTOBER)


def test_a_telephone_that_is_not_his_is_not_known(client, world, tutor):
    go_in(client, tutor, own_phone=False)
    assert "tutor-phone" not in client.cookies
    assert client.get(fill(world.tutorship)).status_code == 200


def test_the_telephone_of_another_tutor_opens_nothing_more(client, world, tutor):
    other = b.a_tutor(world.closerie, phone="06 39 98 00 11")
    b.a_tutorship(b.a_contract(establishment=world.closerie, cohort=world.cohort), other)
    go_in(client, other)
    client.get(reminder_link(tutor))
    assert "n'est pas encore connu" in client.get(url("enter_sheets")).content.decode()


# --- What ends it ---


def over(client, address):
    """The very page of the link offers a new one."""
    answer = client.get(client.get(address).url)
    assert "Recevoir un nouveau lien" in answer.content.decode()
    return answer.status_code


def test_a_link_that_expired_offers_a_new_one_on_its_page(client, world, tutor, settings):
    address = access_link(tutor)
    settings.IMPEC_TODAY = "2026-11-21"
    assert over(client, address) == 410
    assert client.post(url("enter_sheets")).status_code == 200
    assert SheetLink.objects.filter(kind="ACCESS").count() == 2


def test_a_reminder_lives_seven_days(client, world, tutor, settings):
    address = reminder_link(tutor)
    settings.IMPEC_TODAY = "2026-11-28"
    assert over(client, address) == 410


def test_a_newer_link_ends_the_one_before(client, world, tutor):
    first = access_link(tutor)
    access_link(tutor)
    assert over(client, first) == 410


def test_another_number_ends_links_and_telephones(client, world, tutor):
    go_in(client, tutor)
    address = reminder_link(tutor)
    with_phone(tutor, "06 39 98 00 99")
    assert over(client, address) == 410
    assert client.get(fill(world.tutorship)).status_code == 302


def test_a_change_of_tutor_moves_the_link_at_once(client, world, tutor, claire, client_of):
    go_in(client, tutor)
    newcomer = with_phone(b.a_tutor(world.closerie), "06 39 98 00 12")
    answer = client_of(claire).post(
        url("change_tutor", world.contract.pk), {"tutor": newcomer.pk, "starts_on": "20/11/2026"}
    )
    assert answer.status_code == 302
    assert client.get(fill(world.tutorship)).status_code == 302
    assert [link.tutor for link in SheetLink.objects.filter(kind="REMINDER")] == [newcomer]
    assert texts().last().recipient == "+33639980012"


def test_a_contract_that_ended_ends_the_links(client, world, tutor):
    address = access_link(tutor)
    world.contract.closed_on = TODAY
    world.contract.save()
    assert over(client, address) == 410


def test_an_organisation_that_left_ends_the_links(client, world, tutor):
    address = access_link(tutor)
    organisation = world.closerie.employer.organisation
    organisation.deactivated_at = clock.now()
    organisation.save()
    assert over(client, address) == 410


def test_a_lost_telephone_is_closed_by_the_employer(client, world, tutor, denis, client_of):
    go_in(client, tutor)
    page = client_of(denis).get(url("tutor_access", tutor.pk)).content.decode()
    assert MOBILE in page
    client_of(denis).post(url("tutor_access", tutor.pk), {"close": "1"})
    assert client.get(fill(world.tutorship)).status_code == 302
    answer = client.post(fill(world.tutorship), posted(nothing_new="on"), headers=JSON)
    assert (answer.status_code, answer.json()) == (401, {"closed": True})
    assert AccessLog.objects.filter(action="close-tutor-access").exists()


def test_a_lost_telephone_that_entered_by_a_reminder_is_closed_at_once(client, world, tutor, denis, client_of):
    go_in(client, tutor)
    client.cookies.pop("sessionid")
    client.get(client.get(reminder_link(tutor)).url)
    assert client.get(fill(world.tutorship)).status_code == 200
    client_of(denis).post(url("tutor_access", tutor.pk), {"close": "1"})
    assert client.get(fill(world.tutorship)).status_code == 302


def test_somebody_elses_account_on_a_known_telephone_wipes_nothing_of_it(client, world, tutor, grid, denis):
    go_in(client, tutor)
    client.force_login(denis)
    answer = client.post(fill(world.tutorship), posted(grid, {"Servir": "ALONE"}), headers=JSON)
    assert (answer.status_code, answer.json()) == (401, {"closed": False})


def test_leaving_forgets_the_telephone_and_wipes_it(client, world, tutor):
    go_in(client, tutor)
    answer = client.post(url("leave_sheets"))
    assert answer["Clear-Site-Data"] == '"storage"'
    client.get(reminder_link(tutor))
    assert "n'est pas encore connu" in client.get(url("enter_sheets")).content.decode()


def test_an_hour_later_the_page_asks_for_a_link_and_the_queue_still_leaves(client, world, tutor, grid, monkeypatch):
    go_in(client, tutor)
    session = client.session
    session["sheet-entered"] |= {"at": (clock.true_now() - timedelta(minutes=61)).isoformat()}
    session.save()
    assert client.get(fill(world.tutorship)).url == url("enter_sheets")
    assert client.post(fill(world.tutorship), posted(grid, {"Servir": "ALONE"}), headers=JSON).status_code == 200
    assert TutorSheet.objects.get().recorded_by is None


def test_a_stranger_sends_nothing(client, world, grid):
    answer = client.post(fill(world.tutorship), posted(grid, {"Servir": "ALONE"}), headers=JSON)
    assert (answer.status_code, answer.json()) == (401, {"closed": False})
    assert not TutorSheet.objects.exists()


# --- How often, and to whom ---


@pytest.mark.parametrize("contact", ["0639980010", "+33 6 39 98 00 10", "inconnu@courriel.example", "06 00 00 00 00"])
def test_asking_is_answered_alike_whoever_asks(client, world, tutor, contact):
    answer = client.post(url("enter_sheets"), {"contact": contact})
    assert "Si nous vous connaissons, un lien vient de partir" in answer.content.decode()
    assert SheetLink.objects.count() == (1 if contact.endswith("10") else 0)


def test_an_empty_contact_is_said(client, world):
    answer = client.post(url("enter_sheets"), {"contact": ""})
    assert (answer.status_code, SheetLink.objects.count()) == (422, 0)


def test_five_links_an_hour_at_most(client, world, tutor):
    for _ in range(7):
        client.post(url("enter_sheets"), {"contact": MOBILE})
    assert SheetLink.objects.count() == 5


def test_too_many_askings_from_one_place_are_put_off(client, world):
    answers = [client.post(url("enter_sheets"), {"contact": f"06000000{number:02}"}) for number in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]


def test_a_link_never_goes_round_a_second_factor(client, world, bruno):
    tutor = world.tutor
    tutor.phone = MOBILE
    tutor.save()
    Authenticator.objects.create(user=bruno, type=Authenticator.Type.TOTP, data={})
    client.post(url("enter_sheets"), {"contact": MOBILE})
    assert not SheetLink.objects.exists()
    assert reverse("account_login") in Message.objects.get().body


@pytest.mark.parametrize("phone", [MOBILE, ""])
def test_the_reminder_of_a_tutor_with_a_second_factor_leads_to_the_account(client, world, bruno, phone):
    tutor = world.tutor
    tutor.phone, tutor.email = phone, "bruno@closerie.example"
    tutor.save()
    Authenticator.objects.create(user=bruno, type=Authenticator.Type.TOTP, data={})
    address = reminder_link(tutor)
    assert address == f"{reverse('account_login')}?next={url('my_sheets')}"
    assert client.get(address).status_code == 200
    assert "sans compte" not in Message.objects.get().body


def test_a_token_is_kept_as_its_hash_and_masked_in_logs(client, world, tutor):
    address = access_link(tutor)
    token = address.split("/")[-2]
    assert SheetLink.objects.get().token_hash != token
    assert token not in masked(f'"GET {address} HTTP/1.1" 302')
    assert logging.getLogger("django.request").level == logging.ERROR


def test_links_that_are_over_are_forgotten_and_known_telephones_stay(client, world, tutor):
    access_link(tutor)
    go_in(client, tutor)
    reminder_link(tutor)
    assert forget_links(at=clock.now() + timedelta(days=2)) == 1
    assert sorted(SheetLink.objects.values_list("kind", flat=True)) == ["ACCESS", "REMINDER"]


def test_a_new_tutor_with_nothing_to_fill_in_is_told_nothing(world, tutor):
    for month in (OCTOBER, NOVEMBER):
        a_sheet(world.tutorship, month=month, observed_on=TODAY)
    assert hand_over(tutor=tutor, at=clock.now()) is None
    assert not texts().exists()
