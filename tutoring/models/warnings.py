"""What somebody answered to a warning: it is kept, to judge the rule by."""

from django.conf import settings
from django.db import models

from accounts import clock
from accounts.fields import coded_field
from accounts.roles import Role
from accounts.scope import acting_role
from contracts.models import Contract
from regulations.warnings import WarningRule


class WarningAnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The referents of the cohort, who follow the warnings."""
        if acting_role(user) != Role.COORDINATOR:
            return self.none()
        return self.filter(contract__in=Contract.objects.private_to(user, clock.today()))


class WarningAnswer(models.Model):
    """Alerte traitée : la règle, le fait, ce qui a été fait. On n'y revient pas ; un fait nouveau alerte à nouveau."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="warning_answers", verbose_name="contrat")
    rule = coded_field("règle", WarningRule)
    fact_key = models.CharField("fait", max_length=200)
    facts = models.CharField("faits", max_length=500)
    text = models.CharField("ce qui a été fait", max_length=500)
    was_useful = models.BooleanField("l'alerte était utile", null=True, blank=True)
    answered_at = models.DateTimeField("traitée le", default=clock.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="traitée par"
    )

    objects = WarningAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "alerte traitée"
        verbose_name_plural = "alertes traitées"
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "rule", "fact_key"],
                name="warning_answer_once",
                violation_error_message="Cette alerte est déjà traitée.",
            )
        ]

    def __str__(self):
        return f"alerte traitée {self.pk}"
