"""What authorities re-set, and what the sources leave open: dated rows, typed in by a coordinator, never deployed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.fields import coded_field, ends_after_start, in_force
from regulations.aid import Proration
from regulations.money import NO_BREAK_SPACE, french_number
from regulations.orders import months_band
from regulations.periods import Period
from regulations.publics import PublicKind
from regulations.stops import stop_words


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


def least_before_most(name: str, field: str, message: str) -> models.CheckConstraint:
    low, high = f"{field}_min", f"{field}_max"
    return models.CheckConstraint(
        condition=Q(**{f"{low}__isnull": True}) | Q(**{f"{high}__isnull": True}) | Q(**{f"{low}__lte": models.F(high)}),
        name=name,
        violation_error_message=message,
    )


class AidOrder(models.Model):
    """Arrêté préfectoral : région, public, taux, heures, durées, validité.

    Reference rows are history: none is applied before a coordinator has confirmed it (`confirmed_on`).
    """

    reference_id = models.CharField("identifiant de référence", max_length=60, unique=True, null=True, blank=True)
    region = models.CharField("région", max_length=60)
    public = models.CharField("public", max_length=300)
    public_kind = coded_field("sorte de public", PublicKind, blank=True)
    rate = models.DecimalField("taux (%)", max_digits=5, decimal_places=2)
    weekly_hours_min = models.DecimalField(
        "heures aidées, au moins", max_digits=4, decimal_places=2, null=True, blank=True
    )
    weekly_hours_max = models.DecimalField(
        "heures aidées, au plus", max_digits=4, decimal_places=2, null=True, blank=True
    )
    initial_months_min = models.PositiveSmallIntegerField("durée initiale, au moins (mois)", null=True, blank=True)
    initial_months_max = models.PositiveSmallIntegerField("durée initiale, au plus (mois)", null=True, blank=True)
    renewal_months_min = models.PositiveSmallIntegerField(
        "durée d'un renouvellement, au moins (mois)", null=True, blank=True
    )
    renewal_months_max = models.PositiveSmallIntegerField(
        "durée d'un renouvellement, au plus (mois)", null=True, blank=True
    )
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
                violation_error_message="Le taux va de 0 à 95 %% (plafond légal du SMIC brut).",
            ),
            least_before_most("aid_order_hours_in_order", "weekly_hours", "Les heures aidées vont du moins au plus."),
            least_before_most("aid_order_initial_in_order", "initial_months", "La durée initiale va du moins au plus."),
            least_before_most(
                "aid_order_renewal_in_order", "renewal_months", "La durée d'un renouvellement va du moins au plus."
            ),
            # No portable constraint sees two periods overlap: these two see the commonest, the action sees them all.
            models.UniqueConstraint(
                fields=["region", "public", "valid_from"],
                condition=Q(confirmed_on__isnull=False),
                name="aid_order_one_confirmed_a_day",
                violation_error_message="Un arrêté confirmé de cette région commence déjà ce jour-là pour ce public.",
            ),
            models.UniqueConstraint(
                fields=["region", "public"],
                condition=Q(confirmed_on__isnull=False, valid_to=None),
                name="aid_order_one_confirmed_without_end",
                violation_error_message="Un arrêté confirmé court déjà sans fin pour ce public : donnez-lui sa fin.",
            ),
        ]

    def __str__(self):
        return f"{self.region}, {self.public}, {self.rate} %"

    def get_absolute_url(self):
        return reverse("contracts:order_detail", args=[self.pk])

    @property
    def hours_band(self) -> str:
        """« 20 à 26 h », « au moins 20 h », or nothing when the order says nothing."""
        bounds = (self.weekly_hours_min, self.weekly_hours_max)
        low, high = (hours and french_number(hours.normalize()) for hours in bounds)
        if low and high:
            return f"{low}{NO_BREAK_SPACE}h" if low == high else f"{low} à {high}{NO_BREAK_SPACE}h"
        return f"au moins {low}{NO_BREAK_SPACE}h" if low else f"au plus {high}{NO_BREAK_SPACE}h" if high else ""

    @property
    def initial_band(self) -> str:
        return months_band(self.initial_months_min, self.initial_months_max)

    @property
    def renewal_band(self) -> str:
        return months_band(self.renewal_months_min, self.renewal_months_max)

    def in_words(self) -> str:
        """What one reads before choosing it: public, rate, hours, days, reference."""
        end = f"au {self.valid_to:%d/%m/%Y}" if self.valid_to else "sans fin connue"
        parts = [f"{french_number(self.rate.normalize())} %", self.hours_band, f"du {self.valid_from:%d/%m/%Y} {end}"]
        return f"{self.public} — {', '.join(part for part in parts if part)}"


EVERYWHERE = "France"


class EntryStopQuerySet(models.QuerySet):
    def in_force(self, on):
        return self.filter(in_force("starts_on", "ends_on", on))

    def announced(self, on):
        """In force or to come: what everyone concerned is told."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on)).order_by("starts_on", "pk")

    def concerning(self, regions):
        """Those of the whole country, and those of these regions."""
        return self.filter(territory__in=[EVERYWHERE, *regions])


