"""The trainee's own pages about what she can do: four faces, her words, and nothing of anybody else."""

from dataclasses import replace
from datetime import date
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse

from regulations.skills import Face, Level
from tests.builders import TODAY, a_grid, an_observation, an_own_view
from tutoring.actions.grids import content_of, write_grid
from tutoring.actions.own_views import discuss_point
from tutoring.models import OwnView

PAGE = reverse("own_skills:my_skills")
BLOCK = reverse("own_skills:my_block", args=[1])


@pytest.fixture
def skills(db):
    return a_grid().skills_in_order()


def face(skill):
    return f"face_{skill.key}"


def words(skill):
    return f"words_{skill.key}"


def answer(skills, *faces, **more):
    sent = {"request_id": str(uuid4())}
    return sent | {face(skill): said for skill, said in zip(skills, faces, strict=False)} | more


def test_she_says_where_she_is_in_one_block(world, skills, amina, client_of):
    client = client_of(amina)
    assert BLOCK in client.get(PAGE).content.decode()
    sent = answer(skills, "CAN", "NOT_TAUGHT", **{words(skills[0]): "Je vais plus vite."})
    assert "Merci, c'est noté." in unescape(client.post(BLOCK, sent, follow=True).content.decode())
    said = OwnView.objects.order_by("grid_skill__position").values_list("contract", "face", "sentence")
    assert list(said) == [(world.contract.pk, "CAN", "Je vais plus vite."), (world.contract.pk, "NOT_TAUGHT", "")]


def test_what_she_said_is_there_when_she_comes_back(world, skills, amina, client_of):
    an_own_view(world.contract, skills[0], Face.HELPED, sentence="Le matin seulement.")
    page = client_of(amina).get(BLOCK)
    assert page.context["form"][face(skills[0])].value() == "HELPED"
    assert "Le matin seulement." in page.content.decode()
    page = client_of(amina).post(BLOCK, answer(skills, "HELPED"), follow=True)
    assert "Rien n'a changé" in unescape(page.content.decode())


def test_she_sees_the_level_of_her_tutor_where_they_differ_and_what_was_decided(
    world, skills, claire, amina, client_of
):
    an_observation(world.tutorship, skills[0], Level.WITH_HELP, date(2026, 11, 6))
    view = an_own_view(world.contract, skills[0], Face.CAN)
    client = client_of(amina)
    text = client.get(PAGE).content.decode()
    assert "On va en parler" in text
    assert "avec aide" in text
    discuss_point(own_view=view, text="Bruno regarde samedi.", on=date(2026, 11, 20), by=claire)
    text = client.get(PAGE).content.decode()
    assert "On va en parler" not in text
    assert "Bruno regarde samedi." in text


@pytest.mark.parametrize(
    "said_face, typed, said",
    [
        pytest.param("SUPER", "Mes mots", "SUPER", id="un visage qui n'existe pas"),
        pytest.param("CAN", "x" * 10_000, "300", id="dix mille caractères"),
        pytest.param("", "Mes mots", "Choisissez aussi un visage", id="des mots sans visage"),
        pytest.param("CAN", "1 84 06 50 123 456 78", "sécurité sociale", id="un numéro de sécurité sociale"),
    ],
)
def test_what_cannot_be_kept_is_said_on_the_page(world, skills, amina, client_of, said_face, typed, said):
    sent = answer(skills, said_face, "HELPED", **{words(skills[0]): typed})
    page = client_of(amina).post(BLOCK, sent)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert page.context["form"][face(skills[1])].value() == "HELPED"
    assert not OwnView.objects.exists()


def test_a_list_that_changed_meanwhile_is_said_and_loses_nothing_in_silence(world, skills, claire, amina, client_of):
    client = client_of(amina)
    grid = skills[0].block.grid
    first, second = content_of(grid)
    kept = replace(first, skills=first.skills[:1])
    sent = answer(skills, "CAN", "HELPED")
    write_grid(based_on=grid, blocks=[kept, second], valid_from=TODAY, by=claire)
    page = client.post(BLOCK, sent)
    assert "Cette liste a changé" in page.content.decode()
    assert page.context["form"][face(skills[0])].value() == "CAN"
    assert not OwnView.objects.exists()


def test_two_taps_on_the_button_are_one_answer(world, skills, amina, client_of):
    sent = answer(skills, "CAN")
    client = client_of(amina)
    for _ in range(3):
        assert client.post(BLOCK, sent).status_code == 302
    assert OwnView.objects.count() == 1


def test_without_a_grid_or_a_contract_she_is_told_whom_to_ask(world, amina, client_of):
    text = client_of(amina).get(PAGE).content.decode()
    assert "Demandez à votre conseillère" in text
    assert client_of(amina).get(BLOCK).status_code == 404


def test_after_the_contract_she_reads_and_no_longer_answers(world, skills, amina, client_of):
    an_observation(world.tutorship, skills[0], Level.ALONE, date(2026, 5, 6))
    world.contract.broken_on, world.contract.break_reason = date(2026, 8, 31), "RESIGNATION"
    world.contract.save()
    text = client_of(amina).get(PAGE).content.decode()
    assert "Votre contrat est fini" in text
    assert BLOCK not in text
    assert client_of(amina).post(BLOCK, answer(skills, "CAN")).status_code == 404


def test_her_page_tells_of_nobody_else(world, skills, amina, client_of):
    an_own_view(world.other_contract, skills[0], Face.CAN, sentence="Une phrase de Zoé.")
    client = client_of(amina)
    assert "Zoé" not in client.get(PAGE).content.decode() + client.get(BLOCK).content.decode()


def test_whoever_is_not_a_trainee_finds_nothing(world, skills, claire, denis, bruno, client_of):
    assert {client_of(user).get(PAGE).status_code for user in (claire, denis, bruno)} == {404}
    assert client_of(None).get(PAGE).status_code == 302
