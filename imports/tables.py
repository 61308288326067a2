"""The list of imports."""

from django.urls import reverse

from accounts.tables import Column, StateColumn, Table
from accounts.templatetags.french import as_count, as_instant
from imports.models import ImportBatch
from imports.vocabulary import Verdict

TONE_OF_STATE = {
    ImportBatch.State.RECEIVED: "waiting",
    ImportBatch.State.READ: "warning",
    ImportBatch.State.REFUSED: "danger",
    ImportBatch.State.WRITTEN: "success",
    ImportBatch.State.UNDONE: "neutral",
    ImportBatch.State.DROPPED: "neutral",
}


class BatchTable(Table):
    caption = "Classeurs reçus"
    row_header = "file_name"
    file_name = Column(
        verbose_name="Fichier", linkify=lambda record: reverse("imports:batch_detail", args=[record.public_id])
    )
    uploaded_at = Column(verbose_name="Déposé", css="number")
    uploaded_by = Column(verbose_name="Par", orderable=False)
    state = StateColumn(verbose_name="État", tone=lambda record: TONE_OF_STATE[record.state])
    totals = Column(verbose_name="Lignes", orderable=False, empty_values=(None, {}))

    class Meta(Table.Meta):
        sequence = ("file_name", "uploaded_at", "uploaded_by", "state", "totals")

    def render_uploaded_at(self, value):
        return as_instant(value)

    def render_totals(self, value):
        return ", ".join(f"{as_count(value[verdict])} {verdict.label}" for verdict in Verdict if value.get(verdict))
