"""Tables of what the training is paid on."""

from django.urls import reverse

from accounts.tables import (
    Action,
    ActionsColumn,
    CodeColumn,
    Column,
    CountColumn,
    DayColumn,
    EurosColumn,
    HoursColumn,
    StateColumn,
    Table,
    YesNoColumn,
)
from accounts.templatetags.french import as_euros
from training.models import Certificate, Convention, ExpenseCap, TrainingRules


class ConventionTable(Table):
    caption = "Conventions de formation"
    number = CodeColumn(linkify=lambda record: record.get_absolute_url())
    employer = Column(accessor="establishment__name", verbose_name="Établissement")
    cohort = Column(accessor="cohort__name", verbose_name="Cohorte")
    people = CountColumn(verbose_name="Stagiaires")
    price = Column(accessor="hourly_rate", verbose_name="Prix", empty_values=(), orderable=False)
    file_number = CodeColumn(verbose_name="Dossier du financeur")
    state = StateColumn(
        accessor="signed_on",
        verbose_name="État",
        empty_values=(),
        tone=lambda record: "success" if record.signed_on else "waiting",
    )

    class Meta(Table.Meta):
        model = Convention
        fields = ("number", "employer", "cohort", "people", "price", "file_number", "state")

    def render_price(self, record):
        return price_of(record) or "à fixer"

    def render_state(self, record):
        words = f"signée le {record.signed_on:%d/%m/%Y}" if record.signed_on else "à signer"
        return self.base_columns["state"].render(words, record)

    def row_name(self, record):
        return record.number


def price_of(convention) -> str:
    """« 15,00 € l'heure » or « 1 000,00 € le groupe »; nothing while there is none."""
    if convention.hourly_rate is not None:
        return f"{as_euros(convention.hourly_rate)} l'heure"
    return f"{as_euros(convention.group_price)} le groupe" if convention.group_price is not None else ""


class CertificateTable(Table):
    caption = "Certificats de réalisation"
    number = CodeColumn(linkify=lambda record: record.get_absolute_url())
    person = Column(accessor="enrolment__person__full_name", verbose_name="Stagiaire", orderable=False)
    employer = Column(accessor="convention__establishment__name", verbose_name="Établissement")
    starts_on = DayColumn()
    ends_on = DayColumn()
    minutes = HoursColumn(verbose_name="Heures réalisées")
    issued_at = DayColumn(verbose_name="Émis le")
    state = StateColumn(
        accessor="is_replaced",
        verbose_name="État",
        tone=lambda record: "neutral" if record.is_replaced else "success",
    )

    class Meta(Table.Meta):
        model = Certificate
        fields = ("number", "person", "employer", "starts_on", "ends_on", "minutes", "issued_at", "state")

    def render_state(self, record):
        words = f"remplacé par {record.replaced_by.number}" if record.is_replaced else "valable"
        return self.base_columns["state"].render(words, record)

    def row_name(self, record):
        return record.number


class CapTable(Table):
    caption = "Plafonds de dépense (hypothèses)"
    financer_kind = Column()
    kind = Column()
    unit_amount = EurosColumn(verbose_name="Plafond par unité")
    deducts_state_aid = YesNoColumn(verbose_name="Aide de l'État déduite")
    valid_from = DayColumn(verbose_name="À partir du")
    note = Column(orderable=False)
    acts = ActionsColumn(verbose_name="Gestes")

    class Meta(Table.Meta):
        model = ExpenseCap
        fields = ("financer_kind", "kind", "unit_amount", "deducts_state_aid", "valid_from", "note")

    def row_name(self, record):
        return f"{record.get_financer_kind_display()}, {record.get_kind_display()}"

    def actions(self, record):
        return [Action("Modifier", reverse("training:cap_change", args=[record.pk]))]


class TrainingRulesTable(Table):
    caption = "Réglages de la formation"
    valid_from = DayColumn(verbose_name="À partir du")
    lock_hours = CountColumn(verbose_name="Verrouillé après (heures)")
    rest_after_night = CountColumn(verbose_name="Repos après une nuit (minutes)")
    most_minutes_a_day = CountColumn(verbose_name="Minutes par jour, au plus")
    together_seconds = CountColumn(verbose_name="Groupe signé en moins de (secondes)")
    countersign_days = CountColumn(verbose_name="Intervenant au plus tard (jours)")
    code_seconds = CountColumn(verbose_name="Code changé toutes les (secondes)")
    acts = ActionsColumn(verbose_name="Gestes")

    class Meta(Table.Meta):
        model = TrainingRules
        fields = (
            "valid_from",
            "lock_hours",
            "rest_after_night",
            "most_minutes_a_day",
            "together_seconds",
            "countersign_days",
            "code_seconds",
        )

    def row_name(self, record):
        return f"{record.valid_from:%d/%m/%Y}"

    def actions(self, record):
        return [Action("Modifier", reverse("training:training_rules_change", args=[record.pk]))]
