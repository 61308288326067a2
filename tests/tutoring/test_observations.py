"""A tutor with an account notes a line of the grid."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from regulations.skills import Level
from regulations.trades import Trade
from tests.builders import TODAY, a_grid
from tutoring.actions import record_observation
from tutoring.models import Observation


@pytest.fixture
def skill(db):
    return a_grid().skills_in_order()[0]


@pytest.fixture
def address(world):
    return reverse("tutoring:record_observation", args=[world.tutorship.pk])


def test_the_page_offers_the_grid_by_blocks_with_the_level_last_seen(world, bruno, client_of, skill, address):
    facts = {"tutorship": world.tutorship, "grid_skill": skill, "by": bruno}
    record_observation(level=Level.WITH_HELP, observed_on=date(2026, 10, 5), **facts)
    page = client_of(bruno).get(address).content.decode()
    assert '<optgroup label="Entretenir">' in page
    assert "Faire la chambre (avec aide)" in page
    assert "Trier les déchets</option>" in page


def test_what_is_noted_keeps_the_words_of_the_line(world, bruno, client_of, skill, address):
    answer = client_of(bruno).post(
        address, {"grid_skill": skill.pk, "level": "ALONE", "observed_on": "06/11/2026", "note": "Très bien."}
    )
    assert answer.status_code == 302
    seen = Observation.objects.get()
    assert (seen.grid_skill, seen.skill, seen.level) == (skill, "Faire la chambre", Level.ALONE)


@pytest.mark.parametrize(
    "field, value, words",
    [
        pytest.param("level", "BRILLANT", "BRILLANT", id="un niveau que la grille n'a pas"),
        pytest.param("observed_on", "21/11/2026", "Ce jour est à venir", id="demain"),
        pytest.param("note", "x" * 10_000, "500", id="dix mille caractères"),
        pytest.param("grid_skill", "999999", "Sélectionnez un choix valide", id="une ligne d'ailleurs"),
    ],
)
def test_a_wrong_observation_is_refused_and_stays_on_the_page(
    world, bruno, client_of, skill, address, field, value, words
):
    sent = {"grid_skill": skill.pk, "level": "ALONE", "observed_on": "06/11/2026", "note": "Ma note", field: value}
    page = client_of(bruno).post(address, sent)
    assert words in page.content.decode()
    assert page.context["form"]["note"].value() == sent["note"]
    assert not Observation.objects.exists()


def test_a_line_of_another_trade_is_refused(world, bruno, db):
    other = a_grid(Trade.KITCHEN).skills_in_order()[0]
    with pytest.raises(ValidationError, match="n'est pas dans la grille"):
        record_observation(tutorship=world.tutorship, grid_skill=other, level=Level.ALONE, observed_on=TODAY, by=bruno)
