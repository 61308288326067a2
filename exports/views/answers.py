"""The lines of a delivery: reviewed and answered by its funder, followed by the agency, which replies."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from accounts import clock
from accounts.journal import log_access
from accounts.pages import FormPage, Scoped
from accounts.scope import acting_membership
from exports import actions
from exports.actions.answering import (
    add_note,
    answer_delivery,
    may_answer,
    must_certify,
    replacement_of,
    reply_to_refusal,
)
from exports.answers import readings_of, tally_of
from exports.forms.answers import ACCEPT, AnswerForm, NoteForm, RepliesForm
from exports.lines import PER_PAGE, STATES, corrections_of, lines_at, lines_of, others_of, refused_lines, touched_again
from exports.models import Delivery, DeliveryAnswer, DeliveryNote, EvidencePack
from exports.models.answers import ALL_OTHERS

READINGS_SHOWN = 20
PACKS_SHOWN = 3


class OfDelivery(Scoped, FormPage):
    """A page about the lines of one delivery that has left, for whoever may open its file."""

    model = Delivery

    @cached_property
    def delivery(self):
        found = get_object_or_404(self.get_queryset().with_names(), pk=self.kwargs["pk"])
        if found.sent_at is None:
            raise Http404("Ce fichier n'est pas encore remis.")
        if not actions.may_open(self.request.user, found):
            log_access(user=self.request.user, action="refusal", obj=found, request=self.request)
            raise PermissionDenied(actions.NOT_REFERENT)
        return found

    def cancel_url(self):
        return self.delivery.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"delivery": self.delivery}


class DeliveryLines(OfDelivery):
    """Lignes d'une remise : les lire, et pour le financeur y répondre."""

    permission_required = "exports.view_lines"
    form_class = AnswerForm
    template_name = "exports/delivery_lines.html"
    submit_label = "Répondre"

    @property
    def title(self):
        return f"Lignes de la remise {self.delivery.number}"

    @cached_property
    def answers(self) -> bool:
        return may_answer(self.delivery, self.request.user)

    @property
    def state(self) -> str:
        asked = self.request.GET.get("etat", "")
        return asked if asked in dict(STATES) else ""

    @cached_property
    def page(self):
        if self.request.method == "POST":
            return lines_at(self.delivery, answered_in(self.request.POST))
        asked = self.request.GET.get("page", "")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
        return lines_of(self.delivery, state=self.state, page=max(number, 1))

    def get_form_kwargs(self):
        delivery = self.delivery
        return super().get_form_kwargs() | {
            "lines": self.page.rows if self.answers else [],
            "others": others_of(delivery),
            "certifies": str(delivery.recipient) if must_certify(delivery) else "",
        }

    def get_initial(self):
        return {"rest": ACCEPT} if "tout" in self.request.GET else {}

    def get(self, request, *args, **kwargs):
        log_access(user=request.user, action="read", obj=self.delivery, purpose="lignes", request=request)
        return super().get(request, *args, **kwargs)

    def act(self, form):
        answer = answer_delivery(
            delivery=self.delivery,
            said=form.said(),
            by=self.request.user,
            at=clock.now(),
            comment=form.cleaned_data["comment"],
            certified=form.cleaned_data.get("certified", False),
        )
        messages.success(self.request, f"Votre réponse est partie : {tally_of(self.delivery).words}.")
        return answer

    def get_success_url(self):
        return self.delivery.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "page": self.page,
            "tally": tally_of(self.delivery),
            "may_answer": self.answers,
            "states": STATES,
            "state": self.state,
            "replacement": replacement_of(self.delivery),
        }


def answered_in(posted) -> set[int]:
    """The ranks of the lines whose fields came with the form: a page of them at most."""
    ranks = (name.removeprefix("ligne-") for name in posted if name.startswith("ligne-"))
    found = {int(rank) for rank in ranks if rank.isascii() and rank.isdigit() and len(rank) < 9} - {ALL_OTHERS}
    return set(sorted(found)[:PER_PAGE])


class ReplyToRefusals(OfDelivery):
    """Répondre aux refus : chaque ligne refusée ou rendue, corrigée ou maintenue. The other lines stay locked."""

    permission_required = "exports.make_delivery"
    form_class = RepliesForm
    template_name = "exports/delivery_replies.html"
    submit_label = "Répondre au financeur"

    @property
    def title(self):
        return f"Répondre aux refus de la remise {self.delivery.number}"

    @cached_property
    def refusals(self):
        return refused_lines(self.delivery)

    def get_form_kwargs(self):
        waiting = [(one, line) for one, line in self.refusals if not one.replies.all()]
        return super().get_form_kwargs() | {"refusals": waiting}

    def get(self, request, *args, **kwargs):
        log_access(user=request.user, action="read", obj=self.delivery, purpose="refus", request=request)
        return super().get(request, *args, **kwargs)

    @transaction.atomic
    def act(self, form):
        now = clock.now()
        for refusal, kind, text in form.replies():
            reply_to_refusal(refusal=refusal, kind=kind, text=text, by=self.request.user, at=now)
        messages.success(self.request, "Vos suites sont notées ; le financeur les lit avec la remise.")
        return self.delivery

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "told": [(one, line) for one, line in self.refusals if one.replies.all()],
            "tally": tally_of(self.delivery),
        }


class AddNote(Scoped, FormPage):
    """Note interne : jamais lue de l'autre côté."""

    model = Delivery
    form_class = NoteForm
    permission_required = "exports.note_delivery"
    submit_label = "Garder la note"
    done_message = "La note est gardée."

    @cached_property
    def delivery(self):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    @property
    def title(self):
        return f"Note interne sur la remise {self.delivery.number}"

    def act(self, form):
        return add_note(delivery=self.delivery, text=form.cleaned_data["text"], by=self.request.user, at=clock.now())

    def get_success_url(self):
        return self.delivery.get_absolute_url()

    def cancel_url(self):
        return self.delivery.get_absolute_url()


def answers_context(request, delivery: Delivery) -> dict:
    """What the page of a delivery says of its answers: each side sees its own notes, the agency who opened it."""
    user = request.user
    if delivery.sent_at is None or not user.has_perm("exports.note_delivery"):
        return {}
    makes = user.has_perm("exports.make_delivery")
    if not makes:
        log_access(user=user, action="read", obj=delivery, request=request)
    tally, opens = tally_of(delivery), actions.may_open(user, delivery)
    return {
        "tally": tally,
        "may_answer": may_answer(delivery, user) and tally.is_open,
        "may_read_lines": opens,
        "may_reply": makes and opens and tally.to_reply,
        "answers": DeliveryAnswer.objects.visible_to(user)
        .filter(delivery=delivery)
        .select_related("answered_by", "organisation")
        .order_by("answered_at", "pk"),
        "corrections": corrections_of(delivery) if opens else [],
        "touched_again": touched_again(delivery) if opens else [],
        "notes": DeliveryNote.objects.visible_to(user)
        .filter(delivery=delivery)
        .select_related("written_by")
        .order_by("written_at", "pk"),
        "own_side": acting_membership(user).organisation,
        "readings": readings_of(delivery, user, READINGS_SHOWN) if makes else (),
        "sends_links": makes,
        "packs": EvidencePack.objects.visible_to(user)
        .filter(cohort=delivery.cohort, recipient=delivery.recipient)
        .exclude(shared_at=None)
        .order_by("-shared_at", "-pk")[:PACKS_SHOWN]
        if delivery.recipient_id
        else (),
    }
