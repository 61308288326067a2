"""Who is owed a reminder of monthly sheets, and what a reminder still says when it leaves."""

from datetime import date

from django.db.models import Max

from accounts import clock
from accounts.models import Message
from accounts.reminders import days_before, is_silent, read_settings
from regulations import due
from regulations.due import Rule, reminder_days
from tutoring.models import SheetLink, Tutor
from tutoring.sheets import waited, waited_of


def owed(on: date) -> list[tuple[Tutor, date]]:
    """Tutor and planned day: the latest one that has come, unless it has left. Missed days are in it, once."""
    settings = read_settings()
    if is_silent(Rule.TUTOR_SHEET, settings):
        return []
    days = days_before(Rule.TUTOR_SHEET, settings)
    latest: dict[Tutor, date] = {}
    for one in waited(on):
        planned = [day for day in reminder_days(due.tutor_sheet(one.month), days) if day <= on]
        if planned:
            tutor = one.tutorship.tutor
            latest[tutor] = max(planned[-1], latest.get(tutor, planned[-1]))
    left = SheetLink.objects.filter(planned_on__isnull=False).values("tutor").annotate(last=Max("planned_on"))
    last = dict(left.values_list("tutor", "last"))
    return [(tutor, day) for tutor, day in latest.items() if day > last.get(tutor.pk, date.min)]


def refresh(message: Message) -> bool:
    """Asked as the message leaves: answered or received meanwhile, it goes no further, and did not leave."""
    _, tutor, link = message.key.split(":")
    if waited_of(Tutor.objects.filter(pk=tutor), clock.today()):
        return True
    SheetLink.objects.filter(pk=link, used_at=None).delete()
    message.delete()
    return False
