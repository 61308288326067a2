"""Reminders to employers and news to prescribers: once a day, safe to run twice."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q

from accounts import clock
from cohorts import actions
from cohorts.models import EmployerInvitation, Referral

# A refusal is final for the prescriber when nothing has followed it for so long; a choice of the programme.
QUIET = timedelta(days=14)
# The message has its own key; there is no need to look further back each day.
TOLD_WITHIN = timedelta(days=30)
NOON = time(12)


def remind_employers(on: str | None = None) -> int:
    """Relances à J+5 et J+10 ; the answer ends them."""
    day = date.fromisoformat(on) if on else clock.today()
    at = clock.at(day, NOON) if on else clock.now()
    waiting = EmployerInvitation.objects.waiting().order_by("pk")
    return sum(_remind(invitation, at) for invitation in waiting if _is_due(invitation, day))


def _is_due(invitation: EmployerInvitation, day: date) -> bool:
    age = (day - invitation.sent_at.astimezone(clock.PARIS).date()).days
    return invitation.reminders_sent < sum(age >= days for days in actions.REMINDER_DAYS)


def _remind(invitation: EmployerInvitation, at: datetime) -> bool:
    try:
        actions.remind(invitation=invitation, site=settings.SITE_ADDRESS, at=at)
    except ValidationError:
        # Answered since, or too old: no reminder is owed.
        return False
    return True


def tell_prescribers(on: str | None = None) -> int:
    """« Non retenue », said once to the adviser, when every answer is a refusal and the last is two weeks old."""
    day = date.fromisoformat(on) if on else clock.today()
    quiet_since = day - QUIET
    still_open = Referral.objects.filter(
        ~Q(outcome=Referral.Outcome.REFUSED) | Q(answered_on__gt=quiet_since), person=OuterRef("person")
    )
    ended = Referral.objects.filter(
        ~Exists(still_open), answered_on__range=(quiet_since - TOLD_WITHIN, quiet_since), adviser__isnull=False
    )
    # Nothing more is said of whoever objected or was erased.
    standing = ended.filter(person__objected_on=None, person__erased_on=None)
    ended = standing.select_related("person", "cohort", "adviser")
    for referral in ended:
        actions.tell_outcome(referral=referral, outcome="non retenue")
    return len(ended)
