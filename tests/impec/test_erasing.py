"""Erasing one person: what goes at once, what waits in the archive, and what never comes back."""

import pytest

from impec.erasing.actions import erase_person
from impec.erasing.fates import FATES
from regulations.retention import ErasureDepth, Kept
from tests import builders as b
from tests.impec.erased import everything, fill, mark
from tests.training.paid import a_convention

ON = b.TODAY


@pytest.fixture
def erased(world, claire):
    return erase_person(person=world.person, by=claire, reason="Demande de la personne", on=ON)


@pytest.fixture
def full(world, claire):
    """Amina, with a row in every table."""
    a_convention(world.cohort, world.closerie, world.enrolment)
    b.a_grid()
    b.an_own_view(world.contract, world.contract.own_views.model.grid_skill.field.related_model.objects.first())
    fill(world.person, claire)
    return world.person


def test_the_name_leaves_the_file_and_waits_in_the_archive(world, erased):
    world.person.refresh_from_db()
    assert world.person.full_name == "Personne effacée"
    assert world.person.erased_on == ON
    assert erased.archived_name == "BAUDRY Amina"
    assert (erased.depth, erased.ground) == (ErasureDepth.ARCHIVED, Kept.TRAINING)


def test_every_free_text_goes_at_once(full, claire):
    before = everything()
    assert mark("tutoring.Meeting", "going_well") in before
    erase_person(person=full, by=claire, reason="Demande de la personne", on=ON)
    after = everything()
    gone = [(fate.model, name) for fate in FATES for name in fate.now.split()]
    assert [one for one in gone if mark(*one) in after] == []
