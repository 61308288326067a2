"""State aid of a contract: what was decided, declared and paid."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.fields import coded_field, ends_after_start
from contracts.models.contract import Contract, OfContractQuerySet
from contracts.models.reference import AidOrder
from employers.models import Establishment
from regulations.contracts import AidRequestKind, CeilingException


class AidRequest(models.Model):
    """Demande d'aide, initiale ou de renouvellement ; porte la décision : numéro, dates, taux, heures, arrêté."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="aid_requests", verbose_name="contrat")
    kind = coded_field("nature", AidRequestKind, default=AidRequestKind.INITIAL)
    signed_on = models.DateField("demande signée le", null=True, blank=True)
    decided_on = models.DateField("décision du", null=True, blank=True)
    refused = models.BooleanField("refusée", default=False)
    decision_number = models.CharField("numéro de décision", max_length=12, blank=True)
    order = models.ForeignKey(
        AidOrder, models.PROTECT, null=True, blank=True, related_name="aid_requests", verbose_name="arrêté"
    )
    rate = models.DecimalField("taux (%)", max_digits=5, decimal_places=2, null=True, blank=True)
    weekly_hours = models.DecimalField(
        "heures aidées par semaine", max_digits=5, decimal_places=2, null=True, blank=True
    )
    aid_starts_on = models.DateField("aide du", null=True, blank=True)
    aid_ends_on = models.DateField("aide au", null=True, blank=True)
    referent_name = models.CharField("référent nommé par la décision", max_length=120, blank=True)
    is_cofinanced = models.BooleanField("cofinancée par le département (RSA)", default=False)
    review = models.TextField("bilan des actions et motif de la demande", blank=True)
    ceiling_exception = coded_field("dépassement des 24 mois", CeilingException, blank=True)
    ceiling_reason = models.CharField("dépassement accepté parce que", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = OfContractQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d'aide"
        verbose_name_plural = "demandes d'aide"
        constraints = [
            models.UniqueConstraint(
                fields=["decision_number"],
                condition=~Q(decision_number=""),
                name="aid_request_decision_number_once",
                violation_error_message="Ce numéro de décision est déjà celui d'un autre contrat.",
            ),
            models.CheckConstraint(
                condition=Q(decision_number="") | Q(decision_number__regex=r"^[0-9]{12}$"),
                name="aid_request_decision_number_has_twelve_digits",
                violation_error_message="Le numéro de décision a 12 chiffres, zéro initial compris.",
            ),
            models.CheckConstraint(
                condition=Q(signed_on=None) | Q(decided_on=None) | Q(signed_on__lte=models.F("decided_on")),
                name="aid_request_decided_after_signature",
                violation_error_message="La décision suit la signature de la demande, ou est du même jour.",
            ),
            models.CheckConstraint(
                condition=Q(refused=False) | Q(decided_on__isnull=False),
                name="aid_request_refusal_is_dated",
                violation_error_message="Un refus porte sa date.",
            ),
            models.CheckConstraint(
                condition=Q(ceiling_exception="") | ~Q(ceiling_reason=""),
                name="aid_request_ceiling_has_a_reason",
                violation_error_message="Un dépassement des 24 mois dit pourquoi.",
            ),
            ends_after_start("aid_request", "aid_starts_on", "aid_ends_on", "La fin de l'aide doit suivre son début."),
            models.CheckConstraint(
                condition=Q(rate=None) | Q(rate__gt=0, rate__lte=100),
                name="aid_request_rate_is_possible",
                violation_error_message="Le taux va de 0 à 100 %%.",
            ),
            models.CheckConstraint(
                condition=Q(weekly_hours=None) | Q(weekly_hours__gt=0, weekly_hours__lte=35),
                name="aid_request_hours_are_possible",
                violation_error_message="Les heures aidées vont de 0,01 à 35 par semaine.",
            ),
        ]

    def __str__(self):
        return f"demande d'aide {self.pk}"

    @property
    def is_granted(self) -> bool:
        return self.decided_on is not None and not self.refused and self.rate is not None


class OfAidRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(aid_request__in=AidRequest.objects.visible_to(user))

    def valid(self):
        return self.filter(voided_at=None)


class PresenceStatement(models.Model):
    """État de présence : ce que l'employeur déclare chaque mois. Annulé puis refait, jamais modifié."""

    aid_request = models.ForeignKey(
        AidRequest,
        models.PROTECT,
        related_name="presence_statements",
        verbose_name="demande d'aide",
        # Its own index begins with it.
        db_index=False,
    )
    month = models.DateField("mois (premier jour)")
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="presence_statements", verbose_name="établissement"
    )
    absent_days = models.PositiveSmallIntegerField("jours d'absence", default=0)
    parts = models.DecimalField("parts du mois aidées", max_digits=8, decimal_places=4)
    whole = models.PositiveSmallIntegerField("parts du mois entier", default=30)
    expected_amount = models.DecimalField("aide attendue", max_digits=9, decimal_places=2, null=True, blank=True)
    inputs = models.JSONField("données du calcul", default=dict, blank=True)
    confirmed_at = models.DateTimeField("mois confirmé le", default=clock.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="mois confirmé par"
    )
    declared_on = models.DateField("déclaré sur SYLAé le", null=True, blank=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="déclaré par"
    )
    voided_at = models.DateTimeField("annulé le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )
    void_reason = models.CharField("annulé parce que", max_length=200, blank=True)

    objects = OfAidRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "état de présence"
        verbose_name_plural = "états de présence"
        indexes = [
            models.Index(fields=["month"], name="presence_statement_by_month"),
            # All that the ledger reads of a month: millions of rows are left alone, with the documents they keep.
            models.Index(
                fields=["aid_request", "voided_at", "month", "declared_on", "expected_amount"],
                name="presence_statement_ledger",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(parts__gte=0, parts__lte=models.F("whole")),
                name="presence_statement_parts_of_the_whole",
                violation_error_message="Les parts aidées vont de zéro au mois entier.",
            ),
            models.UniqueConstraint(
                fields=["aid_request", "month"],
                condition=Q(voided_at=None),
                name="presence_statement_once_per_month",
                violation_error_message="Ce mois est déjà déclaré pour ce contrat.",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="presence_statement_month_is_a_first_day",
                violation_error_message="Le mois se note par son premier jour.",
            ),
        ]

    def __str__(self):
        return f"état de présence {self.pk}"


class AidPayment(models.Model):
    """Aide versée : une ligne du payeur pour un mois ; un indu est négatif. Annulée puis refaite, jamais modifiée."""

    aid_request = models.ForeignKey(
        AidRequest, models.PROTECT, related_name="payments", verbose_name="demande d'aide", db_index=False
    )
    month = models.DateField("mois (premier jour)")
    amount = models.DecimalField("montant", max_digits=9, decimal_places=2)
    paid_on = models.DateField("payée le")
    transfer_number = models.CharField("numéro de virement", max_length=40, blank=True)
    line_key = models.CharField("clé de la ligne", max_length=120)
    recorded_at = models.DateTimeField("enregistrée le", default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="enregistrée par"
    )
    voided_at = models.DateTimeField("annulée le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    void_reason = models.CharField("annulée parce que", max_length=200, blank=True)

    objects = OfAidRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "aide versée"
        verbose_name_plural = "aides versées"
        indexes = [
            models.Index(fields=["month"], name="aid_payment_by_month"),
            models.Index(fields=["aid_request", "voided_at", "month", "paid_on", "amount"], name="aid_payment_ledger"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["line_key"],
                condition=Q(voided_at=None),
                name="aid_payment_line_once",
                violation_error_message="Cette ligne du payeur est déjà enregistrée.",
            ),
            models.CheckConstraint(
                condition=~Q(amount=0),
                name="aid_payment_is_not_nothing",
                violation_error_message="Un versement n'est pas de zéro euro.",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="aid_payment_month_is_a_first_day",
                violation_error_message="Le mois se note par son premier jour.",
            ),
        ]

    def __str__(self):
        return f"aide versée {self.pk}"
