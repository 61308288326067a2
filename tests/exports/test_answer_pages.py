"""Pages of answers: a funder reviews lines, the agency replies, homes count what waits."""

import pytest
from django.urls import reverse

from exports.lines import lines_of
from exports.models import DeliveryAnswer, LineAnswer, LineReply
from tests.exports.answering import ALL, answer, counts, refused, sent_to_opco


@pytest.fixture
def sent(world, claire, hugo):
    return sent_to_opco(world, claire, hugo)


@pytest.fixture
def refusal(sent, hugo):
    answer(sent, hugo, refused(1, comment="28 h à la convention"), ALL)
    return LineAnswer.objects.get(position=1)


def lines_page(delivery):
    return reverse("exports:delivery_lines", args=[delivery.pk])


def test_the_page_says_what_all_means(sent, hugo, client_of):
    answer(sent, hugo, refused(1))
    page = client_of(hugo).get(lines_page(sent)).content.decode()
    assert "Accepter les 2 lignes sans réponse choisie, sur toutes les pages" in page


def test_lines_are_answered_on_the_page(sent, hugo, client_of):
    sent_form = {"ligne-2": "SIGNATURE", "mot-2": "Le 12 mars", "rest": "ACCEPTED"}
    assert client_of(hugo).post(lines_page(sent), sent_form).status_code == 302
    assert counts(sent) == (2, 1, 0, 0)
    assert LineAnswer.objects.get(position=2).comment == "Le 12 mars"


def test_a_double_click_answers_once(sent, hugo, client_of):
    client = client_of(hugo)
    for _ in range(2):
        client.post(lines_page(sent), {"rest": "ACCEPTED", "form_token": "un-jeton"})
    assert DeliveryAnswer.objects.count() == 1


def test_what_was_typed_stays_when_something_lacks(sent, hugo, client_of):
    typed = {"ligne-1": "OTHER", "ligne-2": "HOURS", "ligne-3": "", "mot-3": "Un mot seul"}
    text = client_of(hugo).post(lines_page(sent), typed).content.decode()
    assert "Dites en quelques mots ce qui ne va pas sur cette ligne." in text
    assert "Choisissez un motif, ou effacez le commentaire." in text
    assert 'value="Un mot seul"' in text
    assert not DeliveryAnswer.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"ligne-1": "XX"},
        {"ligne-99999": "HOURS"},
        {"ligne-x": "HOURS"},
        {"ligne-0": "HOURS"},
        {"rest": "REFUSED"},
        {"rest": "RETURNED"},
        {"ligne-1": "HOURS", "mot-1": "x" * 600},
        {"ligne-1": "HOURS", "mot-1": "\x00"},
    ],
)
def test_odd_answers_are_refused_in_words(sent, hugo, client_of, data):
    page = client_of(hugo).post(lines_page(sent), data)
    assert (page.status_code, "error-summary" in page.content.decode()) == (200, True)
    assert not DeliveryAnswer.objects.exists()


@pytest.mark.parametrize("address", ["?etat=zz", "?page=0", "?page=abc", "?page=99", "?etat=acceptees&page=2"])
def test_odd_addresses_show_a_page(sent, hugo, client_of, address):
    assert client_of(hugo).get(lines_page(sent) + address).status_code == 200


def test_delicate_words_come_back_once(sent, hugo, client_of):
    data = {"ligne-1": "OTHER", "mot-1": "En arrêt maladie"}
    client = client_of(hugo)
    assert "Relisez vos commentaires" in client.post(lines_page(sent), data).content.decode()
    client.post(lines_page(sent), data | {"knowingly": "on"})
    assert DeliveryAnswer.objects.count() == 1


def test_states_show_their_lines(sent, hugo, client_of):
    answer(sent, hugo, refused(2))
    shown = {
        state: [line.position for line in lines_of(sent, state=state).rows]
        for state in ("a-repondre", "a-revoir", "acceptees")
    }
    assert shown == {"a-repondre": [1, 3], "a-revoir": [2], "acceptees": []}
    assert client_of(hugo).get(lines_page(sent) + "?etat=a-revoir").content.decode().count('class="line-cells"') == 1


def test_the_agency_replies_on_one_page(refusal, sent, claire, client_of):
    page = reverse("exports:reply_to_refusals", args=[sent.pk])
    text = client_of(claire).get(page).content.decode()
    assert "Heures différentes de la convention" in text
    assert "28 h à la convention" in text
    client_of(claire).post(page, {f"suite-{refusal.pk}": "MAINTAINED", f"mot-{refusal.pk}": "Avenant du 2 mars."})
    assert LineReply.objects.get().text == "Avenant du 2 mars."
    assert "Aucun refus n'attend de suite." in client_of(claire).get(page).content.decode().replace("&#x27;", "'")


def test_homes_count_what_waits(sent, hugo, claire, client_of):
    assert "lignes à contrôler" in client_of(hugo).get("/").content.decode()
    answer(sent, hugo, refused(1), refused(2), ALL)
    assert "lignes à contrôler" not in client_of(hugo).get("/").content.decode()
    page = client_of(claire).get("/").content.decode()
    assert f"lignes refusées ou rendues par OPCO Santé — remise {sent.number}" in page


@pytest.mark.parametrize("name", ["delivery_lines", "delivery_detail"])
def test_pages_cost_the_same_however_many_the_answers(sent, hugo, client_of, django_assert_max_num_queries, name):
    client, page = client_of(hugo), reverse(f"exports:{name}", args=[sent.pk])
    client.get(page)
    for position in (1, 2, 3):
        answer(sent, hugo, refused(position))
    with django_assert_max_num_queries(32):
        client.get(page)


def test_delicate_words_of_the_agency_come_back_once_too(sent, refusal, claire, client_of):
    """What one side writes, the other reads."""
    page = reverse("exports:reply_to_refusals", args=[sent.pk])
    typed = {f"suite-{refusal.pk}": "MAINTAINED", f"mot-{refusal.pk}": "Sa maladie est connue de tous"}
    agency = client_of(claire)
    assert "Relisez vos explications" in agency.post(page, typed).content.decode()
    assert not LineReply.objects.exists()
    agency.post(page, typed | {"knowingly": "on"})
    assert LineReply.objects.get().refusal == refusal
