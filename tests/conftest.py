"""What every test can ask for."""

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.db import connections
from django.test import Client
from hypothesis import settings as examples
from playwright.sync_api import sync_playwright

from scripts.browser import launch
from tests.world import *  # noqa: F403 - fixtures of the cast

# All rules that are on by themselves, and those of WCAG 2.2 and of the RGAA that are not.
MORE_RULES = (
    "css-orientation-lock",
    "focus-order-semantics",
    "label-content-name-mismatch",
    "p-as-heading",
    "table-fake-caption",
    "target-size",
    "td-has-header",
)
AXE = {"resultTypes": ["violations"], "rules": {rule: {"enabled": True} for rule in MORE_RULES}}
# No test asserts a time: a loaded machine is not a counter-example.
examples.register_profile("house", deadline=None)
examples.load_profile("house")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """A test that opens pages is a browser test, and runs in their suite."""
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, tmp_path_factory, django_db_modify_db_settings_parallel_suffix):
    """On SQLite, browser tests have a base on disk: one in memory is shared by the threads of the server in a mode
    of its own, where a table that somebody writes is refused to the others at once, whatever their patience.
    """
    base = connections["default"].settings_dict
    if base["ENGINE"].endswith("sqlite3") and any("browser" in item.fixturenames for item in request.session.items):
        base["TEST"]["NAME"] = str(tmp_path_factory.mktemp("base") / "tests.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def erasures_of_the_tests(tmp_path_factory):
    """The ledger of erasures is a file outside the database: that of the tests is nobody else's."""
    settings.ERASURE_LEDGER = tmp_path_factory.mktemp("registre") / "effacements.jsonl"


@pytest.fixture(scope="session")
def browser():
    # Playwright keeps an event loop in the thread of the test, where Django would refuse to query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, live_server):
    """`open_page(user=None, width=1280)` gives a page in a window of its own, signed in as that user.

    At the end of the test no script may have failed, no part of a page be missing, no other server been asked.
    """
    troubles = []

    def open_one(user=None, width=1280, height=900):
        window = browser.new_context(
            base_url=live_server.url,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport={"width": width, "height": height},
        )
        windows.callback(window.close)
        if user:
            window.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": _session_of(user), "url": live_server.url}]
            )
        page = window.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
        page.on("console", lambda line: troubles.extend(_console_troubles(line)))
        page.on("response", lambda response: troubles.extend(_response_troubles(response)))
        page.on("request", lambda request: troubles.extend(_request_troubles(request, live_server.url)))
        return page

    with ExitStack() as windows:
        yield open_one
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def accessibility_faults():
    """`accessibility_faults(page)` lists what axe finds wrong on it, as (rule, places)."""

    def faults(page):
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(AXE_SCRIPT)
        violations = page.evaluate("options => axe.run(options)", AXE)["violations"]
        return [(found["id"], [str(node["target"]) for node in found["nodes"]]) for found in violations]

    return faults


# As `--nomigrations` makes them: many times faster than from the first migration to the last.
TABLES = """
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0)
"""


@pytest.fixture(scope="session")
def empty_base(tmp_path_factory):
    """A database with its tables and no row, made once."""
    folder = tmp_path_factory.mktemp("empty")
    made = _run_apart(TABLES, folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def run_program(tmp_path, empty_base):
    """Runs code in a process of its own, on an embedded database of the test: workers there are really killed."""
    if connections["default"].vendor != "sqlite":
        pytest.skip("its own database is SQLite whatever that of the suite: run there")
    shutil.copytree(empty_base, tmp_path, dirs_exist_ok=True)
    return lambda code: _run_apart(code, tmp_path)


def _run_apart(code, folder):
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'drill.sqlite3'}",
        "IMPEC_VAR": str(folder),
        "MAIL_DIR": str(folder / "mail"),
        "SECRET_KEY": "exercice" * 8,
        "DEBUG": "1",
        "IMPEC_TODAY": "2026-11-20",
    }
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)


def _session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _console_troubles(line):
    # A refused form answers 4xx, which Chromium writes as an error too: answers are judged apart.
    if line.type == "error" and not line.text.startswith("Failed to load resource"):
        yield f"console: {line.text}"


def _response_troubles(response):
    a_part_is_missing = response.status >= 400 and response.request.resource_type in (
        "font",
        "image",
        "script",
        "stylesheet",
    )
    if response.status >= 500 or a_part_is_missing:
        yield f"{response.status}: {response.url}"


def _request_troubles(request, server):
    parts = urlsplit(request.url)
    if parts.scheme in ("http", "https") and parts.netloc != urlsplit(server).netloc:
        yield f"elsewhere: {request.url}"
