"""The default profiles, and files kept in a folder of the test."""

import pytest

from exports import reference


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def world(world):
    reference.load()
    return world
