"""The roll and its proofs: attendance, signatures, paper sheets, documents about an absence."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum

from accounts import clock
from accounts.fields import coded_field
from cohorts.models import Enrolment
from regulations.training import AbsenceReason, AttendanceStatus, DocumentDecision, SignatureWay
from training.models.session import HalfDay


class AttendanceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows of the people one may see, in the sessions one may see."""
        return self.filter(
            enrolment__in=Enrolment.objects.visible_to(user), half_day__in=HalfDay.objects.visible_to(user)
        )

    def valid(self):
        return self.filter(voided_at=None)

    def with_names(self):
        return self.select_related(
            "half_day__session__module", "half_day__session__cohort", "enrolment__person", "enrolment__cohort"
        )

    def minutes(self) -> int:
        """Minutes attended, by one sum in the database."""
        return self.valid().aggregate(total=Sum("attended_minutes"))["total"] or 0


class Attendance(models.Model):
    """Émargement : la ligne est la preuve. Annulée (qui, quand, pourquoi) puis refaite, jamais modifiée."""

    class Source(models.TextChoices):
        ROLL = "ROLL", "appel en ligne"
        PAPER = "PAPER", "feuille papier"
        IMPORT = "IMPORT", "classeur importé"

    half_day = models.ForeignKey(HalfDay, models.PROTECT, related_name="attendances", verbose_name="demi-journée")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendances", verbose_name="inscription")
    status = coded_field("statut", AttendanceStatus)
    minutes_late = models.PositiveSmallIntegerField("minutes de retard", default=0)
    minutes_early = models.PositiveSmallIntegerField("minutes de départ anticipé", default=0)
    minutes_unknown = models.BooleanField("retard sans nombre de minutes", default=False)
    absence_reason = coded_field("motif d'absence", AbsenceReason, blank=True)
    attended_minutes = models.PositiveSmallIntegerField("minutes suivies")
    source = models.CharField("origine", max_length=8, choices=Source, default=Source.ROLL)
    added_reason = models.CharField("ajouté à l'appel parce que", max_length=200, blank=True)
    signed_at = models.DateTimeField("signé par le stagiaire le", null=True, blank=True)
    signed_on_paper = models.BooleanField("signé par le stagiaire sur papier", default=False)
    recorded_at = models.DateTimeField("noté le", default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="noté par"
    )
    voided_at = models.DateTimeField("annulé le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )
    void_reason = models.CharField("annulé parce que", max_length=200, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "émargement"
        verbose_name_plural = "émargements"
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "enrolment"],
                condition=Q(voided_at=None),
                name="attendance_once_per_half_day",
                violation_error_message="Cette personne est déjà émargée pour cette demi-journée.",
            )
        ]

    def __str__(self):
        return f"émargement {self.pk}"


class SignatureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Signatures of the half-days one may see, of the people one may see; the trainer's has no person."""
        return self.filter(
            Q(enrolment=None) | Q(enrolment__in=Enrolment.objects.visible_to(user)),
            half_day__in=HalfDay.objects.visible_to(user),
        )

    def valid(self):
        return self.filter(voided_at=None)


class Signature(models.Model):
    """Signature d'une demi-journée : qui, quand, par quel moyen, l'image et son empreinte. Annulée puis refaite.

    Without an enrolment it is the trainer's.
    """

    half_day = models.ForeignKey(HalfDay, models.PROTECT, related_name="signatures", verbose_name="demi-journée")
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, null=True, blank=True, related_name="signatures", verbose_name="inscription"
    )
    signer_name = models.CharField("nom de qui signe", max_length=160)
    way = coded_field("moyen", SignatureWay)
    image = models.BinaryField("tracé (PNG)", blank=True, default=b"", editable=False)
    image_sha256 = models.CharField("empreinte du tracé", max_length=64, blank=True, db_index=True)
    server_at = models.DateTimeField("reçue le", default=clock.now)
    device_at = models.DateTimeField("heure de l'appareil", null=True, blank=True)
    device_id = models.CharField("appareil", max_length=64, blank=True)
    request_id = models.UUIDField("identifiant de l'envoi", default=uuid.uuid4, unique=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="reçue par"
    )
    voided_at = models.DateTimeField("annulée le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    void_reason = models.CharField("annulée parce que", max_length=200, blank=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "signature"
        verbose_name_plural = "signatures"
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "enrolment"],
                condition=Q(voided_at=None, enrolment__isnull=False),
                name="signature_once_per_trainee",
                violation_error_message="Cette personne a déjà signé cette demi-journée.",
            ),
            models.UniqueConstraint(
                fields=["half_day"],
                condition=Q(voided_at=None, enrolment__isnull=True),
                name="signature_once_per_trainer",
                violation_error_message="L'intervenant a déjà signé cette demi-journée.",
            ),
        ]

    def __str__(self):
        return f"signature {self.pk}"


class OfValidHalfDayQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(half_day__in=HalfDay.objects.visible_to(user))

    def valid(self):
        return self.filter(voided_at=None)


class PaperSheet(models.Model):
    """Feuille papier : la photographie de la feuille émargée, jointe à sa demi-journée."""

    half_day = models.ForeignKey(HalfDay, models.PROTECT, related_name="paper_sheets", verbose_name="demi-journée")
    file = models.FileField("photographie", upload_to="sheets/")
    content_type = models.CharField("format", max_length=40)
    sha256 = models.CharField("empreinte", max_length=64)
    uploaded_at = models.DateTimeField("jointe le", default=clock.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="jointe par"
    )
    voided_at = models.DateTimeField("annulée le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    void_reason = models.CharField("annulée parce que", max_length=200, blank=True)

    objects = OfValidHalfDayQuerySet.as_manager()

    class Meta:
        verbose_name = "feuille papier"
        verbose_name_plural = "feuilles papier"
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "sha256"],
                condition=Q(voided_at=None),
                name="paper_sheet_once",
                violation_error_message="Cette photographie est déjà jointe à la demi-journée.",
            )
        ]

    def __str__(self):
        return f"feuille {self.pk}"


class OfAttendanceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(attendance__in=Attendance.objects.visible_to(user))


class AbsenceDocument(models.Model):
    """Justificatif d'absence : joint, puis accepté ou refusé. Son contenu ne se voit que de qui le traite."""

    attendance = models.ForeignKey(Attendance, models.PROTECT, related_name="documents", verbose_name="émargement")
    file = models.FileField("document", upload_to="absences/")
    content_type = models.CharField("format", max_length=40)
    sha256 = models.CharField("empreinte", max_length=64)
    uploaded_at = models.DateTimeField("joint le", default=clock.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="joint par"
    )
    decision = coded_field("réponse", DocumentDecision, default=DocumentDecision.WAITING)
    decided_at = models.DateTimeField("répondu le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="répondu par"
    )
    decision_reason = models.CharField("refusé parce que", max_length=200, blank=True)

    objects = OfAttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "justificatif d'absence"
        verbose_name_plural = "justificatifs d'absence"
        constraints = [
            models.CheckConstraint(
                condition=Q(decision=DocumentDecision.WAITING, decided_at=None)
                | (~Q(decision=DocumentDecision.WAITING) & Q(decided_at__isnull=False)),
                name="absence_document_answer_has_its_date",
                violation_error_message="Une réponse porte sa date.",
            )
        ]

    def __str__(self):
        return f"justificatif {self.pk}"


class RollSubmission(models.Model):
    """Envoi d'un appareil : reçu une fois, quel que soit le nombre de fois où il part."""

    request_id = models.UUIDField("identifiant de l'envoi", unique=True)
    half_day = models.ForeignKey(HalfDay, models.PROTECT, related_name="submissions", verbose_name="demi-journée")
    device_id = models.CharField("appareil", max_length=64, blank=True)
    device_at = models.DateTimeField("heure de l'appareil", null=True, blank=True)
    received_at = models.DateTimeField("reçu le", default=clock.now)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="reçu de"
    )
    outcome = models.JSONField("résultat", default=dict, blank=True)

    objects = OfValidHalfDayQuerySet.as_manager()

    class Meta:
        verbose_name = "envoi d'appel"
        verbose_name_plural = "envois d'appel"

    def __str__(self):
        return f"envoi {self.pk}"


class AnomalyAnswer(models.Model):
    """« Connu et expliqué » : la réponse à une anomalie ; elle n'efface pas le fait."""

    half_day = models.ForeignKey(HalfDay, models.PROTECT, related_name="anomaly_answers", verbose_name="demi-journée")
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, null=True, blank=True, related_name="anomaly_answers", verbose_name="inscription"
    )
    rule = models.CharField("règle", max_length=40)
    text = models.CharField("explication", max_length=300)
    answered_at = models.DateTimeField("répondu le", default=clock.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="répondu par"
    )
    voided_at = models.DateTimeField("annulée le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    void_reason = models.CharField("annulée parce que", max_length=200, blank=True)

    objects = OfValidHalfDayQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse à une anomalie"
        verbose_name_plural = "réponses à des anomalies"
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "enrolment", "rule"],
                condition=Q(voided_at=None, enrolment__isnull=False),
                name="anomaly_answer_once_per_trainee",
                violation_error_message="Cette anomalie a déjà sa réponse.",
            ),
            models.UniqueConstraint(
                fields=["half_day", "rule"],
                condition=Q(voided_at=None, enrolment__isnull=True),
                name="anomaly_answer_once_per_half_day",
                violation_error_message="Cette anomalie a déjà sa réponse.",
            ),
        ]

    def __str__(self):
        return f"réponse {self.pk}"
