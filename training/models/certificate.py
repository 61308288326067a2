"""What the training is paid on: conventions, certificates, invoices, statements of expenses."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.fields import coded_field, ends_after_start
from accounts.roles import Role
from accounts.scope import acting_membership
from cohorts.models import Cohort, Enrolment
from employers.models import Establishment
from regulations.employers import FinancerKind
from regulations.people import unaccented
from regulations.training import ActionNature, ExpenseKind
from training.models.programme import TrainingBody

PAYMENT_TERMS = "Paiement à trente jours, sur facture accompagnée des certificats de réalisation."


class ConventionQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None:
            return self.none()
        match membership.role:
            case Role.COORDINATOR | Role.TRAINER:
                return self.filter(cohort__in=Cohort.objects.visible_to(user))
            case Role.EMPLOYER:
                return self.filter(establishment__in=Establishment.objects.of_organisation(membership.organisation_id))
            case _:
                return self.none()

    def private_to(self, user, on):
        """Those whose pay and expenses this user may read: referent of the cohort, the employer itself."""
        membership = acting_membership(user)
        match membership.role if membership else None:
            case Role.COORDINATOR:
                return self.visible_to(user).filter(cohort__in=Cohort.objects.followed_by(user, on))
            case Role.EMPLOYER:
                return self.visible_to(user)
            case _:
                return self.none()

    def with_names(self):
        return self.select_related("cohort", "establishment__employer", "training_body", "subcontractor")

    def search(self, text):
        """Each word in the number, the file number of the financer or the names of the establishment."""
        found = self
        for word in unaccented(text).split():
            sites = Establishment.objects.filter(search_text__contains=word)
            found = found.filter(
                Q(number__icontains=word) | Q(file_number__icontains=word) | Q(establishment__in=sites)
            )
        return found


class Convention(models.Model):
    """Convention de formation : une par employeur, le même programme annexé (D6353-1)."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="conventions", verbose_name="cohorte")
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="conventions", verbose_name="établissement"
    )
    training_body = models.ForeignKey(
        TrainingBody, models.PROTECT, related_name="conventions", verbose_name="organisme de formation"
    )
    subcontractor = models.ForeignKey(
        TrainingBody, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="sous-traitant"
    )
    number = models.CharField("numéro", max_length=40, unique=True)
    title = models.CharField("intitulé de l'action", max_length=160)
    nature = coded_field("nature de l'action", ActionNature, default=ActionNature.TRAINING)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    planned_minutes = models.PositiveIntegerField("minutes prévues par stagiaire")
    hourly_rate = models.DecimalField(
        "prix de l'heure par stagiaire", max_digits=7, decimal_places=2, null=True, blank=True
    )
    group_price = models.DecimalField("prix du groupe", max_digits=10, decimal_places=2, null=True, blank=True)
    file_number = models.CharField("numéro de dossier du financeur", max_length=40, blank=True)
    signed_on = models.DateField("signée le", null=True, blank=True)
    # Empty until it is signed: what is annexed then no longer changes.
    programme = models.JSONField("programme annexé", default=list, blank=True)
    payment_terms = models.CharField("conditions de paiement", max_length=300, default=PAYMENT_TERMS)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "convention de formation"
        verbose_name_plural = "conventions de formation"
        constraints = [
            ends_after_start("convention", "starts_on", "ends_on", "La fin de la convention doit suivre son début."),
            models.CheckConstraint(
                condition=Q(hourly_rate=None) | Q(group_price=None),
                name="convention_has_one_price",
                violation_error_message="Le prix est à l'heure par stagiaire, ou pour le groupe : pas les deux.",
            ),
        ]

    def __str__(self):
        return f"convention {self.number}"

    def get_absolute_url(self):
        return reverse("training:convention_detail", args=[self.pk])

    @property
    def has_price(self) -> bool:
        return self.hourly_rate is not None or self.group_price is not None


class OfConventionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(convention__in=Convention.objects.visible_to(user))


class ConventionTrainee(models.Model):
    """Stagiaire d'une convention, tel qu'annexé."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="trainees", verbose_name="convention")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="conventions", verbose_name="inscription")

    objects = OfConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "stagiaire d'une convention"
        verbose_name_plural = "stagiaires d'une convention"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "enrolment"],
                name="convention_trainee_once",
                violation_error_message="Cette personne est déjà dans la convention.",
            )
        ]

    def __str__(self):
        return f"stagiaire {self.pk}"


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For an employer, those of its own conventions; for the trainee, her own; the tutor has none to read."""
        rows = self.filter(enrolment__in=Enrolment.objects.visible_to(user))
        membership = acting_membership(user)
        match membership.role if membership else None:
            case Role.EMPLOYER:
                return rows.filter(convention__in=Convention.objects.visible_to(user))
            case Role.TUTOR:
                return rows.none()
            case _:
                return rows

    def current(self):
        return self.filter(is_replaced=False)

    def with_names(self):
        return self.select_related(
            "enrolment__person", "enrolment__cohort", "convention__establishment", "replaces", "replaced_by"
        )

    def search(self, text):
        """Each word in the number or in the names of the person."""
        found = self
        for word in unaccented(text).split():
            people = Enrolment.objects.filter(person__search_text__contains=word)
            found = found.filter(Q(number__icontains=word) | Q(enrolment__in=people))
        return found


