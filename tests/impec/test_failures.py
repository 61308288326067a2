"""What failed on the way answers in French, without detail, and says when to come back."""

import errno
import sqlite3

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from impec import urls

urlpatterns = [path("act/", lambda request: request.META["act"]())]
handler500 = "impec.failures.failed"


class FullServer(Exception):
    """As psycopg says it."""

    sqlstate = "53100"


def caused(error, cause):
    error.__cause__ = cause
    return error


def of_sqlite(code):
    cause = sqlite3.OperationalError("database or disk is full")
    cause.sqlite_errorcode = code
    return caused(OperationalError("database or disk is full"), cause)


@pytest.mark.urls("tests.impec.test_failures")
@pytest.mark.parametrize(
    "error, status, again, words",
    [
        pytest.param(OperationalError("database is locked"), 503, "60", "Service occupé", id="locked"),
        pytest.param(InterfaceError("connection already closed"), 503, "60", "Service occupé", id="server gone"),
        pytest.param(of_sqlite(sqlite3.SQLITE_FULL), 507, "600", "Plus de place", id="SQLite: full"),
        pytest.param(of_sqlite(sqlite3.SQLITE_IOERR_SHMSIZE), 507, "600", "Plus de place", id="SQLite: index full"),
        pytest.param(of_sqlite(sqlite3.SQLITE_BUSY), 503, "60", "Service occupé", id="SQLite: busy"),
        pytest.param(
            caused(OperationalError("no space left"), FullServer()), 507, "600", "Plus de place", id="PostgreSQL: full"
        ),
        pytest.param(
            OSError(errno.ENOSPC, "No space left"), 507, "600", "Plus de place", id="a file that does not fit"
        ),
        pytest.param(OSError(errno.ENOENT, "No such file"), 500, None, "erreur est survenue", id="another file error"),
        pytest.param(ZeroDivisionError("by zero"), 500, None, "erreur est survenue", id="an error of ours"),
    ],
)
def test_a_failure_is_a_french_page_without_detail(error, status, again, words, settings):
    def act():
        raise error

    settings.MIDDLEWARE = []
    answer = Client(raise_request_exception=False).get("/act/", act=act)
    page = answer.content.decode()
    assert (answer.status_code, answer.get("Retry-After")) == (status, again)
    assert words in page
    assert "Traceback" not in page
    assert str(error) not in page


@pytest.mark.urls("tests.impec.test_failures")
def test_what_works_is_not_touched(settings):
    settings.MIDDLEWARE = []
    assert Client().get("/act/", act=lambda: HttpResponse("fait")).content == b"fait"


def test_the_site_answers_failures_so():
    assert urls.handler500 == handler500
