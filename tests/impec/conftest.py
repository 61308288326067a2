"""Installations apart, for what is backed up and put back."""

from types import SimpleNamespace

import pytest

from tests.impec.places import FILL, TABLES, Places


@pytest.fixture(scope="session")
def places(tmp_path_factory):
    made = Places(tmp_path_factory.mktemp("places"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def filled_place(places):
    """An installation with rows, files, somebody signed in, and a message and a job that wait.

    `copied` says what was in it when the backup of the tests was made.
    """
    place = places.make()
    place.run(TABLES)
    place.run(FILL)
    place.copied = SimpleNamespace(rows=place.rows(), files=place.files())
    place.archive = place.back_up()
    return place


@pytest.fixture(scope="session")
def archive(filled_place):
    """A backup of it, which no test changes."""
    return filled_place.archive


@pytest.fixture
def new_place(places):
    return places.make()
