"""Pages that several browser tests open."""

from datetime import date

import pytest

from tests import builders as b
from tests.browser.roll_gestures import roll


@pytest.fixture
def half_day(world, settings):
    """A half-day that is being held."""
    settings.IMPEC_TODAY = "2026-03-10T12:00"
    return b.a_half_day(world.session, day=date(2026, 3, 10))


@pytest.fixture
def open_roll(open_page, half_day):
    """`open_roll(user, width)` opens the roll; at the end the pages are left, so that none still asks who signed."""
    windows = []

    def open_one(user, width=1280, height=900):
        page = open_page(user, width, height)
        windows.append(page.context)
        page.goto(roll(half_day))
        page.get_by_role("button", name="Passer la tablette").wait_for()
        return page

    yield open_one
    for window in windows:
        window.set_offline(False)
        for page in window.pages:
            page.goto("/aide")
