"""State aid: what authorities re-set (dated rows), what was decided for a contract, what was declared and paid."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.fields import coded_field, ends_after_start, in_force
from contracts.models.contract import Contract
from regulations.contracts import AidRequestKind
from regulations.money import NO_BREAK_SPACE, french_number
from regulations.periods import Period


class DatedQuerySet(models.QuerySet):
    def in_force(self, on):
        return self.filter(in_force("valid_from", "valid_to", on))


class SmicRateQuerySet(models.QuerySet):
    def in_force(self, on, territory):
        """The row of the territory that holds that day, or None: never a guess."""
        return self.filter(territory=territory, valid_from__lte=on).order_by("-valid_from").first()


class SmicRate(models.Model):
    """SMIC horaire brut, en euros : il tient jusqu'à la ligne suivante du même territoire."""

    class Territory(models.TextChoices):
        MAINLAND = "FRANCE_HORS_MAYOTTE", "France hors Mayotte"
        MAYOTTE = "MAYOTTE", "Mayotte"

    territory = models.CharField("territoire", max_length=20, choices=Territory, default=Territory.MAINLAND)
    valid_from = models.DateField("à partir du")
    hourly_gross = models.DecimalField("SMIC horaire brut", max_digits=6, decimal_places=2)
    legal_basis = models.CharField("texte", max_length=200, blank=True)
    source_url = models.URLField("source", max_length=300, blank=True)
    confidence = models.CharField("confiance", max_length=1, blank=True)
    note = models.TextField("remarque", blank=True)
    is_corrected = models.BooleanField("saisi ou corrigé par une personne", default=False, editable=False)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = SmicRateQuerySet.as_manager()

    class Meta:
        verbose_name = "SMIC horaire"
        verbose_name_plural = "SMIC horaires"
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "valid_from"],
                name="smic_rate_once_per_day",
                violation_error_message="Un SMIC commence déjà ce jour-là pour ce territoire.",
            ),
            models.CheckConstraint(
                condition=Q(hourly_gross__gt=0),
                name="smic_rate_is_positive",
                violation_error_message="Le SMIC horaire est un montant positif.",
            ),
        ]

    def __str__(self):
        return f"{self.hourly_gross} € depuis le {self.valid_from:%d/%m/%Y}"


