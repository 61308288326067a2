"""A funder answers a delivery line by line; the agency replies to what was sent back; each side notes for itself."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.bulk import keep_many
from accounts.fields import in_force
from accounts.journal import log_access
from accounts.models import Organisation, User
from accounts.outbox import post_message
from accounts.roles import FunderKind
from accounts.rows import keep
from accounts.scope import acting_membership
from cohorts.models import Referent
from exports.actions.opening import may_open
from exports.answers import settled, tally_of
from exports.lines import keys_at
from exports.models import Delivery, DeliveryAnswer, DeliveryNote, LineAnswer, LineReply
from exports.models.answers import ALL_OTHERS, TO_REPLY, RefusalReason, Verdict
from regulations.free_text import forbidden_findings

NOT_YOURS = "Seul le destinataire de cette remise peut y répondre."
NOTHING_SAID = "Choisissez au moins une réponse : un motif sur une ligne, ou ce qui vaut pour toutes les autres."
ALL_ANSWERED = "Toutes les lignes de cette remise ont déjà une réponse."
NOT_CERTIFIED = "Cochez que vous avez contrôlé ces lignes : une validation engage votre service."


@dataclass(frozen=True)
class Said:
    """Ce que le financeur dit d'une ligne ; le rang 0 vaut pour toutes celles dont il n'a rien dit."""

    position: int
    verdict: str
    reason: str = ""
    comment: str = ""


@transaction.atomic
def answer_delivery(
    *,
    delivery: Delivery,
    said: Sequence[Said],
    by: User,
    at: datetime,
    comment: str = "",
    certified: bool = False,
) -> DeliveryAnswer:
    """Répondre : un envoi. A line answered before may be answered again; what was said stays in the history."""
    current = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    refuse_answerer(current, by)
    refuse_words(current, said, comment, certified=certified)
    answer = keep(
        DeliveryAnswer(
            delivery=current,
            organisation=acting_membership(by).organisation,
            line_count=lines_said(current, said),
            comment=comment,
            certified=certified,
            answered_by=by,
            answered_at=at,
        )
    )
    keep_many(_rows(answer, said), by=by)
    log_access(user=by, action="answer", obj=current, count=answer.line_count)
    tell_agency(answer)
    return answer


def _rows(answer: DeliveryAnswer, said: Sequence[Said]) -> list[LineAnswer]:
    keys = keys_at(answer.delivery, [one.position for one in said if one.position])
    rows = [LineAnswer(answer=answer, key=keys.get(one.position, ""), **asdict(one)) for one in said]
    for row in rows:
        row.validate_constraints()
    return rows


def refuse_words(delivery: Delivery, said: Sequence[Said], comment: str, *, certified: bool) -> None:
    """What lacks, or may not be written, whatever the lines are."""
    if not said:
        raise ValidationError(NOTHING_SAID)
    if must_certify(delivery) and not certified and any(one.verdict == Verdict.ACCEPTED for one in said):
        raise ValidationError({"certified": NOT_CERTIFIED})
    refuse_forbidden(comment)
    for one in said:
        refuse_forbidden(one.comment)
        _check(one, delivery)


def refuse_answerer(delivery: Delivery, user: User) -> None:
    membership = acting_membership(user)
    is_recipient = membership is not None and membership.organisation_id == delivery.recipient_id
    if not is_recipient or not user.has_perm("exports.answer_delivery") or delivery.sent_at is None:
        raise ValidationError(NOT_YOURS)
    later = replacement_of(delivery)
    if later is not None:
        raise ValidationError(
            f"Cette remise est remplacée par la remise {later.number} : c'est à elle que l'on répond."
        )


def replacement_of(delivery: Delivery) -> Delivery | None:
    """The correction that its recipient has received."""
    return delivery.replaced_by.exclude(sent_at=None).order_by("-sent_at").first()


def may_answer(delivery: Delivery, user: User) -> bool:
    try:
        refuse_answerer(delivery, user)
    except ValidationError:
        return False
    return True


def must_certify(delivery: Delivery) -> bool:
    """The State's own services attest what they validate."""
    return delivery.recipient is not None and delivery.recipient.funder_kind == FunderKind.DDETS


def lines_said(delivery: Delivery, said: Sequence[Said]) -> int:
    """How many lines this answer speaks of: those that are named, and the others when it speaks of them too."""
    positions = [one.position for one in said]
    if len(set(positions)) != len(positions):
        raise ValidationError("Une ligne n'a qu'une réponse par envoi.")
    named = {position for position in positions if position != ALL_OTHERS}
    if any(position > delivery.row_count for position in named):
        raise ValidationError("Une de ces lignes n'est pas dans la remise : rechargez la page.")
    if ALL_OTHERS not in positions:
        return len(named)
    others = delivery.row_count - len(settled(delivery) | named)
    verdict = next(one.verdict for one in said if one.position == ALL_OTHERS)
    standing = LineAnswer.objects.filter(answer__delivery=delivery, position=ALL_OTHERS).standing().first()
    if not others or (standing is not None and standing.verdict == verdict):
        raise ValidationError(ALL_ANSWERED)
    return len(named) + others


