"""What was sent to whom, numbered and frozen."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts import clock
from accounts.models import Job, Organisation
from accounts.roles import OrganisationKind, Role
from accounts.scope import acting_membership
from cohorts.models import Cohort
from employers.models import Establishment, Financer
from exports.models.profiles import ExportProfile
from exports.models.workbook_models import WorkbookModel

NOBODY_OUTSIDE = "coordination de la cohorte"
# What freezing fixes for good.
FROZEN = (
    "cohort_id",
    "number",
    "code",
    "profile_id",
    "workbook_model_id",
    "recipient_id",
    "financer_id",
    "establishment_id",
    "filters",
    "as_of",
    "file",
    "file_name",
    "byte_count",
    "sha256",
    "row_count",
    "cell_count",
    "verification",
    "author_id",
    "prepared_at",
    "frozen_at",
    "replaces_id",
    "replace_reason",
    "rows_file",
    "rows_sha256",
    "compared_to_id",
    "added_count",
    "removed_count",
    "changed_count",
)


class AddressedQuerySet(models.QuerySet):
    """Rows with a number, made for somebody."""

    def search(self, text):
        """Part of a number, of a recipient's or of an establishment's name."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(number__icontains=word)
                | Q(recipient__name__icontains=word)
                | Q(financer__name__icontains=word)
                | Q(establishment__name__icontains=word)
            )
        return found


class DeliveryQuerySet(AddressedQuerySet):
    def visible_to(self, user):
        """For the agency, those of its cohorts; for an employer, those of its own people alone; for a funder, what was
        delivered to it."""
        membership = acting_membership(user)
        if membership is None:
            return self.none()
        match membership.role:
            case Role.COORDINATOR:
                return self.filter(cohort__in=Cohort.objects.visible_to(user))
            case Role.EMPLOYER:
                own = Establishment.objects.of_organisation(membership.organisation_id)
                return self.filter(establishment__in=own).exclude(frozen_at=None)
            case Role.FUNDER:
                return self.filter(recipient=membership.organisation_id).exclude(sent_at=None)
            case _:
                return self.none()

    def with_names(self):
        return self.select_related(
            "cohort",
            "profile",
            "workbook_model",
            "recipient",
            "financer",
            "establishment",
            "author",
            "sent_by",
            "job",
            "replaces",
            "compared_to",
        )

    def with_follow_up(self, user):
        """The number that replaces each one, as far as the user sees it, and the day its recipient says it came."""
        later = Delivery.objects.visible_to(user).filter(replaces=OuterRef("pk"), frozen_at__isnull=False)
        return self.annotate(
            replaced_number=Subquery(later.values("number")[:1]),
            acknowledged_on=Max("acknowledgements__received_on", filter=Q(acknowledgements__voided_at=None)),
        )

    def not_failed(self):
        """Those whose preparation goes on or has ended well."""
        return self.exclude(job__state=Job.State.FAILED)


