"""Leaving for ProConnect, coming back, and linking one's account. All of it answers 404 while ProConnect is off."""

from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.journal import REFUSAL, log_access
from accounts.proconnect import attempts, links
from accounts.proconnect.oidc import Identity, Provider
from accounts.proconnect.refusals import Refused, Silent
from accounts.scope import acting_membership


def when_on(view):
    """First of all questions: a stranger is not even sent to sign in for a page that is not there."""

    @login_not_required
    @never_cache
    @wraps(view)
    def answer(request):
        if not settings.PROCONNECT_URL:
            raise Http404
        return view(request)

    return answer


@when_on
@require_POST
def sign_in(request):
    """S'identifier avec ProConnect."""
    if request.user.is_authenticated:
        return redirect("home")
    return _leave(request, linking=None, next_url=get_next_redirect_url(request) or "")


@when_on
@require_safe
def come_back(request):
    """ProConnect sends her browser here. A GET, for it comes from outside: its `state` says that we asked."""
    try:
        attempt = attempts.come_back(request)
    except Refused as refusal:
        return _refuse(request, refusal)
    try:
        identity = Provider().identify(request, attempt, _callback(request))
        return _link(request, identity) if attempt.linking else _enter(request, identity, attempt.next_url)
    except Refused as refusal:
        # Answers to a question of ours only: whoever types this address fills no journal.
        if not isinstance(refusal, Silent):
            log_access(user=request.user, action=REFUSAL, purpose="proconnect_return", request=request)
        return _refuse(request, refusal)


@when_on
@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request):
    """Mon compte ProConnect : linked or not; the other one is one button away."""
    if acting_membership(request.user) is None:
        raise Http404
    if request.method != "POST":
        linked = links.links_of(request.user).exists()
        return render(request, "accounts/proconnect_account.html", {"linked": linked})
    # The button says which: a page left open since must not do the contrary.
    return _unlink(request) if "unlink" in request.POST else _leave(request, linking=request.user.pk, next_url="")


def _leave(request, *, linking: int | None, next_url: str):
    """A page, and not a redirection: our policy lets no form of ours lead to another site."""
    slower = ratelimit.consume_or_429(request, action="login")
    if slower:
        return slower
    try:
        provider = Provider()
    except Refused as refusal:
        return _refuse(request, refusal)
    attempt, pkce = attempts.leave(request, linking=linking, next_url=next_url)
    address = provider.departure(request, attempt, pkce, _callback(request))
    answer = render(request, "accounts/proconnect_leaving.html", {"address": address})
    answer["Refresh"] = f"0; url={address}"
    return answer


def _callback(request) -> str:
    return request.build_absolute_uri(reverse("proconnect_return"))


def _enter(request, identity: Identity, next_url: str):
    """By the same door as a password: inactive accounts, second factor and journal are seen to there."""
    user = links.owner_of(identity)
    record_authentication(request, user, method="socialaccount", provider="proconnect")
    proved = {"stages": {AuthenticateStage.key: {"handled": True}}} if identity.two_factors else None
    return perform_login(request, Login(user=user, redirect_url=next_url or None, state=proved))


def _link(request, identity: Identity):
    links.link(user=request.user, identity=identity, request=request)
    messages.success(
        request, "Votre compte ProConnect est relié : il ouvre maintenant ImPEC. Un courriel vous le confirme."
    )
    return redirect("accounts:account")


def _unlink(request):
    try:
        links.unlink(user=request.user, request=request)
        messages.success(request, "Votre compte ProConnect est délié. Vos autres sessions sont fermées.")
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("accounts:account")


def _refuse(request, refusal: Refused):
    context = {"refusal": " ".join(refusal.messages)}
    return render(request, "accounts/proconnect_refused.html", context, status=refusal.status)
