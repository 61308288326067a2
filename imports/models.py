"""A file that came in: what was read, what was answered, what was written, and how to undo it."""

import uuid

from django.conf import settings
from django.db import models

from accounts import clock
from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import acting_membership


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Imports of one's own agency."""
        membership = acting_membership(user)
        if membership is None or membership.role != Role.COORDINATOR:
            return self.none()
        return self.filter(agency=membership.organisation_id)


class ImportBatch(models.Model):
    """Import : un classeur reçu, lu à part, montré avant d'être écrit. Le fichier est effacé après 24 heures."""

    class State(models.TextChoices):
        RECEIVED = "RECEIVED", "reçu"
        READ = "READ", "à confirmer"
        REFUSED = "REFUSED", "fichier refusé"
        WRITTEN = "WRITTEN", "importé"
        DROPPED = "DROPPED", "abandonné"

    public_id = models.UUIDField("identifiant public", default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="imports", verbose_name="agence")
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
    sheets = models.JSONField("feuilles lues", default=dict, blank=True)
    answers = models.JSONField("réponses", default=dict, blank=True)
    totals = models.JSONField("totaux", default=dict, blank=True)
    written_at = models.DateTimeField("importé le", null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="importé par"
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        verbose_name_plural = "imports"

    def __str__(self):
        return f"import {self.pk}"
