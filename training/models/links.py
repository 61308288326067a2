"""Links by which a trainee without account enters her own space."""

from django.db import models
from django.db.models import F, Q

from accounts import clock
from cohorts.models import Person


class TraineeLinkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Nobody's list: a link is known by its token alone."""
        return self.none()

    def open(self):
        return self.filter(used_at=None, revoked_at=None)


class TraineeLink(models.Model):
    """Lien d'entrée d'une stagiaire : envoyé à son courriel, dix minutes, une fois. Seule son empreinte est gardée."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="trainee_links", verbose_name="personne")
    email = models.EmailField("envoyé à")
    token_hash = models.CharField("empreinte du jeton", max_length=64, unique=True)
    created_at = models.DateTimeField("créé le", default=clock.now)
    expires_at = models.DateTimeField("valable jusqu'à")
    used_at = models.DateTimeField("utilisé le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    # The phone that entered by it is known again there, where a class signs, for some months.
    phone_hash = models.CharField("empreinte du téléphone", max_length=64, blank=True, db_index=True)

    objects = TraineeLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien de stagiaire"
        verbose_name_plural = "liens de stagiaires"
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="trainee_link_ends_after_start",
                violation_error_message="La fin d'un lien suit son début.",
            )
        ]

    def __str__(self):
        return f"lien {self.pk}"
