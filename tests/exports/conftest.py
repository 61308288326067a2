"""The default profiles, and files kept in a folder of the test."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as configured

from exports import reference


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def world(world):
    reference.load()
    return world


@pytest.fixture
def run_program(tmp_path):
    """Runs code in a process of its own, on a database of the test: workers there are really killed."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'drill.sqlite3'}",
        "IMPEC_VAR": str(tmp_path),
        "SECRET_KEY": "exercice" * 8,
        "DEBUG": "1",
        "IMPEC_TODAY": "2026-11-20",
    }

    def run(code):
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        return subprocess.run(
            command, cwd=configured.BASE_DIR, env=environment, capture_output=True, text=True, check=False
        )

    return run
