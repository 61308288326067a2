"""Reminders and *reçu autrement*: what will leave, to whom, and what stops it.

What is due comes from the rooms (`DueItem`); here it meets what people changed and what has already left.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction

from accounts import clock
from accounts.models import Message, Receipt, Reminder, ReminderSetting, User
from accounts.rows import change, keep
from regulations.deadlines import Owner
from regulations.due import PRINCIPLES, USUAL_DAYS, Deadline, Rule, StatementDays, reminder_days, reminders

NIGHT = timedelta(days=1)
# « Prochains 30 jours ».
AHEAD = timedelta(days=30)
MOST_DAYS_BEFORE = 90

Ident = tuple[str, str]


@dataclass(slots=True, eq=False, kw_only=True)
class DueItem:
    """Une échéance d'une personne : la règle, l'objet, la fiche d'où vient son périmètre. Noms posés à l'affichage."""

    deadline: Deadline
    key: str
    subject_kind: str
    subject_id: int
    cohort_id: int
    establishment_id: int
    url: str
    detail: str = ""
    days: StatementDays = USUAL_DAYS
    who: str = ""
    short_name: str = ""
    where: str = ""

    @property
    def ident(self) -> Ident:
        return self.rule.value, self.key

    @property
    def rule(self) -> Rule:
        return self.deadline.rule

    @property
    def label(self) -> str:
        return f"{self.rule.label}, {self.detail}" if self.detail else self.rule.label

    @property
    def due_on(self) -> date:
        return self.deadline.due_on

    @property
    def since(self) -> date:
        return self.deadline.opens_on

    @property
    def why(self) -> str:
        return self.deadline.why

    @property
    def is_legal(self) -> bool:
        return self.deadline.principle.is_legal


# --- The mail that gathers a day ---


def key_of_digest(user: User, on: date) -> str:
    return f"digest:{user.pk}:{on:%Y-%m-%d}"


def had_digest(address: str, on: date) -> bool:
    """A person who works for us in two ways still gets one mail of reminders a day."""
    users = User.objects.filter(email__iexact=address)
    return Message.objects.filter(key__in=[key_of_digest(user, on) for user in users]).exists()


# --- What is planned ---


@dataclass(frozen=True, slots=True)
class Planned:
    """Une relance à venir : à qui, quand, et ce qu'une personne y a changé."""

    item: DueItem
    recipient: User
    planned_on: date
    leaves_on: date
    row: Reminder | None = None

    @property
    def is_moved(self) -> bool:
        return self.row is not None and self.row.moved_to is not None


def days_before(rule: Rule, settings: Mapping[str, ReminderSetting]) -> tuple[int, ...]:
    """The days a person set, else those of the programme."""
    setting = settings.get(rule)
    if setting is None:
        return PRINCIPLES[rule].reminders
    return tuple(setting.days_before) if setting.is_active else ()


def is_silent(rule: Rule, settings: Mapping[str, ReminderSetting]) -> bool:
    return rule in settings and not settings[rule].is_active


def read_settings() -> dict[str, ReminderSetting]:
    return {setting.rule: setting for setting in ReminderSetting.objects.all()}


def planned_for(
    items: Iterable[DueItem], recipients: Mapping[Ident, Mapping[Owner, Collection[User]]]
) -> dict[tuple[Ident, int], list[Planned]]:
    """Item and recipient → her reminders about it, cancelled ones left out, the first to leave first."""
    items = list(items)
    settings, rows = read_settings(), _rows_of(items)
    found: dict[tuple[Ident, int], dict[date, Planned]] = defaultdict(dict)
    for item in items:
        if is_silent(item.rule, settings):
            continue
        days = reminder_days(item.deadline, days_before(item.rule, settings), item.days)
        for day, owner in reminders(item.deadline, days):
            for user in recipients[item.ident].get(owner, ()):
                row = rows.get((item.ident, item.due_on, day, user.pk))
                if row is None or row.cancelled_at is None:
                    leaves_on = row.leaves_on if row else day
                    found[item.ident, user.pk][day] = Planned(item, user, day, leaves_on, row)
    return {key: sorted(by_day.values(), key=_order) for key, by_day in found.items()}


def _order(planned: Planned) -> tuple[date, date]:
    return planned.leaves_on, planned.planned_on


def _rows_of(items: list[DueItem]) -> dict:
    if not items:
        return {}
    rows = Reminder.objects.filter(
        subject_kind__in={item.subject_kind for item in items}, due_on__gte=min(item.due_on for item in items)
    )
    return {((row.rule, row.object_key), row.due_on, row.planned_on, row.recipient_id): row for row in rows}


def pending(line: list[Planned], on: date) -> Planned | None:
    """What one person is owed about one item that night: the latest one due, unless it has left.

    Earlier ones that a missed night kept back are said by it: three missed nights are one reminder.
    """
    due = [one for one in line if one.leaves_on <= on]
    if not due:
        return None
    latest = due[-1]
    return None if latest.row is not None and latest.row.sent_at is not None else latest


