"""Lists of this room: the register of deliveries."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from accounts.tables import CodeColumn, Column, CountColumn, DayColumn, StateColumn, Table
from accounts.templatetags.house import state_badge
from exports.answers import tally_in
from exports.models import Delivery, ExportProfile, WorkbookModel

TONES = {"remise": "done", "prête": "success", "en échec": "danger"}
REPLACED = '{}<span class="visually-hidden"> par </span><small class="d-block text-nowrap">{}</small>'
COMMA = mark_safe('<span class="visually-hidden">, </span>')


class AnswerColumn(Column):
    """What its funder said of the lines of a delivery; nothing when nobody can answer it here, or any more."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, verbose_name="Réponse", accessor="sent_at", orderable=False, default="", **kwargs)

    def render(self, record):
        if not record.is_for_a_funder:
            return ""
        tally = tally_in(record)
        if record.replaced_number and not tally.has_answer:
            return ""
        return format_html_join(COMMA, "{}", ((state_badge(tone, words),) for tone, words in tally.parts))


class StandingColumn(Column):
    """Where a delivery is, or what took its place."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, verbose_name="État", orderable=False, **kwargs)

    def render(self, value, record):
        if record.replaced_number:
            return format_html(REPLACED, state_badge("neutral", "remplacée"), record.replaced_number)
        return state_badge(TONES.get(value, "waiting"), value)


class DeliveryTable(Table):
    """Over rows of `with_follow_up` and `with_answers`."""

    caption = "Remises"
    file_only = ("establishment", "as_of", "prepared_at", "author")
    number = CodeColumn(verbose_name="Numéro", linkify=True)
    cohort = Column(accessor="cohort__code", verbose_name="Cohorte")
    code = Column(accessor="profile__name", verbose_name="Fichier")
    addressed = Column(verbose_name="Destinataire", orderable=False)
    establishment = Column(accessor="establishment__name", verbose_name="Établissement", default="tous")
    row_count = CountColumn(verbose_name="Lignes")
    as_of = DayColumn(verbose_name="Arrêtée au")
    prepared_at = DayColumn(verbose_name="Préparée le")
    author = Column(verbose_name="Préparée par", orderable=False)
    sent_at = DayColumn(verbose_name="Remise le")
    acknowledged_on = DayColumn(verbose_name="Accusé le")
    answers = AnswerColumn()
    state = StandingColumn()

    class Meta(Table.Meta):
        model = Delivery
        fields = (
            "number",
            "cohort",
            "code",
            "addressed",
            "establishment",
            "row_count",
            "as_of",
            "prepared_at",
            "author",
            "sent_at",
            "acknowledged_on",
            "answers",
            "state",
        )


class WorkbookModelTable(Table):
    caption = "Classeurs des destinataires"
    name = Column(verbose_name="Modèle", linkify=True)
    code = Column(verbose_name="Fichier")
    to_whom = Column(verbose_name="Destinataire", orderable=False)
    version = CountColumn(verbose_name="Version")
    valid_from = DayColumn(verbose_name="En vigueur le")
    created_by = Column(verbose_name="Reçu par", orderable=False)
    state = StateColumn(
        verbose_name="État",
        orderable=False,
        tone=lambda record: {"retenu": "success", "retiré": "done"}.get(record.state, "waiting"),
    )

    class Meta(Table.Meta):
        model = WorkbookModel
        fields = ("name", "code", "to_whom", "version", "valid_from", "created_by", "state")


class ReceivedTable(DeliveryTable):
    """What a funder sees of the register."""

    caption = "Fichiers reçus"
    file_only = ("establishment",)

    class Meta(DeliveryTable.Meta):
        exclude = ("author", "prepared_at", "acknowledged_on")


class EmployerDeliveryTable(ReceivedTable):
    """What an employer sees of it: nothing of what a funder answers."""

    class Meta(ReceivedTable.Meta):
        exclude = (*ReceivedTable.Meta.exclude, "answers")


class ProfileTable(Table):
    caption = "Profils des fichiers"
    name = Column(verbose_name="Profil", linkify=True)
    code = CodeColumn(verbose_name="Fichier")
    for_whom = Column(verbose_name="Pour", orderable=False)
    version = CountColumn(verbose_name="Version")
    valid_from = DayColumn(verbose_name="En vigueur le")
    author_words = Column(verbose_name="Enregistré par", orderable=False)

    class Meta(Table.Meta):
        model = ExportProfile
        fields = ("name", "code", "for_whom", "version", "valid_from", "author_words")
