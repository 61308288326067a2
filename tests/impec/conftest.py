"""Installations apart, for what is backed up and put back."""

import pytest

from tests.impec.places import FILL, TABLES, Places


@pytest.fixture(scope="session")
def places(tmp_path_factory):
    made = Places(tmp_path_factory.mktemp("places"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def filled_place(places):
    """An installation with rows, files, somebody signed in, and a message and a job that wait."""
    place = places.make()
    place.run(TABLES)
    place.run(FILL)
    return place


@pytest.fixture(scope="session")
def archive(filled_place):
    """A backup of it, which no test changes."""
    return filled_place.back_up()


@pytest.fixture
def new_place(places):
    return places.make()