def upcoming(line: list[Planned], on: date, until: date) -> list[Planned]:
    """All that will leave after that day, as the rules know it: what is owed already leaves the next night."""
    later = [one for one in line if on < one.leaves_on <= until]
    owed = pending(line, on)
    tonight = on + NIGHT
    if owed is not None and tonight <= until and not any(one.leaves_on == tonight for one in later):
        later.insert(0, Planned(owed.item, owed.recipient, owed.planned_on, tonight, owed.row))
    return later


# --- What people change ---


@transaction.atomic
def move_reminder(*, planned: Planned, to: date, today: date, by: User) -> Reminder:
    """Déplacer une relance : après aujourd'hui, et dans son délai quand la loi en donne un."""
    item = planned.item
    if to <= today:
        raise ValidationError({"to": f"Choisissez un jour après aujourd'hui ({today:%d/%m/%Y})."})
    last = last_day_for(item)
    if to > last:
        limit = "le délai légal finit" if item.is_legal else "l'échéance n'a plus d'objet après"
        raise ValidationError({"to": f"Choisissez un jour au plus tard le {last:%d/%m/%Y} : {limit} ce jour-là."})
    row = _row_of(planned)
    row.moved_to, row.moved_by = to, by
    return keep(row)


@transaction.atomic
def cancel_reminder(*, planned: Planned, reason: str, by: User) -> Reminder:
    """Annuler une relance, jamais celle d'une obligation légale : celle-là se déplace dans son délai."""
    if planned.item.is_legal:
        message = "Ce rappel porte sur une obligation légale : il ne s'annule pas, il se déplace dans son délai."
        raise ValidationError(message)
    row = _row_of(planned)
    row.cancelled_at, row.cancelled_by, row.cancel_reason = clock.now(), by, reason.strip()
    return keep(row)


def last_day_for(item: DueItem) -> date:
    """A reminder is put off until that day at the latest: what the law asks for, within its term."""
    return item.due_on if item.is_legal else item.deadline.worth_until


def _row_of(planned: Planned) -> Reminder:
    """The row of this reminder, kept from others until the end of the transaction; made when there is none yet."""
    facts = facts_of(planned)
    row = Reminder.objects.select_for_update().filter(**facts).first() or Reminder(**facts, **subject_of(planned.item))
    if row.sent_at is not None or row.cancelled_at is not None:
        what = "partie" if row.sent_at is not None else "annulée"
        raise ValidationError(f"Cette relance est déjà {what} : rechargez la page.")
    return row


def facts_of(planned: Planned) -> dict:
    """What makes a reminder unique."""
    return {
        "rule": planned.item.rule,
        "object_key": planned.item.key,
        "due_on": planned.item.due_on,
        "planned_on": planned.planned_on,
        "recipient": planned.recipient,
    }


def subject_of(item: DueItem) -> dict:
    return {"subject_kind": item.subject_kind, "subject_id": item.subject_id}


@transaction.atomic
def record_receipt(
    *,
    item: DueItem,
    received_on: date,
    how: str,
    scan: File | None = None,
    nature: str = Receipt.Nature.RECEIVED,
    today: date,
    by: User,
) -> Receipt:
    """Reçu autrement : les rappels cessent. Sans suite : on n'attend plus, sauf ce que la loi demande."""
    if received_on > today:
        raise ValidationError({"received_on": "Ce jour n'est pas encore venu."})
    if nature == Receipt.Nature.DROPPED and item.is_legal:
        message = "Une obligation légale ne se laisse pas sans suite : notez-la faite, ou reçue autrement."
        raise ValidationError({"nature": message})
    receipt = Receipt(
        rule=item.rule,
        object_key=item.key,
        label=item.label,
        nature=nature,
        received_on=received_on,
        how=how,
        recorded_by=by,
        **subject_of(item),
    )
    if scan is not None:
        receipt.scan = scan
    return keep(receipt)


@transaction.atomic
def take_back_receipt(*, receipt: Receipt, by: User) -> Receipt:
    """Reprendre : la règle recommence, et ce qui est déjà parti ne repart pas."""
    receipt = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if receipt.taken_back_at is not None:
        raise ValidationError("C'est déjà repris.")
    receipt.taken_back_at, receipt.taken_back_by = clock.now(), by
    return keep(receipt)


def standing_receipts(rows=None) -> set[Ident]:
    """What counts as received, and is waited for no more."""
    rows = Receipt.objects.all() if rows is None else rows
    return set(rows.standing().values_list("rule", "object_key"))


@transaction.atomic
def save_setting(
    *, rule: Rule, days_before: Collection[int], is_active: bool, note: str, version: int | None
) -> ReminderSetting:
    """Régler les jours de rappel d'une règle ; ils valent pour tout ce qui n'est pas encore parti."""
    if rule == Rule.STATEMENT and days_before:
        raise ValidationError("Les jours de l'état de présence se règlent avec l'aide : ils sont des jours du mois.")
    facts = {"days_before": sorted(set(days_before), reverse=True), "is_active": is_active, "note": note}
    row = ReminderSetting.objects.filter(rule=rule).first()
    return keep(ReminderSetting(rule=rule, **facts)) if row is None else change(row, version=version, **facts)
