"""When trainees work: shifts of a roster, and fixed facts about each of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts import clock
from accounts.fields import coded_field, ends_after_start
from cohorts.models import Enrolment
from regulations.training import FixedFact, ShiftKind


class OfEnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(enrolment__in=Enrolment.objects.visible_to(user))


class RosterShift(models.Model):
    """Vacation d'un planning : de quand à quand une personne travaille ou est en congé."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="shifts", verbose_name="inscription")
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    kind = coded_field("nature", ShiftKind, default=ShiftKind.WORK)
    code = models.CharField("code du planning", max_length=8, blank=True)
    recorded_at = models.DateTimeField("notée le", default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="notée par"
    )

    objects = OfEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "vacation"
        verbose_name_plural = "vacations"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "starts_at"],
                name="roster_shift_once",
                violation_error_message="Une vacation de cette personne commence déjà à cette heure-là.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="roster_shift_ends_after_start",
                violation_error_message="La fin de la vacation doit suivre son début.",
            ),
        ]

    def __str__(self):
        return f"vacation {self.pk}"


class Unavailability(models.Model):
    """Fait fixe : jamais tel jour, travaille de nuit, en congé du… au…"""

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="unavailabilities", verbose_name="inscription"
    )
    kind = coded_field("nature", FixedFact)
    weekday = models.PositiveSmallIntegerField("jour de la semaine", null=True, blank=True)
    starts_on = models.DateField("du", null=True, blank=True)
    ends_on = models.DateField("au", null=True, blank=True)
    starts_at = models.TimeField("de", null=True, blank=True)
    ends_at = models.TimeField("à", null=True, blank=True)
    recorded_at = models.DateTimeField("noté le", default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="noté par"
    )

    objects = OfEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "fait fixe"
        verbose_name_plural = "faits fixes"
        constraints = [
            ends_after_start("unavailability", "starts_on", "ends_on", "La fin doit suivre le début."),
            models.CheckConstraint(
                condition=Q(weekday=None) | Q(weekday__lte=6),
                name="unavailability_weekday_exists",
                violation_error_message="Le jour de la semaine va du lundi au dimanche.",
            ),
        ]

    def __str__(self):
        return f"fait fixe {self.pk}"
