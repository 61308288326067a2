"""What the house remembers of its own work: reads and exports, mails to send, long jobs, forms already sent."""

import uuid

from django.conf import settings
from django.db import models

from accounts import clock
from accounts.models.people import acting_membership


class AccessLogQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Her organisation's journal, for its administrators."""
        membership = acting_membership(user)
        if membership is None or not membership.is_admin:
            return self.none()
        return self.filter(organisation=membership.organisation_id)


class AccessLog(models.Model):
    """Journal d'accès : lectures de données protégées, exports, refus. On y ajoute, on ne le modifie jamais.

    Rows are chained: `row_hash` covers the row and the hash of the one before.
    """

    at = models.DateTimeField("le", default=clock.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="compte"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, related_name="+", verbose_name="organisation"
    )
    role = models.CharField("rôle", max_length=20, blank=True)
    action = models.CharField("action", max_length=40)
    object_type = models.CharField("nature de l'objet", max_length=60, blank=True)
    object_id = models.CharField("identifiant de l'objet", max_length=60, blank=True)
    count = models.PositiveIntegerField("nombre", null=True)
    filters = models.JSONField("filtres", default=dict, blank=True)
    file_sha256 = models.CharField("empreinte du fichier", max_length=64, blank=True)
    purpose = models.CharField("motif", max_length=200, blank=True)
    request_id = models.CharField("requête", max_length=36, blank=True)
    address = models.CharField("adresse réseau abrégée", max_length=45, blank=True)
    previous_hash = models.CharField("empreinte précédente", max_length=64, blank=True)
    row_hash = models.CharField("empreinte", max_length=64, unique=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne du journal d'accès"
        verbose_name_plural = "journal d'accès"
        indexes = [models.Index(fields=["organisation", "-at"], name="access_log_by_organisation")]

    def __str__(self):
        return f"{self.action} {self.object_type} {self.object_id}"


class ChainHead(models.Model):
    """Tête de chaîne : l'empreinte de la dernière ligne d'un journal. Locked while a row is added."""

    name = models.CharField("journal", max_length=20, unique=True)
    row_hash = models.CharField("empreinte", max_length=64, blank=True)

    class Meta:
        verbose_name = "tête de chaîne"
        verbose_name_plural = "têtes de chaîne"

    def __str__(self):
        return self.name


class Message(models.Model):
    """Message à envoyer : écrit dans la transaction de sa cause, envoyé une fois par une tâche."""

    class Channel(models.TextChoices):
        MAIL = "MAIL", "courriel"
        SMS = "SMS", "message texte"

    key = models.CharField("clé", max_length=200, unique=True)
    channel = models.CharField("voie", max_length=4, choices=Channel, default=Channel.MAIL)
    recipient = models.CharField("destinataire", max_length=254)
    subject = models.CharField("objet", max_length=200, blank=True)
    body = models.TextField("texte")
    # [{"name", "type", "method", "text"}]: small texts of ours, such as the calendar of a convocation.
    attachments = models.JSONField("pièces jointes", default=list, blank=True)
    created_at = models.DateTimeField("écrit le", default=clock.now)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    lease_until = models.DateTimeField("pris jusqu'à", null=True, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    # It may have left since the copy it comes back from: a person decides.
    held_at = models.DateTimeField("retenu le", null=True, blank=True)
    error = models.CharField("dernière erreur", max_length=300, blank=True)

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        indexes = [models.Index(fields=["sent_at", "created_at"], name="message_waiting")]

    def __str__(self):
        return f"message {self.pk}"


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A long job is seen by whoever started it, while she acts for the organisation she started it for."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(created_by=user, membership=acting_membership(user))


class Job(models.Model):
    """Travail long : clé, essais, bail, avancement. La file livre au moins une fois, l'effet est unique."""

    class State(models.TextChoices):
        QUEUED = "QUEUED", "en attente"
        RUNNING = "RUNNING", "en cours"
        DONE = "DONE", "terminé"
        FAILED = "FAILED", "en échec"

    public_id = models.UUIDField("identifiant public", default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField("clé", max_length=200, unique=True)
    kind = models.CharField("nature", max_length=60)
    label = models.CharField("intitulé", max_length=200)
    arguments = models.JSONField("arguments", default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="jobs", verbose_name="demandé par"
    )
    membership = models.ForeignKey(
        "accounts.Membership", models.SET_NULL, null=True, related_name="+", verbose_name="agissant comme"
    )
    created_at = models.DateTimeField("demandé le", default=clock.now)
    state = models.CharField("état", max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    lease_token = models.CharField("jeton du bail", max_length=32, blank=True)
    lease_until = models.DateTimeField("bail jusqu'à", null=True, blank=True)
    done = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("à faire", default=0)
    step = models.CharField("étape", max_length=200, blank=True)
    result = models.JSONField("résultat", default=dict, blank=True)
    error = models.CharField("erreur", max_length=500, blank=True)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "travail"
        verbose_name_plural = "travaux"
        indexes = [models.Index(fields=["state", "lease_until"], name="job_waiting")]

    def __str__(self):
        return self.label

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)

    @property
    def percent(self) -> int:
        if self.state == self.State.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0


class SentForm(models.Model):
    """Formulaire déjà reçu : un jeton ne sert qu'une fois, le second envoi rend le premier résultat."""

    token = models.CharField("jeton", max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name="compte"
    )
    result_url = models.CharField("page du résultat", max_length=300)
    created_at = models.DateTimeField("reçu le", default=clock.now)

    class Meta:
        verbose_name = "formulaire reçu"
        verbose_name_plural = "formulaires reçus"
        constraints = [
            models.UniqueConstraint(
                fields=["token"],
                name="sent_form_once",
                violation_error_message="Ce formulaire a déjà été envoyé.",
            )
        ]

    def __str__(self):
        return self.token[:8]