class AidOrder(models.Model):
    """Arrêté préfectoral : région, public, taux, heures, durées, validité.

    Reference rows are history: none is applied before a coordinator has confirmed it (`confirmed_on`).
    """

    reference_id = models.CharField("identifiant de référence", max_length=60, unique=True, null=True, blank=True)
    region = models.CharField("région", max_length=60)
    public = models.CharField("public", max_length=300)
    rate = models.DecimalField("taux (%)", max_digits=5, decimal_places=2)
    weekly_hours_min = models.DecimalField(
        "heures aidées, au moins", max_digits=4, decimal_places=2, null=True, blank=True
    )
    weekly_hours_max = models.DecimalField(
        "heures aidées, au plus", max_digits=4, decimal_places=2, null=True, blank=True
    )
    initial_months_min = models.PositiveSmallIntegerField("durée initiale, au moins (mois)", null=True, blank=True)
    initial_months_max = models.PositiveSmallIntegerField("durée initiale, au plus (mois)", null=True, blank=True)
    renewal = models.CharField("renouvellement", max_length=300, blank=True)
    valid_from = models.DateField("valable du")
    valid_to = models.DateField("au", null=True, blank=True)
    dates_approximate = models.BooleanField("dates approchées", default=False)
    legal_reference = models.CharField("référence de l'arrêté", max_length=300, blank=True)
    source_url = models.URLField("source", max_length=300, blank=True)
    confidence = models.CharField("confiance", max_length=1, blank=True)
    note = models.TextField("remarque", blank=True)
    is_corrected = models.BooleanField("saisi ou corrigé par une personne", default=False, editable=False)
    version = models.PositiveIntegerField("version", default=0, editable=False)
    confirmed_on = models.DateField("confirmé le", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="confirmé par"
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "arrêté préfectoral"
        verbose_name_plural = "arrêtés préfectoraux"
        constraints = [
            ends_after_start("aid_order", "valid_from", "valid_to", "La fin de validité doit suivre son début."),
            models.CheckConstraint(
                condition=Q(rate__gt=0, rate__lte=95),
                name="aid_order_rate_is_possible",
                violation_error_message="Le taux va de 0 à 95 % (plafond légal du SMIC brut).",
            ),
        ]

    def __str__(self):
        return f"{self.region}, {self.public}, {self.rate} %"

    @property
    def hours_band(self) -> str:
        """« 20 à 26 h », « au moins 20 h », or nothing when the order says nothing."""
        bounds = (self.weekly_hours_min, self.weekly_hours_max)
        low, high = (hours and french_number(hours.normalize()) for hours in bounds)
        if low and high:
            return f"{low}{NO_BREAK_SPACE}h" if low == high else f"{low} à {high}{NO_BREAK_SPACE}h"
        return f"au moins {low}{NO_BREAK_SPACE}h" if low else f"au plus {high}{NO_BREAK_SPACE}h" if high else ""

    def in_words(self) -> str:
        """What one reads before choosing it: public, rate, hours, days, reference."""
        end = f"au {self.valid_to:%d/%m/%Y}" if self.valid_to else "sans fin connue"
        parts = [f"{french_number(self.rate.normalize())} %", self.hours_band, f"du {self.valid_from:%d/%m/%Y} {end}"]
        return f"{self.public} — {', '.join(part for part in parts if part)}"


class EntryStopQuerySet(models.QuerySet):
    def in_force(self, on):
        return self.filter(in_force("starts_on", "ends_on", on))


class EntryStop(models.Model):
    """Arrêt des entrées : un fait daté, annoncé, qui ne touche pas les contrats en cours."""

    territory = models.CharField("territoire", max_length=60, default="France")
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)
    covers_entries = models.BooleanField("entrées", default=True)
    covers_renewals = models.BooleanField("renouvellements", default=True)
    source_url = models.URLField("source", max_length=300, blank=True)
    note = models.CharField("remarque", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = EntryStopQuerySet.as_manager()

    class Meta:
        verbose_name = "arrêt des entrées"
        verbose_name_plural = "arrêts des entrées"
        constraints = [ends_after_start("entry_stop", "starts_on", "ends_on", "La fin doit suivre le début.")]

    def __str__(self):
        return f"arrêt à partir du {self.starts_on:%d/%m/%Y}"

    @property
    def covers(self) -> str:
        words = [
            word for word, on in (("entrées", self.covers_entries), ("renouvellements", self.covers_renewals)) if on
        ]
        return " et ".join(words)

    def is_in_force(self, on) -> bool:
        return Period(self.starts_on, self.ends_on).covers(on)


class OfContractQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(contract__in=Contract.objects.visible_to(user))


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
            ends_after_start("aid_request", "aid_starts_on", "aid_ends_on", "La fin de l'aide doit suivre son début."),
            models.CheckConstraint(
                condition=Q(rate=None) | Q(rate__gt=0, rate__lte=100),
                name="aid_request_rate_is_possible",
                violation_error_message="Le taux va de 0 à 100 %.",
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
        AidRequest, models.PROTECT, related_name="presence_statements", verbose_name="demande d'aide"
    )
    month = models.DateField("mois (premier jour)")
    parts = models.PositiveSmallIntegerField("parts du mois aidées")
    whole = models.PositiveSmallIntegerField("parts du mois entier", default=30)
    expected_amount = models.DecimalField("aide attendue", max_digits=9, decimal_places=2, null=True)
    inputs = models.JSONField("données du calcul", default=dict)
    declared_on = models.DateField("déclaré le")
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="déclaré par"
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
        constraints = [
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

    aid_request = models.ForeignKey(AidRequest, models.PROTECT, related_name="payments", verbose_name="demande d'aide")
    month = models.DateField("mois (premier jour)")
    amount = models.DecimalField("montant", max_digits=9, decimal_places=2)
    paid_on = models.DateField("payée le")
    transfer_number = models.CharField("numéro de virement", max_length=40, blank=True)
    line_key = models.CharField("clé de la ligne", max_length=120, unique=True)
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
        constraints = [
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="aid_payment_month_is_a_first_day",
                violation_error_message="Le mois se note par son premier jour.",
            )
        ]

    def __str__(self):
        return f"aide versée {self.pk}"
