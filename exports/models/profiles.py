"""How the columns of a file are chosen."""

from django.conf import settings
from django.db import models


class ExportProfileQuerySet(models.QuerySet):
    def current(self, code, on):
        """The version in force that day, or None."""
        return self.filter(code=code, valid_from__lte=on).order_by("-valid_from", "-version").first()


class ExportProfile(models.Model):
    """Profil d'export : colonnes ordonnées d'une sorte de fichier, par versions datées."""

    code = models.CharField("fichier", max_length=4)
    version = models.PositiveSmallIntegerField("version", default=1)
    name = models.CharField("nom", max_length=120)
    columns = models.JSONField("colonnes")
    valid_from = models.DateField("en vigueur le")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )

    objects = ExportProfileQuerySet.as_manager()

    class Meta:
        verbose_name = "profil d'export"
        verbose_name_plural = "profils d'export"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                name="export_profile_version_once",
                violation_error_message="Cette version du profil existe déjà.",
            )
        ]

    def __str__(self):
        return f"{self.code}, version {self.version}"
