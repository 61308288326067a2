"""The recipient's word that the file reached it: noted once, with its piece, voided with a reason."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone

from accounts import clock
from accounts.actions import log_access
from accounts.models import User
from accounts.rows import change, keep
from accounts.scans import MIB, checked_scan
from accounts.stored import removed_on_failure
from exports.models import Acknowledgement, Delivery

MOST_BYTES = 10 * MIB


@dataclass(frozen=True, kw_only=True)
class Received:
    """Ce que dit un accusé de réception."""

    received_on: date
    received_by: str
    way: str
    reference: str = ""
    file: File | None = None


@transaction.atomic
def acknowledge(*, delivery: Delivery, received: Received, by: User) -> Acknowledgement:
    """Noter l'accusé de réception : qui, quel jour, par quelle voie, avec sa pièce s'il y en a une."""
    current = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if current.sent_at is None:
        raise ValidationError("Cette remise n'est pas notée remise : notez d'abord qu'elle est partie.")
    standing = current.acknowledgements.valid().first()
    if standing is not None:
        raise ValidationError("L'accusé de réception de cette remise est déjà noté : annulez-le d'abord.")
    first, today = timezone.localtime(current.sent_at).date(), clock.today()
    if not first <= received.received_on <= today:
        words = f"La réception va du {first:%d/%m/%Y}, jour de la remise, à aujourd'hui."
        raise ValidationError({"received_on": words})
    row = Acknowledgement(
        delivery=current,
        received_on=received.received_on,
        received_by=" ".join(received.received_by.split()),
        way=received.way,
        reference=received.reference,
        recorded_by=by,
    )
    if received.file:
        attach(row, received.file)
    log_access(user=by, action="acknowledge", obj=current, file_sha256=current.sha256, purpose=row.get_way_display())
    with removed_on_failure(row.file.name):
        return keep(row)


def attach(row: Acknowledgement, file: File) -> None:
    """PNG, JPEG or PDF, known by their content; the name of a file may hold a person's: ours is kept."""
    try:
        kind = checked_scan(file, MOST_BYTES)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from refusal
    content = file.read()
    row.content_type, row.sha256 = kind.content_type, hashlib.sha256(content).hexdigest()
    row.file.save(f"{uuid.uuid4()}.{kind.suffix}", ContentFile(content), save=False)


@transaction.atomic
def void_acknowledgement(*, acknowledgement: Acknowledgement, reason: str, by: User) -> Acknowledgement:
    """Annuler un accusé noté par erreur : il reste, avec qui, quand et pourquoi."""
    row = Acknowledgement.objects.select_for_update(of=("self",)).get(pk=acknowledgement.pk)
    if row.voided_at is not None:
        raise ValidationError("Cet accusé de réception est déjà annulé.")
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": "Dites en quelques mots pourquoi il est annulé."})
    return change(row, voided_at=clock.now(), voided_by=by, void_reason=reason)
