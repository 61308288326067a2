"""The recipient's own workbook, received once, mapped, and filled at each delivery."""

import hashlib
import json

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts import clock
from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import acting_membership
from employers.models import Financer


class WorkbookModelQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the agency, for its coordinators."""
        membership = acting_membership(user)
        if membership is None or membership.role != Role.COORDINATOR:
            return self.none()
        return self.filter(agency=membership.organisation_id)

    def with_names(self):
        return self.select_related("agency", "financer", "created_by", "mapped_by", "withdrawn_by", "replaces")

    def of_line(self, *, agency, code, financer):
        """All the versions of one file for one recipient; without financer, that of the DDETS."""
        return self.filter(agency=agency, code=code, financer=financer)

    def latest(self, on):
        """The last version of a line that stands that day, mapped or not; None without one."""
        standing = self.filter(valid_from__lte=on, withdrawn_at=None)
        return standing.order_by("-version").first()


class WorkbookModel(models.Model):
    """Modèle de classeur : le fichier vide d'un destinataire, par versions, et ce qui va dans chacune de ses colonnes.

    A version is drawn up, then kept: from then on it never changes, and a correction is another version.
    """

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="agence")
    code = models.CharField("fichier", max_length=4)
    financer = models.ForeignKey(
        Financer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="workbook_models",
        verbose_name="financeur",
        help_text="Vide : la DDETS.",
    )
    version = models.PositiveSmallIntegerField("version", default=1)
    name = models.CharField("nom", max_length=120, help_text="Par exemple : modèle 2026-02.")
    file = models.FileField("classeur vide", upload_to="modeles/", max_length=200)
    file_name = models.CharField("nom du fichier", max_length=200)
    byte_count = models.PositiveBigIntegerField("octets")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    survey = models.JSONField("relevé", default=dict)
    mapping = models.JSONField("correspondance", default=dict)
    valid_from = models.DateField("en vigueur le")
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="version précédente"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="auteur")
    created_at = models.DateTimeField("reçu le", default=clock.now)
    mapped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retenu par"
    )
    mapped_at = models.DateTimeField("retenu le", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retiré par"
    )
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = WorkbookModelQuerySet.as_manager()

    class Meta:
        verbose_name = "modèle de classeur"
        verbose_name_plural = "modèles de classeur"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "code", "financer", "version"],
                name="workbook_model_version_once",
                violation_error_message="Cette version du modèle existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["agency", "code", "version"],
                condition=Q(financer=None),
                name="workbook_model_ddets_version_once",
                violation_error_message="Cette version du modèle existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(mapped_at=None, mapped_by=None) | Q(mapped_at__isnull=False, mapped_by__isnull=False),
                name="workbook_model_kept_by_somebody",
                violation_error_message="Un modèle retenu dit par qui.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="workbook_model_withdrawn_by_somebody",
                violation_error_message="Un modèle retiré dit par qui.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("created_at")),
                name="workbook_model_withdrawn_after_received",
                violation_error_message="Un modèle est retiré après avoir été reçu.",
            ),
        ]

    def __str__(self):
        return f"{self.name}, version {self.version}"

    def get_absolute_url(self):
        return reverse("exports:model_detail", args=[self.pk])

    @property
    def to_whom(self) -> str:
        return str(self.financer) if self.financer_id else "DDETS"

    @property
    def is_kept(self) -> bool:
        return self.mapped_at is not None

    @property
    def mapping_mark(self) -> str:
        """What a form carries of the mapping it was opened on, so that nobody overwrites anybody."""
        return hashlib.sha256(json.dumps(self.mapping, sort_keys=True).encode()).hexdigest()

    @property
    def state(self) -> str:
        if self.withdrawn_at:
            return "retiré"
        return "retenu" if self.is_kept else "à faire correspondre"