class Certificate(models.Model):
    """Certificat de réalisation : figé à l'émission ; remplacé par un autre numéro, jamais modifié."""

    number = models.CharField("numéro", max_length=40, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="certificates", verbose_name="inscription")
    convention = models.ForeignKey(
        Convention, models.PROTECT, null=True, blank=True, related_name="certificates", verbose_name="convention"
    )
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    minutes = models.PositiveIntegerField("minutes réalisées")
    # Everything printed, as it was: names, title, half-days, hours.
    facts = models.JSONField("contenu", default=dict)
    verification_code = models.CharField("code de vérification", max_length=20, unique=True)
    issued_at = models.DateTimeField("émis le", default=clock.now)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="émis par")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="remplace"
    )
    is_replaced = models.BooleanField("remplacé", default=False, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "certificat de réalisation"
        verbose_name_plural = "certificats de réalisation"
        constraints = [
            ends_after_start("certificate", "starts_on", "ends_on", "La fin du certificat doit suivre son début."),
            models.UniqueConstraint(
                fields=["enrolment", "starts_on", "ends_on"],
                condition=Q(is_replaced=False),
                name="certificate_once_per_period",
                violation_error_message="Un certificat est déjà émis pour cette personne et cette période.",
            ),
        ]

    def __str__(self):
        return f"certificat {self.number}"

    def get_absolute_url(self):
        return reverse("training:certificate_detail", args=[self.pk])


class InvoiceLineQuerySet(OfConventionQuerySet):
    def valid(self):
        return self.filter(voided_at=None)


class InvoiceLine(models.Model):
    """Ligne de facture : une personne, une période, des minutes, un montant."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="invoice_lines", verbose_name="convention")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="invoice_lines", verbose_name="inscription")
    invoice_number = models.CharField("numéro de facture", max_length=40)
    invoiced_on = models.DateField("facturée le")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    minutes = models.PositiveIntegerField("minutes facturées")
    amount = models.DecimalField("montant HT", max_digits=10, decimal_places=2)
    voided_at = models.DateTimeField("annulée le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    void_reason = models.CharField("annulée parce que", max_length=200, blank=True)

    objects = InvoiceLineQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne de facture"
        verbose_name_plural = "lignes de facture"
        constraints = [
            ends_after_start("invoice_line", "starts_on", "ends_on", "La fin de la période doit suivre son début."),
            models.UniqueConstraint(
                fields=["convention", "enrolment", "invoice_number", "starts_on"],
                condition=Q(voided_at=None),
                name="invoice_line_once",
                violation_error_message="Cette ligne est déjà dans la facture.",
            ),
        ]

    def __str__(self):
        return f"ligne de facture {self.pk}"


class ExpenseCap(models.Model):
    """Plafond d'une dépense, par financeur : un réglage daté, « hypothèse » tant que sa source n'est pas lue."""

    financer_kind = coded_field("financeur", FinancerKind)
    kind = coded_field("nature", ExpenseKind)
    unit_amount = models.DecimalField("plafond par unité", max_digits=8, decimal_places=2)
    deducts_state_aid = models.BooleanField("aide de l'État déduite", default=False)
    valid_from = models.DateField("à partir du")
    source_url = models.URLField("source", max_length=300, blank=True)
    note = models.CharField("remarque", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "plafond de dépense"
        verbose_name_plural = "plafonds de dépense"
        constraints = [
            models.UniqueConstraint(
                fields=["financer_kind", "kind", "valid_from"],
                name="expense_cap_once_per_day",
                violation_error_message="Un plafond de cette nature commence déjà ce jour-là pour ce financeur.",
            ),
            models.CheckConstraint(
                condition=Q(unit_amount__gte=0),
                name="expense_cap_is_not_negative",
                violation_error_message="Un plafond est de 0 € ou plus.",
            ),
        ]

    def __str__(self):
        return f"plafond {self.pk}"


class Expense(models.Model):
    """Dépense de l'employeur à faire rembourser : nature, unités, montant demandé puis accordé."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="expenses", verbose_name="convention")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="expenses", verbose_name="inscription")
    kind = coded_field("nature", ExpenseKind)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    quantity = models.DecimalField("unités (heures, km, repas, nuits)", max_digits=8, decimal_places=2)
    unit_amount = models.DecimalField("montant par unité", max_digits=8, decimal_places=2)
    granted_amount = models.DecimalField("montant accordé", max_digits=10, decimal_places=2, null=True, blank=True)
    document_name = models.CharField("justificatif", max_length=160, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = OfConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "dépense"
        verbose_name_plural = "dépenses"
        constraints = [
            ends_after_start("expense", "starts_on", "ends_on", "La fin de la période doit suivre son début."),
            models.CheckConstraint(
                condition=Q(quantity__gte=0, unit_amount__gte=0),
                name="expense_is_not_negative",
                violation_error_message="Une dépense n'est pas négative.",
            ),
        ]

    def __str__(self):
        return f"dépense {self.pk}"
