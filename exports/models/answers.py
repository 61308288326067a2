"""What funders answer to a delivery, line by line, what the agency replies, and what each side notes for itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import acting_membership
from exports.models.deliveries import Delivery

COMMENT_LENGTH = 500


class Verdict(models.TextChoices):
    ACCEPTED = "ACCEPTED", "acceptée"
    REFUSED = "REFUSED", "refusée"
    RETURNED = "RETURNED", "rendue à compléter"


# The rank that stands for all the lines without an answer of their own: a file of 100,000 is accepted by one row.
ALL_OTHERS = 0
# What the sender has to reply to.
TO_REPLY = (Verdict.REFUSED, Verdict.RETURNED)


class RefusalReason(models.TextChoices):
    HOURS = "HOURS", "heures différentes de la convention"
    SIGNATURE = "SIGNATURE", "signature manquante"
    DUPLICATE = "DUPLICATE", "doublon"
    PERIOD = "PERIOD", "hors période"
    DOCUMENT = "DOCUMENT", "pièce manquante"
    AMOUNT = "AMOUNT", "montant à réduire"
    OTHER = "OTHER", "autre motif"


def received_correction(path):
    """What replaces the delivery at the end of that path, once its recipient has it."""
    return Delivery.objects.filter(replaces=models.OuterRef(path)).exclude(sent_at=None)


def answered_to(rows, user, path):
    """For the agency, on the deliveries it sees; for a funder, on those it received. An employer reads none of it."""
    membership = acting_membership(user)
    if membership is None or membership.role not in (Role.COORDINATOR, Role.FUNDER):
        return rows.none()
    return rows.filter(**{f"{path}__in": Delivery.objects.visible_to(user)})


class DeliveryAnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        return answered_to(self, user, "delivery")


class DeliveryAnswer(models.Model):
    """Réponse d'un financeur à une remise : un envoi, avec ce qu'il dit de chaque ligne."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="answers", verbose_name="remise")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="financeur")
    line_count = models.PositiveIntegerField("lignes")
    comment = models.CharField("commentaire", max_length=COMMENT_LENGTH, blank=True)
    certified = models.BooleanField("contrôle attesté", default=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="répondu par"
    )
    answered_at = models.DateTimeField("répondu le", default=clock.now)

    objects = DeliveryAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse à une remise"
        verbose_name_plural = "réponses aux remises"
        constraints = [
            models.CheckConstraint(
                condition=Q(line_count__gt=0),
                name="delivery_answer_says_something",
                violation_error_message="Cette réponse ne porte sur aucune ligne.",
            )
        ]

    def __str__(self):
        return f"réponse {self.pk}"


class LineAnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        return answered_to(self, user, "answer__delivery")

    def standing(self):
        """The last word on each line: an answer given again takes the place of the one before, which stays."""
        later = LineAnswer.objects.filter(
            answer__delivery=models.OuterRef("answer__delivery"),
            position=models.OuterRef("position"),
            pk__gt=models.OuterRef("pk"),
        )
        return self.filter(~models.Exists(later))

    def to_reply(self):
        """Refused or handed back, without a word of the agency yet; no correction of the delivery was received."""
        rows = self.standing().filter(verdict__in=TO_REPLY, replies=None)
        return rows.filter(~models.Exists(received_correction("answer__delivery")))


class LineAnswer(models.Model):
    """Réponse à une ligne : acceptée, refusée avec son motif, ou rendue à compléter."""

    answer = models.ForeignKey(DeliveryAnswer, models.PROTECT, related_name="lines", verbose_name="réponse")
    # Its rank in the main sheet, and what it is about there from one delivery to the next.
    position = models.PositiveIntegerField("rang de la ligne")
    key = models.CharField("clé de la ligne", max_length=120, blank=True)
    verdict = models.CharField("réponse", max_length=10, choices=Verdict)
    reason = models.CharField("motif", max_length=10, choices=RefusalReason, blank=True)
    comment = models.CharField("commentaire", max_length=COMMENT_LENGTH, blank=True)

    objects = LineAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse à une ligne"
        verbose_name_plural = "réponses aux lignes"
        indexes = [models.Index(fields=["position"], name="line_answer_by_position")]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "position"],
                name="line_answer_once_per_answer",
                violation_error_message="Cette ligne a déjà sa réponse dans cet envoi.",
            ),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.REFUSED) ^ Q(reason=""),
                name="line_answer_refused_with_its_reason",
                violation_error_message="Un refus porte un motif, et lui seul.",
            ),
            models.CheckConstraint(
                condition=(~Q(verdict=Verdict.RETURNED) & ~Q(reason=RefusalReason.OTHER)) | ~Q(comment=""),
                name="line_answer_explained",
                violation_error_message="Dites en quelques mots ce qui ne va pas, ou ce qui est à compléter.",
            ),
            models.CheckConstraint(
                condition=~Q(position=ALL_OTHERS) | ~Q(verdict=Verdict.REFUSED),
                name="line_answer_refuses_line_by_line",
                violation_error_message="Un refus se donne ligne par ligne, avec son motif.",
            ),
        ]

    def __str__(self):
        return f"réponse à la ligne {self.position}" if self.position else "réponse à toutes les autres lignes"


class LineReplyQuerySet(models.QuerySet):
    def visible_to(self, user):
        return answered_to(self, user, "refusal__answer__delivery")


class LineReply(models.Model):
    """Suite donnée à un refus : corrigée dans la remise suivante, ou maintenue avec une explication."""

    class Kind(models.TextChoices):
        MENDED = "MENDED", "corrigée"
        MAINTAINED = "MAINTAINED", "maintenue"

    refusal = models.ForeignKey(LineAnswer, models.PROTECT, related_name="replies", verbose_name="refus")
    kind = models.CharField("suite", max_length=10, choices=Kind)
    text = models.CharField("explication", max_length=COMMENT_LENGTH, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="répondu par"
    )
    replied_at = models.DateTimeField("répondu le", default=clock.now)

    objects = LineReplyQuerySet.as_manager()

    class Meta:
        verbose_name = "suite donnée à un refus"
        verbose_name_plural = "suites données aux refus"
        constraints = [
            models.UniqueConstraint(
                fields=["refusal"],
                name="line_reply_once",
                violation_error_message="Ce refus a déjà sa suite.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="MAINTAINED") | ~Q(text=""),
                name="line_reply_maintained_with_its_reason",
                violation_error_message="Une ligne se maintient avec une explication.",
            ),
        ]

    def __str__(self):
        return f"suite {self.pk}"


class DeliveryNoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the organisation one acts for: neither side ever reads the other's."""
        membership = acting_membership(user)
        if membership is None or membership.role not in (Role.COORDINATOR, Role.FUNDER):
            return self.none()
        seen = Delivery.objects.visible_to(user)
        return self.filter(organisation=membership.organisation_id, delivery__in=seen)


class DeliveryNote(models.Model):
    """Note interne sur une remise : lue par l'organisation qui l'écrit, dans aucun fichier."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="notes", verbose_name="remise")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="organisation")
    text = models.CharField("note", max_length=COMMENT_LENGTH)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="écrite par"
    )
    written_at = models.DateTimeField("écrite le", default=clock.now)

    objects = DeliveryNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "note interne sur une remise"
        verbose_name_plural = "notes internes sur les remises"

    def __str__(self):
        return f"note {self.pk}"
