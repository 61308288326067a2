"""What-if: a hypothesis somebody has named, to be computed again whenever it is opened."""

from django.conf import settings
from django.db import models

from accounts import clock
from accounts.roles import Role
from accounts.scope import acting_role
from cohorts.models import Cohort


class ScenarioQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the agency: an employer simulates, and keeps nothing here."""
        if acting_role(user) != Role.COORDINATOR:
            return self.none()
        return self.filter(cohort__in=Cohort.objects.visible_to(user))


class Scenario(models.Model):
    """Simulation nommée : ses hypothèses seulement ; les montants sont recalculés à chaque ouverture."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="scenarios", verbose_name="cohorte")
    name = models.CharField("nom", max_length=120)
    hypothesis = models.JSONField("hypothèses", default=dict)
    created_at = models.DateTimeField("créée le", default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="créée par"
    )

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = "simulation"
        verbose_name_plural = "simulations"
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "name"],
                name="scenario_name_once",
                violation_error_message="Une simulation de cette cohorte porte déjà ce nom.",
            )
        ]

    def __str__(self):
        return self.name
