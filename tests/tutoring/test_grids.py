"""Grids of skills: the seven that come, the one in force, and how the agency corrects one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from regulations.skills import Level
from regulations.trades import Trade
from tests.builders import TODAY, a_contract, a_grid, a_tutorship
from tutoring import reference
from tutoring.actions.grids import BlockContent, SkillContent, choose_trade, content_of, write_grid
from tutoring.grids import current_grid, grid_of, last_levels, trade_of
from tutoring.models import Grid, Observation, Skill

TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.django_db
def test_every_trade_comes_with_its_grid_and_loading_twice_adds_nothing():
    reference.load()
    reference.load()
    grids = list(Grid.objects.with_skills())
    assert {grid.trade for grid in grids} == set(Trade)
    assert len(grids) == len(Trade)
    for grid in grids:
        blocks = list(grid.blocks.all())
        assert 4 <= len(blocks) <= 6
        assert all(4 <= len(block.skills.all()) <= 7 for block in blocks)
        assert all(block.diploma_block for block in blocks)


@pytest.mark.django_db
def test_words_of_the_first_grids_are_short_and_said_once():
    reference.load()
    for grid in Grid.objects.with_skills():
        words = [skill.words for skill in grid.skills_in_order()]
        assert len(set(words)) == len(words)
        assert [text for text in words if len(text.split()) > 12] == []


@pytest.mark.django_db
def test_a_grid_the_agency_wrote_is_not_loaded_over(claire):
    reference.load()
    grid = current_grid(Trade.ASH, TODAY)
    write_grid(based_on=grid, blocks=shorter(grid), valid_from=TODAY, by=claire)
    reference.load()
    assert current_grid(Trade.ASH, TODAY).version == 2


def shorter(grid):
    first, *others = content_of(grid)
    return [replace(first, skills=first.skills[:1]), *others]


def test_a_version_counts_from_its_day(claire, db):
    grid = a_grid()
    write_grid(based_on=grid, blocks=shorter(grid), valid_from=TOMORROW, by=claire)
    assert current_grid(Trade.ASH, TODAY).version == 1
    assert current_grid(Trade.ASH, TOMORROW).version == 2
    assert current_grid(Trade.ASH, date(2024, 12, 31)) is None


def test_a_correction_rewrites_no_observation(world, claire, bruno):
    grid = a_grid()
    made = grid.skills_in_order()[0]
    seen = Observation.objects.create(
        tutorship=world.tutorship,
        grid_skill=made,
        skill=made.words,
        level=Level.WITH_HELP,
        observed_on=date(2026, 11, 6),
        recorded_by=bruno,
    )
    first, second = content_of(grid)
    reworded = replace(first, skills=(SkillContent("Refaire la chambre à fond", made.key), *first.skills[1:]))
    written = write_grid(based_on=grid, blocks=[second, reworded], valid_from=TODAY, by=claire)
    seen.refresh_from_db()
    assert (seen.skill, seen.grid_skill, seen.grid_skill.block.grid) == ("Faire la chambre", made, grid)
    now = Skill.objects.get(block__grid=written, key=made.key)
    assert now.words == "Refaire la chambre à fond"
    # The same skill: what was seen of it goes on from there.
    assert last_levels(world.tutorship, TODAY)[now.key] == seen


def test_a_retired_skill_is_gone_from_the_new_version_only(claire, db):
    grid = a_grid()
    written = write_grid(based_on=grid, blocks=shorter(grid), valid_from=TODAY, note=" trop long ", by=claire)
    again = Grid.objects.with_skills().get(pk=written.pk)
    assert [skill.words for skill in again.skills_in_order()] == ["Faire la chambre", "Servir", "Débarrasser"]
    assert len(Grid.objects.with_skills().get(pk=grid.pk).skills_in_order()) == 4
    assert (written.author, written.note) == (claire, "trop long")


@pytest.mark.parametrize(
    "blocks, day, words",
    [
        pytest.param(shorter, TODAY - timedelta(days=1), "commence le 20/11/2026 au plus tôt", id="hier"),
        pytest.param(lambda grid: [], TODAY, "au moins un savoir-faire", id="vide"),
        pytest.param(content_of, TODAY, "Rien n'a changé", id="la même"),
        pytest.param(
            lambda grid: [*content_of(grid), BlockContent("Encore", (SkillContent("SERVIR"),))],
            TODAY,
            "« Servir » est écrit deux fois",
            id="deux fois",
        ),
        pytest.param(
            lambda grid: [BlockContent("Long", tuple(SkillContent(f"Geste {rank}") for rank in range(61)))],
            TODAY,
            "60 au plus",
            id="trop longue",
        ),
    ],
)
def test_a_wrong_correction_is_refused_in_words(claire, db, blocks, day, words):
    grid = a_grid()
    with pytest.raises(ValidationError, match=words):
        write_grid(based_on=grid, blocks=blocks(grid), valid_from=day, by=claire)
    assert Grid.objects.count() == 1


def test_who_corrects_an_old_version_is_told_of_the_newer_one(claire, db):
    grid = a_grid()
    write_grid(based_on=grid, blocks=shorter(grid), valid_from=TODAY, by=claire)
    with pytest.raises(ValidationError, match="La version 2 a été écrite depuis"):
        write_grid(based_on=grid, blocks=shorter(grid), valid_from=TODAY, by=claire)


def test_one_version_number_per_trade(db):
    a_grid()
    with pytest.raises(IntegrityError, match=r"(?i)grid"), transaction.atomic():
        Grid.objects.create(trade=Trade.ASH, version=1, valid_from=TODAY)


def test_the_trade_is_read_from_the_job_until_somebody_chooses(claire, db):
    contract = a_contract(job_title="Agente polyvalente")
    assert trade_of(contract) is None
    assert grid_of(contract, TODAY) is None
    choose_trade(contract=contract, trade=Trade.KITCHEN, by=claire)
    choose_trade(contract=contract, trade=Trade.CLEANING, by=claire)
    assert trade_of(contract) == Trade.CLEANING
    assert trade_of(a_contract()) == Trade.ASH


def test_levels_last_seen_follow_the_person_to_her_next_tutor(world, bruno, db):
    skill = a_grid().skills_in_order()[0]
    facts = {"grid_skill": skill, "skill": skill.words, "recorded_by": bruno, "tutorship": world.tutorship}
    Observation.objects.create(level=Level.WITH_HELP, observed_on=date(2026, 10, 5), **facts)
    latest = Observation.objects.create(level=Level.ALONE, observed_on=date(2026, 11, 6), **facts)
    Observation.objects.create(level=Level.PASSES_ON, observed_on=TODAY, **facts)
    world.tutorship.ends_on = date(2026, 11, 10)
    world.tutorship.save()
    second = a_tutorship(world.contract, starts_on=date(2026, 11, 11))
    assert last_levels(second, TODAY) == {skill.key: latest}


# --- Pages ---


def typed(page, **changes):
    """What the page of a grid would send, with a few changes."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | changes


