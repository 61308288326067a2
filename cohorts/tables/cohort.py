"""Lists about a cohort: cohorts, seats, milestones."""

from django.urls import reverse

from accounts.tables import Action, ActionsColumn, Column, CountColumn, DayColumn, NumberColumn, StateColumn, Table
from accounts.templatetags.french import as_decimal_hours
from cohorts.models import Cohort, Milestone, Seat

TONE_OF_MILESTONE = {"fait": "done", "en retard": "danger", "à venir": "neutral"}


class CohortTable(Table):
    caption = "Cohortes"
    name = Column(verbose_name="Cohorte", linkify=True)
    code = Column(verbose_name="Code")
    territory = Column(verbose_name="Bassin")
    starts_on = DayColumn(verbose_name="Premier jour")
    ends_on = DayColumn(verbose_name="Dernier jour")
    seats_planned = CountColumn(verbose_name="Places visées")
    offered = CountColumn(verbose_name="Proposées")
    filled = CountColumn(verbose_name="Pourvues")
    late_count = CountColumn(verbose_name="Jalons en retard")

    class Meta(Table.Meta):
        model = Cohort
        fields = (
            "name",
            "code",
            "territory",
            "starts_on",
            "ends_on",
            "seats_planned",
            "offered",
            "filled",
            "late_count",
        )


class OwnCohortTable(Table):
    """For an employer or a trainer: the figures of the others stay with the agency."""

    caption = "Cohortes"
    name = Column(verbose_name="Cohorte", linkify=True)
    code = Column(verbose_name="Code")
    territory = Column(verbose_name="Bassin")
    starts_on = DayColumn(verbose_name="Premier jour")
    ends_on = DayColumn(verbose_name="Dernier jour")

    class Meta(Table.Meta):
        model = Cohort
        fields = ("name", "code", "territory", "starts_on", "ends_on")


class SeatTable(Table):
    caption = "Places de la cohorte"
    establishment = Column(verbose_name="Établissement", linkify=lambda record: record.establishment.get_absolute_url())
    job_title = Column(verbose_name="Métier")
    weekly_hours = NumberColumn(verbose_name="Heures par semaine")
    quantity = CountColumn(verbose_name="Proposées")
    filled = CountColumn(verbose_name="Pourvues")
    open_places = CountColumn(verbose_name="Ouvertes")
    acts = ActionsColumn(verbose_name="Gestes")

    class Meta(Table.Meta):
        model = Seat
        fields = ("establishment", "job_title", "weekly_hours", "quantity", "filled", "open_places")

    def render_weekly_hours(self, value):
        return as_decimal_hours(value)

    def row_name(self, record):
        return str(record)

    def actions(self, record):
        return (Action("Modifier", reverse("cohorts:seat_change", args=[record.pk])),)


class PlainSeatTable(SeatTable):
    """For whoever only reads: no act, no way to the pages of the employers."""

    establishment = Column(verbose_name="Établissement")
    acts = None


class MilestoneTable(Table):
    caption = "Jalons de la cohorte"
    label = Column(verbose_name="Jalon")
    due_on = DayColumn(verbose_name="Échéance")
    owner_role = Column(verbose_name="Qui s'en charge")
    state = StateColumn(
        accessor="pk",
        verbose_name="État",
        orderable=False,
        tone=lambda record: TONE_OF_MILESTONE[record.state_on(record.seen_on)],
    )
    acts = ActionsColumn(verbose_name="Gestes")

    class Meta(Table.Meta):
        model = Milestone
        fields = ("label", "due_on", "owner_role", "state")

    def render_state(self, record):
        return self.base_columns["state"].render(record.state_on(record.seen_on), record)

    def actions(self, record):
        if record.done_on:
            return (Action("Rouvrir", reverse("cohorts:milestone_reopen", args=[record.pk])),)
        return (
            Action("Fait", reverse("cohorts:milestone_finish", args=[record.pk])),
            Action("Déplacer", reverse("cohorts:milestone_move", args=[record.pk])),
        )


class PlainMilestoneTable(MilestoneTable):
    """For whoever only reads."""

    acts = None
