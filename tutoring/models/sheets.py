"""The monthly sheet of a tutor, and the links by which a tutor without account reaches it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts import clock
from accounts.fields import coded_field
from regulations.sheets import Mood, SheetWay
from tutoring.models.tutors import OfTutorshipQuerySet, Tutor, Tutorship

LONGEST_NOTE = 500


class TutorSheetQuerySet(OfTutorshipQuerySet):
    def standing(self):
        return self.filter(voided_at=None)


class TutorSheet(models.Model):
    """Fiche du mois : ce qu'un tuteur envoie d'une personne. On en ajoute : deux envois sont gardés tous deux.

    `request_id` is made where it was filled in: sent ten times, it is received once.
    """

    request_id = models.UUIDField("identifiant de l'envoi", unique=True)
    tutorship = models.ForeignKey(Tutorship, models.PROTECT, related_name="sheets", verbose_name="tutorat")
    month = models.DateField("mois (premier jour)")
    way = coded_field("reçue", SheetWay, default=SheetWay.LINK)
    observed_on = models.DateField("remplie le")
    nothing_new = models.BooleanField("rien de nouveau", default=False)
    absent_all_month = models.BooleanField("absent tout le mois", default=False)
    mood = models.CharField("comment cela va", max_length=20, choices=Mood.choices(), blank=True)
    note = models.CharField("note", max_length=LONGEST_NOTE, blank=True)
    scan = models.FileField("fiche papier", upload_to="fiches/", blank=True)
    device_id = models.CharField("appareil", max_length=64, blank=True)
    device_at = models.DateTimeField("heure de l'appareil", null=True, blank=True)
    received_at = models.DateTimeField("reçue le", default=clock.now)
    # Null: the tutor, through a link.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="saisie par"
    )
    voided_at = models.DateTimeField("annulée le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    void_reason = models.CharField("annulée parce que", max_length=200, blank=True)

    objects = TutorSheetQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche du mois"
        verbose_name_plural = "fiches du mois"
        indexes = [models.Index(fields=["month", "tutorship"], name="tutor_sheet_by_month")]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="tutor_sheet_month_is_a_first_day",
                violation_error_message="Le mois se note par son premier jour.",
            ),
            models.CheckConstraint(
                condition=Q(absent_all_month=False) | Q(nothing_new=False, mood=""),
                name="tutor_sheet_absent_says_nothing_else",
                violation_error_message="Absente tout le mois : il n'y a rien d'autre à dire.",
            ),
            models.CheckConstraint(
                condition=Q(absent_all_month=True) | ~Q(mood=""),
                name="tutor_sheet_says_how_it_goes",
                violation_error_message="Dites comment cela va : tout va bien, à suivre ou difficulté.",
            ),
            models.CheckConstraint(
                condition=Q(way=SheetWay.LINK) | Q(recorded_by__isnull=False),
                name="tutor_sheet_for_somebody_is_signed",
                violation_error_message="Une fiche tenue pour un tuteur dit qui l'a saisie.",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None) | ~Q(void_reason=""),
                name="tutor_sheet_voided_with_a_reason",
                violation_error_message="Annuler une fiche demande un motif.",
            ),
        ]

    def __str__(self):
        return f"fiche {self.pk}"

    @property
    def is_for_somebody(self) -> bool:
        return self.way != SheetWay.LINK


class SheetLinkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Nobody's list: a link is known by its token alone."""
        return self.none()

    def open(self):
        return self.filter(used_at=None, revoked_at=None)


class SheetLink(models.Model):
    """Lien de tuteur : de rappel (sept jours) ou d'accès (dix minutes, une fois). Seule son empreinte est gardée."""

    class Kind(models.TextChoices):
        REMINDER = "REMINDER", "rappel"
        ACCESS = "ACCESS", "accès"

    tutor = models.ForeignKey(Tutor, models.PROTECT, related_name="sheet_links", verbose_name="tuteur")
    kind = models.CharField("nature", max_length=10, choices=Kind)
    # The planned day of the reminder that carries it: a reminder is sent once.
    planned_on = models.DateField("prévu le", null=True, blank=True)
    channel = models.CharField("voie", max_length=4)
    sent_to = models.CharField("envoyé à", max_length=254)
    token_hash = models.CharField("empreinte du jeton", max_length=64, unique=True)
    created_at = models.DateTimeField("créé le", default=clock.now)
    expires_at = models.DateTimeField("valable jusqu'à")
    used_at = models.DateTimeField("utilisé le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    # The phone that entered by it is known again for some months.
    phone_hash = models.CharField("empreinte du téléphone", max_length=64, blank=True, db_index=True)

    objects = SheetLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien de tuteur"
        verbose_name_plural = "liens de tuteurs"
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="sheet_link_ends_after_start",
                violation_error_message="La fin d'un lien suit son début.",
            ),
            models.UniqueConstraint(
                fields=["tutor", "planned_on"],
                condition=Q(planned_on__isnull=False),
                name="sheet_link_reminds_once",
                violation_error_message="Ce rappel est déjà parti.",
            ),
        ]

    def __str__(self):
        return f"lien {self.pk}"
