"""The register of the deliveries says what their funders answered, to whom that is told, and nobody else."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from accounts import work
from exports import actions
from exports.actions.answering import Said, reply_to_refusal
from exports.actions.correcting import correct_delivery
from exports.models import Delivery, LineAnswer
from exports.models.answers import ALL_OTHERS, Verdict
from tests import builders as b
from tests.exports.answering import ALL, answer, refused, send, sent_to_opco
from tests.exports.helpers import TODAY, a_delivery, by_calamine
from tests.exports.test_register import a_row

RETURNED = Said(ALL_OTHERS, Verdict.RETURNED, "", "Le modèle n'est plus le bon.")


@pytest.fixture
def answered(world, claire, hugo):
    """Five deliveries to Hugo's OPCO: nothing said, begun, refused in part, accepted, handed back; one for nobody."""
    first = sent_to_opco(world, claire, hugo)
    found = {"silent": first}
    for name in ("begun", "refused", "accepted", "returned"):
        found[name] = send(world, claire, first.financer)
    answer(found["begun"], hugo, Said(1, Verdict.ACCEPTED))
    answer(found["refused"], hugo, refused(1), ALL)
    answer(found["accepted"], hugo, ALL)
    answer(found["returned"], hugo, RETURNED)
    found["inside"] = a_delivery(world.cohort, claire, "O5")
    return found


def listed(client, query=""):
    page = client.get(reverse("exports:delivery_list") + query)
    return page, [row.record.number for row in page.context["table"].rows]


def words_of(page):
    """Of its table, as they are read."""
    return " ".join(strip_tags(page.content.decode().partition("<tbody>")[2]).split())


@pytest.mark.parametrize(
    "word, found",
    [
        ("", {"silent", "begun", "refused", "accepted", "returned", "inside"}),
        ("attendue", {"silent", "begun"}),
        ("renvois", {"refused", "returned"}),
        ("a-suivre", {"refused", "returned"}),
        ("acceptee", {"accepted"}),
    ],
)
def test_each_answer_finds_its_deliveries(answered, claire, client_of, word, found):
    _, numbers = listed(client_of(claire), f"?reponse={word}")
    assert set(numbers) == {answered[name].number for name in found}


def test_a_refusal_with_its_reply_no_longer_waits_for_one(answered, claire, client_of):
    refusal = LineAnswer.objects.get(answer__delivery=answered["refused"], position=1)
    reply_to_refusal(refusal=refusal, kind="MENDED", text="", by=claire, at=answered["refused"].sent_at)
    browser = client_of(claire)
    assert listed(browser, "?reponse=a-suivre")[1] == [answered["returned"].number]
    assert answered["refused"].number in listed(browser, "?reponse=renvois")[1]


def test_the_list_and_its_file_say_where_each_answer_stands(answered, claire, client_of):
    browser = client_of(claire)
    page, _ = listed(browser)
    assert "1 refusée" in page.content.decode()
    file = browser.get(reverse("exports:export_list", args=["remises"]))
    heads, *rows = by_calamine(b"".join(file.streaming_content)).get_sheet_by_index(0).to_python()
    told = {row[heads.index("Numéro")]: row[heads.index("Réponse")] for row in rows}
    assert {name: told[delivery.number] for name, delivery in answered.items()} == {
        "silent": "sans réponse",
        "begun": "1 acceptée, 2 sans réponse",
        "refused": "2 acceptées, 1 refusée",
        "accepted": "3 acceptées",
        "returned": "3 rendues",
        "inside": "",
    }


def test_the_funder_finds_what_waits_for_its_answer(answered, hugo, client_of):
    page, numbers = listed(client_of(hugo), "?reponse=attendue")
    assert set(numbers) == {answered["silent"].number, answered["begun"].number}
    assert "2 sans réponse" in page.content.decode()


def test_an_employer_reads_nothing_of_what_a_funder_answers(answered, world, claire, hugo, denis, client_of):
    own = a_row(world, claire, "2026-11-OPCO-90", establishment=world.closerie, recipient=answered["silent"].recipient)
    own.row_count = 1
    own.save()
    answer(own, hugo, refused(1))
    page, numbers = listed(client_of(denis))
    assert numbers == [own.number]
    assert "refusée" not in page.content.decode()
    assert listed(client_of(denis), "?reponse=acceptee")[1] == [own.number]


def test_a_correction_is_told_to_its_recipient_once_it_is_sent(answered, claire, hugo, client_of):
    wrong = answered["accepted"]
    asked = correct_delivery(delivery=wrong, reason="Un contrat manquait.", as_of=TODAY, by=claire)
    work.run_job(asked.job_id)
    later = Delivery.objects.get(pk=asked.pk)
    said = f"remplacée par {later.number}"
    assert said in words_of(listed(client_of(claire))[0])
    assert later.number not in words_of(listed(client_of(hugo))[0])
    assert wrong.number not in listed(client_of(hugo), "?remplacement=remplacees")[1]
    actions.send_delivery(delivery=later, sent_on=TODAY, through="", by=claire)
    assert said in words_of(listed(client_of(hugo))[0])


def test_whom_a_file_is_for_and_about_is_one_column(world, claire, client_of):
    opco = b.a_financer()
    a_row(world, claire, "2026-11-OPCO-01", financer=opco, establishment=world.closerie, on=date(2026, 11, 2))
    page, _ = listed(client_of(claire))
    assert f"{opco}, {world.closerie}" in words_of(page)
