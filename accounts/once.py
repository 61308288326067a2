"""One form, one effect: a double click, a retry after a time-out or a replay gives the first result again.

In the template `{% load once %}{% form_token %}`; in the view `return redirect(once.run(request, act))`, where `act()`
does its work and returns the address of the result.
"""

import hashlib
import secrets
from collections.abc import Callable

from django.db import IntegrityError, transaction

from accounts.models import SentForm

FIELD = "form_token"


def new_token() -> str:
    return secrets.token_urlsafe(24)


def run(request, act: Callable[[], str]) -> str:
    """The token and the effect commit together; an act that refuses leaves the token free for the corrected form."""
    sent = request.POST.get(FIELD, "")
    if not sent:
        with transaction.atomic():
            return act()
    token = _fingerprint(request, sent)
    try:
        with transaction.atomic():
            form = SentForm.objects.create(token=token, user=request.user if request.user.pk else None)
            form.result_url = act()
            form.save(update_fields=["result_url"])
            return form.result_url
    except IntegrityError:
        first = SentForm.objects.filter(token=token).first()
        if first is None:
            raise
        return first.result_url


def _fingerprint(request, sent: str) -> str:
    """Bound to person and page, so that a token seen elsewhere opens nothing."""
    text = f"{request.user.pk}\n{request.path}\n{sent}"
    return hashlib.sha256(text.encode()).hexdigest()
