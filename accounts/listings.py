"""Tables of this room; accounts/tables.py holds what all tables share."""

from django.apps import apps
from django.urls import reverse

from accounts.models import AccessLog, Invitation, Job, Membership
from accounts.tables import Action, ActionsColumn, Column, CountColumn, StateColumn, Table, YesNoColumn
from accounts.templatetags.french import as_instant

TONE_OF_JOB = {
    Job.State.QUEUED: "waiting",
    Job.State.RUNNING: "info",
    Job.State.DONE: "success",
    Job.State.FAILED: "danger",
}
ACTIONS = {
    "invite": "invitation envoyée",
    "revoke-invitation": "invitation retirée",
    "accept-invitation": "invitation acceptée",
    "deactivate-member": "accès retiré",
    "reactivate-member": "accès rétabli",
    "confirm-members": "liste des membres confirmée",
    "reset-second-factor": "second facteur réinitialisé",
    "sign-in": "connexion",
    "link-proconnect": "compte ProConnect relié",
    "unlink-proconnect": "compte ProConnect délié",
    "unusual-use": "usage inhabituel signalé",
    "blocked": "compte bloqué après des échecs",
    "read": "lecture",
    "export": "export",
    "refusal": "refus",
    "download": "téléchargement",
    "cover": "couverture ouverte par un lien",
    "send-link": "lien de couverture envoyé",
    "revoke-link": "lien de couverture révoqué",
    "answer": "réponse à une remise",
    "reply": "suite donnée à un refus",
    "freeze": "fichier figé",
    "send": "remise au destinataire",
    "acknowledge": "accusé de réception noté",
    "altered": "fichier altéré, donné à personne",
    "import_received": "classeur reçu",
    "import_written": "import enregistré",
    "import_undone": "import annulé",
    "roster_recorded": "planning enregistré",
    "name-referent": "référente ou référent nommé",
    "open-access": "accès d'un employeur ouvert",
    "trainee-enter": "entrée d'une stagiaire par un lien",
    "close-trainee-access": "accès d'une stagiaire fermé",
    "tutor-enter": "entrée d'un tuteur par un lien",
    "close-tutor-access": "accès d'un tuteur fermé",
    "note-kept-knowingly": "texte gardé malgré l'avertissement",
    "erase": "effacement d'une personne",
    "purge": "fin d'une durée de conservation",
    "verify": "vérification",
    "backup": "sauvegarde",
    "restore": "retour d'une sauvegarde",
    "release-messages": "messages retenus libérés",
}


class InstantColumn(Column):
    css = "number"

    def render(self, value):
        return as_instant(value)


class MemberTable(Table):
    caption = "Membres de l'organisation"
    name = Column(accessor="user", verbose_name="Personne", orderable=False)
    email = Column(accessor="user__email", verbose_name="Adresse", orderable=False)
    role = Column(orderable=False)
    is_admin = YesNoColumn(verbose_name="Gère les membres", orderable=False)
    state = StateColumn(
        accessor="deactivated_at",
        verbose_name="Accès",
        orderable=False,
        empty_values=(),
        tone=lambda record: "danger" if record.deactivated_at else "success",
    )
    acts = ActionsColumn(verbose_name="Gestes")

    class Meta(Table.Meta):
        model = Membership
        fields = ("name", "email", "role", "is_admin", "state")

    def row_name(self, record):
        return str(record.user)

    def render_state(self, record):
        column = self.base_columns["state"]
        return column.render("retiré" if record.deactivated_at else "ouvert", record)

    def actions(self, record):
        if record.deactivated_at:
            return []
        acts = [Action("Retirer l'accès", reverse("accounts:deactivate", args=[record.pk]))]
        if record.factor_to_reset:
            acts.append(Action("Réinitialiser le second facteur", reverse("accounts:reset_factor", args=[record.pk])))
        return acts


class InvitationTable(Table):
    caption = "Invitations sans réponse"
    email = Column(verbose_name="Adresse", orderable=False)
    role = Column(orderable=False)
    created_at = InstantColumn(verbose_name="Envoyée le", orderable=False)
    link_expires_at = InstantColumn(verbose_name="Lien valable jusqu'au", orderable=False)

    class Meta(Table.Meta):
        model = Invitation
        fields = ("email", "role", "created_at", "link_expires_at")


class AccessLogTable(Table):
    caption = "Journal d'accès"
    at = InstantColumn(verbose_name="Le")
    user = Column(verbose_name="Par", orderable=False, default="commande")
    action = Column()
    object_type = Column(verbose_name="Objet", orderable=False)
    object_id = Column(verbose_name="Numéro", orderable=False)
    count = CountColumn(verbose_name="Nombre", orderable=False)
    purpose = Column(orderable=False)
    address = Column(orderable=False)

    class Meta(Table.Meta):
        model = AccessLog
        fields = ("at", "user", "action", "object_type", "object_id", "count", "purpose", "address")

    def render_action(self, value):
        return ACTIONS.get(value, value)

    def render_object_type(self, value):
        """« remise », and not the name of its class; a kind of row that is no more keeps its name."""
        try:
            return apps.get_model(value)._meta.verbose_name
        except LookupError:
            return value


class JobTable(Table):
    caption = "Mes travaux"
    label = Column(verbose_name="Travail", linkify=lambda record: reverse("accounts:job", args=[record.public_id]))
    created_at = InstantColumn(verbose_name="Demandé le")
    state = StateColumn(tone=lambda record: TONE_OF_JOB[record.state])
    finished_at = InstantColumn(verbose_name="Terminé le")

    class Meta(Table.Meta):
        model = Job
        fields = ("label", "created_at", "state", "finished_at")
