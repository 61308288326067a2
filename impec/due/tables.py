"""Lists of what is due, of what will leave, of what was received otherwise, and of the days of the reminders."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.listings import InstantColumn
from accounts.models import Receipt
from accounts.reminders import DueItem, Planned
from accounts.tables import Action, ActionsColumn, Column, DayColumn, StateColumn, Table
from accounts.templatetags.french import as_count, as_day
from accounts.templatetags.house import state_badge


def why(item: DueItem) -> str | SafeString:
    """The reason, with what is only a hypothesis beside it."""
    hypothesis = item.deadline.principle.hypothesis
    return format_html('{} <span class="hypothesis">{}</span>', item.why, hypothesis) if hypothesis else item.why


class DueTable(Table):
    caption = "Échéances"
    due_on = DayColumn(verbose_name="Échéance")
    label = Column(verbose_name="Ce qui est attendu", order_by=("label",))
    who = Column(verbose_name="Personne", orderable=False)
    where = Column(verbose_name="Établissement", orderable=False)
    state = StateColumn(accessor="due_on", verbose_name="Où cela en est", orderable=False)
    since = DayColumn(verbose_name="Depuis le")
    why = Column(verbose_name="Pourquoi", orderable=False, css="wide-text")
    acts = ActionsColumn(verbose_name="Gestes")
    row_header = "label"
    on = None

    def render_label(self, record):
        return format_html('<a href="{}">{}</a>', record.url, record.label)

    def render_why(self, record):
        return why(record)

    def render_state(self, record):
        if record.deadline.is_late(self.on):
            days = (self.on - record.due_on).days
            return state_badge("danger", f"en retard de {as_count(days)} {'jour' if days == 1 else 'jours'}")
        if record.since <= self.on:
            return state_badge("warning", "à faire")
        return state_badge("neutral", "à venir")

    def row_name(self, record):
        return f"{record.label}, {record.who}"

    def actions(self, record):
        return [Action("Reçu autrement", reverse("due:receive", args=record.ident))]


class UpcomingTable(Table):
    caption = "Rappels à venir"
    leaves_on = DayColumn(verbose_name="Part le")
    recipient = Column(verbose_name="À", orderable=False)
    label = Column(accessor="item__label", verbose_name="Ce qui est rappelé", orderable=False)
    who = Column(accessor="item__who", verbose_name="Personne", orderable=False)
    where = Column(accessor="item__where", verbose_name="Établissement", orderable=False)
    due_on = DayColumn(accessor="item__due_on", verbose_name="Échéance")
    why = Column(accessor="item__why", verbose_name="Pourquoi", orderable=False, css="wide-text")
    moved = Column(accessor="is_moved", verbose_name="Changement", orderable=False, empty_values=())
    acts = ActionsColumn(verbose_name="Gestes")
    row_header = "label"

    def render_label(self, record):
        return format_html('<a href="{}">{}</a>', record.item.url, record.item.label)

    def render_why(self, record):
        return why(record.item)

    def render_moved(self, record):
        return f"déplacé, prévu le {as_day(record.planned_on)}" if record.is_moved else ""

    def row_name(self, record):
        return f"{record.item.label}, {record.item.who}, à {record.recipient}"

    def actions(self, record: Planned):
        item = record.item
        given = [*item.ident, record.planned_on.isoformat(), record.recipient.pk]
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
