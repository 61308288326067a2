"""What proves the journals: seals laid over the history of the fields, and over what was lawfully taken away."""

from django.conf import settings
from django.db import models

from accounts import clock


class Seal(models.Model):
    """Sceau : fige des lignes d'historique, ou dit lesquelles ont changé ou sont parties, pourquoi et par qui.

    Seals are chained: `row_hash` covers the seal, its lines and the seal before. They are never edited.
    """

    class Kind(models.TextChoices):
        BATCH = "BATCH", "scellement régulier"
        ERASURE = "ERASURE", "effacement d'une personne"
        RETENTION = "RETENTION", "fin de la durée de conservation"

    # The true clock, as the lines of history themselves.
    at = models.DateTimeField("posé le", default=clock.true_now)
    kind = models.CharField("nature", max_length=10, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="posé par"
    )
    count = models.PositiveIntegerField("lignes")
    first_entry = models.BigIntegerField("première ligne d'historique", null=True, blank=True)
    last_entry = models.BigIntegerField("dernière ligne d'historique", null=True, blank=True)
    # Everything written in the history before that instant was sealed.
    sealed_until = models.DateTimeField("historique scellé jusqu'au", null=True, blank=True)
    previous_hash = models.CharField("empreinte précédente", max_length=64, blank=True)
    row_hash = models.CharField("empreinte", max_length=64, unique=True)

    class Meta:
        verbose_name = "sceau"
        verbose_name_plural = "sceaux"

    def __str__(self):
        return f"sceau {self.pk}"


class SealedEntry(models.Model):
    """Ligne d'historique scellée : son empreinte, vide quand la ligne est partie. La dernière écrite fait foi."""

    seal = models.ForeignKey(Seal, models.PROTECT, db_index=False, related_name="sealed_entries", verbose_name="sceau")
    entry = models.BigIntegerField("ligne d'historique")
    digest = models.CharField("empreinte", max_length=64, blank=True)
    # Taken away once the line changed or went: nobody can then try out what it said.
    salt = models.CharField("sel", max_length=32, blank=True)

    class Meta:
        verbose_name = "ligne d'historique scellée"
        verbose_name_plural = "lignes d'historique scellées"
        indexes = [models.Index(fields=["entry", "seal"], name="sealed_entry_by_entry")]
        constraints = [
            models.UniqueConstraint(
                fields=["seal", "entry"],
                name="sealed_entry_once_per_seal",
                violation_error_message="Un sceau ne porte qu'une fois sur la même ligne.",
            )
        ]

    def __str__(self):
        return f"ligne {self.entry}"


class SealedGap(models.Model):
    """Lignes du journal d'accès arrivées à la fin de leur durée : d'où à où, entre quelles empreintes."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="sealed_gaps", verbose_name="sceau")
    first_row = models.BigIntegerField("première ligne retirée", unique=True)
    last_row = models.BigIntegerField("dernière ligne retirée")
    count = models.PositiveIntegerField("lignes")
    hash_before = models.CharField("empreinte d'avant", max_length=64, blank=True)
    hash_after = models.CharField("empreinte d'après", max_length=64)

    class Meta:
        verbose_name = "lignes retirées du journal d'accès"
        verbose_name_plural = "lignes retirées du journal d'accès"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_row__gte=models.F("first_row")),
                name="sealed_gap_ends_after_its_start",
                violation_error_message="La dernière ligne retirée vient après la première.",
            )
        ]

    def __str__(self):
        return f"lignes {self.first_row} à {self.last_row}"
