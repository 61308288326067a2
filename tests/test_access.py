"""The access matrix: route × method × role → status. A route missing from `access_matrix.txt` fails.

Out of scope is 404, not allowed is 403, a stranger is sent to sign in (302). The rows that a route names belong to
Denis's establishment and to Claire's cohort: Gaëlle, next door, must never get 200 on them.
"""

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from tests.access_rows import arguments

FILE = Path(__file__).with_name("access_matrix.txt")
ROLES = (
    "anonymous",
    "coordinator",
    "employer",
    "neighbour",
    "tutor",
    "trainer",
    "adviser",
    "funder",
    "administrator",
    "trainee",
)
METHODS = ("GET", "POST")


@pytest.fixture(autouse=True)
def place_of_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def routes(patterns=None, namespace=""):
    """Every named route of the site, the administration's own apart."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", sorted(pattern.pattern.converters or pattern.pattern.regex.groupindex)
        elif pattern.namespace != admin.site.name:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner)


def matrix():
    """{(method, route): (status of each role)}, in the order of ROLES."""
    lines = [line.split() for line in FILE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {(method, route): tuple(map(int, statuses)) for method, route, *statuses in lines}


MATRIX = matrix()


def statuses(clients, given, method, route):
    path = reverse(route, kwargs=given.get(route))
    cache.clear()
    return tuple(status_for(client, method, path) for client in clients.values())


def status_for(client, method, path):
    """What one gets on rows and a sign-in that nobody has changed yet."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.generic(method, path)
        if answer.streaming:
            # Read to its end, so that its file is closed.
            answer.getvalue()
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer.status_code


def test_every_route_is_in_the_matrix():
    known = {(method, route) for route, _ in routes() for method in METHODS}
    assert known - MATRIX.keys() == set()
    assert MATRIX.keys() - known == set()


def test_every_route_with_an_argument_has_its_row(world):
    given = arguments(world)
    assert {route for route, names in routes() if names and sorted(given.get(route, ())) != names} == set()


def test_every_line_of_the_matrix_is_whole():
    assert [key for key, line in MATRIX.items() if len(line) != len(ROLES)] == []


def room_of(route):
    return route.split(":")[0] if ":" in route else "house"


@pytest.mark.parametrize("room", sorted({room_of(route) for _, route in MATRIX}))
def test_each_role_gets_what_the_matrix_says(world, client_of, room):
    expected = {key: line for key, line in MATRIX.items() if room_of(key[1]) == room}
    given = arguments(world)
    clients = {role: client_of(world.users[role]) for role in ROLES}
    found = {(method, route): statuses(clients, given, method, route) for method, route in expected}
    assert {key: line for key, line in found.items() if line != expected[key]} == {}


# What a page may write by being read: who is there, and that she read it.
MAY_BE_WRITTEN = (
    "accounts_accesslog",
    "accounts_chainhead",
    "django_session",
    "impec_cache",
    "mfa_authenticator",
    "usersessions_usersession",
)


@pytest.mark.parametrize("role", ["coordinator", "employer", "tutor", "trainer", "adviser", "funder", "trainee"])
def test_reading_a_page_changes_nothing(world, client_of, role):
    client, given = client_of(world.users[role]), arguments(world)
    written = {}
    for (method, route), line in MATRIX.items():
        if method == "GET" and line[ROLES.index(role)] == 200:
            with CaptureQueriesContext(connection) as queries:
                status_for(client, "GET", reverse(route, kwargs=given.get(route)))
            changes = [query["sql"] for query in queries if CHANGE.match(query["sql"])]
            written[route] = [sql[:120] for sql in changes if not any(table in sql for table in MAY_BE_WRITTEN)]
    assert {route: changes for route, changes in written.items() if changes} == {}


CHANGE = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b")


# Reached by a secret in the address rather than by a right.
LINKS = {
    "accounts:invitation",
    "cohorts:invitation",
    "exports:open_cover",
    "training:open_link",
    "tutoring:open_sheet_link",
}
BY_SECRET = LINKS | {"account_confirm_email", "account_reset_password_from_key", "training:feed"}
# The cohort and its sessions belong to all its employers: each sees there her own people only.
SHARED = {
    "cohort_page",
    "cohorts:milestone_list",
    "cohorts:seat_add",
    "cohorts:seat_list",
    "contracts:cohort_money",
    "contracts:whatif",
    "contracts:declare_month",
    "contracts:month",
    "exports:export_list",
    "exports:simulation",
    "imports:roster",
    "training:availability",
    "training:cohort_hours",
    "training:programme",
    # The same for everybody.
    "tutoring:grid_detail",
    "training:session_detail",
}


def test_the_neighbour_reaches_nothing_of_denis():
    """Read in the matrix itself, so that a line typed too quickly shows."""
    neighbour = ROLES.index("neighbour")
    named = {route for route, names in routes() if names} - BY_SECRET - SHARED
    reached = [key for key, line in MATRIX.items() if key[1] in named and line[neighbour] not in (403, 404, 405)]
    assert reached == []


def test_strangers_are_sent_to_sign_in_or_see_a_public_page():
    public = {route for (method, route), line in MATRIX.items() if line[0] not in (302, 405)}
    assert public == PUBLIC


PUBLIC = (BY_SECRET - LINKS) | {
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_signup",
    "check_file",
    "accounts:accessibility",
    "accounts:answer_invitation",
    "accounts:legal",
    "accounts:privacy",
    "cohorts:answer",
    "cohorts:answered",
    "exports:cover",
    "health",
    "help",
    "home",
    # 404 for everybody while ProConnect is off; tests/accounts/test_proconnect.py has their lines when it is on.
    "proconnect_account",
    "proconnect_return",
    "proconnect_sign_in",
    "training:ask_link",
    "training:check_certificate",
    "training:enter",
    "training:roll_worker",
    "tutoring:enter_sheets",
    "tutoring:sheet_manifest",
    "tutoring:sheet_state",
    "tutoring:sheet_worker",
}