def test_the_agency_corrects_a_grid_on_one_page(claire, client_of, db):
    grid = a_grid()
    client, address = client_of(claire), reverse("tutoring:grid_write", args=[grid.pk])
    sent = typed(
        client.get(address),
        valid_from="01/12/2026",
        b1_s1_words="Refaire la chambre",
        b1_s2_words="",
        b1_s3_words="Nettoyer la salle de bain",
        b1_s3_rank="1",
        b1_s1_rank="2",
        b1_rank="2",
        b2_rank="1",
        b3_title="Équipe",
        b3_s1_words="Transmettre",
    )
    answer = client.post(address, sent, follow=True)
    written = answer.context["record"]
    said = [(block.title, [skill.words for skill in block.skills.all()]) for block in written.blocks.all()]
    assert said == [
        ("Servir", ["Servir", "Débarrasser"]),
        ("Entretenir", ["Nettoyer la salle de bain", "Refaire la chambre"]),
        ("Équipe", ["Transmettre"]),
    ]
    keys = {block.title: block.key for block in grid.blocks.all()}
    assert {block.title: block.key for block in written.blocks.all()}.items() >= keys.items()
    assert "à venir" in answer.content.decode()


def test_a_refused_correction_keeps_what_was_typed(claire, client_of, db):
    grid = a_grid()
    client, address = client_of(claire), reverse("tutoring:grid_write", args=[grid.pk])
    sent = typed(client.get(address), valid_from="20/11/2026", b3_s1_words="Transmettre", b1_s1_words="x" * 161)
    page = client.post(address, sent)
    text = page.content.decode()
    assert page.context["form"]["b3_s1_words"].value() == "Transmettre"
    assert "Donnez un titre à ce bloc." in text
    assert "160" in text
    assert Grid.objects.count() == 1


def test_pages_of_grids_ask_a_constant_number_of_questions(claire, client_of, django_assert_max_num_queries, db):
    for trade in (Trade.ASH, Trade.AES, Trade.KITCHEN):
        grid = a_grid(trade)
    client = client_of(claire)
    client.get(reverse("tutoring:grid_list"))
    with django_assert_max_num_queries(12):
        client.get(reverse("tutoring:grid_list"))
    with django_assert_max_num_queries(14):
        client.get(grid.get_absolute_url())


def test_the_agency_chooses_the_trade_of_a_contract(world, claire, client_of):
    address = reverse("tutoring:choose_trade", args=[world.contract.pk])
    client = client_of(claire)
    assert client.get(address).context["form"]["trade"].value() == Trade.ASH
    client.post(address, {"trade": "KITCHEN"})
    assert trade_of(world.contract) == Trade.KITCHEN
    assert client.post(address, {"trade": "PILOTE"}).status_code == 200
