"""A file that came in: what was read, what was answered, what was written, and how to undo it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import acting_membership


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Imports of one's own organisation; an employer brings payments only."""
        membership = acting_membership(user)
        if membership is None or membership.role not in (Role.COORDINATOR, Role.EMPLOYER):
            return self.none()
        rows = self.filter(organisation=membership.organisation_id)
        return rows if membership.role == Role.COORDINATOR else rows.filter(kind=ImportBatch.Kind.PAYMENTS)


class ImportBatch(models.Model):
    """Import : un fichier reçu, lu à part, montré avant d'être écrit. Le fichier est effacé après 24 heures."""

    class Kind(models.TextChoices):
        WORKBOOK = "WORKBOOK", "classeur de suivi"
        PAYMENTS = "PAYMENTS", "paiements de l'aide"

    class State(models.TextChoices):
        RECEIVED = "RECEIVED", "en lecture"
        READ = "READ", "à confirmer"
        REFUSED = "REFUSED", "fichier refusé"
        WRITTEN = "WRITTEN", "importé"
        UNDONE = "UNDONE", "annulé"
        DROPPED = "DROPPED", "abandonné"

    public_id = models.UUIDField("identifiant public", default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("nature", max_length=10, choices=Kind, default=Kind.WORKBOOK)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="imports", verbose_name="organisation qui importe"
    )
    cohort = models.ForeignKey(
        "cohorts.Cohort", models.PROTECT, null=True, blank=True, related_name="imports", verbose_name="cohorte"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="déposé par"
    )
    uploaded_at = models.DateTimeField("déposé le", default=clock.now)
    file_name = models.CharField("nom du fichier", max_length=200)
    file = models.FileField("fichier", upload_to="imports/", blank=True)
    sha256 = models.CharField("empreinte", max_length=64)
    state = models.CharField("état", max_length=10, choices=State, default=State.RECEIVED)
    refusal = models.CharField("refusé parce que", max_length=500, blank=True)
    sheets = models.JSONField("feuilles lues", default=list, blank=True)
    notes = models.JSONField("remarques", default=list, blank=True)
    answers = models.JSONField("réponses", default=dict, blank=True)
    readings = models.PositiveIntegerField("nombre de lectures", default=0)
    totals = models.JSONField("totaux", default=dict, blank=True)
    written = models.JSONField("enregistré", default=dict, blank=True)
    written_at = models.DateTimeField("importé le", null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="importé par"
    )
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )
    purged_at = models.DateTimeField("aperçu effacé le", null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        verbose_name_plural = "imports"
        constraints = [
            models.CheckConstraint(
                condition=Q(written_at=None) | ~Q(state__in=("RECEIVED", "READ", "REFUSED", "DROPPED")),
                name="import_batch_written_once",
                violation_error_message="Un import enregistré ne redevient pas un aperçu.",
            )
        ]

    def __str__(self):
        return f"import {self.pk}"

    def get_absolute_url(self):
        return reverse("imports:batch_detail", args=[self.public_id])

    @property
    def brings_payments(self) -> bool:
        return self.kind == self.Kind.PAYMENTS


class OfBatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(batch__in=ImportBatch.objects.visible_to(user))


class ImportRow(models.Model):
    """Ligne d'un aperçu : ce qu'elle deviendrait et pourquoi. Effacée avec le fichier, au bout de 24 heures."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", verbose_name="import")
    position = models.PositiveIntegerField("ordre")
    sheet = models.CharField("feuille", max_length=80)
    number = models.PositiveIntegerField("ligne")
    nature = models.CharField("nature", max_length=20)
    verdict = models.CharField("verdict", max_length=20)
    waits_for_answer = models.BooleanField("attend une réponse", default=False)
    name = models.CharField("intitulé", max_length=200, blank=True)
    content = models.JSONField("contenu", default=dict)
    fingerprint = models.CharField("empreinte", max_length=64)

    objects = OfBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne d'import"
        verbose_name_plural = "lignes d'import"
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "sheet", "number"],
                name="import_row_once",
                violation_error_message="Cette ligne est déjà dans l'aperçu.",
            )
        ]
        indexes = [models.Index(fields=["batch", "verdict", "position"], name="import_row_by_verdict")]

    def __str__(self):
        return f"ligne {self.number}"


class ImportedRecord(models.Model):
    """Trace d'un import : quelle fiche il a créée ou changée. Sert à l'annuler, et ne porte que des identifiants."""

    class Kind(models.TextChoices):
        CREATED = "CREATED", "créée"
        CHANGED = "CHANGED", "changée"

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="records", verbose_name="import")
    model = models.CharField("nature", max_length=60)
    object_id = models.BigIntegerField("identifiant")
    kind = models.CharField("acte", max_length=8, choices=Kind, default=Kind.CREATED)
    version = models.PositiveIntegerField("version écrite", null=True, blank=True)

    objects = OfBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "trace d'import"
        verbose_name_plural = "traces d'import"
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "model", "object_id"],
                name="imported_record_once",
                violation_error_message="Cette fiche est déjà dans la trace de l'import.",
            )
        ]

    def __str__(self):
        return f"{self.model} {self.object_id}"


class PaymentMappingQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        return self.filter(organisation=membership.organisation_id) if membership else self.none()


class PaymentMapping(models.Model):
    """Colonnes d'un fichier de paiements : ce que chacune contient, choisi une fois et gardé pour les suivants."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="payment_mappings", verbose_name="organisation"
    )
    signature = models.CharField("empreinte des titres", max_length=64)
    columns = models.JSONField("colonnes choisies", default=dict)
    chosen_at = models.DateTimeField("choisies le", default=clock.now)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="choisies par"
    )

    objects = PaymentMappingQuerySet.as_manager()

    class Meta:
        verbose_name = "colonnes de paiements"
        verbose_name_plural = "colonnes de paiements"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "signature"],
                name="payment_mapping_once",
                violation_error_message="Les colonnes de ce fichier sont déjà choisies.",
            )
        ]

    def __str__(self):
        return f"colonnes {self.pk}"
