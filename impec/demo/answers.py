"""What the OPCO answered to the files of the story: one accepted, one with lines sent back, the others wait."""

from accounts import clock
from accounts.models import User
from exports.actions.answering import Said, add_note, answer_delivery, reply_to_refusal
from exports.answers import refusals_of
from exports.models import Delivery, LineReply
from exports.models.answers import ALL_OTHERS, RefusalReason, Verdict
from impec.demo.logins import OPCO

COUNSELLOR, READER = "claire@agence-avranches.example", "hugo@opco-sante.example"
OTHERS = Said(ALL_OTHERS, Verdict.ACCEPTED)
# O2, half-day by half-day.
SENT_BACK = (
    Said(2, Verdict.REFUSED, RefusalReason.HOURS, "La convention prévoit 3,50 h pour cette demi-journée."),
    Said(5, Verdict.REFUSED, RefusalReason.SIGNATURE),
    Said(9, Verdict.RETURNED, "", "Merci de joindre la feuille d'émargement de ce jour."),
)


def answers_of_the_story() -> None:
    claire, hugo = (User.objects.get(email=email) for email in (COUNSELLOR, READER))
    now = clock.now()
    answer_delivery(delivery=_latest("O1"), said=[OTHERS], by=hugo, at=now, comment="Liste conforme, merci.")
    presences = _latest("O2")
    answer_delivery(delivery=presences, said=[*SENT_BACK, OTHERS], by=hugo, at=now)
    first = refusals_of(presences)[0]
    reply_to_refusal(
        refusal=first,
        kind=LineReply.Kind.MAINTAINED,
        text="Avenant du 2 mars : demi-journée portée à 4 h, joint à la convention.",
        by=claire,
        at=now,
    )
    add_note(delivery=presences, text="Appeler l'organisme de formation pour la feuille du jour.", by=claire, at=now)
    add_note(delivery=presences, text="Recouper avec la facture de mars avant paiement.", by=hugo, at=now)


def _latest(code: str) -> Delivery:
    """The one its reader still has to answer."""
    sent = Delivery.objects.filter(code=code, recipient__name=OPCO).exclude(sent_at=None)
    return sent.exclude(replaced_by__sent_at__isnull=False).order_by("pk").last()
