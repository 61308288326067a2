"""What a tablet asks for beside the page: to send, to know who has signed, to keep the page without network."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.workers import worker_script
from cohorts.models import Enrolment
from training import actions
from training.forms.sending import sending_of
from training.qr import qr_of
from training.roll import roll_of
from training.views.planning import half_days_of


@permission_required("training.take_roll", raise_exception=True)
@require_POST
def receive_sending(request, pk):
    """Un envoi de la tablette : reçu une fois. Refused, it stays on the tablet, which shows why."""
    half_day = get_object_or_404(half_days_of(request.user), pk=pk)
    now = clock.now()
    try:
        sending = sending_of(request.body, Enrolment.objects.visible_to(request.user), now - clock.true_now())
        expected = [line.enrolment for line in roll_of(half_day, request.user, now).lines]
        row = actions.receive(half_day=half_day, sending=sending, expected=expected, by=request.user, at=now)
    except ValidationError as refusal:
        return JsonResponse({"message": " ".join(refusal.messages)}, status=409)
    if row.outcome["closed"] and row.received_at == now:
        messages.success(request, "L'appel est enregistré, la demi-journée est close.")
    known = roll_of(half_day, request.user, now).known
    return JsonResponse({"outcome": row.outcome, "known": known, "at": now.isoformat()})


@permission_required("training.take_roll", raise_exception=True)
@require_safe
def roll_state(request, pk):
    """Who has signed, the code of the class, and a token for the page that was kept on the tablet."""
    half_day = get_object_or_404(half_days_of(request.user), pk=pk)
    found = roll_of(half_day, request.user, clock.now())
    return JsonResponse(
        {
            "html": render_to_string("training/_roll_live.html", live(request, found), request),
            "signed": found.signed,
            "trainer": found.trainer is not None,
            "token": get_token(request),
        }
    )


def live(request, found) -> dict:
    address = request.build_absolute_uri(f"{reverse('training:sign_here')}?code={found.code}")
    return {"roll": found, "qr": qr_of(address)}


@login_not_required
@require_safe
def roll_worker(request):
    return worker_script("training/roll-worker.js")
