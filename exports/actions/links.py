"""The mailed link of a delivery: it opens the cover, is never used up by being looked at, ends by itself."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from accounts.actions import token_hash
from accounts.journal import log_access
from accounts.models import Membership, User
from accounts.outbox import post_message
from accounts.rows import change, keep
from exports.models import Delivery, DeliveryLink

LINK_LIFE = timedelta(days=7)
# Renewed from its own page as long as the delivery is recent: afterwards the agency sends another one.
RENEWED_FOR = timedelta(days=60)
BETWEEN_MAILS = timedelta(minutes=10)
LINK_OVER = "Ce lien n'est plus valable."
LINKS_A_DAY = 20


@transaction.atomic
def send_cover(
    *, delivery: Delivery, email: str, by: User | None, at: datetime, sender: User | None = None
) -> DeliveryLink:
    """Lien de couverture, demandé : un par adresse, et pas sans fin, même à deux au même instant."""
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if delivery.sent_at is None:
        raise ValidationError("Notez d'abord la remise : un lien ne part qu'avec un fichier remis.")
    recent = delivery.links.filter(created_at__gt=at - timedelta(days=1))
    if recent.count() >= LINKS_A_DAY:
        raise ValidationError(f"{LINKS_A_DAY} liens au plus par jour pour une remise. Reprenez demain.")
    if recent.open().filter(email=email.strip().lower(), created_at__gt=at - BETWEEN_MAILS).exists():
        raise ValidationError(
            {"email": "Un lien vient de partir à cette adresse. Regardez la boîte, ou réessayez dans dix minutes."}
        )
    return give_link(delivery=delivery, email=email, by=by, at=at, sender=sender)


@transaction.atomic
def give_link(
    *, delivery: Delivery, email: str, by: User | None, at: datetime, sender: User | None = None
) -> DeliveryLink:
    """Le nouveau lien d'une adresse remplace l'ancien. La remise en donne un à chaque compte, même nombreux.

    `sender` answers for a link that somebody else asked for: it falls with her.
    """
    email = email.strip().lower()
    for standing in delivery.links.open().filter(email=email).select_for_update():
        change(standing, revoked_at=at, revoked_by=by)
    token = secrets.token_urlsafe(32)
    link = keep(
        DeliveryLink(
            delivery=delivery,
            email=email,
            token_hash=token_hash(token),
            sent_by=sender or by,
            created_at=at,
            expires_at=at + LINK_LIFE,
        )
    )
    _post(link, token)
    log_access(user=by, action="send-link", obj=delivery)
    return link


def _post(link: DeliveryLink, token: str) -> None:
    """Number, dates, totals, hash: what the cover says, and no name."""
    delivery = link.delivery
    address = settings.SITE_ADDRESS.rstrip("/") + reverse("exports:open_cover", args=[token])
    lines = "ligne" if delivery.row_count == 1 else "lignes"
    post_message(
        key=f"couverture/{link.pk}",
        recipient=link.email,
        subject=f"Remise {delivery.number}",
        body=(
            "Bonjour,\n\n"
            f"{delivery.cohort.agency} vous remet un fichier : remise {delivery.number}, "
            f"{delivery.row_count} {lines}, arrêtée au {delivery.as_of:%d/%m/%Y}.\n"
            f"{delivery.verification}.\n"
            f"Empreinte SHA-256 : {delivery.sha256}\n\n"
            f"Sa couverture s'ouvre ici (lien valable 7 jours) :\n{address}\n\n"
            "Le classeur, ses lignes et votre réponse s'ouvrent avec votre compte.\n"
        ),
    )


def link_of(fingerprint: str) -> DeliveryLink | None:
    """By the hash of its token, which is all that anything keeps. Whoever looks uses nothing up."""
    rows = DeliveryLink.objects.select_related("delivery__cohort__agency", "delivery__profile", "delivery__recipient")
    return rows.filter(token_hash=fingerprint).first()


def may_renew(link: DeliveryLink, at: datetime) -> bool:
    """A link that has ended by itself; one that was revoked never comes back."""
    return link.stands and at <= link.delivery.sent_at + RENEWED_FOR


@transaction.atomic
def renew_cover(*, link: DeliveryLink, at: datetime) -> DeliveryLink:
    """Recevoir un nouveau lien : à la même adresse, jamais à une autre."""
    if not may_renew(link, at):
        raise ValidationError(f"{LINK_OVER} Demandez-en un autre à l'agence qui vous l'a envoyé.")
    return send_cover(delivery=link.delivery, email=link.email, by=None, at=at, sender=link.sent_by)


@transaction.atomic
def revoke_cover(*, link: DeliveryLink, by: User, at: datetime) -> DeliveryLink:
    """Révoquer : le lien n'ouvre plus rien, tout de suite."""
    if link.revoked_at is not None:
        raise ValidationError("Ce lien est déjà révoqué.")
    link = change(link, revoked_at=at, revoked_by=by)
    log_access(user=by, action="revoke-link", obj=link.delivery)
    return link


def drop_links_of(*, membership: Membership, by: User, at: datetime) -> None:
    """Who leaves the agency leaves no link behind, not even one that its page would renew."""
    links = DeliveryLink.objects.open().filter(
        sent_by=membership.user_id, delivery__cohort__agency=membership.organisation_id
    )
    for link in links.select_related("delivery"):
        revoke_cover(link=link, by=by, at=at)
