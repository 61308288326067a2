"""Dated settings of the tutoring."""

from django.db import models
from django.db.models import Q


class TutoringRules(models.Model):
    """Réglage du tutorat : le temps qu'il prend, faute de relevé. Chaque ligne tient jusqu'à la suivante."""

    valid_from = models.DateField("à partir du", unique=True)
    weekly_minutes = models.PositiveSmallIntegerField(
        "minutes de tutorat par semaine et par personne",
        default=60,
        help_text="Hypothèse : aucun texte ne le fixe. Les heures données s'en déduisent.",
    )
    note = models.CharField("remarque", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "réglage du tutorat"
        verbose_name_plural = "réglages du tutorat"
        constraints = [
            models.CheckConstraint(
                condition=Q(weekly_minutes__gte=5, weekly_minutes__lte=600),
                name="tutoring_rules_minutes_are_possible",
                violation_error_message="Le temps de tutorat va de 5 minutes à 10 heures par semaine.",
            )
        ]

    def __str__(self):
        return f"réglage depuis le {self.valid_from:%d/%m/%Y}"