class Delivery(models.Model):
    """Remise : un fichier remis à un financeur, numéroté, figé, avec son empreinte. Corriger, c'est un autre numéro."""

    public_id = models.UUIDField("identifiant public", default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="deliveries", verbose_name="cohorte")
    number = models.CharField("numéro", max_length=40)
    code = models.CharField("fichier", max_length=4)
    profile = models.ForeignKey(
        ExportProfile, models.PROTECT, related_name="deliveries", verbose_name="version du profil"
    )
    # Without one, the file is our own workbook.
    workbook_model = models.ForeignKey(
        WorkbookModel, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name="modèle rempli"
    )
    recipient = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name="destinataire"
    )
    # The financer may have no account here: the file then leaves by its usual channel, which the register notes.
    financer = models.ForeignKey(
        Financer, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name="financeur"
    )
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name="établissement"
    )
    filters = models.JSONField("filtres", default=dict)
    as_of = models.DateField("arrêtée au")
    file = models.FileField("classeur", upload_to="remises/", max_length=200, blank=True)
    file_name = models.CharField("nom du fichier", max_length=160, blank=True)
    byte_count = models.PositiveBigIntegerField("octets", default=0)
    sha256 = models.CharField("empreinte SHA-256", max_length=64, blank=True)
    row_count = models.PositiveIntegerField("lignes", default=0)
    cell_count = models.PositiveIntegerField("cellules relues", default=0)
    verification = models.CharField("vérification", max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="préparée par")
    prepared_at = models.DateTimeField("préparée le", default=clock.now)
    frozen_at = models.DateTimeField("figée le", null=True, blank=True)
    sent_at = models.DateTimeField("remise le", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="remise par"
    )
    sent_through = models.CharField("remise par la voie", max_length=120, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="remplace"
    )
    replace_reason = models.CharField("corrigée parce que", max_length=300, blank=True)
    # What its rows said, by their stable keys: the next delivery is compared with them, whatever the file looks like.
    rows_file = models.FileField("lignes gardées", upload_to="remises/", max_length=200, blank=True)
    rows_sha256 = models.CharField("empreinte des lignes gardées", max_length=64, blank=True)
    compared_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="compared_by", verbose_name="comparée à"
    )
    added_count = models.PositiveIntegerField("lignes ajoutées", null=True, blank=True)
    removed_count = models.PositiveIntegerField("lignes retirées", null=True, blank=True)
    changed_count = models.PositiveIntegerField("lignes modifiées", null=True, blank=True)
    job = models.OneToOneField(
        "accounts.Job", models.SET_NULL, null=True, blank=True, related_name="delivery", verbose_name="travail"
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "remise"
        verbose_name_plural = "remises"
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "number"],
                name="delivery_number_once_per_cohort",
                violation_error_message="Ce numéro de remise est déjà pris dans la cohorte.",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at=None, sha256="") | (Q(frozen_at__isnull=False) & ~Q(sha256="")),
                name="delivery_frozen_with_its_hash",
                violation_error_message="Une remise figée porte son empreinte.",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(frozen_at__isnull=False),
                name="delivery_sent_once_frozen",
                violation_error_message="On ne remet qu'un fichier figé.",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, replace_reason="") | (Q(replaces__isnull=False) & ~Q(replace_reason="")),
                name="delivery_correction_with_a_reason",
                violation_error_message="Une correction dit ce qu'elle remplace, et pourquoi.",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(frozen_at__isnull=False),
                name="delivery_replaced_once",
                violation_error_message="Cette remise est déjà remplacée : corrigez celle qui la remplace.",
            ),
            models.CheckConstraint(
                condition=Q(
                    compared_to=None, added_count__isnull=True, removed_count__isnull=True, changed_count__isnull=True
                )
                | Q(
                    compared_to__isnull=False,
                    added_count__isnull=False,
                    removed_count__isnull=False,
                    changed_count__isnull=False,
                ),
                name="delivery_compared_with_its_counts",
                violation_error_message="Une comparaison porte ses trois comptes.",
            ),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("exports:delivery_detail", args=[self.pk])

    def clean(self):
        """Once frozen, its facts are those of the file that left: only its sending is still to be noted."""
        kept = Delivery.objects.filter(pk=self.pk, frozen_at__isnull=False).values(*FROZEN).first()
        if kept and any(kept[name] != getattr(self, name) for name in FROZEN):
            raise ValidationError(f"La remise {self.number} est figée : corriger, c'est en préparer une autre.")

    @property
    def to_whom(self) -> str:
        """Who receives it; a file of the whole cohort without recipient stays with the coordination."""
        named = self.recipient or self.financer
        if named:
            return str(named)
        return "DDETS" if self.word == "DDETS" else NOBODY_OUTSIDE

    @property
    def addressed(self) -> str:
        """« OPCO Santé, Résidence La Closerie du Mont »: whom it is for, and about which of its establishments."""
        return f"{self.to_whom}, {self.establishment}" if self.establishment_id else self.to_whom

    @property
    def is_for_a_funder(self) -> bool:
        """To an organisation that answers it here."""
        return self.recipient is not None and self.recipient.kind == OrganisationKind.FUNDER

    @property
    def word(self) -> str:
        """Whom it is for, as its number says it once and for all: « OPCO » of 2026-11-OPCO-03."""
        return self.number.split("-")[2]

    @property
    def when(self) -> str:
        """« remise le 20/10/2026 », once it left; before, the day it was fixed."""
        if self.sent_at:
            return f"remise le {timezone.localtime(self.sent_at):%d/%m/%Y}"
        return f"figée le {timezone.localtime(self.frozen_at):%d/%m/%Y}" if self.frozen_at else "en préparation"

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def state(self) -> str:
        if self.sent_at:
            return "remise"
        if self.is_frozen:
            return "prête"
        return "en échec" if self.job and self.job.state == self.job.State.FAILED else "en préparation"
