"""What is left of somebody who was erased: nothing on any page, and for a time her identity in a restricted archive."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.fields import coded_field
from accounts.roles import Role
from accounts.scope import acting_role
from cohorts.models.person import Person
from regulations.retention import ErasureDepth, Kept


class ErasureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The referents of her cohorts, and of those of her agency for somebody who was in none."""
        if acting_role(user) != Role.COORDINATOR:
            return self.none()
        return self.filter(person__in=Person.objects.watched_by(user, clock.today()))


class Erasure(models.Model):
    """Effacement d'une personne : qui, quand, pourquoi, ce qui reste et jusqu'à quel jour."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="erasure", verbose_name="personne")
    erased_at = models.DateTimeField("effacée le", default=clock.now)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="effacée par"
    )
    reason = models.CharField("motif", max_length=300)
    depth = coded_field("étendue", ErasureDepth)
    ground = coded_field("fondement", Kept, blank=True)
    # Empty while a contract runs without a known end.
    kept_until = models.DateField("gardé jusqu'au", null=True, blank=True)
    completed_at = models.DateTimeField("achevée le", null=True, blank=True)
    # The restricted archive: what the proofs need, emptied with the last ground.
    birth_name = models.CharField("nom de naissance", max_length=80, blank=True)
    usual_name = models.CharField("nom d'usage", max_length=80, blank=True)
    first_name = models.CharField("prénom", max_length=80, blank=True)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    counts = models.JSONField("lignes effacées par nature", default=dict, blank=True)
    # Bytes that no transaction takes back: named here until they are gone from the disk.
    waiting_files = models.JSONField("fichiers à supprimer", default=list, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = "effacement"
        verbose_name_plural = "effacements"
        constraints = [
            models.CheckConstraint(
                condition=~Q(depth="COMPLETE")
                | Q(birth_name="", usual_name="", first_name="", birth_date=None, ground="", kept_until=None),
                name="erasure_complete_keeps_nothing",
                violation_error_message="Un effacement complet ne garde ni nom, ni date de naissance, ni fondement.",
            ),
            models.CheckConstraint(
                condition=~Q(depth="ARCHIVED") | ~Q(ground=""),
                name="erasure_archive_says_its_ground",
                violation_error_message="Ce qui reste en archive dit sur quel fondement.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="erasure_says_why",
                violation_error_message="Un effacement dit pourquoi.",
            ),
        ]

    def __str__(self):
        return f"effacement {self.pk}"

    @property
    def archived_name(self) -> str:
        """« NOM Prénom », while the archive holds it."""
        names = (self.birth_name, self.usual_name, self.first_name)
        return " ".join(name for name in names if name)
