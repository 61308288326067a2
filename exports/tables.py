"""Lists of this room: the register of deliveries."""

from accounts.tables import CodeColumn, Column, CountColumn, DayColumn, StateColumn, Table
from exports.models import Delivery, ExportProfile, WorkbookModel

TONES = {"remise": "done", "prête": "success", "en échec": "danger"}


class DeliveryTable(Table):
    caption = "Remises"
    number = Column(verbose_name="Numéro", linkify=True)
    cohort = Column(accessor="cohort__code", verbose_name="Cohorte")
    code = Column(accessor="profile__name", verbose_name="Fichier")
    to_whom = Column(verbose_name="Destinataire", orderable=False)
    establishment = Column(accessor="establishment__name", verbose_name="Établissement", default="tous")
    as_of = DayColumn(verbose_name="Arrêtée au")
    row_count = CountColumn(verbose_name="Lignes")
    author = Column(verbose_name="Préparée par", orderable=False)
    prepared_at = DayColumn(verbose_name="Préparée le")
    sent_at = DayColumn(verbose_name="Remise le")
    acknowledged_on = DayColumn(verbose_name="Accusé le")
    state = StateColumn(verbose_name="État", orderable=False, tone=lambda record: TONES.get(record.state, "waiting"))
    replaced_number = CodeColumn(verbose_name="Remplacée par", default="")

    class Meta(Table.Meta):
        model = Delivery
        fields = (
            "number",
            "cohort",
            "code",
            "to_whom",
            "establishment",
            "as_of",
            "row_count",
            "author",
            "prepared_at",
            "sent_at",
            "acknowledged_on",
            "state",
            "replaced_number",
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
    """What a funder, or an employer, sees of the register."""

    caption = "Fichiers reçus"

    class Meta(DeliveryTable.Meta):
        exclude = ("author", "prepared_at", "acknowledged_on", "state")


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
