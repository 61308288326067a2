"""The register of packs of proofs."""

from accounts.tables import CodeColumn, Column, CountColumn, DayColumn, StateColumn, Table
from exports.models import EvidencePack

TONES = {"remis": "done", "prêt": "success", "en échec": "danger"}


class EvidenceTable(Table):
    caption = "Dossiers de preuves"
    number = CodeColumn(verbose_name="Numéro", linkify=True)
    cohort = Column(accessor="cohort__code", verbose_name="Cohorte")
    about = Column(verbose_name="Objet", orderable=False)
    to_whom = Column(verbose_name="Destinataire", orderable=False)
    as_of = DayColumn(verbose_name="Arrêté au")
    contract_count = CountColumn(verbose_name="Contrats")
    author = Column(verbose_name="Préparé par", orderable=False)
    state = StateColumn(verbose_name="État", orderable=False, tone=lambda record: TONES.get(record.state, "waiting"))

    class Meta(Table.Meta):
        model = EvidencePack
        fields = ("number", "cohort", "about", "to_whom", "as_of", "contract_count", "author", "state")


class ReceivedEvidenceTable(EvidenceTable):
    """What its recipient sees of the register."""

    caption = "Dossiers de preuves reçus"
    shared_at = DayColumn(verbose_name="Remis le")

    class Meta(EvidenceTable.Meta):
        exclude = ("author", "state")
