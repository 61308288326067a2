"""Erase one person: what may go goes at once, the rest waits in a restricted archive for the end of its ground."""

from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import User
from cohorts.models import Erasure, Person
from impec.erasing import ledger_file
from impec.erasing.actions.carrying_out import carry_out
from impec.erasing.actions.files import remove_waiting
from regulations.retention import ErasureDepth

NOON = time(12)


def erase_person(*, person: Person, by: User, reason: str, on: date) -> Erasure:
    """Effacer une personne. Run again once its last ground has ended, it takes the rest; run twice, it changes nothing.

    The ledger is written last, inside the transaction: neither goes without the other.
    """
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi cette personne est effacée."})
    with transaction.atomic():
        before = depth_of(person)
        erasure = carry_out(person=person, by=by, reason=reason, on=on, at=_instant(on))
        if erasure.depth != before:
            line = ledger_file.Line(person.public_code, erasure_instant(erasure), ErasureDepth(erasure.depth), by.pk)
            ledger_file.append(line)
    # After the commit; a process killed here leaves their names in the row, for the next run.
    transaction.on_commit(lambda: remove_waiting(erasure))
    return erasure


def _instant(on: date) -> datetime:
    """Now, or noon of the day it is said to have been done."""
    return clock.now() if on == clock.today() else clock.at(on, NOON)


def depth_of(person: Person) -> str:
    known = Erasure.objects.filter(person=person).first()
    return known.depth if known else ""


def erasure_instant(erasure: Erasure) -> str:
    return (erasure.completed_at or erasure.erased_at).isoformat()
