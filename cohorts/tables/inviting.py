"""List of the invitations sent to employers."""

from django.urls import reverse

from accounts.tables import Action, ActionsColumn, Column, CountColumn, StateColumn, Table
from accounts.templatetags.french import as_instant
from cohorts.models import EmployerInvitation

TONE_OF_INVITATION = {
    "accepte": "success",
    "refuse": "done",
    "ouverte": "info",
    "envoyée": "waiting",
    "en attente d'envoi": "neutral",
    "n'a pas pu partir": "danger",
    "retirée": "neutral",
}


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
