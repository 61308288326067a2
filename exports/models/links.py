"""Links that open the cover of a delivery: its number, its dates, its totals, its hash; no name."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts import clock
from accounts.roles import Role
from accounts.scope import acting_membership
from exports.models.deliveries import Delivery


class DeliveryLinkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The agency's own sendings: a link is otherwise known by its token alone."""
        membership = acting_membership(user)
        if membership is None or membership.role != Role.COORDINATOR:
            return self.none()
        return self.filter(delivery__in=Delivery.objects.visible_to(user))

    def open(self):
        return self.filter(revoked_at=None)


class DeliveryLink(models.Model):
    """Lien de couverture : envoyé à une adresse, pour une remise. Seule son empreinte est gardée."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="links", verbose_name="remise")
    email = models.EmailField("envoyé à")
    token_hash = models.CharField("empreinte du jeton", max_length=64, unique=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="envoyé par"
    )
    created_at = models.DateTimeField("envoyé le", default=clock.now)
    expires_at = models.DateTimeField("valable jusqu'au")
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="révoqué par"
    )

    objects = DeliveryLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien de couverture"
        verbose_name_plural = "liens de couverture"
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="delivery_link_ends_after_start",
                violation_error_message="La fin d'un lien suit son début.",
            )
        ]

    def __str__(self):
        return f"lien {self.pk}"

    def is_open(self, now) -> bool:
        return self.stands and now <= self.expires_at

    @property
    def stands(self) -> bool:
        """Neither revoked nor that of an organisation that has left, whatever the day."""
        recipient = self.delivery.recipient
        return self.revoked_at is None and (recipient is None or recipient.deactivated_at is None)
