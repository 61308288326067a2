"""Erasing one person: what goes at once, what waits in the archive, and what never comes back."""


import pytest

from impec.erasing.actions import erase_person
from regulations.retention import ErasureDepth, Kept
from tests import builders as b

ON = b.TODAY


@pytest.fixture
def erased(world, claire):
    return erase_person(person=world.person, by=claire, reason="Demande de la personne", on=ON)


def test_the_name_leaves_the_file_and_waits_in_the_archive(world, erased):
    world.person.refresh_from_db()
    assert world.person.full_name == "Personne effacée"
    assert world.person.erased_on == ON
    assert erased.archived_name == "BAUDRY Amina"
    assert (erased.depth, erased.ground) == (ErasureDepth.ARCHIVED, Kept.TRAINING)
