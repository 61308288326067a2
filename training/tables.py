"""Tables of the training room."""

from django.urls import reverse
from django.utils.html import format_html

from accounts.tables import (
    Action,
    ActionsColumn,
    Column,
    CountColumn,
    DayColumn,
    HoursColumn,
    StateColumn,
    Table,
)
from accounts.templatetags.french import as_day, as_hours, out_of
from accounts.templatetags.house import state_badge
from regulations.training import AttendanceStatus, DocumentDecision
from training.models import Attendance, HalfDay

TONE_OF_STATUS = {
    AttendanceStatus.PRESENT: "success",
    AttendanceStatus.LATE: "warning",
    AttendanceStatus.LEFT_EARLY: "warning",
    AttendanceStatus.EXCUSED: "neutral",
    AttendanceStatus.ABSENT: "danger",
}


def state_of(half_day, today) -> tuple[str, str]:
    """Tone and words: what a half-day is that day, and what it asks for."""
    if half_day.cancelled_on is not None:
        return "neutral", "annulée"
    if half_day.closed_at is not None:
        return "success", "close"
    if half_day.noted:
        return "info", "appel fait"
    if half_day.day >= today:
        return "waiting", "à venir"
    return "warning", "appel à faire"


def hours_of_day(half_day) -> str:
    return f"{half_day.starts_at:%H:%M} – {half_day.ends_at:%H:%M}"


class HalfDayTable(Table):
    caption = "Demi-journées du socle commun"
    row_header = "day"
    day = DayColumn(
        verbose_name="Jour", linkify=lambda record: reverse("training:session_detail", args=[record.session_id])
    )
    part = Column(verbose_name="Demi-journée")
    hours = Column(accessor="starts_at", verbose_name="Horaires", orderable=False)
    module = Column(accessor="session__module__title", verbose_name="Module")
    cohort = Column(accessor="session__cohort__name", verbose_name="Cohorte")
    trainer = Column(accessor="session__trainer_name", verbose_name="Intervenant")
    state = StateColumn(accessor="pk", verbose_name="État", orderable=False, tone="neutral")
    present = CountColumn(verbose_name="Présents", orderable=False)
    acts = ActionsColumn(verbose_name="Gestes")

    class Meta(Table.Meta):
        model = HalfDay
        fields = ("day", "part", "hours", "module", "cohort", "trainer", "state", "present")

    def __init__(self, *args, today=None, may_take_roll=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.may_take_roll = may_take_roll

    def row_name(self, record):
        return f"{record.day:%d/%m/%Y} {record.get_part_display()}"

    def render_hours(self, record):
        return hours_of_day(record)

    def render_state(self, record, column):
        tone, words = state_of(record, self.today)
        column.tone = tone
        return column.render(words, record)

    def render_present(self, record):
        return out_of(record.present, record.noted) if record.noted else ""

    def actions(self, record):
        if self.may_take_roll and record.cancelled_on is None and record.day <= self.today:
            yield Action("Appel", reverse("training:roll", args=[record.pk]))


class AttendanceTable(Table):
    caption = "Présences"
    row_header = "person"
    day = DayColumn(accessor="half_day__day", verbose_name="Jour")
    part = Column(accessor="half_day__part", verbose_name="Demi-journée")
    module = Column(accessor="half_day__session__module__title", verbose_name="Module")
    person = Column(accessor="enrolment__person__full_name", verbose_name="Stagiaire", orderable=False)
    status = StateColumn(verbose_name="Statut", tone=lambda record: TONE_OF_STATUS[record.status])
    hours = HoursColumn(accessor="attended_minutes", verbose_name="Heures suivies")

    class Meta(Table.Meta):
        model = Attendance
        fields = ("day", "part", "module", "person", "status", "hours")


class AbsenceTable(Table):
    caption = "Absences"
    row_header = "person"
    day = DayColumn(accessor="half_day__day", verbose_name="Jour")
    part = Column(accessor="half_day__part", verbose_name="Demi-journée")
    person = Column(
        accessor="enrolment__person__full_name",
        verbose_name="Stagiaire",
        orderable=False,
        linkify=lambda record: reverse("training:absence", args=[record.pk]),
    )
    module = Column(accessor="half_day__session__module__title", verbose_name="Module")
    status = StateColumn(verbose_name="Statut", tone=lambda record: TONE_OF_STATUS[record.status])
    decision = Column(verbose_name="Justificatif", orderable=False, default="aucun")
    acts = ActionsColumn(verbose_name="Gestes")

    class Meta(Table.Meta):
        model = Attendance
        fields = ("day", "part", "person", "module", "status")

    def render_decision(self, value):
        return DocumentDecision.label_of(value)

    def row_name(self, record):
        return f"{record.enrolment.person.full_name}, {record.half_day}"

    def actions(self, record):
        yield Action("Joindre un justificatif", reverse("training:join_absence_document", args=[record.pk]))


class AnomalyTable(Table):
    """Computed lines of training.anomalies, named before they are shown."""

    caption = "Anomalies d'émargement"
    row_header = "message"
    day = DayColumn(
        accessor="anomaly__day",
        verbose_name="Jour",
        linkify=lambda record: reverse("training:session_detail", args=[record.half_day.session_id]),
    )
    rule = Column(accessor="anomaly__rule", verbose_name="Règle et source")
    person = Column(accessor="enrolment__person__full_name", verbose_name="Stagiaire", orderable=False, default="")
    message = Column(accessor="anomaly__message", verbose_name="Constat", orderable=False, css="wide-text")
    cohort = Column(accessor="half_day__session__cohort__name", verbose_name="Cohorte", orderable=False)
    answer = Column(accessor="answer__text", verbose_name="Réponse", orderable=False, css="wide-text", empty_values=())
    acts = ActionsColumn(verbose_name="Gestes")

    def render_rule(self, record):
        rule = record.anomaly.rule
        return format_html('{} <span class="cell-note">({})</span>', rule.label, rule.source)

    def render_answer(self, record):
        if record.answer is None:
            return state_badge("warning", "à expliquer")
        badge = state_badge("success", "connu et expliqué")
        said = f"{record.answer.text} ({record.answer.answered_by}, {as_day(record.answer.answered_at)})"
        return format_html('{} <span class="cell-note">{}</span>', badge, said)

    def row_name(self, record):
        return record.anomaly.message

    def actions(self, record):
        if record.answer is None:
            yield Action("Expliquer", reverse("training:explain_anomaly", args=record.ident))
        else:
            yield Action("Reprendre l'explication", reverse("training:take_back_explanation", args=[record.answer.pk]))


class HoursTable(Table):
    """One row per trainee: planned, done, what nobody noted. Its rows are dictionaries, shaped by training.hours."""

    caption = "Heures par stagiaire"
    row_header = "person"
    person = Column(verbose_name="Stagiaire", orderable=False)
    establishment = Column(verbose_name="Établissement", orderable=False)
    planned = Column(verbose_name="Prévues", css="number", orderable=False)
    done = Column(verbose_name="Suivies", css="number", orderable=False)
    noted = Column(verbose_name="Demi-journées notées", css="number", orderable=False)
    missing = CountColumn(verbose_name="À compléter", orderable=False)

    class Meta(Table.Meta):
        fields = ("person", "establishment", "planned", "done", "noted", "missing")


def hours_row(person, establishment, hours) -> dict:
    return {
        "person": person.full_name,
        "establishment": establishment,
        "planned": as_hours(hours.planned_minutes),
        "done": as_hours(hours.done_minutes),
        "noted": out_of(hours.half_days_noted, hours.half_days_due),
        "missing": hours.half_days_missing,
    }
