"""The text a list is searched for: a name has no place in an address. The session keeps it, the address has a key."""

import secrets

from django.http import HttpRequest, QueryDict

TEXT, KEY = "q", "cherche"
IN_SESSION = "searches"
LONGEST = 200
# Those of a morning: an older page shows its whole list again.
KEPT = 30


def clean(text: str) -> str:
    return text.replace("\0", "").strip()[:LONGEST]


def text_of(request: HttpRequest) -> str:
    """What this page searches for. A text in the address itself is read too: commands and long exports write it so."""
    key = request.GET.get(KEY)
    if key is None:
        return clean(request.GET.get(TEXT, ""))
    # A list written by a job has no session.
    return getattr(request, "session", {}).get(IN_SESSION, {}).get(key, "")


def is_lost(request: HttpRequest) -> bool:
    """Another browser's address, or one of another day: nothing is searched for, and the page says so."""
    return KEY in request.GET and not text_of(request)


def address_of(request: HttpRequest) -> str:
    """Where the form of a list leads: its filters in the address, and the key of its text."""
    query = request.POST.copy()
    text = clean(query.get(TEXT, ""))
    for name in (TEXT, "csrfmiddlewaretoken", *[name for name in query if not any(query.getlist(name))]):
        query.pop(name, None)
    if text:
        query[KEY] = _keep(request.session, text)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def with_text(request: HttpRequest) -> QueryDict:
    """The query of a page with its text in place of the key: for whoever reads it without the session."""
    query = request.GET.copy()
    query.pop(KEY, None)
    text = text_of(request)
    if text:
        query[TEXT] = text
    return query


def _keep(session, text: str) -> str:
    """The same text keeps its key; the oldest leaves when there are many."""
    kept = session.get(IN_SESSION, {})
    key = next((key for key, known in kept.items() if known == text), None) or secrets.token_urlsafe(6)
    others = [(other, known) for other, known in kept.items() if other != key]
    session[IN_SESSION] = dict([*others[-(KEPT - 1) :], (key, text)])
    return key
