"""Lists of the cohorts' room."""

from django.urls import reverse

from accounts.tables import Action, ActionsColumn, Column, CountColumn, DayColumn, NumberColumn, StateColumn, Table
from accounts.templatetags.french import as_decimal_hours, as_instant
from cohorts.models import Cohort, EmployerInvitation, Milestone, Person, Referral, Seat

TONE_OF_MILESTONE = {"fait": "done", "en retard": "danger", "à venir": "neutral"}
TONE_OF_INVITATION = {
    "accepte": "success",
    "refuse": "done",
    "ouverte": "info",
    "envoyée": "waiting",
    "en attente d'envoi": "neutral",
    "n'a pas pu partir": "danger",
    "retirée": "neutral",
}
TONE_OF_REFERRAL = {"en attente": "waiting", "retenue": "success", "non retenue": "done"}


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


def progress_of(invitation) -> str:
    """Sent, opened, answered: the furthest it went. Needs `with_mail()`."""
    if invitation.answered_at:
        return invitation.get_answer_display()
    if invitation.revoked_at:
        return "retirée"
    if invitation.opened_at:
        return "ouverte"
    if invitation.mail_error:
        return "n'a pas pu partir"
    return "envoyée" if invitation.mail_sent_at else "en attente d'envoi"


class InvitationTable(Table):
    caption = "Suivi des invitations"
    establishment = Column(verbose_name="Établissement", linkify=lambda record: record.establishment.get_absolute_url())
    email = Column(verbose_name="Courriel")
    seats_offered = CountColumn(verbose_name="Places proposées")
    sent_at = Column(verbose_name="Envoyée le", css="number")
    reminders_sent = CountColumn(verbose_name="Relances")
    state = StateColumn(
        accessor="pk",
        verbose_name="Où elle en est",
        orderable=False,
        tone=lambda record: TONE_OF_INVITATION[progress_of(record)],
    )
    refusal_reason = Column(verbose_name="Raison du refus")
    acts = ActionsColumn(verbose_name="Gestes")

    class Meta(Table.Meta):
        model = EmployerInvitation
        fields = (
            "establishment",
            "email",
            "seats_offered",
            "sent_at",
            "reminders_sent",
            "state",
            "refusal_reason",
        )

    def render_sent_at(self, value):
        return as_instant(value)

    def render_state(self, record):
        return self.base_columns["state"].render(progress_of(record), record)

    def row_name(self, record):
        return str(record.establishment)

    def actions(self, record):
        if record.answered_at or record.revoked_at:
            return ()
        return (
            Action("Relancer", reverse("cohorts:invitation_remind", args=[record.pk])),
            Action("Corriger l'adresse", reverse("cohorts:invitation_address", args=[record.pk])),
            Action("Retirer", reverse("cohorts:invitation_revoke", args=[record.pk])),
        )


class PersonTable(Table):
    """Ordinary facts only: no list holds what is private or protected."""

    caption = "Personnes"
    birth_name = Column(verbose_name="Nom", linkify=True)
    first_name = Column(verbose_name="Prénom")
    education_level = Column(verbose_name="Niveau")
    cohort = Column(accessor="cohort_name", verbose_name="Cohorte")
    place = Column(accessor="place_name", verbose_name="Place")
    notice_given_on = DayColumn(verbose_name="Notice remise le")

    class Meta(Table.Meta):
        model = Person
        fields = ("birth_name", "first_name", "education_level", "cohort", "place", "notice_given_on")

    def render_birth_name(self, record):
        return f"{record.birth_name} {record.usual_name}".strip()

    def row_name(self, record):
        return record.full_name


class ReferralTable(Table):
    caption = "Orientations"
    person = Column(accessor="person__full_name", verbose_name="Personne", linkify=True, order_by="person__search_text")
    cohort = Column(accessor="cohort__name", verbose_name="Cohorte")
    establishment = Column(accessor="seat__establishment__name", verbose_name="Établissement")
    job = Column(accessor="seat__job_title", verbose_name="Métier")
    referred_on = DayColumn(verbose_name="Proposée le")
    state = StateColumn(
        accessor="pk", verbose_name="Réponse", orderable=False, tone=lambda record: TONE_OF_REFERRAL[record.answer]
    )

    class Meta(Table.Meta):
        model = Referral
        fields = ("person", "cohort", "establishment", "job", "referred_on", "state")

    def render_state(self, record):
        return self.base_columns["state"].render(record.answer, record)

    def row_name(self, record):
        return record.person.full_name


class PlacementTable(Table):
    """Drawn by its own template, which puts the button of each person beside her."""

    caption = "Personnes sans place"
    birth_name = Column(verbose_name="Nom")

    class Meta(Table.Meta):
        model = Person
        fields = ("birth_name",)


class SentPersonTable(Table):
    """What a prescriber sees: who she sent, when, and the status. No reason, no employer."""

    caption = "Personnes que j'ai orientées"
    name = Column(accessor="full_name", verbose_name="Personne", order_by="search_text")
    first_referred_on = DayColumn(verbose_name="Orientée le")
    status = StateColumn(accessor="status", verbose_name="Où elle en est", orderable=False, tone="info")

    class Meta(Table.Meta):
        model = Person
        fields = ("name", "first_referred_on", "status")
