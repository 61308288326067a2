"""Who acts, since when, with which factor; and answers that nobody else may keep."""

import uuid
from datetime import datetime, timedelta
from http import HTTPStatus

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import Exists, OuterRef
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import clock
from accounts.journal import note_refusal
from accounts.pace import TooManyReads

MEMBERSHIP_KEY = "membership"
STARTED_KEY = "started_at"
SEEN_KEY = "seen_at"
# One write a minute is enough to know that somebody is still there.
SEEN_EVERY = timedelta(minutes=1)
# Pages one needs to set up the second factor or to leave, and those that say nothing of anybody. Public is not
# enough: the home page is public too, and shows its own work to whoever is signed in.
REACHED_WITHOUT_SECOND_FACTOR = {
    "health",
    "help",
    "accounts:accessibility",
    "accounts:legal",
    "accounts:privacy",
    "mfa_activate_totp",
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "accounts:switch",
}
OFFERED = ("GET", "HEAD", "POST", "OPTIONS")
WITHDRAWN = "Votre accès à cette organisation a été retiré."
# The one page of whoever has lost every membership and is invited again: she signs in, and accepts.
ACCEPTING = "accounts:answer_invitation"


class OfferedMethodsMiddleware:
    """Pages and forms: nothing here is put, patched, deleted or traced, and a form page does not take PUT for POST."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request) if request.method in OFFERED else HttpResponseNotAllowed(OFFERED)


class ActingMembershipMiddleware:
    """Sets `request.user.acting_through`, read again at each request: a right withdrawn is lost at once."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.request_id = str(uuid.uuid4())
        if request.user.is_authenticated:
            refusal = self._session_refusal(request.session) or self._take_membership(request)
            if refusal and not (refusal is WITHDRAWN and request.path == reverse(ACCEPTING)):
                logout(request)
                messages.warning(request, refusal)
        return self.get_response(request)

    def _session_refusal(self, session) -> str:
        now = clock.true_now()
        started = _instant(session, STARTED_KEY)
        seen = _instant(session, SEEN_KEY)
        if started is None or seen is None:
            session[STARTED_KEY] = session[SEEN_KEY] = now.isoformat()
            return ""
        if now - seen > settings.SESSION_IDLE or now - started > settings.SESSION_ABSOLUTE:
            return "Votre session a pris fin. Connectez-vous à nouveau."
        if now - seen > SEEN_EVERY:
            session[SEEN_KEY] = now.isoformat()
        return ""

    def _take_membership(self, request) -> str:
        user, session = request.user, request.session
        factor = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
        active = user.memberships.active().select_related("organisation").annotate(has_second_factor=Exists(factor))
        # All of them in one query: the menu offers the others.
        user.active_memberships = list(active.order_by("pk"))
        chosen = session.get(MEMBERSHIP_KEY)
        usable = (one for one in user.active_memberships if not chosen or one.pk == chosen)
        membership = next(usable, None)
        user.acting_through = membership
        if membership is not None:
            if not chosen:
                session[MEMBERSHIP_KEY] = membership.pk
            return ""
        # A trainee has no membership at all; everybody else has lost hers.
        if chosen or user.memberships.exists():
            return WITHDRAWN
        return ""


def _instant(session, key):
    text = session.get(key)
    return datetime.fromisoformat(text) if text else None


class SecondFactorMiddleware:
    """Sends whoever must have a second factor to set it up before the first page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.MFA_REQUIRED or not request.user.is_authenticated:
            return None
        membership = request.user.acting_through
        if membership is None or not membership.needs_second_factor or membership.has_second_factor:
            return None
        if request.resolver_match.view_name in REACHED_WITHOUT_SECOND_FACTOR:
            return None
        return redirect(reverse("mfa_activate_totp"))


class PrivateAnswersMiddleware:
    """What a signed-in person sees is kept by no cache, what she is refused is noted, each answer has its number."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == HTTPStatus.FORBIDDEN and request.user.is_authenticated:
            note_refusal(request)
        response["X-Request-ID"] = request.request_id
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        if request.user.is_authenticated:
            response["Cache-Control"] = "no-store, private"
        if request.method == "POST" and request.path == reverse("account_logout"):
            # A tablet keeps rolls for when the network is away: signing out leaves nothing on it.
            response["Clear-Site-Data"] = '"storage"'
        return response

    def process_exception(self, request, exception):
        if not isinstance(exception, TooManyReads):
            return None
        note_refusal(request)
        return render(request, "429.html", {"message": str(exception)}, status=HTTPStatus.TOO_MANY_REQUESTS)
