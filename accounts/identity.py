"""What is protected opens to somebody who has just said who she is."""

from functools import wraps

from allauth.account.decorators import reauthentication_required
from django.conf import settings


def recent_identity(view):
    """Password or second factor given in the last ten minutes, wherever a second factor is compulsory."""
    guarded = reauthentication_required(view)

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        return (guarded if settings.MFA_REQUIRED else view)(request, *args, **kwargs)

    return wrapped
