"""How a trainee enters: her account, or a link sent to her own mail, which opens these pages alone for an hour."""

from datetime import datetime, timedelta
from functools import wraps

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from cohorts.models import Person
from training.actions.links import (
    LINK_OVER,
    PHONE_LIFE,
    ask_link,
    enter,
    entered_by,
    forget_phone,
    recognised,
    standing_link,
)
from training.forms.trainee import AskLinkForm

TOKEN_KEY = "trainee-token"
ENTERED_KEY = "trainee-entered"
NEXT_KEY = "trainee-next"
PHONE_COOKIE = "trainee-phone"
OPEN_FOR = timedelta(minutes=60)
# How often, from one address: settings.ACCOUNT_RATE_LIMITS.
ASKING = "trainee_link"


def trainee_of(request) -> Person | None:
    """The person whose own space this is: by her account, else by the link she entered with."""
    if request.user.is_authenticated:
        person = getattr(request.user, "person", None)
        return None if person is None or person.objected_on or person.erased_on else person
    kept = request.session.get(ENTERED_KEY)
    # The hour is that of the sign-in sessions: the machine's own clock.
    if not kept or clock.true_now() - datetime.fromisoformat(kept["at"]) > OPEN_FOR:
        return None
    return entered_by(kept["link"])


# Route, words and drawing of each page of the space.
MENU = (
    ("training:my_schedule", "Mes cours", "calendar"),
    ("training:sign_here", "Signer", "edit"),
    ("training:my_hours", "Mes heures", "clock"),
    ("own_skills:my_skills", "Mes savoir-faire", "chart"),
    ("own_meetings:my_meetings", "Mes entretiens", "people"),
    ("training:my_calendar", "Mon agenda", "phone"),
    ("training:my_rights", "Mes droits", "lock"),
)


def for_trainees(view, *, known_phone: bool = False):
    """A page of her own space: a stranger is offered a link, whoever else is signed in finds nothing here.

    `known_phone`: the phone she once entered with is enough, and shows her first name only.
    """

    @wraps(view)
    def page(request, *args, **kwargs):
        request.trainee = trainee_of(request)
        request.own_menu = MENU if request.trainee else ()
        if request.trainee is None and known_phone and not request.user.is_authenticated:
            request.trainee = recognised(request.COOKIES.get(phone_cookie(), ""), clock.now())
        if request.trainee is not None:
            answer = view(request, *args, **kwargs)
            answer["Cache-Control"] = "no-store, private"
            return answer
        if request.user.is_authenticated:
            raise Http404("Cette page est celle des stagiaires.")
        request.session[NEXT_KEY] = request.resolver_match.view_name
        return redirect("training:ask_link")

    return login_not_required(page)


def on_known_phone(view):
    return for_trainees(view, known_phone=True)


def phone_cookie() -> str:
    """Bound to this host where there is TLS, like the cookie of the sign-in."""
    return f"__Host-{PHONE_COOKIE}" if settings.SESSION_COOKIE_SECURE else PHONE_COOKIE


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_a_link(request):
    """Recevoir un lien : the same answer whether the address is known or not."""
    form = AskLinkForm(request.POST or None)
    if request.method != "POST":
        return render(request, "training/trainee_ask.html", {"form": form})
    if not form.is_valid():
        return render(request, "training/trainee_ask.html", {"form": form}, status=422)
    if not ratelimit.consume(request, action=ASKING):
        return render(request, "training/trainee_ask.html", {"form": form, "too_many": True}, status=429)
    ask_link(email=form.cleaned_data["email"], site=request.build_absolute_uri("/"), at=clock.now())
    return render(request, "training/trainee_asked.html")


@login_not_required
@require_safe
@never_cache
def open_link(request, token):
    """The token leaves the address at once; opening the link uses up nothing and lets nobody in."""
    request.session[TOKEN_KEY] = token
    answer = redirect("training:enter")
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_by_link(request):
    """One button, pressed by a person: never by a mail scanner."""
    token, now = request.session.get(TOKEN_KEY, ""), clock.now()
    link = standing_link(token, now)
    if link is not None and request.method == "POST":
        try:
            return let_in(request, *enter(token=token, at=now, own_phone="own_phone" in request.POST))
        except ValidationError:
            link = None
    if link is None:
        return render(request, "training/trainee_closed.html", {"refusal": LINK_OVER}, status=410)
    return render(request, "training/trainee_enter.html", {"first_name": link.person.first_name})


def let_in(request, link, phone):
    """To the page she came for. Only a phone she says is hers is known from now on."""
    asked = request.session.pop(NEXT_KEY, "")
    request.session.cycle_key()
    del request.session[TOKEN_KEY]
    request.session[ENTERED_KEY] = {"link": link.pk, "at": clock.true_now().isoformat()}
    answer = redirect(asked if asked in {route for route, _, _ in MENU} else "training:my_schedule")
    if phone:
        facts = {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Lax"}
        answer.set_cookie(phone_cookie(), phone, max_age=PHONE_LIFE, **facts)
    return answer


@login_not_required
@require_POST
def leave(request):
    """Sortir : ce téléphone ne la connaît plus."""
    if request.user.is_authenticated:
        return redirect("home")
    forget_phone(phone=request.COOKIES.get(phone_cookie(), ""), at=clock.now())
    request.session.flush()
    messages.success(request, "Votre espace est fermé. À bientôt.")
    answer = redirect("training:ask_link")
    answer.delete_cookie(phone_cookie(), samesite="Lax")
    return answer
