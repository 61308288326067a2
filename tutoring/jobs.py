"""Entry points for the queue: plain arguments, safe to run twice."""

import logging
from datetime import date, datetime, time

from accounts import clock
from tutoring import actions
from tutoring.actions import sheet_links
from tutoring.models import Meeting
from tutoring.sheet_reminders import owed

logger = logging.getLogger("impec.tutoring")


def remind_tutors(on: str | None = None) -> int:
    """Each morning: one message for all the sheets of a tutor; somebody's failure keeps nobody else from his."""
    day = date.fromisoformat(on) if on else clock.today()
    at = clock.at(day, time(10)) if on else clock.now()
    return sum(_remind(tutor, planned_on, at) for tutor, planned_on in owed(day))


def _remind(tutor, planned_on: date, at: datetime) -> bool:
    try:
        return sheet_links.remind(tutor=tutor, planned_on=planned_on, at=at) is not None
    except Exception:
        logger.exception("reminder of tutor %s", tutor.pk)
        return False


def cancel_left_behind() -> int:
    """Every ten minutes: an end recorded since, wherever it came from, leaves no meeting after it."""
    rows = Meeting.objects.left_behind(clock.today()).select_related("contract").order_by("pk")
    return sum(actions.cancel_left_behind(meeting=meeting, at=clock.now()) for meeting in rows)


def forget_links() -> int:
    return sheet_links.forget_links(at=clock.now())
