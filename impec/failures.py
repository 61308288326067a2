"""What the site answers when it could not: busy, full, or wrong. None of these pages needs what may have failed."""

import errno
import sqlite3
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template import loader

# What was sent may be sent again as it is: the token of the form keeps it from being done twice.
RETRY_AFTER = {503: "60", 507: "600"}
FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
FULL_POSTGRES = "53100"
FULL_SQLITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)


def failed(request):
    """Django's `handler500`, called while the exception is being handled."""
    status = status_of(sys.exception())
    headers = {"Retry-After": RETRY_AFTER[status]} if status in RETRY_AFTER else None
    return HttpResponse(loader.get_template(f"{status}.html").render(), status=status, headers=headers)


def status_of(error: BaseException | None) -> int:
    if is_full(error) or is_full(getattr(error, "__cause__", None)):
        return 507
    return 503 if isinstance(error, OperationalError | InterfaceError) else 500


def is_full(error: BaseException | None) -> bool:
    if isinstance(error, OSError):
        return error.errno in FULL_DISK
    return getattr(error, "sqlstate", None) == FULL_POSTGRES or getattr(error, "sqlite_errorcode", None) in FULL_SQLITE
