"""Proofs gathered for one reader: which contracts, for whom, the bytes and their fingerprints."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import acting_membership
from cohorts.models import Cohort
from contracts.models import Contract
from employers.models import Establishment, Financer
from exports.models.deliveries import NOBODY_OUTSIDE, AddressedQuerySet


class EvidencePackQuerySet(AddressedQuerySet):
    def visible_to(self, user):
        """For the agency, those of its cohorts; for whom it was made, once it was shared."""
        membership = acting_membership(user)
        match membership.role if membership else None:
            case Role.COORDINATOR:
                return self.filter(cohort__in=Cohort.objects.visible_to(user))
            case Role.EMPLOYER | Role.FUNDER:
                return self.filter(recipient=membership.organisation_id).exclude(shared_at=None)
            case _:
                return self.none()

    def with_names(self):
        return self.select_related(
            "cohort",
            "contract__enrolment__person",
            "recipient",
            "financer",
            "establishment",
            "author",
            "shared_by",
            "job",
        )


class EvidencePack(models.Model):
    """Dossier de preuves : un zip par contrat ou par cohorte, pour un destinataire, figé avec ses empreintes."""

    class Audience(models.TextChoices):
        """Whose allow-list rules what is inside: names of `accounts.disclosure.RECIPIENTS`."""

        AGENCY = "AGENCY", "coordination"
        OPCO = "OPCO", "financeur de la formation"
        DDETS = "DDETS", "DDETS"
        EMPLOYER = "EMPLOYER", "employeur"

    public_id = models.UUIDField("identifiant public", default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="evidence_packs", verbose_name="cohorte")
    number = models.CharField("numéro", max_length=40)
    # Empty for the whole cohort.
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="evidence_packs", verbose_name="contrat"
    )
    audience = models.CharField("liste applicable", max_length=10, choices=Audience)
    recipient = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="evidence_packs", verbose_name="destinataire"
    )
    financer = models.ForeignKey(
        Financer, models.PROTECT, null=True, blank=True, related_name="evidence_packs", verbose_name="financeur"
    )
    establishment = models.ForeignKey(
        Establishment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence_packs",
        verbose_name="établissement",
    )
    as_of = models.DateField("arrêté au")
    file = models.FileField("archive", upload_to="preuves/", max_length=200, blank=True)
    file_name = models.CharField("nom du fichier", max_length=160, blank=True)
    byte_count = models.PositiveBigIntegerField("octets", default=0)
    sha256 = models.CharField("empreinte SHA-256 de l'archive", max_length=64, blank=True)
    sums_sha256 = models.CharField("empreinte SHA-256 de SHA256SUMS", max_length=64, blank=True)
    file_count = models.PositiveIntegerField("fichiers", default=0)
    contract_count = models.PositiveIntegerField("contrats", default=0)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="préparé par")
    asked_at = models.DateTimeField("demandé le", default=clock.now)
    frozen_at = models.DateTimeField("figé le", null=True, blank=True)
    shared_at = models.DateTimeField("remis le", null=True, blank=True)
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="remis par"
    )
    job = models.OneToOneField(
        "accounts.Job", models.SET_NULL, null=True, blank=True, related_name="evidence_pack", verbose_name="travail"
    )

    objects = EvidencePackQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier de preuves"
        verbose_name_plural = "dossiers de preuves"
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "number"],
                name="evidence_pack_number_once_per_cohort",
                violation_error_message="Ce numéro de dossier de preuves est déjà pris dans la cohorte.",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at=None, sha256="", sums_sha256="")
                | (Q(frozen_at__isnull=False) & ~Q(sha256="") & ~Q(sums_sha256="")),
                name="evidence_pack_frozen_with_its_hashes",
                violation_error_message="Un dossier de preuves figé porte ses empreintes.",
            ),
            models.CheckConstraint(
                condition=Q(shared_at=None) | Q(frozen_at__isnull=False, recipient__isnull=False),
                name="evidence_pack_shared_once_frozen",
                violation_error_message="On ne remet qu'un dossier figé, à un destinataire qui a un compte.",
            ),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("exports:evidence_detail", args=[self.pk])

    @property
    def to_whom(self) -> str:
        named = self.recipient or self.financer or self.establishment
        if named:
            return str(named)
        return "DDETS" if self.audience == self.Audience.DDETS else NOBODY_OUTSIDE

    @property
    def about(self) -> str:
        return f"contrat de {self.contract.enrolment.person.full_name}" if self.contract_id else "toute la cohorte"

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def state(self) -> str:
        if self.shared_at:
            return "remis"
        if self.is_frozen:
            return "prêt"
        return "en échec" if self.job and self.job.state == self.job.State.FAILED else "en préparation"
