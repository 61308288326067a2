"""Her meetings: when, where, what was said together, what was decided. Nothing of the confidential part."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.pages import add_refusal
from impec.own_meetings.hers import meetings_of
from regulations.meetings import Party
from training.views.entry import for_trainees
from tutoring.actions import sign_meeting
from tutoring.forms.meetings import SignForm


@for_trainees
@require_safe
def my_meetings(request):
    """Mes entretiens : le prochain d'abord, puis ce qui a été dit."""
    today = clock.today()
    rows = meetings_of(request.trainee)
    held = rows.exclude(minuted_at=None).order_by("-held_on", "-pk")
    context = {
        "coming": rows.coming(today).order_by("day", "starts_at", "pk"),
        "held": [(one, _has_signed(one), Party.TRAINEE in (one.parties_present or Party)) for one in held],
        "today": today,
    }
    return render(request, "impec/own_meetings/my_meetings.html", context)


def _has_signed(meeting) -> bool:
    return any(hand.party == Party.TRAINEE for hand in meeting.signatures.all())


@for_trainees
@require_http_methods(["GET", "HEAD", "POST"])
def sign_mine(request, pk):
    """Signer, d'accord ou non, avec son compte ou par son lien : la preuve dit lequel des deux."""
    meeting = get_object_or_404(meetings_of(request.trainee).to_be_signed_by(Party.TRAINEE), pk=pk)
    form = SignForm(
        request.POST or None,
        parties=[Party.TRAINEE],
        initial={"party": Party.TRAINEE, "signer_name": request.trainee.full_name, "agreement": "oui"},
    )
    if request.method == "POST" and form.is_valid():
        by = request.user if request.user.is_authenticated else None
        try:
            sign_meeting(meeting=meeting, hand=form.hand(), by=by, at=clock.now())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "C'est signé.")
            return redirect("own_meetings:my_meetings")
    context = {"form": form, "meeting": meeting, "decisions": meeting.decisions.all()}
    return render(request, "impec/own_meetings/sign.html", context, status=422 if request.method == "POST" else 200)
