"""The mailed link of a delivery: the cover alone, without a name; never used up, ended, renewed, revoked."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import clock
from accounts.actions import deactivate_membership
from accounts.log_masks import masked
from accounts.models import AccessLog, Message
from accounts.roles import Role
from exports import actions
from exports.actions.links import LINK_LIFE, LINKS_A_DAY, RENEWED_FOR, renew_cover, revoke_cover, send_cover
from exports.models import DeliveryLink
from exports.scope import Destination
from tests import builders as b
from tests.contracts.test_at_once import at_once
from tests.exports.helpers import TODAY, a_delivery


@pytest.fixture
def sent(world, claire, hugo):
    opco = b.a_financer(organisation=hugo.memberships.get().organisation)
    b.a_financing(world.closerie.employer, opco)
    delivery = a_delivery(world.cohort, claire, destination=Destination(opco))
    return actions.send_delivery(delivery=delivery, sent_on=TODAY, through="", by=claire)


def address_in(message) -> str:
    return re.search(r"/fichiers/couverture/\S+/", message.body).group()


@pytest.fixture
def address(sent, hugo):
    """What Hugo's mail carries."""
    return address_in(Message.objects.get(recipient=hugo.email))


def later(settings, days):
    settings.IMPEC_TODAY = f"{TODAY + timedelta(days=days):%Y-%m-%d}"


def test_the_link_opens_the_cover_and_no_name(sent, address, client_of):
    client = client_of(None)
    page = client.get(address, follow=True)
    text = page.content.decode()
    assert page.redirect_chain[-1][0] == reverse("exports:cover")
    for words in (sent.number, sent.sha256, sent.verification, "20/11/2026", "première remise de ce fichier"):
        assert words in text
    for name in ("BAUDRY", "Amina", "Claire", "MOREL", "Closerie", "99998211900011"):
        assert name not in text
    assert client.get(reverse("exports:delivery_download", args=[sent.pk])).status_code == 302


def test_looking_uses_nothing_up_and_says_nothing_elsewhere(sent, address, client_of):
    client = client_of(None)
    for answer in (client.get(address), client.get(reverse("exports:cover")), client.get(reverse("exports:cover"))):
        assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow, noarchive")
        assert "no-store" in answer["Cache-Control"]
    assert client_of(None).get(address, follow=True).status_code == 200
    assert DeliveryLink.objects.get().is_open(clock.now())


def test_the_token_is_kept_nowhere_and_written_in_no_log(sent, address, client_of):
    token = address.rstrip("/").rpartition("/")[2]
    client = client_of(None)
    client.get(address)
    assert token not in DeliveryLink.objects.get().token_hash
    assert token not in str(dict(client.session))
    assert masked(f"GET {address} 302") == "GET /fichiers/couverture/…/ 302"


def test_who_is_signed_in_goes_straight_to_the_delivery(sent, address, client_of, hugo):
    answer = client_of(hugo).get(address, follow=True)
    assert answer.redirect_chain[-1][0] == sent.get_absolute_url()


