"""What a recipient answered when the file reached it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.roles import Role
from accounts.scope import acting_membership
from exports.models.deliveries import Delivery


class AcknowledgementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Between the agency and the recipient: an employer reads only what was delivered to itself."""
        rows = self.filter(delivery__in=Delivery.objects.visible_to(user))
        membership = acting_membership(user)
        if membership and membership.role == Role.EMPLOYER:
            rows = rows.filter(delivery__recipient=membership.organisation_id)
        return rows

    def valid(self):
        return self.filter(voided_at=None)

    def with_names(self):
        return self.select_related("recorded_by", "voided_by").order_by("-recorded_at", "-pk")


class Acknowledgement(models.Model):
    """Accusé de réception : qui a reçu la remise, quel jour, par quelle voie, avec la pièce s'il y en a une."""

    class Way(models.TextChoices):
        MAIL = "MAIL", "courriel"
        PORTAL = "PORTAL", "portail du destinataire"
        ACCOUNT = "ACCOUNT", "son espace ici"
        POST = "POST", "courrier"
        HAND = "HAND", "remise en main propre"
        PHONE = "PHONE", "téléphone"

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="acknowledgements", verbose_name="remise")
    received_on = models.DateField("reçue le")
    received_by = models.CharField("reçue par", max_length=120)
    way = models.CharField("accusée par", max_length=10, choices=Way.choices)
    reference = models.CharField("référence", max_length=80, blank=True)
    file = models.FileField("pièce", upload_to="accuses/", blank=True)
    content_type = models.CharField("format", max_length=40, blank=True)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)
    recorded_at = models.DateTimeField("notée le", default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="notée par"
    )
    voided_at = models.DateTimeField("annulée le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    void_reason = models.CharField("annulée parce que", max_length=200, blank=True)

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        verbose_name = "accusé de réception"
        verbose_name_plural = "accusés de réception"
        constraints = [
            models.UniqueConstraint(
                fields=["delivery"],
                condition=Q(voided_at=None),
                name="acknowledgement_once_per_delivery",
                violation_error_message="L'accusé de réception de cette remise est déjà noté : annulez-le d'abord.",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None) | ~Q(void_reason=""),
                name="acknowledgement_voided_with_a_reason",
                violation_error_message="Une annulation dit pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(file="", sha256="", content_type="") | (~Q(file="") & ~Q(sha256="") & ~Q(content_type="")),
                name="acknowledgement_file_with_its_hash",
                violation_error_message="La pièce jointe porte son format et son empreinte.",
            ),
        ]

    def __str__(self):
        return f"accusé de réception de la remise {self.delivery.number}"

    def get_absolute_url(self):
        return self.delivery.get_absolute_url()
