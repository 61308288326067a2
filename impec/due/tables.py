"""Lists of what is due, of what will leave, of what was received otherwise, and of the days of the reminders."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.listings import InstantColumn
from accounts.models import Receipt
from accounts.reminders import DueItem, Planned, last_day_for
from accounts.tables import Action, ActionsColumn, Column, DayColumn, StateColumn, Table
from accounts.templatetags.french import as_count, as_day
from accounts.templatetags.house import state_badge
from impec.due.sources import act_of


def why(item: DueItem) -> str | SafeString:
    """The reason; that its day is a hypothesis is said in a word, and explained on the page of the settings."""
    if not item.deadline.principle.hypothesis:
        return item.why
    return with_note(item.why, "Date : hypothèse.")


def with_note(text: str | SafeString, note: str) -> SafeString:
    return format_html('{} <span class="cell-note">{}</span>', text, note)


class DueTable(Table):
    caption = "Échéances"
    due_on = DayColumn(verbose_name="Échéance")
    label = Column(verbose_name="Attendu", order_by=("label",))
    who = Column(verbose_name="Personne", orderable=False)
    where = Column(verbose_name="Établissement", orderable=False)
    state = StateColumn(accessor="due_on", verbose_name="Où cela en est", orderable=False)
    why = Column(verbose_name="Pourquoi", orderable=False, css="wide-text")
    acts = ActionsColumn(verbose_name="Gestes")
    row_header = "label"
    # The day it is read on, and by whom.
    on = user = None

    def render_label(self, record):
        return format_html('<a href="{}">{}</a>', record.url, record.label)

    def render_why(self, record):
        return why(record)

    def render_state(self, record):
        if record.deadline.is_late(self.on):
            days = (self.on - record.due_on).days
            badge = state_badge("danger", f"en retard de {as_count(days)} {'jour' if days == 1 else 'jours'}")
        elif record.since <= self.on:
            badge = state_badge("warning", "à faire")
        else:
            return with_note(state_badge("neutral", "à venir"), f"à partir du {as_day(record.since)}")
        return with_note(badge, f"depuis le {as_day(record.since)}")

    def row_name(self, record):
        return f"{record.label}, {record.who}"

    def actions(self, record):
        act = act_of(record)
        if act is not None and self.user.has_perm(act.permission):
            yield Action(act.label, act.url)
        if self.user.has_perm("accounts.settle_due"):
            yield Action("Reçu autrement", reverse("due:receive", args=record.ident))


class UpcomingTable(Table):
    caption = "Rappels à venir"
    leaves_on = DayColumn(verbose_name="Part le")
    recipient = Column(verbose_name="À", orderable=False)
    label = Column(accessor="item__label", verbose_name="Rappelé", orderable=False)
    who = Column(accessor="item__who", verbose_name="Personne", orderable=False)
    where = Column(accessor="item__where", verbose_name="Établissement", orderable=False)
    due_on = DayColumn(accessor="item__due_on", verbose_name="Échéance")
    why = Column(accessor="item__why", verbose_name="Pourquoi", orderable=False, css="wide-text")
    acts = ActionsColumn(verbose_name="Gestes")
    row_header = "label"
    # The day it is read on.
    on = None

    def render_label(self, record):
        return format_html('<a href="{}">{}</a>', record.item.url, record.item.label)

    def render_why(self, record):
        return why(record.item)

    def render_leaves_on(self, record):
        day = as_day(record.leaves_on)
        return with_note(day, f"déplacé du {as_day(record.planned_on)}") if record.is_moved else day

    def row_name(self, record):
        return f"{record.item.label}, {record.item.who}, à {record.recipient}"

    def actions(self, record: Planned):
        item = record.item
        given = [*item.ident, record.planned_on.isoformat(), record.recipient.pk]
        if last_day_for(item) > self.on:
            yield Action("Déplacer", reverse("due:move", args=given))
        if not item.is_legal:
            yield Action("Annuler", reverse("due:cancel", args=given))


class ReceiptTable(Table):
    caption = "Reçus autrement"
    received_on = DayColumn(verbose_name="Le")
    label = Column(verbose_name="Ce qui était attendu", orderable=False)
    who = Column(verbose_name="Personne", orderable=False)
    nature = Column(verbose_name="Ce qu'il en est", orderable=False)
    how = Column(orderable=False)
    recorded_by = Column(orderable=False)
    recorded_at = InstantColumn(verbose_name="Noté le")
    scan = Column(verbose_name="Pièce", orderable=False)
    taken_back_at = InstantColumn(verbose_name="Repris le", default="")
    acts = ActionsColumn(verbose_name="Gestes")
    row_header = "label"
    # Receipts whose scan this reader may open.
    readable = frozenset()

    class Meta(Table.Meta):
        model = Receipt
        fields = ()

    def render_scan(self, record):
        if record.pk not in self.readable:
            return "jointe"
        address = reverse("due:scan", args=[record.pk])
        name = self.row_name(record)
        return format_html('<a href="{}">Ouvrir<span class="visually-hidden"> — {}</span></a>', address, name)

    def row_name(self, record):
        return f"{record.label}, {record.who}"

    def actions(self, record):
        if record.taken_back_at is None:
            yield Action("Reprendre", reverse("due:take_back", args=[record.pk]))


class SettingTable(Table):
    caption = "Jours de rappel"
    rule = Column(verbose_name="Ce qui est attendu", orderable=False)
    force = Column(verbose_name="Force", orderable=False)
    source = Column(verbose_name="Source", orderable=False)
    days = Column(verbose_name="Rappels (hypothèse)", orderable=False)
    hypothesis = Column(verbose_name="Ce qui reste à vérifier", orderable=False, css="wide-text")
    acts = ActionsColumn(verbose_name="Gestes")

    def row_name(self, record):
        return record.rule

    def actions(self, record):
        return [Action("Régler", reverse("due:change_setting", args=[record.code]))]
