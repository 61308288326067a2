"""What happens to a contract: suspension, amendment, exit, and the steps done on the way."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.fields import coded_field, ends_after_start
from contracts.models.contract import Contract, OfContractQuerySet
from employers.models import Establishment
from regulations.contracts import AmendmentKind, PayKept, SuspensionReason
from regulations.deadlines import Step
from regulations.exits import ExitSituation
from regulations.people import Checked


class Suspension(models.Model):
    """Suspension du contrat : motif, dates, salaire maintenu ou non."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="suspensions", verbose_name="contrat")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au", null=True, blank=True)
    reason = coded_field("motif", SuspensionReason)
    pay_kept = coded_field("salaire", PayKept, default=PayKept.NONE)
    kept_percent = models.DecimalField(
        "part du salaire maintenue (%)", max_digits=5, decimal_places=2, null=True, blank=True
    )
    declared_on = models.DateField("signalée à l'autorité le", null=True, blank=True)

    objects = OfContractQuerySet.as_manager()

    class Meta:
        verbose_name = "suspension"
        verbose_name_plural = "suspensions"
        constraints = [
            ends_after_start("suspension", "starts_on", "ends_on", "La fin de la suspension doit suivre son début."),
            models.CheckConstraint(
                condition=Q(kept_percent=None) | Q(pay_kept=PayKept.PARTIAL, kept_percent__gt=0, kept_percent__lt=100),
                name="suspension_kept_percent_is_a_part",
                violation_error_message="La part maintenue va de 0 à 100 %%, pour un salaire maintenu en partie.",
            ),
            # No portable constraint sees two periods overlap: these two see the commonest, the action sees them all.
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(ends_on=None),
                name="suspension_one_open_per_contract",
                violation_error_message="Une suspension de ce contrat est déjà en cours : notez d'abord la reprise.",
            ),
            models.UniqueConstraint(
                fields=["contract", "starts_on"],
                name="suspension_once_a_day",
                violation_error_message="Une suspension de ce contrat commence déjà ce jour-là.",
            ),
        ]

    def __str__(self):
        return f"suspension {self.pk}"


class Exit(models.Model):
    """Sortie : la situation à la fin, puis à 3 et 6 mois. Vide : non relevée."""

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="exit", verbose_name="contrat")
    recorded_on = models.DateField("relevée le")
    situation = coded_field("situation à la sortie", ExitSituation)
    same_employer = coded_field("chez le même employeur", Checked, default=Checked.NOT_CHECKED)
    same_job = coded_field("métier correspondant", Checked, default=Checked.NOT_CHECKED)
    next_training = models.CharField("formation suivie ou visée", max_length=120, blank=True)
    situation_3_months = coded_field("situation à 3 mois", ExitSituation, blank=True)
    checked_3_months_on = models.DateField("relevée à 3 mois le", null=True, blank=True)
    situation_6_months = coded_field("situation à 6 mois", ExitSituation, blank=True)
    checked_6_months_on = models.DateField("relevée à 6 mois le", null=True, blank=True)

    objects = OfContractQuerySet.as_manager()

    class Meta:
        verbose_name = "sortie"
        verbose_name_plural = "sorties"

    def __str__(self):
        return f"sortie {self.pk}"


def voided_with_a_reason(model: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(voided_at=None) | ~Q(void_reason=""),
        name=f"{model}_voided_with_a_reason",
        violation_error_message="Une annulation dit pourquoi.",
    )


class VoidableQuerySet(OfContractQuerySet):
    def valid(self):
        return self.filter(voided_at=None)


class Amendment(models.Model):
    """Avenant : à partir d'un jour, d'autres heures, un autre lieu de travail ou un autre employeur.

    The contract carries its latest terms; each amendment keeps what it replaced, so that every day can be told.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="amendments", verbose_name="contrat")
    kind = coded_field("nature", AmendmentKind, default=AmendmentKind.TERMS)
    effective_on = models.DateField("à partir du")
    signed_on = models.DateField("signé le", null=True, blank=True)
    hours_before = models.DecimalField(
        "heures par semaine, avant", max_digits=5, decimal_places=2, null=True, blank=True
    )
    hours_after = models.DecimalField(
        "heures par semaine, après", max_digits=5, decimal_places=2, null=True, blank=True
    )
    establishment_before = models.ForeignKey(
        Establishment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="établissement, avant"
    )
    establishment_after = models.ForeignKey(
        Establishment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="établissement, après"
    )
    reason = models.CharField("motif", max_length=300, blank=True)
    recorded_at = models.DateTimeField("enregistré le", default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="enregistré par"
    )

    voided_at = models.DateTimeField("annulé le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )
    void_reason = models.CharField("annulé parce que", max_length=200, blank=True)

    objects = VoidableQuerySet.as_manager()

    class Meta:
        verbose_name = "avenant"
        verbose_name_plural = "avenants"
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "effective_on"],
                condition=Q(voided_at=None),
                name="amendment_once_a_day",
                violation_error_message="Un avenant de ce contrat commence déjà ce jour-là.",
            ),
            models.CheckConstraint(
                condition=Q(hours_after__isnull=False, hours_before__isnull=False)
                | Q(establishment_after__isnull=False, establishment_before__isnull=False),
                name="amendment_changes_something",
                violation_error_message="Un avenant change les heures, le lieu de travail ou l'employeur.",
            ),
            models.CheckConstraint(
                condition=Q(hours_after=None) | Q(hours_after__gt=0, hours_after__lte=48),
                name="amendment_hours_are_possible",
                violation_error_message="Les heures par semaine vont de 0,01 à 48.",
            ),
            voided_with_a_reason("amendment"),
        ]

    def __str__(self):
        return f"avenant {self.pk}"


class DoneStep(models.Model):
    """Étape faite : embauche déclarée, entretien de sortie tenu, attestation remise… Annulée puis refaite."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="done_steps", verbose_name="contrat")
    step = coded_field("étape", Step)
    done_on = models.DateField("faite le")
    note = models.CharField("remarque", max_length=300, blank=True)
    recorded_at = models.DateTimeField("notée le", default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="notée par"
    )
    voided_at = models.DateTimeField("annulée le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    void_reason = models.CharField("annulée parce que", max_length=200, blank=True)

    objects = VoidableQuerySet.as_manager()

    class Meta:
        verbose_name = "étape faite"
        verbose_name_plural = "étapes faites"
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "step"],
                condition=Q(voided_at=None),
                name="done_step_once",
                violation_error_message="Cette étape est déjà notée pour ce contrat.",
            ),
            voided_with_a_reason("done_step"),
        ]

    def __str__(self):
        return f"étape {self.pk}"