class EntryStop(models.Model):
    """Arrêt des entrées : un fait daté, annoncé, qui ne touche pas les contrats en cours."""

    territory = models.CharField("territoire", max_length=60, default=EVERYWHERE)
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
        constraints = [
            ends_after_start("entry_stop", "starts_on", "ends_on", "La fin doit suivre le début."),
            models.CheckConstraint(
                condition=Q(covers_entries=True) | Q(covers_renewals=True),
                name="entry_stop_covers_something",
                violation_error_message="Dites ce que l'arrêt couvre : les entrées, les renouvellements, ou les deux.",
            ),
        ]

    def __str__(self):
        return f"arrêt à partir du {self.starts_on:%d/%m/%Y}"

    @property
    def covers(self) -> str:
        words = [
            word for word, on in (("entrées", self.covers_entries), ("renouvellements", self.covers_renewals)) if on
        ]
        return " et ".join(words)

    def in_words(self) -> str:
        """« Plus d'entrée ni de renouvellement à partir du 01/01/2027 », and where when it is not everywhere."""
        return stop_words(self) if self.territory == EVERYWHERE else f"{stop_words(self)} ({self.territory})"

    def is_in_force(self, on) -> bool:
        return Period(self.starts_on, self.ends_on).covers(on)


class RsaRate(models.Model):
    """Montant forfaitaire du RSA d'une personne seule, en euros par mois : la part du département en est 88 %.

    D5134-41, known by its twin D5134-64.
    """

    valid_from = models.DateField("à partir du", unique=True)
    single_amount = models.DecimalField("RSA d'une personne seule", max_digits=7, decimal_places=2)
    legal_basis = models.CharField("texte", max_length=200, blank=True)
    source_url = models.URLField("source", max_length=300, blank=True)
    confidence = models.CharField("confiance", max_length=1, blank=True)
    note = models.TextField("remarque", blank=True)
    is_corrected = models.BooleanField("saisi ou corrigé par une personne", default=False, editable=False)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "montant du RSA"
        verbose_name_plural = "montants du RSA"
        constraints = [
            models.CheckConstraint(
                condition=Q(single_amount__gt=0),
                name="rsa_rate_is_positive",
                violation_error_message="Le montant du RSA est un montant positif.",
            )
        ]

    def __str__(self):
        return f"{self.single_amount} € depuis le {self.valid_from:%d/%m/%Y}"


class AidRules(models.Model):
    """Réglages de l'aide : ce que le payeur ne publie pas. Chaque ligne tient jusqu'à la suivante ; « hypothèse »."""

    valid_from = models.DateField("à partir du mois qui contient le", unique=True)
    proration = coded_field("diviseur d'un mois incomplet", Proration, default=Proration.THIRTIETHS)
    tolerance = models.DecimalField("écart passé sous silence (€)", max_digits=6, decimal_places=2, default=1)
    payment_months = models.PositiveSmallIntegerField(
        "mois laissés au payeur", default=2, help_text="Un mois impayé plus récent n'est pas encore échu."
    )
    statement_opens_day = models.PositiveSmallIntegerField("état de présence : ouvert le", default=1)
    statement_reminder_day = models.PositiveSmallIntegerField("état de présence : rappel le", default=5)
    statement_alert_day = models.PositiveSmallIntegerField("état de présence : alerte le", default=15)
    note = models.CharField("remarque", max_length=300, blank=True)
    is_corrected = models.BooleanField("saisi ou corrigé par une personne", default=False, editable=False)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "réglage de l'aide"
        verbose_name_plural = "réglages de l'aide"
        constraints = [
            models.CheckConstraint(
                condition=Q(tolerance__gte=0),
                name="aid_rules_tolerance_is_not_negative",
                violation_error_message="L'écart passé sous silence est de 0 € ou plus.",
            ),
            models.CheckConstraint(
                condition=Q(
                    statement_opens_day__gte=1,
                    statement_reminder_day__gte=models.F("statement_opens_day"),
                    statement_alert_day__gte=models.F("statement_reminder_day"),
                    statement_alert_day__lte=28,
                ),
                name="aid_rules_days_follow_each_other",
                violation_error_message="Ouverture, rappel et alerte se suivent, du 1er au 28 du mois suivant.",
            ),
        ]

    def __str__(self):
        return f"réglage depuis le {self.valid_from:%d/%m/%Y}"
