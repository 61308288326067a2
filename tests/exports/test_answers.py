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
from exports.actions.answering import Said, add_note, reply_to_refusal
from exports.answers import tally_of, to_reply, to_review
from exports.lines import corrections_of, lines_of, touched_again
from exports.models import DeliveryAnswer, DeliveryNote, LineAnswer
from exports.models.answers import ALL_OTHERS, RefusalReason, Verdict
from exports.scope import Destination
from tests import builders as b
from tests.exports.answering import ALL, LINES, answer, corrected, counts, refused, send, sent_to_opco
from tests.exports.helpers import TODAY, a_delivery


@pytest.fixture
def sent(world, claire, hugo):
    return sent_to_opco(world, claire, hugo)


@pytest.fixture
def ddets(world, claire):
    """The DDETS of another département and its file of the cohort."""
    organisation = b.an_organisation(OrganisationKind.FUNDER, "DDETS de la Manche", funder_kind=FunderKind.DDETS)
    user = b.a_user("nadia@ddets.example", first_name="Nadia", last_name="BERNARD")
    b.a_membership(user, organisation, Role.FUNDER)
    return user


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


def test_a_replaced_delivery_is_not_answered_any_more(sent, claire, hugo):
    later = corrected(sent, claire)
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


def test_the_next_delivery_says_which_line_answers_which_refusal(refusal, sent, world, claire):
    reply(refusal, claire, text="Heures reprises")
    contract = corrected_contract(refusal, world)
    contract.weekly_hours = 24
    contract.save()
    later = corrected(sent, claire)
    (told,) = corrections_of(later)
    assert (told.refusal, told.after) == (refusal, 1)
    assert [(old, new) for _, old, new in told.differences] == [("28,00\u00a0h", "24,00\u00a0h")]
    assert told.reply.text == "Heures reprises"
    assert not to_reply(claire).exists()


def test_a_line_says_what_changed_since_the_last_delivery(sent, world, claire):
    contract = world.other_contract
    contract.weekly_hours = 24
    contract.save()
    later = send(world, claire, sent.financer)
    (changed,) = [line.change for line in lines_of(later).rows if line.change]
    assert [(cell.before, cell.after) for cell in changed.cells] == [("28,00\u00a0h", "24,00\u00a0h")]


def test_a_line_accepted_then_changed_is_named_in_the_next_delivery(sent, world, claire, hugo, client_of):
    answer(sent, hugo, refused(1), ALL)
    for contract in world.cohort.contracts.all():
        contract.weekly_hours = 24
        contract.save()
    later = corrected(sent, claire)
    assert [one.position for one in touched_again(later)] == [2, 3]
    assert "2 lignes acceptées la dernière fois" in client_of(hugo).get(later.get_absolute_url()).content.decode()


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
