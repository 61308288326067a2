"""How a tutor reaches the sheets of the month: an account, or a link sent to his own telephone or mail."""

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
from tutoring.actions.sheet_links import (
    PHONE_LIFE,
    ask_access,
    enter,
    entered_by,
    forget_phone,
    hash_of,
    is_open,
    link_of,
    phone_of,
    send_access,
)
from tutoring.forms.sheets import AskSheetLinkForm
from tutoring.models import SheetLink, Tutor
from tutoring.sheets import tutors_of_account

TOKEN_KEY = "sheet-token"
ENTERED_KEY = "sheet-entered"
PHONE_COOKIE = "tutor-phone"
OPEN_FOR = timedelta(minutes=60)
# How often, from one address: settings.ACCOUNT_RATE_LIMITS.
ASKING = "sheet_link"


def tutors_of(request) -> list[Tutor]:
    """Whose sheets these are: by the account, else by the link that was entered."""
    if request.user.is_authenticated:
        if not request.user.has_perm("tutoring.record_observation"):
            return []
        return tutors_of_account(request.user)
    kept = request.session.get(ENTERED_KEY)
    # The hour is that of the sign-in sessions: the machine's own clock.
    if not kept or clock.true_now() - datetime.fromisoformat(kept["at"]) > OPEN_FOR:
        return []
    tutor = entered_by(kept["link"], clock.now())
    return [tutor] if tutor else []


def for_tutors(view):
    """A page of his own: a stranger is offered a link, whoever else is signed in finds nothing here."""

    @wraps(view)
    def page(request, *args, **kwargs):
        request.tutors = tutors_of(request)
        request.is_own_phone = known_phone(request) is not None or request.user.is_authenticated
        if request.tutors:
            return guarded(view(request, *args, **kwargs))
        if request.user.is_authenticated:
            raise Http404("Cette page est celle des tuteurs.")
        return redirect("tutoring:enter_sheets")

    return login_not_required(page)


def guarded(answer):
    """Kept by no cache, and its address told to nobody."""
    answer["Cache-Control"] = "no-store, private"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def phone_cookie() -> str:
    """Bound to this host where there is TLS, like the cookie of the sign-in."""
    return f"__Host-{PHONE_COOKIE}" if settings.SESSION_COOKIE_SECURE else PHONE_COOKIE


def known_phone(request) -> SheetLink | None:
    return phone_of(request.COOKIES.get(phone_cookie(), ""), clock.now())


@login_not_required
@require_safe
@never_cache
def open_link(request, token):
    """The token leaves the address at once; opening the link uses up nothing and lets nobody in."""
    request.session[TOKEN_KEY] = hash_of(token)
    return guarded(redirect("tutoring:enter_sheets"))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_sheets(request):
    """One page for every link: it says nothing of anybody, and does nothing until a person presses its button."""
    if request.user.is_authenticated:
        return redirect("tutoring:my_sheets")
    fingerprint, now = request.session.get(TOKEN_KEY, ""), clock.now()
    link = link_of(fingerprint)
    opened = link is not None and is_open(link, now)
    if opened and link.kind == SheetLink.Kind.REMINDER:
        return enter_by_reminder(request, link)
    if opened and request.method == "POST" and "enter" in request.POST:
        try:
            return let_in(request, *enter(fingerprint=fingerprint, at=now, own_phone="own_phone" in request.POST))
        except ValidationError:
            opened = False
    if opened:
        return guarded(render(request, "tutoring/sheet_enter.html"))
    if request.method == "POST":
        return send_again(request, link)
    form = AskSheetLinkForm()
    context = {
        "form": form,
        "is_over": bool(fingerprint),
        "known": link is not None or known_phone(request) is not None,
    }
    return guarded(render(request, "tutoring/sheet_closed.html", context, status=410 if fingerprint else 200))


def enter_by_reminder(request, link):
    """On his own telephone the reminder opens the sheets; elsewhere it only sends a short link to his address."""
    phone = known_phone(request)
    if phone is not None and phone.tutor_id == link.tutor_id:
        # By what made the telephone known: closing it closes this entry too.
        return let_in(request, phone, "")
    if request.method == "POST":
        return send_again(request, link)
    return guarded(render(request, "tutoring/sheet_unknown_phone.html"))


def send_again(request, link):
    """Recevoir un nouveau lien : the same answer whatever is known, and whatever was sent."""
    form = AskSheetLinkForm(request.POST)
    asks_by_contact = "contact" in request.POST
    if asks_by_contact and not form.is_valid():
        context = {"form": form, "is_over": bool(link)}
        return guarded(render(request, "tutoring/sheet_closed.html", context, status=422))
    if not ratelimit.consume(request, action=ASKING):
        context = {"form": form if asks_by_contact else AskSheetLinkForm(), "too_many": True}
        return guarded(render(request, "tutoring/sheet_closed.html", context, status=429))
    phone, now = known_phone(request), clock.now()
    if asks_by_contact:
        ask_access(contact=form.cleaned_data["contact"], at=now)
    elif link is not None or phone is not None:
        send_access(tutor=(link or phone).tutor, at=now)
    return guarded(render(request, "tutoring/sheet_asked.html"))


def let_in(request, link, phone):
    """To his sheets, for an hour. A telephone he says is his own is known from now on."""
    request.session.cycle_key()
    request.session.pop(TOKEN_KEY, None)
    request.session[ENTERED_KEY] = {"link": link.pk, "at": clock.true_now().isoformat()}
    answer = guarded(redirect("tutoring:my_sheets"))
    if phone:
        facts = {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Lax"}
        answer.set_cookie(phone_cookie(), phone, max_age=PHONE_LIFE, **facts)
    return answer


@login_not_required
@require_POST
def leave(request):
    """Sortir : ce téléphone n'est plus connu, et ne garde plus rien."""
    if request.user.is_authenticated:
        return redirect("home")
    forget_phone(phone=request.COOKIES.get(phone_cookie(), ""), at=clock.now())
    request.session.flush()
    messages.success(request, "Vos fiches sont fermées. Ce téléphone n'en garde rien.")
    answer = guarded(redirect("tutoring:enter_sheets"))
    answer.delete_cookie(phone_cookie(), samesite="Lax")
    answer["Clear-Site-Data"] = '"storage"'
    return answer
