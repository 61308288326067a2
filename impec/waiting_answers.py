"""What waits about deliveries: lines to review for a funder, refusals without a reply for the agency."""

from datetime import date

from django.urls import reverse

from accounts.templatetags.french import as_day
from cohorts.models import Cohort
from exports import answers
from impec.waiting import Todo, plural

# The oldest ones; the others wait in the register.
SHOWN = 8


def lines_to_review(user) -> list[Todo]:
    """One line per delivery received, with the lines that have no answer yet."""
    return [
        Todo(
            delivery.row_count - delivery.answered_lines,
            f"{plural(delivery.row_count - delivery.answered_lines, 'ligne', 'lignes')} à contrôler "
            f"— remise {delivery.number}",
            reverse("exports:delivery_lines", args=[delivery.pk]) + "?etat=a-repondre",
            f"remise le {as_day(delivery.sent_at)}",
            delivery.sent_at.date(),
        )
        for delivery in answers.to_review(user).order_by("sent_at", "pk")[:SHOWN]
    ]


def refusals_to_reply(user, today: date) -> list[Todo]:
    """« 3 lignes refusées par OPCO Santé », for those who follow the cohort: they may open the lines."""
    followed = Cohort.objects.followed_by(user, today)
    found = {}
    for refusal in answers.to_reply(user).filter(answer__delivery__cohort__in=followed.values("pk")):
        found.setdefault(refusal.answer.delivery, []).append(refusal)
    return [
        Todo(
            len(refusals),
            f"{plural(len(refusals), 'ligne refusée ou rendue', 'lignes refusées ou rendues')} "
            f"par {refusals[0].answer.organisation} — remise {delivery.number}",
            reverse("exports:reply_to_refusals", args=[delivery.pk]),
            f"depuis le {as_day(refusals[0].answer.answered_at)}",
            refusals[0].answer.answered_at.date(),
        )
        for delivery, refusals in found.items()
    ]
