"""Whoever opens protected pages faster than anybody can read them waits: a stolen session is not emptied in an hour."""

from datetime import timedelta

from accounts import clock
from accounts.models import AccessLog
from accounts.scope import acting_membership

HOUR = timedelta(hours=1)
# One page each twenty seconds for an hour: three times what is told as unusual (accounts/unusual.py). Our choice too.
READS_BEFORE_WAITING = 180
TOO_FAST = (
    f"Vous avez ouvert {READS_BEFORE_WAITING} fiches protégées en une heure. Par prudence, les suivantes attendent : "
    "reprenez dans quelques minutes. Ce que vous avez enregistré est gardé."
)


class TooManyReads(Exception):
    """Answered 429 by the middleware."""


def refuse_crawling(user, action: str) -> None:
    """Before the line of a read: as many lines already, within the hour, and the page does not open."""
    membership = acting_membership(user)
    if membership is None:
        return
    since = clock.now() - HOUR
    rows = AccessLog.objects.filter(organisation=membership.organisation_id, user=user, action=action, at__gt=since)
    if rows[:READS_BEFORE_WAITING].count() >= READS_BEFORE_WAITING:
        raise TooManyReads(TOO_FAST)
