"""Each night, safe to run twice: what is due is computed, not what falls today."""

import logging
from datetime import date

from accounts import clock
from impec.due.digest import owed, send_digest

logger = logging.getLogger("impec.due")


def send_digests(on: str | None = None) -> int:
    """How many people got their mail; somebody's failure keeps nobody else from hers, and is made up the next night."""
    day = date.fromisoformat(on) if on else clock.today()
    sent = 0
    for user, planned in owed(day).items():
        try:
            sent += send_digest(user, planned, day)
        except Exception:
            logger.exception("digest of account %s", user.pk)
    return sent
