"""Reminders: when they leave, which ones have left, and what was received by another way than the tool.

What is due is computed from the facts of the rooms; only what a person changed and what has left is kept here.
`subject` is the row that gives its scope: whoever reaches it reaches the reminder.
"""

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts import clock
from accounts.fields import coded_field
from regulations.due import Rule


class OfSubjectQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows whose subject this user reaches, whichever room it lives in."""
        reached = Q(pk__in=[])
        for label in settings.REMINDER_SUBJECTS:
            subjects = apps.get_model(label).objects.visible_to(user).order_by()
            reached |= Q(subject_kind=label, subject_id__in=subjects.values("pk"))
        return self.filter(reached)

    def of(self, rule, object_key):
        return self.filter(rule=rule, object_key=object_key)


class OfSubject(models.Model):
    """Une échéance : sa règle, son objet, et la fiche qui en donne le périmètre."""

    rule = coded_field("règle", Rule)
    object_key = models.CharField("objet", max_length=80)
    subject_kind = models.CharField("nature de la fiche", max_length=60)
    subject_id = models.PositiveBigIntegerField("identifiant de la fiche")

    class Meta:
        abstract = True


class ReminderSetting(models.Model):
    """Jours de rappel d'une règle, avant son échéance ; sans ligne, ceux du programme. « Hypothèse »."""

    rule = coded_field("règle", Rule, unique=True)
    days_before = models.JSONField("jours avant l'échéance", default=list)
    is_active = models.BooleanField("rappels actifs", default=True)
    note = models.CharField("remarque", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "jours de rappel"
        verbose_name_plural = "jours de rappel"

    def __str__(self):
        return self.get_rule_display()


class Reminder(OfSubject):
    """Relance : une fois par règle, objet, date et destinataire. Gardée quand elle est partie, déplacée ou annulée."""

    due_on = models.DateField("échéance")
    planned_on = models.DateField("prévue le")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reminders", verbose_name="destinataire"
    )
    moved_to = models.DateField("déplacée au", null=True, blank=True)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="déplacée par"
    )
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    cancel_reason = models.CharField("annulée parce que", max_length=200, blank=True)
    sent_at = models.DateTimeField("partie le", null=True, blank=True)
    message = models.ForeignKey(
        "accounts.Message", models.SET_NULL, null=True, blank=True, related_name="reminders", verbose_name="message"
    )

    objects = OfSubjectQuerySet.as_manager()

    class Meta:
        verbose_name = "relance"
        verbose_name_plural = "relances"
        indexes = [models.Index(fields=["recipient", "sent_at"], name="reminder_by_recipient")]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "object_key", "due_on", "planned_on", "recipient"],
                name="reminder_once",
                violation_error_message="Cette relance est déjà enregistrée.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | (Q(sent_at=None) & ~Q(cancel_reason="")),
                name="reminder_cancelled_before_leaving",
                violation_error_message="Une relance partie ne s'annule plus ; une annulation porte son motif.",
            ),
            models.CheckConstraint(
                condition=Q(planned_on__lte=F("due_on")),
                name="reminder_planned_before_due",
                violation_error_message="Une relance part au plus tard le jour de l'échéance.",
            ),
        ]

    def __str__(self):
        return f"relance {self.pk}"

    @property
    def leaves_on(self):
        return self.moved_to or self.planned_on


class ReceiptQuerySet(OfSubjectQuerySet):
    def standing(self):
        return self.filter(taken_back_at=None)


class Receipt(OfSubject):
    """Reçu autrement : la chose est là sans être passée par l'outil. Ses rappels cessent ; on peut reprendre."""

    class Nature(models.TextChoices):
        RECEIVED = "RECEIVED", "reçu autrement"
        DROPPED = "DROPPED", "sans suite"

    nature = models.CharField("nature", max_length=10, choices=Nature, default=Nature.RECEIVED)
    label = models.CharField("ce qui était attendu", max_length=160)
    received_on = models.DateField("reçu le")
    how = models.CharField("comment, ou pourquoi", max_length=200)
    scan = models.FileField("pièce numérisée", upload_to="recus/", blank=True)
    recorded_at = models.DateTimeField("noté le", default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="noté par"
    )
    taken_back_at = models.DateTimeField("repris le", null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="repris par"
    )

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "reçu autrement"
        verbose_name_plural = "reçus autrement"
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="receipt_by_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "object_key"],
                condition=Q(taken_back_at=None),
                name="receipt_once",
                violation_error_message="C'est déjà noté reçu autrement.",
            )
        ]

    def __str__(self):
        return self.label
