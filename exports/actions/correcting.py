"""A delivery that was wrong: another number takes its place, and says why."""

from datetime import date

from django.core.exceptions import ValidationError

from accounts.models import User
from exports.actions.preparing import Correction, new_delivery, refuse_replaced
from exports.build import scope_of
from exports.models import Delivery


def correct_delivery(*, delivery: Delivery, reason: str, as_of: date, by: User) -> Delivery:
    """Corriger une remise : le même fichier, pour le même destinataire, sous un autre numéro. La première reste."""
    if not delivery.is_frozen:
        raise ValidationError("Ce fichier n'est pas encore figé : relancez sa préparation plutôt que de le corriger.")
    refuse_replaced(delivery)
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": "Dites en quelques mots ce que cette remise corrige."})
    return new_delivery(
        cohort=delivery.cohort,
        code=delivery.code,
        destination=scope_of(delivery, by).destination,
        as_of=as_of,
        author=by,
        correction=Correction(delivery, reason),
    )
