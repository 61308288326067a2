"""Entry points for the queue: plain arguments, safe to run twice."""

import logging
from datetime import date, datetime, time

from accounts import clock
from tutoring.actions import sheet_links
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


def forget_links() -> int:
    return sheet_links.forget_links(at=clock.now())
