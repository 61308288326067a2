"""Lists that their reader took away."""

import uuid

from django.conf import settings
from django.db import models

from accounts import clock
from accounts.scope import acting_membership


class ListExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Its author, while she acts for the organisation she asked for it in."""
        membership = acting_membership(user)
        return self.filter(author=user, job__membership=membership) if membership else self.none()


class ListExport(models.Model):
    """Export d'une liste : ce que la page montre, gardé 24 heures pour son auteur."""

    public_id = models.UUIDField("identifiant public", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("liste", max_length=60)
    query = models.CharField("filtres", max_length=2000, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="demandé par")
    asked_at = models.DateTimeField("demandé le", default=clock.now)
    file = models.FileField("classeur", upload_to="listes/", max_length=200, blank=True)
    file_name = models.CharField("nom du fichier", max_length=160, blank=True)
    sha256 = models.CharField("empreinte SHA-256", max_length=64, blank=True)
    row_count = models.PositiveIntegerField("lignes", default=0)
    job = models.OneToOneField(
        "accounts.Job", models.SET_NULL, null=True, blank=True, related_name="list_export", verbose_name="travail"
    )

    objects = ListExportQuerySet.as_manager()

    class Meta:
        verbose_name = "export de liste"
        verbose_name_plural = "exports de liste"

    def __str__(self):
        return f"{self.name} {self.pk}"
