"""What a mailed link opens: the cover of one delivery, without any name, for whoever holds the link."""

from functools import wraps

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.actions import token_hash
from accounts.journal import log_access
from accounts.templatetags.french import as_count, as_day, as_instant
from exports.actions.links import LINK_OVER, link_of, may_renew, renew_cover
from exports.changes import changes_since
from exports.models import Delivery
from exports.registry import KINDS

LINK_KEY = "cover-link"
# How often, from one address: settings.ACCOUNT_RATE_LIMITS.
RENEWING = "cover_link"


def discreet(view):
    """Neither kept, nor indexed, nor told to where a link of the page leads."""

    @wraps(view)
    def page(request, *args, **kwargs):
        answer = view(request, *args, **kwargs)
        answer["Referrer-Policy"] = "no-referrer"
        answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return answer

    return never_cache(page)


@login_not_required
@require_safe
@discreet
def open_cover(request, token):
    """The token leaves the address at once; looking uses up nothing and lets nobody in."""
    request.session[LINK_KEY] = token_hash(token)
    return redirect("exports:cover")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@discreet
def cover(request):
    """La couverture : numéro, dates, totaux, empreinte. Sending the form of a link that has ended asks for another."""
    now = clock.now()
    link = link_of(request.session.get(LINK_KEY, ""))
    if link is None or not link.is_open(now):
        return closed(request, link, now)
    if request.method == "POST":
        return redirect("exports:cover")
    delivery = link.delivery
    if Delivery.objects.visible_to(request.user).filter(pk=delivery.pk).exists():
        # Signed in, and hers to read: straight to the delivery itself.
        return redirect(delivery)
    if request.method == "GET":
        log_access(user=None, action="cover", obj=delivery, request=request)
    context = {"title": f"Remise {delivery.number}", "delivery": delivery, "facts": facts_of(delivery)}
    return render(request, "exports/cover.html", context)


def closed(request, link, now):
    """A link that has ended is renewed to the same address; nothing of the delivery is said."""
    renewable = link is not None and may_renew(link, now)
    context = {"title": "Lien fini", "refusal": LINK_OVER, "renewable": renewable}
    if request.method != "POST" or not renewable:
        return render(request, "exports/cover_closed.html", context, status=410)
    if not ratelimit.consume(request, action=RENEWING):
        return render(request, "exports/cover_closed.html", context | {"too_many": True}, status=429)
    try:
        renew_cover(link=link, at=now)
    except ValidationError as refusal:
        return render(request, "exports/cover_closed.html", context | {"refusal": refusal.messages[0]}, status=422)
    return render(request, "exports/cover_sent.html", {"title": "Nouveau lien envoyé"})


def facts_of(delivery: Delivery) -> list[tuple[str, object]]:
    """The allow-list of the cover: no person, no establishment, no name of whoever prepared or sent it."""
    changes = changes_since(delivery)
    since = f"remise {changes.previous} : {changes.words}" if changes.previous else "première remise de ce fichier"
    return [
        ("Remise", delivery.number),
        ("Envoyée par", delivery.cohort.agency),
        ("Fichier", f"{KINDS[delivery.code].name} ({delivery.code})"),
        ("Cohorte", delivery.cohort.code),
        ("Arrêtée au", as_day(delivery.as_of)),
        ("Remise le", as_day(delivery.sent_at)),
        ("Lignes", as_count(delivery.row_count)),
        ("Relecture", delivery.verification),
        ("Depuis la dernière remise", since),
        ("Figée le", as_instant(delivery.frozen_at)),
        ("Taille du classeur", f"{as_count(delivery.byte_count)} octets"),
        ("Empreinte SHA-256", delivery.sha256),
    ]
