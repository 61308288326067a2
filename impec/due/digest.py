"""One mail a day for each person: what she is reminded of, once, and nothing that was done meanwhile."""

from collections import defaultdict
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts import clock
from accounts.models import Membership, Message, Reminder, User
from accounts.outbox import post_message
from accounts.reminders import DueItem, Planned, facts_of, key_of_digest, pending, planned_for, subject_of
from accounts.templatetags.french import as_day
from impec.due.sources import every_item, items_for, put_names, recipients_of


def owed(on: date) -> dict[User, list[Planned]]:
    """Who is owed which reminders that night; nights that were missed are in it."""
    items = every_item(on=on, until=on)
    lines = planned_for(items, recipients_of(items, on))
    found = defaultdict(list)
    for line in lines.values():
        one = pending(line, on)
        if one is not None:
            found[one.recipient].append(one)
    return found


@transaction.atomic
def send_digest(user: User, planned: list[Planned], on: date) -> bool:
    """The mail and what it says are written together; a second run of the same night finds them there."""
    User.objects.select_for_update().get(pk=user.pk)
    key = key_of_digest(user, on)
    if Message.objects.filter(key=key).exists():
        return False
    items = [one.item for one in planned]
    subject, body = compose(user, items, on)
    message = post_message(key=key, recipient=user.email, subject=subject, body=body)
    for one in planned:
        _note(one, message)
    return True


def _note(planned: Planned, message: Message) -> None:
    """Under the lock: a reminder cancelled or moved since it was read is not said to have left."""
    row = Reminder.objects.select_for_update().filter(**facts_of(planned)).first()
    if row is None:
        row = Reminder(**facts_of(planned), **subject_of(planned.item))
    if row.cancelled_at is None and row.sent_at is None and row.moved_to == (planned.row and planned.row.moved_to):
        row.sent_at, row.message = clock.now(), message
        row.save()


@transaction.atomic
def refresh(message: Message) -> bool:
    """Asked as the mail leaves: what was done or received since goes out of it; False when nothing is left."""
    rows = list(message.reminders.select_for_update().order_by("pk"))
    user = User.objects.filter(reminders__message=message).first()
    items = {(item.ident, item.due_on): item for item in _reached_by(user)} if user is not None else {}
    standing = [items[key] for row in rows if (key := ((row.rule, row.object_key), row.due_on)) in items]
    for row in rows:
        if ((row.rule, row.object_key), row.due_on) not in items:
            _forget(row)
    if not standing:
        message.delete()
        return False
    subject, body = compose(user, standing, _day_of(message))
    if body != message.body:
        message.subject, message.body = subject, body
        message.save(update_fields=["subject", "body"])
    return True


def _forget(row: Reminder) -> None:
    """It did not leave: should the thing be waited for again, it still may."""
    row.sent_at = row.message = None
    row.save() if row.moved_to else row.delete()


def _reached_by(user: User) -> list[DueItem]:
    """Through each of her memberships: the scope of the pages is that of the mails."""
    today = clock.today()
    found: dict = {}
    for membership in Membership.objects.active().filter(user=user).select_related("organisation"):
        user.acting_through = membership
        found |= {item.ident: item for item in items_for(user, on=today, until=today)}
    return list(found.values())


def _day_of(message: Message) -> date:
    return date.fromisoformat(message.key.rpartition(":")[2])


def compose(user: User, items: list[DueItem], on: date) -> tuple[str, str]:
    """Subject and text: first names with an initial, no reason of anything, links to the pages."""
    put_names(items)
    site = settings.SITE_ADDRESS.rstrip("/")
    count = len(items)
    what = "1 échéance vous attend" if count == 1 else f"{count} échéances vous attendent"
    lines = [line_of(item, on) for item in sorted(items, key=lambda item: (item.due_on, item.subject_id, item.ident))]
    body = (
        f"Bonjour {user.get_short_name()},\n\n{what} :\n\n"
        + "\n".join(lines)
        + f"\n\nPour savoir pourquoi, le faire ou noter « reçu autrement » :\n{site}{reverse('due:due_list')}\n\n"
        f"Les rappels des 30 prochains jours, à déplacer ou à annuler :\n{site}{reverse('due:upcoming')}\n"
    )
    return f"ImPEC' : {what}", body


def line_of(item: DueItem, on: date) -> str:
    when = "en retard depuis le" if item.deadline.is_late(on) else "au plus tard le"
    return f"- {item.label} — {item.short_name}, {item.where} : {when} {as_day(item.due_on)}"
