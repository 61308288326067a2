"""What the committee of a cohort decided, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.roles import Role
from accounts.scope import acting_membership
from cohorts.models.cohort import Cohort


class CommitteeDecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of its cohorts, for the agency: nobody else records or prints them."""
        membership = acting_membership(user)
        if membership is None or membership.role != Role.COORDINATOR:
            return self.none()
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    def since(self, day):
        """Taken or done from that day on, and those that still wait."""
        return self.filter(Q(decided_on__gte=day) | Q(done_on__gte=day) | Q(done_on=None))


class CommitteeDecision(models.Model):
    """Décision de comité : ce qui est décidé, quand, qui s'en charge, pour quand, fait le."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="committee_decisions", verbose_name="cohorte")
    decided_on = models.DateField("décidé le")
    what = models.CharField("décision", max_length=300)
    who = models.CharField("qui s'en charge", max_length=120)
    due_on = models.DateField("pour le", null=True, blank=True)
    done_on = models.DateField("fait le", null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="noté par")
    recorded_at = models.DateTimeField("noté le", default=clock.now)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = CommitteeDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision de comité"
        verbose_name_plural = "décisions de comité"
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gte=models.F("decided_on")),
                name="committee_decision_due_after_it_is_taken",
                violation_error_message="L'échéance vient le jour de la décision ou après.",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(done_on__gte=models.F("decided_on")),
                name="committee_decision_done_after_it_is_taken",
                violation_error_message="Une décision est faite le jour où elle est prise ou après.",
            ),
        ]

    def __str__(self):
        return self.what

    def get_absolute_url(self):
        return reverse("committee_pack", args=[self.cohort_id])

    def is_late(self, today) -> bool:
        return self.done_on is None and self.due_on is not None and self.due_on < today
