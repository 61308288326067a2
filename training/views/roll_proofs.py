"""The proofs of one half-day: each signature, with both clocks, and those that were voided."""

from base64 import b64encode

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.journal import log_access
from accounts.pages import FormPage
from training import actions
from training.actions.submissions import clock_words
from training.forms.reason import ReasonForm
from training.models import Signature
from training.views.planning import half_days_of, name_of


@permission_required("training.take_roll", raise_exception=True)
@require_safe
def signatures(request, pk):
    """Signatures d'une demi-journée : qui, quand, par quel moyen. Reading them leaves a trace."""
    half_day = get_object_or_404(half_days_of(request.user), pk=pk)
    rows = half_day.signatures.visible_to(request.user).select_related("enrolment__person", "recorded_by", "voided_by")
    rows = list(rows.order_by("server_at", "pk"))
    sendings = {(one.device_id, one.received_at): one for one in half_day.submissions.all()}
    purpose = "signatures d'une demi-journée"
    log_access(user=request.user, action="read", obj=half_day, count=len(rows), purpose=purpose, request=request)
    context = {
        "half_day": half_day,
        "name": name_of(half_day),
        "rows": [(row, drawing_of(row), clock_of(row, sendings)) for row in rows],
    }
    return render(request, "training/signatures.html", context)


def drawing_of(signature) -> str:
    """A data address, which the page shows without asking again."""
    image = bytes(signature.image)
    return f"data:image/png;base64,{b64encode(image).decode()}" if image else ""


def clock_of(signature, sendings) -> str:
    """What the clock of the device was worth when the signature left it."""
    sending = sendings.get((signature.device_id, signature.server_at))
    return clock_words(sending.device_at, sending.received_at) if sending else ""


class VoidSignature(FormPage):
    permission_required = "training.take_roll"
    form_class = ReasonForm
    title = "Annuler une signature"
    submit_label = "Annuler cette signature"
    done_message = "La signature est annulée ; elle reste dans les preuves."

    @cached_property
    def signature(self):
        rows = Signature.objects.visible_to(self.request.user).select_related("half_day__session__module")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def act(self, form):
        return actions.void_signature(
            signature=self.signature, by=self.request.user, at=clock.now(), reason=form.cleaned_data["reason"]
        )

    def get_success_url(self):
        return reverse("training:roll", args=[self.signature.half_day_id])

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        intro = f"{self.signature.signer_name} : {name_of(self.signature.half_day)}"
        return super().get_context_data(**kwargs) | {"intro": intro}
