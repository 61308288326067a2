"""What a restoration does again: each erasure that the ledger remembers and that a backup has forgotten."""

import logging
from datetime import datetime
from pathlib import Path

from django.db import transaction

from accounts import clock
from accounts.models import User
from cohorts.models import Person
from impec.erasing.actions.carrying_out import carry_out
from impec.erasing.actions.files import remove_waiting
from impec.erasing.ledger_file import Line, append, read
from regulations.retention import ErasureDepth

__all__ = ["Line", "append", "read", "replay"]

logger = logging.getLogger("impec.erasing")

REPLAYED = "Effacement rejoué après une restauration."


def replay(path: Path) -> int:
    """Erases again, in this database, the people of the ledger: how many. Unknown codes are skipped, and told."""
    lines = read(path)
    known = Person.objects.in_bulk({line.public_code for line in lines}, field_name="public_code")
    for line in lines:
        if line.public_code in known:
            _replay(line, known[line.public_code])
    unknown = len({line.public_code for line in lines} - known.keys())
    logger.info("%s people of the ledger erased again, %s unknown here", len(known), unknown)
    return len(known)


def _replay(line: Line, person: Person) -> None:
    at = datetime.fromisoformat(line.at)
    with transaction.atomic():
        erasure = carry_out(
            person=person,
            by=_author(line, person),
            reason=REPLAYED,
            on=clock.today(),
            at=at,
            complete=line.depth == ErasureDepth.COMPLETE,
        )
    remove_waiting(erasure)


def _author(line: Line, person: Person) -> User:
    """Who erased; an account younger than the backup is not there: an administrator of the agency answers for it."""
    known = User.objects.filter(pk=line.by).first()
    if known is not None:
        return known
    admins = User.objects.filter(memberships__organisation=person.agency, memberships__is_admin=True)
    return admins.order_by("pk").first() or User.objects.order_by("pk").first()
