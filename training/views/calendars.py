"""Private addresses of calendars: the feed itself, and the page where an establishment opens or closes its own."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.ics import calendar
from employers.models import Establishment
from training.actions.calendars import entries_of, find_feed, open_feed, revoke_feed
from training.models import CalendarFeed

CALENDAR = "text/calendar; charset=utf-8"
NO_ANSWER = "Cette adresse d'agenda ne répond plus. Demandez-en une autre à la personne qui vous l'a donnée.\n"
# A calendar programme may keep it that long before asking again.
FRESH = 900


@login_not_required
@require_safe
def feed(request, token):
    """L'agenda d'une personne ou d'un établissement. Unknown or revoked: the same answer."""
    found = find_feed(token)
    if found is None:
        return HttpResponse(NO_ANSWER, status=404, content_type="text/plain; charset=utf-8", headers=PRIVATE)
    entries = entries_of(found, clock.today())
    etag = f'"{hashlib.sha256(repr(entries).encode()).hexdigest()[:32]}"'
    # Whoever has it already is told so, without writing it again.
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        text = calendar(entries, method="PUBLISH", at=clock.now(), name=name_of(found))
        answer = HttpResponse(text, content_type=CALENDAR, headers=PRIVATE | {"ETag": etag})
        answer["Content-Disposition"] = 'inline; filename="impec.ics"'
    answer["Cache-Control"] = f"private, max-age={FRESH}"
    return answer


# The address is the key: no page it leads to must learn it.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def name_of(found: CalendarFeed) -> str:
    return f"Formation — {found.establishment}" if found.establishment else "Mes cours"


def address_of(request, token: str) -> str:
    return request.build_absolute_uri(reverse("training:feed", args=[token]))


@permission_required("training.share_calendar", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def establishment_calendar(request, pk):
    """L'agenda des salariés en formation d'un établissement : créer l'adresse, la remplacer, la révoquer."""
    establishment = get_object_or_404(Establishment.objects.visible_to(request.user), pk=pk)
    owner = {"establishment": establishment}
    if request.method == "POST" and "revoke" in request.POST:
        close(request, establishment)
        return redirect("training:establishment_calendar", pk=pk)
    context = {"establishment": establishment, "title": "Agenda de la formation", **address_context(request, owner)}
    return render(request, "training/calendar_establishment.html", context)


def address_context(request, owner: dict) -> dict:
    """What the page says of an address; the one just made is shown on this page and never again."""
    made = ""
    if request.method == "POST":
        by = request.user if request.user.is_authenticated else None
        made = address_of(request, open_feed(**owner, by=by, at=clock.now()))
    standing = next(iter(owner.values())).calendar_feeds.open().first()
    return {"address": made, "feed": standing}


def close(request, owner) -> None:
    by = request.user if request.user.is_authenticated else None
    for standing in owner.calendar_feeds.open():
        revoke_feed(feed=standing, by=by, at=clock.now())
    messages.success(request, "L'adresse est révoquée : elle ne répond plus.")