def test_somebody_else_signed_in_sees_the_cover_alone(sent, address, client_of, gaelle):
    answer = client_of(gaelle).get(address, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("exports:cover")


def test_opening_the_cover_is_written_down_without_a_name(sent, address, client_of):
    client_of(None).get(address, follow=True)
    line = AccessLog.objects.get(action="cover")
    assert (line.user, line.object_id) == (None, str(sent.pk))


def test_a_link_that_has_ended_says_nothing_and_is_renewed_to_the_same_address(sent, address, client_of, settings):
    later(settings, LINK_LIFE.days + 1)
    client = client_of(None)
    page = client.get(address, follow=True)
    assert page.status_code == 410
    assert sent.number not in page.content.decode()
    assert client.post(reverse("exports:cover")).status_code == 200
    fresh = Message.objects.filter(recipient="hugo@opco.example").latest("pk")
    assert client_of(None).get(address_in(fresh), follow=True).status_code == 200


def test_a_renewed_link_is_not_renewed_again_by_the_old_one(sent, address, client_of, settings):
    later(settings, LINK_LIFE.days + 1)
    client = client_of(None)
    client.get(address)
    client.post(reverse("exports:cover"))
    assert client.post(reverse("exports:cover")).status_code == 410
    assert DeliveryLink.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_link_renewed_twice_at_once_sends_one_mail(sent, address, hugo):
    link, at = DeliveryLink.objects.get(), clock.now() + LINK_LIFE + timedelta(days=1)

    def renew():
        renew_cover(link=DeliveryLink.objects.select_related("delivery").get(pk=link.pk), at=at)

    assert at_once(renew, renew) == ["done", "refused"]
    assert Message.objects.filter(recipient=hugo.email).count() == 2


def test_a_renewed_link_falls_with_whoever_sent_the_first(sent, address, client_of, claire, agency, settings):
    later(settings, LINK_LIFE.days + 1)
    client = client_of(None)
    client.get(address)
    client.post(reverse("exports:cover"))
    fresh = address_in(Message.objects.filter(recipient="hugo@opco.example").latest("pk"))
    chief = b.a_membership(b.a_user("chef@agence.example"), agency, Role.COORDINATOR, is_admin=True)
    page = client_of(chief.user).get(reverse("exports:delivery_links", args=[sent.pk])).content.decode()
    assert page.count("son destinataire, depuis un lien fini") == 1
    assert AccessLog.objects.filter(action="send-link").latest("pk").user is None
    deactivate_membership(membership=claire.memberships.get(), by=chief)
    assert client_of(None).get(fresh, follow=True).status_code == 410
    assert not DeliveryLink.objects.open().exists()


def test_an_old_delivery_sends_no_more_links(sent, address, client_of, settings):
    later(settings, RENEWED_FOR.days + 1)
    client = client_of(None)
    client.get(address)
    assert client.post(reverse("exports:cover")).status_code == 410
    assert DeliveryLink.objects.count() == 1


def test_a_revoked_link_opens_nothing_at_once_and_never_comes_back(sent, address, client_of, claire, settings):
    link = DeliveryLink.objects.get()
    assert client_of(claire).post(reverse("exports:revoke_link", args=[link.pk])).status_code == 302
    client = client_of(None)
    assert client.get(address, follow=True).status_code == 410
    later(settings, 8)
    assert client.post(reverse("exports:cover")).status_code == 410
    with pytest.raises(ValidationError, match="déjà révoqué"):
        revoke_cover(link=DeliveryLink.objects.get(), by=claire, at=clock.now())


def test_the_links_of_an_organisation_that_has_left_open_nothing(sent, address, client_of):
    organisation = sent.recipient
    organisation.deactivated_at = clock.now()
    organisation.save()
    assert client_of(None).get(address, follow=True).status_code == 410


@pytest.mark.parametrize("token", ["x", "é" * 40, "0" * 500])
def test_an_unknown_token_says_as_much_as_an_ended_one(world, client_of, token):
    answer = client_of(None).get(reverse("exports:open_cover", args=[token]), follow=True)
    assert answer.status_code == 410


def test_claire_sends_the_cover_to_somebody_without_account(sent, client_of, claire):
    page = reverse("exports:delivery_links", args=[sent.pk])
    answer = client_of(claire).post(page, {"email": "Direction@OPCO.example"}, follow=True)
    assert "direction@opco.example" in answer.content.decode()
    message = Message.objects.get(recipient="direction@opco.example")
    assert client_of(None).get(address_in(message), follow=True).status_code == 200


def test_a_second_link_within_ten_minutes_is_refused(sent, claire):
    with pytest.raises(ValidationError, match="dix minutes"):
        send_cover(delivery=sent, email="hugo@opco.example", by=claire, at=clock.now())


def test_a_new_link_closes_the_one_before(sent, address, client_of, claire):
    send_cover(delivery=sent, email="hugo@opco.example", by=claire, at=clock.now() + timedelta(minutes=11))
    assert client_of(None).get(address, follow=True).status_code == 410


def test_no_link_leaves_before_the_delivery(world, claire):
    with pytest.raises(ValidationError, match="Notez d'abord la remise"):
        send_cover(delivery=a_delivery(world.cohort, claire), email="a@b.example", by=claire, at=clock.now())


def test_a_recipient_with_more_accounts_than_links_a_day_is_told_whole(world, claire, hugo):
    organisation = hugo.memberships.get().organisation
    for _ in range(LINKS_A_DAY):
        b.a_membership(organisation=organisation, role=Role.FUNDER)
    opco = b.a_financer(organisation=organisation)
    b.a_financing(world.closerie.employer, opco)
    delivery = a_delivery(world.cohort, claire, destination=Destination(opco))
    actions.send_delivery(delivery=delivery, sent_on=TODAY, through="", by=claire)
    assert delivery.links.count() == LINKS_A_DAY + 1
