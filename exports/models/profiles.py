"""How the columns of a file are chosen."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts import clock
from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import acting_membership
from employers.models import Financer

LAST = {"nulls_last": True}


class ExportProfileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those the tool came with, and those of her agency: everybody there shares them."""
        membership = acting_membership(user)
        if membership is None or membership.role != Role.COORDINATOR:
            return self.none()
        return self.of_agency(membership.organisation_id)

    def of_agency(self, agency):
        """Its own and the original ones."""
        return self.filter(Q(agency=None) | Q(agency=agency))

    def original(self):
        """Those the tool came with."""
        return self.filter(agency=None)

    def current(self, code, on, *, agency=None, financer=None, recipient=None):
        """The version in force that day, or None: for this recipient first, then the agency's, then the original."""
        rows = self.of_agency(agency).filter(code=code, valid_from__lte=on)
        rows = rows.filter(Q(financer=None) | Q(financer=financer), Q(recipient=None) | Q(recipient=recipient))
        nearest = [F(name).desc(**LAST) for name in ("financer", "recipient", "agency")]
        return rows.order_by(*nearest, "-valid_from", "-version").first()

    def in_force_or_coming(self, on):
        """Of each file and recipient, the version in force and those that will be."""
        rows = self.filter(valid_from__lte=on).order_by(F("agency").desc(**LAST), "-valid_from", "-version")
        newest = {}
        for pk, *whose in rows.values_list("pk", "code", "financer", "recipient"):
            newest.setdefault(tuple(whose), pk)
        return self.filter(Q(pk__in=newest.values()) | Q(valid_from__gt=on))

    def with_names(self):
        return self.select_related("agency", "financer", "recipient", "created_by")


class ExportProfile(models.Model):
    """Profil d'export : colonnes ordonnées d'une sorte de fichier, par versions datées."""

    class DateFormat(models.TextChoices):
        FRENCH = "FRENCH", "jj/mm/aaaa"
        ISO = "ISO", "aaaa-mm-jj"
        SHORT = "SHORT", "jj/mm/aa"

    code = models.CharField("fichier", max_length=4)
    version = models.PositiveSmallIntegerField("version", default=1)
    name = models.CharField("nom", max_length=120)
    columns = models.JSONField("colonnes")
    date_format = models.CharField(
        "format des dates", max_length=8, choices=DateFormat.choices, default=DateFormat.FRENCH
    )
    valid_from = models.DateField("en vigueur le")
    # Nobody's: those the tool came with.
    agency = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="export_profiles", verbose_name="agence"
    )
    # Without either, for all the recipients of this file.
    financer = models.ForeignKey(
        Financer, models.PROTECT, null=True, blank=True, related_name="export_profiles", verbose_name="financeur"
    )
    recipient = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="destinataire"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    created_at = models.DateTimeField("enregistré le", default=clock.now)

    objects = ExportProfileQuerySet.as_manager()

    class Meta:
        verbose_name = "profil d'export"
        verbose_name_plural = "profils d'export"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                condition=Q(agency=None),
                name="export_profile_version_once",
                violation_error_message="Cette version du profil existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["agency", "code", "version"],
                name="export_profile_version_once_per_agency",
                violation_error_message="Votre agence a déjà enregistré cette version du profil.",
            ),
            models.CheckConstraint(
                condition=Q(financer=None) | Q(recipient=None),
                name="export_profile_one_recipient",
                violation_error_message="Un profil vaut pour un seul destinataire, ou pour tous.",
            ),
            models.CheckConstraint(
                condition=Q(agency__isnull=False) | Q(financer=None, recipient=None),
                name="export_profile_original_for_all",
                violation_error_message="Le profil d'origine vaut pour tous les destinataires.",
            ),
        ]

    def __str__(self):
        return f"{self.code}, version {self.version}"

    def get_absolute_url(self):
        return reverse("exports:profile_detail", args=[self.pk])

    @property
    def author_words(self) -> str:
        return str(self.created_by) if self.created_by else "d'origine"

    @property
    def for_whom(self) -> str:
        named = self.financer or self.recipient
        return str(named) if named else "tous les destinataires"
