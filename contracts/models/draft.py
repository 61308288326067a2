"""What was typed and not recorded yet: it survives a closed window, and leaves once the contract is recorded."""

from django.conf import settings
from django.db import models

from accounts import clock
from cohorts.models import Enrolment


class ContractDraftQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A draft is its author's alone."""
        return self.filter(author=user, enrolment__in=Enrolment.objects.visible_to(user))


class ContractDraft(models.Model):
    """Brouillon de contrat, à compléter : un par personne inscrite et par auteur."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="drafts", verbose_name="inscription")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="auteur")
    values = models.JSONField("valeurs saisies", default=dict)
    saved_at = models.DateTimeField("gardé le", default=clock.now)

    objects = ContractDraftQuerySet.as_manager()

    class Meta:
        verbose_name = "brouillon de contrat"
        verbose_name_plural = "brouillons de contrat"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "author"],
                name="contract_draft_once",
                violation_error_message="Un brouillon existe déjà pour cette personne.",
            )
        ]

    def __str__(self):
        return f"brouillon {self.pk}"
