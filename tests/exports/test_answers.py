"""A funder answers line by line, the agency replies, each side notes for itself, and who read what is known."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import clock
from accounts.models import AccessLog, Message
from accounts.roles import FunderKind, OrganisationKind, Role
from exports import actions
from exports.actions.answering import Said, add_note, answer_delivery, reply_to_refusal
from exports.answers import tally_of, to_reply, to_review
from exports.lines import corrections_of, lines_of
from exports.models import Delivery, DeliveryAnswer, DeliveryNote, LineAnswer, LineReply
from exports.models.answers import ALL_OTHERS, RefusalReason, Verdict
from exports.scope import Destination
from tests import builders as b
from tests.exports.helpers import TODAY, a_delivery

LINES = 3


@pytest.fixture
def opco(world, hugo):
    return b.a_financer(organisation=hugo.memberships.get().organisation)


@pytest.fixture
def sent(world, claire, opco):
    """Two trainees of Denis's and one of Gaëlle's, sent to Hugo's OPCO."""
    b.a_financing(world.closerie.employer, opco)
    b.a_financing(world.estran.employer, opco)
    b.a_contract(cohort=world.cohort, establishment=world.closerie)
    return send(world, claire, opco)


def send(world, claire, opco, **facts):
    delivery = a_delivery(world.cohort, claire, destination=Destination(opco))
    if facts:
        Delivery.objects.filter(pk=delivery.pk).update(**facts)
        delivery.refresh_from_db()
    return actions.send_delivery(delivery=delivery, sent_on=TODAY, through="", by=claire)


@pytest.fixture
def ddets(world, claire):
    """The DDETS of another département and its file of the cohort."""
    organisation = b.an_organisation(OrganisationKind.FUNDER, "DDETS de la Manche", funder_kind=FunderKind.DDETS)
    user = b.a_user("nadia@ddets.example", first_name="Nadia", last_name="BERNARD")
    b.a_membership(user, organisation, Role.FUNDER)
    return user


def refused(position=1, reason=RefusalReason.HOURS, comment=""):
    return Said(position, Verdict.REFUSED, reason, comment)


ALL = Said(ALL_OTHERS, Verdict.ACCEPTED)


def answer(delivery, by, *said, **more):
    return answer_delivery(delivery=delivery, said=said, by=by, at=clock.now(), **more)


def counts(delivery):
    tally = tally_of(delivery)
    return tally.accepted, tally.refused, tally.returned, tally.waiting


# --- Answering


def test_a_delivery_is_accepted_whole_by_one_row(sent, hugo):
    given = answer(sent, hugo, ALL)
    assert given.line_count == LINES
    assert LineAnswer.objects.count() == 1
    assert counts(sent) == (LINES, 0, 0, 0)
    assert tally_of(sent).words == "3 acceptées"


def test_lines_are_refused_and_all_the_others_accepted(sent, hugo):
    answer(sent, hugo, refused(2, RefusalReason.SIGNATURE, "Le 12 mars"), ALL)
    assert counts(sent) == (2, 1, 0, 0)
    assert [line.answer.verdict for line in lines_of(sent).rows] == ["ACCEPTED", "REFUSED", "ACCEPTED"]


def test_a_line_answered_again_keeps_what_was_said_first(sent, hugo):
    answer(sent, hugo, refused(1))
    answer(sent, hugo, Said(1, Verdict.ACCEPTED))
    assert counts(sent) == (1, 0, 0, 2)
    assert LineAnswer.objects.filter(position=1).count() == 2


def test_answering_in_several_times_adds_up(sent, hugo):
    answer(sent, hugo, refused(1))
    assert counts(sent) == (0, 1, 0, 2)
    assert answer(sent, hugo, ALL).line_count == 2
    assert counts(sent) == (2, 1, 0, 0)


def test_the_key_of_a_line_is_that_of_the_file(sent, hugo):
    answer(sent, hugo, refused(3))
    assert LineAnswer.objects.get().key == lines_of(sent).rows[2].key != ""


