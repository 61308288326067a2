"""Every ten minutes, safe to run twice: an account is told of once a day."""

import logging
from datetime import date, timedelta

from accounts import clock, unusual
from accounts.models import User
from impec.unusual.nominative import agencies_of, is_nominative

logger = logging.getLogger("impec.unusual")


def alert(on: str | None = None) -> int:
    """How many accounts were told of. The day before too: what was done just before midnight is seen after it."""
    today = date.fromisoformat(on) if on else clock.today()
    return sum(_alert_of(day) for day in (today - timedelta(days=1), today))


def _alert_of(day: date) -> int:
    uses = unusual.uses_of(day, is_nominative)
    told = 0
    for user in User.objects.filter(pk__in=uses).order_by("pk"):
        try:
            told += bool(unusual.tell(user=user, use=uses[user.pk], day=day, agencies_of=agencies_of))
        except Exception:
            logger.exception("unusual use of account %s", user.pk)
    return told
