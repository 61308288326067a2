"""A coordinator, her two empty cohorts, and where files go."""

import pytest
from django.core.files import File

from imports import judging, known
from imports.actions import read_batch
from imports.actions.receiving import open_batch
from tests import builders as b
from tests.imports.agency import WORKBOOK, two_empty_cohorts


@pytest.fixture(autouse=True)
def files_aside(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def cohorts(claire, agency):
    return two_empty_cohorts(agency, referent=claire)


@pytest.fixture
def preview(claire, cohorts):
    """`preview()` receives and reads a workbook; the agency's own unless a path is given."""

    def receive(path=WORKBOOK, user=claire, **options):
        with open(path, "rb") as file:
            batch = open_batch(user=user, name=path.name, content=File(file), **options)
        read_batch(batch=batch, user=user)
        return batch

    return receive


@pytest.fixture
def judged(claire, cohorts):
    """`judged(book)` concludes upon a workbook that was read, without keeping anything."""

    def conclude(book, **options):
        return judging.judge(book, known.load(claire, on=b.TODAY, **options), on=b.TODAY).as_json("essai.xlsx")

    return conclude
