"""What a tutor observes."""

from django.conf import settings
from django.db import models

from accounts import clock
from regulations.skills import Level
from tutoring.models.sheets import TutorSheet
from tutoring.models.skills import Skill
from tutoring.models.tutors import OfTutorshipQuerySet, Tutorship


class Observation(models.Model):
    """Observation : qui, quoi, quel niveau, quand. On en ajoute, on n'en modifie pas."""

    Level = Level

    tutorship = models.ForeignKey(Tutorship, models.PROTECT, related_name="observations", verbose_name="tutorat")
    observed_on = models.DateField("le")
    # The words of that day: a grid that changes later rewrites nothing.
    skill = models.CharField("savoir-faire", max_length=160)
    grid_skill = models.ForeignKey(
        Skill, models.PROTECT, null=True, blank=True, related_name="observations", verbose_name="ligne de la grille"
    )
    level = models.CharField("niveau", max_length=10, choices=Level.choices())
    note = models.CharField("note", max_length=500, blank=True)
    sheet = models.ForeignKey(
        TutorSheet, models.PROTECT, null=True, blank=True, related_name="observations", verbose_name="fiche du mois"
    )
    # Null: the tutor of the tutorship, through the mailed link.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="notée par"
    )
    recorded_at = models.DateTimeField("notée le", default=clock.now)
    # From a telephone: what is sent twice is received once.
    device_id = models.CharField("appareil", max_length=64, blank=True)
    client_uuid = models.UUIDField("identifiant d'envoi", null=True, blank=True, unique=True)

    objects = OfTutorshipQuerySet.as_manager()

    class Meta:
        verbose_name = "observation"
        verbose_name_plural = "observations"

    def __str__(self):
        return f"observation {self.pk}"
