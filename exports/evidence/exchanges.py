"""What was exchanged about the cohort with whom the pack is for: deliveries, and what was answered to their lines."""

from collections.abc import Iterable

from django.db.models import Q

from exports.evidence.sections import Column, allowed
from exports.models import Delivery, EvidencePack, LineAnswer
from exports.models.answers import ALL_OTHERS

DELIVERY = "exports.Delivery"
ANSWER = "exports.LineAnswer"

DELIVERIES = (
    Column("Numéro", lambda one: one.number, f"{DELIVERY}.number"),
    Column("Fichier", lambda one: one.profile.name, f"{DELIVERY}.code"),
    Column("Destinataire", lambda one: one.to_whom, f"{DELIVERY}.recipient"),
    Column("Arrêtée au", lambda one: one.as_of, f"{DELIVERY}.as_of"),
    Column("Lignes", lambda one: one.row_count, f"{DELIVERY}.row_count"),
    Column("Remise le", lambda one: one.sent_at, f"{DELIVERY}.sent_at"),
    Column("SHA-256", lambda one: one.sha256, f"{DELIVERY}.sha256"),
)
ANSWERS = (
    Column("Remise", lambda one: one.answer.delivery.number, f"{ANSWER}.answer"),
    Column(
        "Ligne", lambda one: "toutes les autres" if one.position == ALL_OTHERS else one.position, f"{ANSWER}.position"
    ),
    Column("Réponse", lambda one: one.get_verdict_display(), f"{ANSWER}.verdict"),
    Column("Motif", lambda one: one.get_reason_display(), f"{ANSWER}.reason"),
    Column("Commentaire", lambda one: one.comment, f"{ANSWER}.comment"),
    Column("Répondu le", lambda one: one.answer.answered_at, f"{ANSWER}.answer"),
)


def deliveries_of(pack: EvidencePack):
    """To this reader when it is outside; all that were frozen for the coordination."""
    rows = Delivery.objects.filter(cohort=pack.cohort_id).exclude(frozen_at=None).select_related("profile", "financer")
    rows = rows.select_related("recipient").order_by("prepared_at", "pk")
    if pack.audience == pack.Audience.AGENCY:
        return rows
    sent = rows.exclude(sent_at=None)
    if pack.audience == pack.Audience.EMPLOYER:
        return sent.filter(establishment=pack.establishment_id, recipient=pack.recipient_id)
    if pack.financer_id:
        return sent.filter(financer=pack.financer_id)
    return sent.filter(Q(recipient=pack.recipient_id) if pack.recipient_id else Q(number__contains="-DDETS-"))


def answers_of(pack: EvidencePack):
    """The last word on each line, with what it is about."""
    rows = LineAnswer.objects.filter(answer__delivery__in=deliveries_of(pack)).standing()
    return rows.select_related("answer__delivery").order_by("answer__delivery__number", "position", "pk")


def tables_of(pack: EvidencePack) -> Iterable[tuple[str, str, list[Column], Iterable]]:
    """Code, title, columns, rows: never more than this reader may see."""
    for code, title, needs, columns, rows in (
        ("remises", "Remises", f"{DELIVERY}.number", DELIVERIES, deliveries_of),
        ("reponses", "Réponses aux remises", f"{ANSWER}.verdict", ANSWERS, answers_of),
    ):
        if allowed(pack.audience, needs):
            yield code, title, [column for column in columns if column.is_for(pack.audience)], rows(pack)
