"""Sessions and their half-days, and the periods without any."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts import clock
from accounts.fields import coded_field, ends_after_start
from accounts.roles import Role
from accounts.scope import acting_membership
from cohorts.models import Cohort, Enrolment
from regulations.training import HalfDayPart, TrainingMode
from training.models.programme import Module


class SessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None:
            mine = Enrolment.objects.visible_to(user)
            return self.filter(cohort__enrolments__in=mine, published_at__isnull=False).distinct()
        if membership.role == Role.TUTOR:
            return self.filter(cohort__enrolments__in=Enrolment.objects.visible_to(user)).distinct()
        return self.filter(cohort__in=Cohort.objects.visible_to(user))


class Session(models.Model):
    """Séance : un module, un lieu, une intervenante ; faite d'une ou plusieurs demi-journées."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="sessions", verbose_name="cohorte")
    module = models.ForeignKey(Module, models.PROTECT, related_name="sessions", verbose_name="module")
    trainer_name = models.CharField("intervenant", max_length=120, blank=True)
    place = models.CharField("lieu", max_length=200, blank=True)
    remote_link = models.URLField("lien à distance", blank=True)
    mode = coded_field("modalité", TrainingMode, default=TrainingMode.ON_SITE)
    capacity = models.PositiveSmallIntegerField("capacité", null=True, blank=True)
    published_at = models.DateTimeField("publiée le", null=True, blank=True, default=clock.now)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        verbose_name_plural = "séances"

    def __str__(self):
        return str(self.module)


class HalfDayQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(session__in=Session.objects.visible_to(user))

    def planned(self):
        """Not cancelled: what hours are counted on."""
        return self.filter(cancelled_on=None)

    def without_roll(self, on):
        """Past that day, not cancelled, and nobody noted: to complete, which is not an absence."""
        attendances = self.model._meta.get_field("attendances").related_model
        noted = attendances.objects.valid().filter(half_day=models.OuterRef("pk"))
        return self.planned().filter(day__lt=on).exclude(models.Exists(noted))

    def with_counts(self):
        """Adds `noted` and `present`: rows of the roll that still stand."""
        standing = Q(attendances__voided_at=None)
        here = standing & Q(attendances__attended_minutes__gt=0)
        return self.annotate(
            noted=models.Count("attendances", filter=standing), present=models.Count("attendances", filter=here)
        )

    def with_names(self):
        return self.select_related("session__module", "session__cohort")


class HalfDay(models.Model):
    """Demi-journée : un jour, matin ou après-midi, des horaires ; c'est elle qu'on émarge."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="half_days", verbose_name="séance")
    day = models.DateField("jour", db_index=True)
    part = coded_field("demi-journée", HalfDayPart)
    starts_at = models.TimeField("début")
    ends_at = models.TimeField("fin")
    planned_minutes = models.PositiveSmallIntegerField("minutes prévues")
    # What calendars know it by: the same through every move, the sequence rises at each change.
    calendar_id = models.UUIDField("identifiant d'agenda", default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveSmallIntegerField("révision d'agenda", default=0, editable=False)
    cancelled_on = models.DateField("annulée le", null=True, blank=True)
    cancel_reason = models.CharField("annulée parce que", max_length=200, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="close par"
    )
    reopened_at = models.DateTimeField("rouverte le", null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="rouverte par"
    )
    reopen_reason = models.CharField("rouverte parce que", max_length=200, blank=True)
    countersigned_at = models.DateTimeField("signée par l'intervenant le", null=True, blank=True)
    countersigned_on_paper = models.BooleanField("signée par l'intervenant sur papier", default=False)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = HalfDayQuerySet.as_manager()

    class Meta:
        verbose_name = "demi-journée"
        verbose_name_plural = "demi-journées"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="half_day_ends_after_start",
                violation_error_message="La fin de la demi-journée doit suivre son début.",
            ),
            models.UniqueConstraint(
                fields=["session", "day", "part"],
                name="half_day_once_per_session",
                violation_error_message="Cette demi-journée est déjà dans la séance.",
            ),
        ]

    def __str__(self):
        return f"{self.day:%d/%m/%Y} {self.get_part_display()}"


class OfCohortQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cohort__in=Cohort.objects.visible_to(user))


class ClosedPeriod(models.Model):
    """Période sans formation : congés de l'organisme, fermeture de la salle…"""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="closed_periods", verbose_name="cohorte")
    label = models.CharField("intitulé", max_length=120)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")

    objects = OfCohortQuerySet.as_manager()

    class Meta:
        verbose_name = "période sans formation"
        verbose_name_plural = "périodes sans formation"
        constraints = [ends_after_start("closed_period", "starts_on", "ends_on", "La fin doit suivre le début.")]

    def __str__(self):
        return self.label


class OfHalfDayQuerySet(models.QuerySet):
    """Rows that follow the people and the half-days one may see."""

    def visible_to(self, user):
        return self.filter(
            enrolment__in=Enrolment.objects.visible_to(user), half_day__in=HalfDay.objects.visible_to(user)
        )


class Convocation(models.Model):
    """Convocation : ce qui est parti à une personne pour une demi-journée, à chaque révision de l'agenda."""

    half_day = models.ForeignKey(HalfDay, models.PROTECT, related_name="convocations", verbose_name="demi-journée")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="convocations", verbose_name="inscription")
    sequence = models.PositiveSmallIntegerField("révision d'agenda")
    is_cancellation = models.BooleanField("annulation", default=False)
    message_key = models.CharField("clé du message", max_length=200)
    recorded_at = models.DateTimeField("préparée le", default=clock.now)

    objects = OfHalfDayQuerySet.as_manager()

    class Meta:
        verbose_name = "convocation"
        verbose_name_plural = "convocations"
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "enrolment", "sequence", "is_cancellation"],
                name="convocation_once_per_revision",
                violation_error_message="Cette personne est déjà convoquée à cette demi-journée.",
            )
        ]

    def __str__(self):
        return f"convocation {self.pk}"
