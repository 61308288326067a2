"""Discovering the trades: immersions (PMSMP), swap weeks between employers of a cohort, and who agreed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.fields import coded_field, ends_after_start, in_force
from cohorts.models import Cohort
from contracts.models.contract import Contract
from contracts.models.life import VoidableQuerySet, voided_with_a_reason
from employers.models import Establishment
from regulations.contracts import ImmersionPurpose
from regulations.immersions import ImmersionEnding, ImmersionNature, ImmersionParty


class Immersion(models.Model):
    """PMSMP : immersion pendant le contrat, qui n'est pas suspendu (D5134-50-1). La semaine d'échange en est une."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="immersions", verbose_name="contrat")
    nature = coded_field("nature", ImmersionNature, default=ImmersionNature.PMSMP)
    host = models.CharField("structure d'accueil", max_length=160)
    host_establishment = models.ForeignKey(
        Establishment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="établissement d'accueil"
    )
    host_tutor = models.CharField("tuteur dans la structure d'accueil", max_length=120, blank=True)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    purpose = coded_field("objet", ImmersionPurpose)
    objective = models.CharField("objectif", max_length=300, blank=True)
    trainee_agreed_on = models.DateField("accord du salarié le", null=True, blank=True)
    employer_agreed_on = models.DateField("accord de l'employeur le", null=True, blank=True)
    host_agreed_on = models.DateField("accord de la structure d'accueil le", null=True, blank=True)
    prescriber_agreed_on = models.DateField("accord du prescripteur le", null=True, blank=True)
    ending = coded_field("comment elle s'est passée", ImmersionEnding, blank=True)
    outcome = models.CharField("bilan", max_length=300, blank=True)
    learned = models.CharField("ce qui a été appris", max_length=500, blank=True)
    exception_reason = models.TextField("accepté parce que", blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="notée par"
    )
    voided_at = models.DateTimeField("annulée le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    void_reason = models.CharField("annulée parce que", max_length=200, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = VoidableQuerySet.as_manager()

    class Meta:
        verbose_name = "immersion"
        verbose_name_plural = "immersions"
        constraints = [
            ends_after_start("immersion", "starts_on", "ends_on", "La fin de l'immersion doit suivre son début."),
            models.CheckConstraint(
                condition=~Q(nature=ImmersionNature.SWAP) | Q(host_establishment__isnull=False),
                name="immersion_swap_names_its_host",
                violation_error_message="Une semaine d'échange se passe dans un établissement de la cohorte.",
            ),
            voided_with_a_reason("immersion"),
        ]

    def __str__(self):
        return f"immersion {self.pk}"

    def get_absolute_url(self):
        return reverse("contracts:immersion_detail", args=[self.pk])

    @property
    def agreements(self) -> list[tuple[ImmersionParty, object]]:
        """Each party and the day it agreed, None while it has not."""
        return [(party, getattr(self, AGREED_ON[party])) for party in ImmersionParty]

    @property
    def is_agreed(self) -> bool:
        return all(day is not None for _, day in self.agreements)


AGREED_ON = {
    ImmersionParty.TRAINEE: "trainee_agreed_on",
    ImmersionParty.EMPLOYER: "employer_agreed_on",
    ImmersionParty.HOST: "host_agreed_on",
    ImmersionParty.PRESCRIBER: "prescriber_agreed_on",
}


class SwapAgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    def in_force(self, on):
        return self.filter(in_force("valid_from", "valid_to", on))


class SwapAgreement(models.Model):
    """Accord pour la semaine d'échange : sans lui, aucune ; qui l'a donné, quand, sous quelle référence."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="swap_agreements", verbose_name="cohorte")
    valid_from = models.DateField("à partir du")
    valid_to = models.DateField("jusqu'au", null=True, blank=True)
    authority = models.CharField("donné par", max_length=120, help_text="Par exemple « DDETS de la Manche ».")
    reference = models.CharField("référence", max_length=200, help_text="Courrier ou message, et sa date.")
    recorded_at = models.DateTimeField("noté le", default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="noté par"
    )

    objects = SwapAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "accord pour la semaine d'échange"
        verbose_name_plural = "accords pour la semaine d'échange"
        constraints = [
            ends_after_start("swap_agreement", "valid_from", "valid_to", "La fin de l'accord doit suivre son début.")
        ]

    def __str__(self):
        return f"accord {self.pk}"
