"""A delivery leaves: its recipient is told, and who takes a copy is written down."""

import hashlib
import logging
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import clock
from accounts.actions import log_access, post_message
from accounts.models import User
from accounts.roles import Role
from accounts.rows import keep
from exports.actions.links import give_link
from exports.actions.preparing import refuse_replaced
from exports.models import Delivery
from exports.scope import DDETS

logger = logging.getLogger("impec.exports")


@transaction.atomic
def send_delivery(*, delivery: Delivery, sent_on: date, through: str, by: User) -> Delivery:
    """Remise au destinataire : il la voit et peut la télécharger, s'il a un compte ; sinon on note la voie prise."""
    current = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if not current.is_frozen:
        raise ValidationError("Ce fichier n'est pas encore prêt : on ne remet qu'un fichier relu et figé.")
    if current.sent_at is not None:
        raise ValidationError(f"La remise {current.number} est déjà notée remise.")
    refuse_replaced(current)
    if not has_recipient(current):
        raise ValidationError("Ce fichier est celui de la coordination : il n'a pas de destinataire au dehors.")
    if sent_on > clock.today() or sent_on < timezone.localtime(current.frozen_at).date():
        raise ValidationError({"sent_on": "La date de remise va du jour où le fichier est prêt à aujourd'hui."})
    now = timezone.localtime(clock.now())
    current.sent_at = now if sent_on == now.date() else clock.at(sent_on, now.time())
    current.sent_by, current.sent_through = by, through
    keep(current)
    log_access(
        user=by, action="send", obj=current, count=current.row_count, file_sha256=current.sha256, purpose=through
    )
    tell_recipient(current)
    return current


def tell_recipient(delivery: Delivery) -> None:
    """A mail without any name: to a funder the link of the cover, to an employer where to take the file."""
    if delivery.recipient is None:
        return
    address = settings.SITE_ADDRESS.rstrip("/") + delivery.get_absolute_url()
    readers = delivery.recipient.memberships.active().filter(role__in=(Role.FUNDER, Role.EMPLOYER))
    for membership in readers.select_related("user"):
        if membership.role == Role.FUNDER:
            give_link(delivery=delivery, email=membership.user.email, by=delivery.sent_by, at=clock.now())
            continue
        post_message(
            key=f"delivery/{delivery.public_id}/{membership.pk}",
            recipient=membership.user.email,
            subject=f"Remise {delivery.number}",
            body=(
                "Bonjour,\n\n"
                f"{delivery.cohort.agency} vous remet un fichier : remise {delivery.number}, "
                f"{delivery.row_count} ligne(s), arrêtée au {delivery.as_of:%d/%m/%Y}.\n"
                f"Empreinte SHA-256 : {delivery.sha256}\n\n"
                f"Vous le téléchargez avec votre compte :\n{address}\n"
            ),
        )


def has_recipient(delivery: Delivery) -> bool:
    """A file of the whole cohort stays with the coordination."""
    return bool(delivery.recipient_id or delivery.financer_id or delivery.word == DDETS)


def take_copy(*, delivery: Delivery, user: User, request: HttpRequest | None = None) -> File:
    """The open file, once its bytes are those that were frozen; who takes it is written down before."""
    file = whole_file(delivery, user, request)
    log_access(
        user=user,
        action="download",
        obj=delivery,
        count=delivery.row_count,
        file_sha256=delivery.sha256,
        request=request,
    )
    return file


def whole_file(delivery: Delivery, user: User, request: HttpRequest | None) -> File:
    """Read to its end before the first byte leaves: a file that was altered is said so, and goes to nobody."""
    file, found = None, ""
    try:
        file = delivery.file.open("rb")
        found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        pass
    if found == delivery.sha256:
        file.seek(0)
        return file
    if file:
        file.close()
    logger.error("delivery %s: the file kept is not the one that was frozen", delivery.number)
    log_access(user=user, action="altered", obj=delivery, file_sha256=found, request=request)
    raise ValidationError(
        f"Le fichier gardé de la remise {delivery.number} "
        + ("n'est plus celui qui a été figé" if found else "manque")
        + " : il n'est donné à personne. Prévenez l'administration, qui le reprendra d'une sauvegarde."
    )
