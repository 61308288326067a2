"""The picture of what somebody learned: its figures, its drawing, what stands still."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AccessLog
from regulations.skills import Level
from tests import builders as b
from tests.builders import TODAY, a_grid, an_observation, an_own_view
from tutoring.actions.grids import BlockContent, SkillContent, write_grid
from tutoring.progress import BAR_HEIGHT, progress_of


@pytest.fixture
def grid(db):
    return a_grid(blocks={"Entretenir": ("Chambre", "Déchets", "Couloir"), "Servir": ("Plateaux",)})


@pytest.fixture
def skills(grid):
    return grid.skills_in_order()


def of_month(progress, block, month):
    return next(one for one in progress.blocks[block].months if one.month == month)


def test_each_month_counts_the_last_level_of_each_skill(world, skills):
    room, waste, _, trays = skills
    an_observation(world.tutorship, room, Level.WITH_HELP, date(2026, 9, 10))
    an_observation(world.tutorship, room, Level.ALONE, date(2026, 10, 9))
    an_observation(world.tutorship, waste, Level.PASSES_ON, date(2026, 10, 31))
    an_observation(world.tutorship, trays, Level.WITH_HELP, TODAY)
    progress = progress_of(world.contract, TODAY)
    assert progress.months == [date(2026, month, 1) for month in range(2, 12)]
    assert of_month(progress, 0, date(2026, 8, 1)).words == "0 seul, 0 avec aide, sur 3"
    assert of_month(progress, 0, date(2026, 9, 1)).words == "0 seul, 1 avec aide, sur 3"
    assert of_month(progress, 0, date(2026, 10, 1)).words == "2 seul, 0 avec aide, sur 3"
    assert progress.blocks[1].now.words == "0 seul, 1 avec aide, sur 1"
    assert progress.blocks[0].reading == ("En novembre 2026 : 2 seul, 0 avec aide, sur 3 ; en février 2026 : 0.")
    assert progress.observed_on == TODAY


def test_a_level_that_falls_is_shown_as_it_is(world, skills):
    an_observation(world.tutorship, skills[0], Level.ALONE, date(2026, 9, 10))
    an_observation(world.tutorship, skills[0], Level.WITH_HELP, date(2026, 10, 9))
    assert progress_of(world.contract, TODAY).blocks[0].now.words == "0 seul, 1 avec aide, sur 3"


def test_the_parts_of_a_bar_fill_it(world, skills):
    an_observation(world.tutorship, skills[0], Level.ALONE, date(2026, 9, 10))
    an_observation(world.tutorship, skills[1], Level.WITH_HELP, date(2026, 9, 10))
    for _, _, rectangles in progress_of(world.contract, TODAY).blocks[0].bars:
        assert sum(one.height for one in rectangles) == BAR_HEIGHT
        assert min(one.y for one in rectangles) == 0


def test_a_tutor_who_changes_leaves_what_was_seen(world, skills):
    an_observation(world.tutorship, skills[3], Level.ALONE, date(2026, 9, 10))
    world.tutorship.ends_on = date(2026, 9, 30)
    world.tutorship.save()
    b.a_tutorship(world.contract, starts_on=date(2026, 10, 1))
    assert progress_of(world.contract, TODAY).blocks[1].now.alone == 1


def test_without_a_trade_there_is_no_picture(db):
    assert progress_of(b.a_contract(job_title="Agente polyvalente"), TODAY) is None


def test_what_stands_still_is_said_with_its_facts(world, skills):
    an_observation(world.tutorship, skills[0], Level.WITH_HELP, date(2026, 7, 3))
    an_observation(world.tutorship, skills[0], Level.WITH_HELP, date(2026, 10, 9))
    progress = progress_of(world.contract, TODAY)
    assert progress.still_words == (
        "Dernier niveau monté : « Chambre » (avec aide), le 03/07/2026 ; 1 jour d'observation depuis ; "
        "reste à apprendre : 4."
    )
    assert progress.blocks[0].still.since == date(2026, 7, 3)
    assert progress.blocks[1].still is None


def test_a_block_that_rises_does_not_hide_one_that_stands_still(world, skills):
    an_observation(world.tutorship, skills[0], Level.WITH_HELP, date(2026, 7, 3))
    an_observation(world.tutorship, skills[3], Level.ALONE, date(2026, 11, 6))
    progress = progress_of(world.contract, TODAY)
    assert progress.still is None
    assert progress.blocks[0].still.since == date(2026, 7, 3)


def test_a_contract_that_is_over_does_not_stand_still(world, skills):
    an_observation(world.tutorship, skills[0], Level.WITH_HELP, date(2026, 3, 3))
    world.contract.broken_on = date(2026, 8, 31)
    progress = progress_of(world.contract, TODAY)
    assert (progress.still, progress.months[-1]) == (None, date(2026, 8, 1))


def test_a_grid_written_after_the_end_leaves_the_picture_as_it_was(world, skills, claire):
    an_observation(world.tutorship, skills[0], Level.ALONE, date(2026, 5, 4))
    world.contract.broken_on = date(2026, 8, 31)
    block = BlockContent("Autre", (SkillContent("Autre chose"),))
    write_grid(based_on=skills[0].block.grid, blocks=[block], valid_from=TODAY, by=claire)
    assert progress_of(world.contract, TODAY).blocks[0].now.words == "1 seul, 0 avec aide, sur 3"


# --- The page ---


def address(contract):
    return reverse("tutoring:contract_skills", args=[contract.pk])


def test_the_page_shows_drawing_table_and_both_views(world, skills, bruno, client_of):
    an_observation(world.tutorship, skills[0], Level.WITH_HELP, date(2026, 10, 9), note="Il manque l'ordre.")
    an_own_view(world.contract, skills[0], sentence="Je la fais seule le matin.")
    page = client_of(bruno).get(address(world.contract)).content.decode()
    assert page.count('role="img"') == 2
    assert "0 seul, 1 avec aide, sur 3" in page
    assert "Je la fais seule le matin." in page
    assert "à discuter" in page
    assert "Répondre" not in page


def test_only_those_who_may_read_what_she_learns_open_it_and_each_reading_is_kept(
    world, grid, client_of, denis, gaelle
):
    pilot = b.a_user("pilote@agence.example")
    b.a_membership(pilot)
    assert client_of(denis).get(address(world.contract)).status_code == 200
    assert client_of(gaelle).get(address(world.contract)).status_code == 404
    assert client_of(pilot).get(address(world.contract)).status_code == 404
    assert AccessLog.objects.filter(object_type="contracts.Contract", action="read").count() == 1


def test_the_page_asks_the_same_number_of_questions_whatever_was_seen(
    world, skills, claire, client_of, django_assert_max_num_queries
):
    client = client_of(claire)
    client.get(address(world.contract))
    for month in range(3, 11):
        for skill in skills:
            an_observation(world.tutorship, skill, Level.WITH_HELP, date(2026, month, 3))
    with django_assert_max_num_queries(32):
        client.get(address(world.contract))