def _check(one: Said, delivery: Delivery) -> None:
    """What the database would refuse, said with the rank of the line."""
    where = f"Ligne {one.position}" if one.position else f"Remise {delivery.number}"
    if one.verdict == Verdict.RETURNED and not one.comment:
        raise ValidationError(f"{where} : dites ce qui est à compléter.")
    if one.reason == RefusalReason.OTHER and not one.comment:
        raise ValidationError(f"{where} : « autre motif » demande quelques mots.")


def refuse_forbidden(text: str) -> None:
    """A bank account, a card, a social security number: never, on whichever side."""
    findings = forbidden_findings(text)
    if findings:
        raise ValidationError([finding.message for finding in findings])


def readers_at_agency(delivery: Delivery, on: date) -> list[User]:
    """Those who follow the cohort that day; else whoever sent the file."""
    referents = Referent.objects.filter(in_force("valid_from", "valid_to", on), cohort=delivery.cohort)
    found = [one.user for one in referents.select_related("user").order_by("pk") if one.user.is_active]
    return found or [one for one in (delivery.sent_by or delivery.author,) if one.is_active]


def tell_agency(answer: DeliveryAnswer) -> None:
    """A mail that counts, and names nobody."""
    delivery = answer.delivery
    tally = tally_of(delivery)
    address = settings.SITE_ADDRESS.rstrip("/") + delivery.get_absolute_url()
    for user in readers_at_agency(delivery, timezone.localtime(answer.answered_at).date()):
        post_message(
            key=f"reponse/{answer.pk}/{user.pk}",
            recipient=user.email,
            subject=f"Réponse à la remise {delivery.number}",
            body=(
                "Bonjour,\n\n"
                f"{answer.organisation} a répondu à la remise {delivery.number} : {tally.words}.\n\n"
                f"Lignes, motifs et suites à donner :\n{address}\n"
            ),
        )


@transaction.atomic
def reply_to_refusal(*, refusal: LineAnswer, kind: str, text: str, by: User, at: datetime) -> LineReply:
    """Suite donnée : corrigée dans la prochaine remise, ou maintenue. Only what was sent back is open to it."""
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=refusal.answer.delivery_id)
    if not by.has_perm("exports.make_delivery") or not may_open(by, delivery):
        raise ValidationError("Seule une personne qui peut ouvrir cette remise répond à ses refus.")
    if refusal.verdict not in TO_REPLY:
        raise ValidationError("Cette ligne est acceptée : elle est verrouillée, rien n'est à y répondre.")
    if not LineAnswer.objects.standing().filter(pk=refusal.pk).exists():
        raise ValidationError("Le financeur a répondu autre chose à cette ligne depuis : rechargez la page.")
    refuse_forbidden(text)
    reply = keep(LineReply(refusal=refusal, kind=kind, text=text, replied_by=by, replied_at=at))
    log_access(user=by, action="reply", obj=delivery, count=1)
    if not tally_of(delivery).to_reply:
        tell_funder(reply, delivery)
    return reply


def tell_funder(reply: LineReply, delivery: Delivery) -> None:
    """Once everything sent back has its reply: to whoever answered."""
    answers = DeliveryAnswer.objects.filter(delivery=delivery, lines__verdict__in=TO_REPLY)
    users = {one.answered_by for one in answers.select_related("answered_by")}
    address = settings.SITE_ADDRESS.rstrip("/") + delivery.get_absolute_url()
    for user in sorted((one for one in users if one.is_active), key=lambda one: one.pk):
        post_message(
            key=f"suite/{reply.pk}/{user.pk}",
            recipient=user.email,
            subject=f"Suites données à la remise {delivery.number}",
            body=(
                "Bonjour,\n\n"
                f"{delivery.cohort.agency} a répondu à toutes les lignes que vous avez refusées ou rendues "
                f"dans la remise {delivery.number}.\n\n"
                f"À lire avec votre compte :\n{address}\n"
            ),
        )


@transaction.atomic
def add_note(*, delivery: Delivery, text: str, by: User, at: datetime) -> DeliveryNote:
    """Note interne : pour les siens, jamais pour l'autre côté."""
    refuse_forbidden(text)
    organisation = acting_organisation(by)
    return keep(DeliveryNote(delivery=delivery, organisation=organisation, text=text, written_by=by, written_at=at))


def acting_organisation(user: User) -> Organisation:
    membership = acting_membership(user)
    if membership is None:
        raise ValidationError("Choisissez l'organisation pour laquelle vous agissez.")
    return membership.organisation
