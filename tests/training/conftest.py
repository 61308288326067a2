"""What the tests of the training room share."""

import pytest

from tests import builders as b


@pytest.fixture
def amina_by_mail(world):
    """Amina without account: only her mail is known."""
    world.person.user = None
    world.person.email = "amina@courriel.example"
    world.person.save()
    return world.person


@pytest.fixture
def course(world):
    """This morning's half-day; it is half past nine."""
    return b.a_half_day(world.session, day=b.TODAY)


@pytest.fixture
def at_half_past_nine(settings):
    settings.IMPEC_TODAY = "2026-11-20T09:30"