def test_a_delivery_is_handed_back_whole_with_a_comment(sent, hugo):
    answer(sent, hugo, Said(ALL_OTHERS, Verdict.RETURNED, "", "Il manque le mois d'octobre."))
    assert counts(sent) == (0, 0, LINES, 0)
    assert tally_of(sent).to_reply == 1
    answer(sent, hugo, ALL)
    assert counts(sent) == (LINES, 0, 0, 0)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param([], "Choisissez au moins une réponse", id="nothing"),
        pytest.param([refused(99)], "n'est pas dans la remise", id="a line that is not there"),
        pytest.param([refused(1), refused(1)], "qu'une réponse", id="twice the same line"),
        pytest.param([refused(1, RefusalReason.OTHER)], "Ligne 1 : « autre motif »", id="other reason unexplained"),
        pytest.param([Said(1, Verdict.RETURNED)], "Ligne 1 : dites ce qui est à compléter", id="to complete, how?"),
        pytest.param([Said(ALL_OTHERS, Verdict.RETURNED)], "à compléter", id="whole returned without a word"),
        pytest.param([Said(ALL_OTHERS, Verdict.REFUSED, "HOURS")], "ligne par ligne", id="refused in bulk"),
        pytest.param([Said(1, Verdict.REFUSED)], "motif", id="refused without a reason"),
        pytest.param([refused(1, comment="2 84 05 88 157 123 90")], "sécurité sociale", id="social security number"),
    ],
)
def test_what_an_answer_may_not_say(sent, hugo, said, words):
    with pytest.raises(ValidationError, match=words):
        answer(sent, hugo, *said)
    assert not DeliveryAnswer.objects.exists()


def test_what_is_accepted_whole_is_not_accepted_twice(sent, hugo):
    answer(sent, hugo, ALL)
    with pytest.raises(ValidationError, match="déjà une réponse"):
        answer(sent, hugo, ALL)


@pytest.mark.parametrize("who", ["claire", "denis", "farid", "ines", "amina"])
def test_nobody_else_answers(sent, who, request):
    with pytest.raises(ValidationError, match="Seul le destinataire"):
        answer(sent, request.getfixturevalue(who), ALL)


def test_another_funder_neither_answers_nor_sees(sent, ddets, client_of):
    with pytest.raises(ValidationError, match="Seul le destinataire"):
        answer(sent, ddets, ALL)
    for route in ("delivery_detail", "delivery_lines", "delivery_download", "add_note"):
        assert client_of(ddets).get(reverse(f"exports:{route}", args=[sent.pk])).status_code == 404


def test_a_ddets_attests_what_it_validates(world, claire, ddets):
    destination = Destination(organisation=ddets.memberships.get().organisation, ddets=True)
    asked = a_delivery(world.cohort, claire, "D2", destination)
    delivery = actions.send_delivery(delivery=asked, sent_on=TODAY, through="", by=claire)
    with pytest.raises(ValidationError, match="engage votre service"):
        answer(delivery, ddets, ALL)
    assert answer(delivery, ddets, ALL, certified=True).certified


def test_a_replaced_delivery_is_not_answered_any_more(sent, world, claire, hugo, opco):
    later = send(world, claire, opco, replaces=sent, replace_reason="Heures corrigées")
    with pytest.raises(ValidationError, match=later.number):
        answer(sent, hugo, ALL)
    assert list(to_review(hugo)) == [later]


def test_the_agency_is_told_by_a_mail_that_counts_and_names_nobody(sent, hugo, claire):
    answer(sent, hugo, refused(1), ALL)
    message = Message.objects.get(recipient=claire.email, key__startswith="reponse/")
    assert "2 acceptées, 1 refusée" in message.body
    assert "BAUDRY" not in message.body


# --- The agency replies


@pytest.fixture
def refusal(sent, hugo):
    answer(sent, hugo, refused(1, comment="28 h à la convention"), ALL)
    return LineAnswer.objects.get(position=1)


def reply(refusal, by, kind="MENDED", text=""):
    return reply_to_refusal(refusal=refusal, kind=kind, text=text, by=by, at=clock.now())


def test_a_refusal_gets_its_reply_and_the_funder_is_told(refusal, sent, claire, hugo):
    assert list(to_reply(claire)) == [refusal]
    reply(refusal, claire, "MAINTAINED", "La convention dit 26 h, avenant du 2 mars.")
    assert not to_reply(claire).exists()
    assert Message.objects.filter(recipient=hugo.email, key__startswith="suite/").count() == 1


def test_handing_back_unlocks_only_what_was_handed_back(refusal, sent, claire):
    accepted = LineAnswer.objects.get(position=ALL_OTHERS)
    with pytest.raises(ValidationError, match="verrouillée"):
        reply(accepted, claire)


def test_a_line_is_maintained_with_an_explanation(refusal, claire):
    with pytest.raises(ValidationError, match="explication"):
        reply(refusal, claire, "MAINTAINED")


