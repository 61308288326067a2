"""What a tutor observes."""

from django.conf import settings
from django.db import models

from accounts import clock
from accounts.roles import Role
from accounts.scope import acting_membership
from cohorts.models import Cohort
from tutoring.models.tutors import Tutorship


class ObservationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """P2: the employer, the tutor of the person and the referent; never a funder or a prescriber."""
        membership = acting_membership(user)
        if membership is None or membership.role not in (Role.COORDINATOR, Role.EMPLOYER, Role.TUTOR):
            return self.none()
        rows = self.filter(tutorship__in=Tutorship.objects.visible_to(user))
        if membership.role == Role.COORDINATOR:
            followed = Cohort.objects.followed_by(user, clock.today())
            return rows.filter(tutorship__contract__enrolment__cohort__in=followed).distinct()
        return rows


class Observation(models.Model):
    """Observation : qui, quoi, quel niveau, quand. On en ajoute, on n'en modifie pas."""

    class Level(models.TextChoices):
        NOT_SHOWN = "NOT_SHOWN", "pas encore montré"
        WITH_HELP = "WITH_HELP", "avec aide"
        ALONE = "ALONE", "seul"
        PASSES_ON = "PASSES_ON", "transmet"

    tutorship = models.ForeignKey(Tutorship, models.PROTECT, related_name="observations", verbose_name="tutorat")
    observed_on = models.DateField("le")
    skill = models.CharField("savoir-faire", max_length=160)
    level = models.CharField("niveau", max_length=10, choices=Level)
    note = models.CharField("note", max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="notée par"
    )
    recorded_at = models.DateTimeField("notée le", default=clock.now)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = "observation"
        verbose_name_plural = "observations"

    def __str__(self):
        return f"observation {self.pk}"
