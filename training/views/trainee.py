"""The trainee's own pages: her courses, her hours, her calendar, her signature. Nothing of anybody else."""

from urllib.parse import quote_plus
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.pages import add_refusal
from training.actions import half_day_of_code, sign
from training.actions.links import forget_phones
from training.forms.trainee import SignForm
from training.mine import (
    advisers_of,
    attendances_of,
    certificates_of,
    courses_of,
    hours_of,
    immersions_of,
    signed_of,
    to_sign,
)
from training.views.calendars import address_context, close
from training.views.certificates import CertificateDetail
from training.views.entry import for_trainees, on_known_phone

MAP = "https://www.openstreetmap.org/search?query="
NOT_THE_CODE = "Ce code n'est pas le bon. Regardez le code de la salle. Il change souvent."
ALL_SIGNED = "Tout est signé pour aujourd'hui."
NOTHING_TODAY = "Vous n'avez pas de cours à signer aujourd'hui."


@for_trainees
@require_safe
def my_schedule(request):
    """Mon emploi du temps : le prochain cours d'abord, et comment y aller."""
    now = clock.now()
    courses = [one for one in courses_of(request.trainee, clock.today()) if one.ends_at > now]
    coming = [one for one in courses if not one.is_cancelled]
    following = coming[0] if coming else None
    context = {
        "person": request.trainee,
        "following": following,
        "map": map_of(following.half_day.session.place) if following else "",
        "can_sign": bool(left_to_sign(request.trainee, to_sign(request.trainee, clock.today()))),
        "others": [one for one in courses if one is not following],
        "immersions": immersions_of(request.trainee, clock.today()),
    }
    return render(request, "training/my_schedule.html", context)


def left_to_sign(person, mine) -> list:
    done = signed_of(person, mine)
    return [half_day for half_day in mine if half_day.pk not in done]


def map_of(place: str) -> str:
    """A page of an open map, for who follows it; nothing is asked from there before."""
    return MAP + quote_plus(place) if place else ""


@for_trainees
@require_safe
def my_hours(request):
    """Mes heures, cours par cours, et mes certificats."""
    today = clock.today()
    context = {
        "hours": hours_of(request.trainee, today),
        "attendances": attendances_of(request.trainee, today),
        "certificates": certificates_of(request.trainee),
    }
    return render(request, "training/my_hours.html", context)


@method_decorator(for_trainees, name="dispatch")
class MyCertificate(CertificateDetail):
    """Her own certificate, as it prints."""

    def has_permission(self):
        return True

    def get_queryset(self):
        return certificates_of(self.request.trainee).select_related("convention__cohort", "convention__training_body")

    def title(self):
        return f"Mon certificat {self.object.number}"


@for_trainees
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request):
    """Mon agenda : l'adresse privée de mes cours."""
    if request.method == "POST" and "revoke" in request.POST:
        close(request, request.trainee)
        return redirect("training:my_calendar")
    return render(request, "training/my_calendar.html", address_context(request, {"person": request.trainee}))


@for_trainees
@require_http_methods(["GET", "HEAD", "POST"])
def my_rights(request):
    """Mes droits : ce que l'on garde, à qui demander ; oublier les téléphones qui la connaissent."""
    if request.method == "POST":
        forget_phones(person=request.trainee, at=clock.now())
        messages.success(request, "Vos téléphones sont oubliés.")
        return redirect("training:my_rights")
    context = {"person": request.trainee, "advisers": advisers_of(request.trainee, clock.today())}
    return render(request, "training/my_rights.html", context)


@on_known_phone
@require_http_methods(["GET", "HEAD", "POST"])
def sign_here(request):
    """Signer sur son téléphone : le code de la classe, le doigt, « C'est moi »."""
    person, now = request.trainee, clock.now()
    mine = to_sign(person, clock.today())
    if request.method == "POST":
        form = SignForm(request.POST)
        if form.is_valid() and signed(request, form, mine, now):
            return redirect("training:signed")
    else:
        form = SignForm(initial={"code": request.GET.get("code", "")[:12], "request_id": uuid4()})
    left = left_to_sign(person, mine)
    nothing = "" if left else ALL_SIGNED if mine else NOTHING_TODAY
    # A phone that is only known shows none of her courses.
    context = {"form": form, "person": person, "shown": left if request.own_menu else [], "nothing": nothing}
    return render(request, "training/trainee_sign.html", context, status=422 if request.method == "POST" else 200)


def signed(request, form, mine, now) -> bool:
    """The signature is kept, or what hinders it is said on the page."""
    found = form.cleaned_data
    half_day = half_day_of_code(found["code"], now, mine)
    if half_day is None:
        form.add_error("code", NOT_THE_CODE if mine else NOTHING_TODAY)
        return False
    try:
        sign(
            half_day=half_day,
            enrolment=mine[half_day],
            way=form.way,
            image=found["image"] or None,
            typed_name=found["typed_name"],
            device_at=found["device_at"],
            device_id=found["device_id"],
            request_id=found["request_id"],
            by=request.user if request.user.is_authenticated else None,
            at=now,
        )
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, f"C'est signé : {half_day.session.module}.")
    return True


@on_known_phone
@require_safe
def signed_page(request):
    return render(request, "training/trainee_signed.html", {"person": request.trainee})