def test_a_refusal_is_replied_to_once(refusal, claire):
    reply(refusal, claire)
    with pytest.raises(ValidationError, match="déjà sa suite"):
        reply(refusal, claire)


def test_a_refusal_withdrawn_meanwhile_is_not_replied_to(refusal, sent, claire, hugo):
    answer(sent, hugo, Said(1, Verdict.ACCEPTED))
    with pytest.raises(ValidationError, match="rechargez la page"):
        reply(refusal, claire)


@pytest.mark.parametrize("who", ["hugo", "denis", "esther"])
def test_only_the_agency_replies(refusal, who, request):
    with pytest.raises(ValidationError, match="Seule une personne"):
        reply(refusal, request.getfixturevalue(who))


def test_the_next_delivery_says_which_line_answers_which_refusal(refusal, sent, world, claire, opco):
    reply(refusal, claire, text="Heures reprises")
    contract = corrected_contract(refusal, world)
    contract.weekly_hours = 24
    contract.save()
    later = send(world, claire, opco, replaces=sent, replace_reason="Heures corrigées")
    (told,) = corrections_of(later)
    assert (told.refusal, told.after) == (refusal, 1)
    assert [(old, new) for _, old, new in told.differences] == [("28,00\u00a0h", "24,00\u00a0h")]
    assert told.reply.text == "Heures reprises"
    assert not to_reply(claire).exists()


def corrected_contract(refusal, world):
    label = lines_of(refusal.answer.delivery).rows[0].label
    return next(
        one
        for one in world.cohort.contracts.select_related("enrolment__person")
        if one.enrolment.person.birth_name in label
    )


# --- Notes and readings


def test_each_side_reads_its_own_notes_and_never_the_others(sent, claire, hugo, denis, client_of):
    add_note(delivery=sent, text="Voir avec la comptable.", by=claire, at=clock.now())
    add_note(delivery=sent, text="Dossier à recouper.", by=hugo, at=clock.now())
    for user, own, other in (
        (claire, "Voir avec la comptable.", "Dossier à recouper."),
        (hugo, "Dossier à recouper.", "Voir avec la comptable."),
    ):
        page = client_of(user).get(sent.get_absolute_url()).content.decode()
        assert (own in page, other in page) == (True, False)
    assert not DeliveryNote.objects.visible_to(denis).exists()
    assert client_of(denis).get(reverse("exports:add_note", args=[sent.pk])).status_code == 403


def test_the_agency_sees_who_opened_the_delivery_and_when(sent, claire, hugo, client_of):
    client_of(hugo).get(sent.get_absolute_url())
    b"".join(client_of(hugo).get(reverse("exports:delivery_download", args=[sent.pk])).streaming_content)
    page = client_of(claire).get(sent.get_absolute_url()).content.decode()
    assert "lue à l'écran, Hugo PETIT (OPCO Santé)" in page.replace("&#x27;", "'")
    assert "classeur téléchargé, Hugo PETIT (OPCO Santé)" in page
    assert "Qui l'a ouverte" not in client_of(hugo).get(sent.get_absolute_url()).content.decode()


def test_a_refusal_to_open_is_written_down(sent, agency, client_of):
    other = b.a_user("sophie@agence.example")
    b.a_membership(other, agency, Role.COORDINATOR)
    assert client_of(other).get(reverse("exports:delivery_lines", args=[sent.pk])).status_code == 403
    assert AccessLog.objects.filter(action="refusal", object_id=str(sent.pk)).count() == 1


# --- Pages


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


# --- What the database refuses


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("line_answer_refused_with_its_reason", {"verdict": "REFUSED"}),
        ("line_answer_refused_with_its_reason", {"verdict": "ACCEPTED", "reason": "HOURS"}),
        ("line_answer_explained", {"verdict": "RETURNED"}),
        ("line_answer_refuses_line_by_line", {"verdict": "REFUSED", "reason": "HOURS", "position": 0}),
    ],
)
def test_the_database_refuses_nonsense(sent, hugo, name, facts):
    given = answer(sent, hugo, Said(3, Verdict.ACCEPTED))
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        LineAnswer.objects.create(answer=given, **({"position": 1} | facts))


def test_a_link_ends_after_it_began(sent):
    with pytest.raises(IntegrityError, match="delivery_link_ends_after_start"), transaction.atomic():
        sent.links.create(email="a@b.example", token_hash="x", expires_at=clock.now() - timedelta(days=1))
