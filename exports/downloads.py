"""How a file leaves: as an attachment that no browser opens by itself, to somebody who has just said who she is."""

from functools import wraps

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import FileResponse

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def recent_identity(view):
    """Password or second factor given in the last ten minutes, wherever a second factor is compulsory."""
    guarded = reauthentication_required(view)

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        return (guarded if settings.MFA_REQUIRED else view)(request, *args, **kwargs)

    return wrapped


def attachment(file, name: str) -> FileResponse:
    response = FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
