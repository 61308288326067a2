"""Every page of every role: axe, two widths, the keyboard, forms in error, no script failing.

The pages are those that the access matrix opens to the role. One made of the same pieces as another already judged for
somebody else is not judged twice.
"""

import re
from html import unescape
from typing import NamedTuple

import pytest
from django.urls import reverse

from tests.access_rows import arguments
from tests.browser.page_checks import keyboard_faults, sideways, sideways_with_spaced_text, skip_link_fault
from tests.test_access import MATRIX, ROLES

WIDE, NARROW, HEIGHT = 1280, 320, 900
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\s[^<>]*)?)>")
ATTRIBUTE = re.compile(r'\s([a-z-]+)(?:="([^"]*)")?')
FORM = "form.form-page"


class Seen(NamedTuple):
    """A page as one role gets it."""

    route: str
    path: str
    title: str
    shape: frozenset


def pages_of(role, world, client) -> list[Seen]:
    given = arguments(world)
    opened = [route for (method, route), line in MATRIX.items() if method == "GET" and line[ROLES.index(role)] == 200]
    found = []
    for route in opened:
        path = reverse(route, kwargs=given.get(route))
        response = client.get(path)
        # Read to its end, a streamed answer closes itself; closing any by hand would close PostgreSQL's connection too.
        html = response.getvalue().decode(errors="replace")
        # A file, or a part of a page that a script puts in place, is no page.
        if html.lstrip().startswith("<!DOCTYPE html>"):
            title = TITLE.search(html)
            found.append(Seen(route, path, unescape(title.group(1)) if title else "", shape(html)))
    return found


def shape(html: str) -> frozenset:
    """What a page shows between its header and its footer: tags, classes and names of attributes, however many."""
    content = html.partition("<main")[2].partition("</main>")[0]
    return frozenset((tag, frozenset(pieces(rest))) for tag, rest in TAG.findall(content))


def pieces(attributes: str):
    for name, value in ATTRIBUTE.findall(attributes):
        yield name, value if name in ("class", "role", "type") else ""


@pytest.fixture(scope="module")
def judged():
    return {}


@pytest.mark.parametrize("role", ROLES)
def test_every_page_can_be_used_by_everybody(role, world, client_of, open_page, accessibility_faults, judged):
    user = world.users[role]
    page = open_page(user, width=WIDE, height=HEIGHT)
    faults = {}
    for seen in pages_of(role, world, client_of(user)):
        shapes = judged.setdefault(seen.route, set())
        if seen.shape not in shapes:
            noted = page_faults(page, seen, accessibility_faults, thoroughly=not shapes)
            shapes.add(seen.shape)
            faults |= {seen.path: noted} if noted else {}
    assert faults == {}


def page_faults(page, seen, accessibility_faults, *, thoroughly) -> list:
    """At both widths; the keyboard and the form in error once for each route."""
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    page.goto(seen.path)
    noted = [*faults_at(page, WIDE, accessibility_faults)]
    noted += reach_faults(page) if thoroughly else []
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    noted += faults_at(page, NARROW, accessibility_faults)
    noted += form_faults(page, accessibility_faults) if thoroughly else []
    return noted


def faults_at(page, width, accessibility_faults):
    yield from ((width, *fault) for fault in accessibility_faults(page))
    if sideways(page):
        yield width, f"{sideways(page)} pixels too wide"
    if width == NARROW and sideways_with_spaced_text(page):
        yield width, "too wide with spaced text"


def reach_faults(page):
    fault = skip_link_fault(page)
    if fault:
        yield fault
    yield from keyboard_faults(page)


def form_faults(page, accessibility_faults):
    """The form sent empty says what is wrong: in its title, at its top, beside each field."""
    if not page.locator(f"{FORM} [required]").count():
        return
    page.evaluate(
        "form => document.querySelectorAll(`${form} [required]`).forEach((field) => (field.value = ''))", FORM
    )
    with page.expect_navigation():
        page.locator(f"{FORM} .form-buttons button[type=submit]").first.click()
    if not page.title().startswith("Erreur : "):
        yield f"sent empty, the title is {page.title()}"
        return
    if page.evaluate("document.activeElement.className") != "error-summary":
        yield "sent empty, the focus is not on the summary"
    yield from (("in error", *fault) for fault in accessibility_faults(page))
    for link in page.locator(".error-summary a").all():
        if not page.locator(link.get_attribute("href")).count():
            yield f"the summary leads nowhere: {link.inner_text()}"


@pytest.mark.parametrize("role", ROLES)
def test_every_page_has_a_title_of_its_own(role, world, client_of):
    titles = {}
    for seen in pages_of(role, world, client_of(world.users[role])):
        assert seen.title.endswith(" — ImPEC'"), seen.path
        titles.setdefault(seen.title, []).append(seen.path)
    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("path, heading", [("/nulle-part/", "Page introuvable"), ("/journal/", "Accès non permis")])
def test_a_refused_page_can_be_used_too(bruno, open_page, accessibility_faults, path, heading, width):
    page = open_page(bruno, width=width)
    page.goto(path)
    assert page.locator("h1").inner_text() == heading
    assert accessibility_faults(page) == []
    assert sideways(page) == 0
