"""Statements of OWASP ASVS 5.0.0 that hold for every page and every form, walked one after the other."""

import ast
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions import find_invitation, invite_member
from accounts.models import Invitation, Message, User
from accounts.roles import Role
from tests.access_rows import arguments
from tests.accounts.test_clean_text import forms_of_the_house
from tests.accounts.test_signin import PASSWORD
from tests.sources import MODELS, code_that_runs, name_of, tree_of
from tests.test_access import BY_SECRET, MATRIX, ROLES, SHARED

ELSEWHERE = "https://ailleurs.example/"
SQL = "' OR 1=1 --"
MARKUP = "</script><script>alert(7)</script>\"'"
READERS = ["coordinator", "employer", "tutor", "trainer", "funder", "administrator", "trainee"]


@pytest.fixture(autouse=True)
def place_of_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def places(world):
    """Route → its address."""
    given = arguments(world)
    return {route: reverse(route, kwargs=given.get(route)) for _, route in MATRIX}


def undone(client, method, path, *arguments, **more):
    """The answer, on rows that stay as they were."""
    cache.clear()
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = getattr(client, method)(path, *arguments, **more)
        if answer.streaming:
            answer.getvalue()
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def open_to(role, method):
    """Routes that answer this role with something else than a refusal."""
    return [name for (verb, name), line in MATRIX.items() if verb == method and line[ROLES.index(role)] in (200, 302)]


# --- Markup: 1.2.1, 1.2.3 ---


class Page(HTMLParser):
    """The scripts of a page, and where its links lead."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.links, self.inside = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.inside = tag == "script"
        if self.inside:
            self.scripts.append((values, ""))
        if tag in ("a", "form"):
            self.links.append(values.get("href") or values.get("action") or "")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            values, text = self.scripts[-1]
            self.scripts[-1] = (values, text + data)


# Not typed by anybody: their shape is checked when they are written.
COMPUTED = re.compile(
    r"hash|sha256|token|key|code|path|file|kind|type|siret|siren|version|identifier|number|phone|mail|password|present"
)


def texts_of(model):
    """Fields that hold what somebody typed."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.TextField) or (
            isinstance(field, models.CharField) and field.max_length >= 60
        )
        is_file = isinstance(field, models.FileField | models.EmailField)
        if is_text and not is_file and not field.choices and not field.unique and not COMPUTED.search(field.name):
            yield field.name


def fill_with_markup():
    """Every text that the database takes it in; gives how many fields."""
    filled = 0
    for model in MODELS:
        for name in texts_of(model):
            try:
                with transaction.atomic():
                    filled += bool(model._base_manager.update(**{name: MARKUP}))
            except IntegrityError:
                continue
    return filled


def pages(client, places, role):
    """Every page this role may open, with its answer and its text."""
    for route in open_to(role, "GET"):
        answer = undone(client, "get", places[route])
        if answer.status_code == 200 and not answer.streaming and "html" in answer["Content-Type"]:
            yield route, answer, answer.content.decode()


@pytest.mark.parametrize("role", READERS)
def test_markup_kept_in_any_field_stays_text_in_every_page(role, world, places, client_of):
    assert fill_with_markup() > 40
    met = 0
    for route, _, text in pages(client_of(world.users[role]), places, role):
        assert "<script>alert" not in text, route
        # Each script is a file of ours: there is no block of data in which a text could end the script.
        assert [values for values, inside in Page(text).scripts if inside.strip() or not values.get("src")] == [], route
        met += "alert(7)" in text
    assert met > 3


# --- Parameters: 1.2.4, 15.3.7 ---


NAMES = re.compile(r"""name="([a-z_]{2,30})\"""")
# Typed in addresses by hand: what lists, searches and pages read.
ALWAYS = ("q", "page", "tri", "etat", "cohorte", "cherche", "dans", "mois")


@pytest.mark.parametrize("role", ["coordinator", "employer", "funder"])
def test_no_parameter_of_any_page_breaks_it_or_opens_more(role, world, places, client_of):
    client = client_of(world.users[role])
    for route, before, text in list(pages(client, places, role)):
        names = {*NAMES.findall(text), *ALWAYS} - {"csrfmiddlewaretoken"}
        for query in (dict.fromkeys(names, SQL), {name: [SQL, "1", "2"] for name in names}):
            answer = undone(client, "get", places[route], query)
            assert answer.status_code < 500, (route, query)
            if not answer.streaming and "DA COSTA" not in before.content.decode():
                assert "DA COSTA" not in answer.content.decode(errors="replace"), (route, query)


def test_a_parameter_sent_twice_is_judged_by_the_value_that_is_used(client_of, claire, denis):
    client, mine = client_of(claire), claire.memberships.get()
    for values in ([mine.pk, denis.memberships.get().pk], [denis.memberships.get().pk, mine.pk]):
        client.post(reverse("accounts:switch"), {"membership": values})
        assert client.get(reverse("accounts:account")).context["acting_membership"] == mine
    for roles in ([Role.COORDINATOR, Role.FUNDER], [Role.FUNDER, Role.COORDINATOR]):
        client.post(reverse("accounts:invite"), {"email": "sophie@agence.example", "role": roles})
    assert set(Invitation.objects.values_list("role", flat=True)) <= {Role.COORDINATOR}


# --- The server opens no address that it is given: 1.3.6 ---


CLIENTS = {"urllib.request", "http.client", "requests", "httpx", "aiohttp", "urllib3", "socket", "ftplib"}


def test_no_code_of_ours_opens_an_address():
    """Mails and files leave through Django's own back-ends, and ProConnect is asked, at addresses that are settings."""
    found = []
    for path in code_that_runs():
        if name_of(path).startswith("accounts/proconnect/"):
            continue
        for node in ast.walk(tree_of(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            found += [f"{name_of(path)}: {name}" for name in names if name in CLIENTS]
    assert found == []


# --- Forms: 3.5.1, 3.7.2, 8.3.1, 8.4.1, 15.3.3 ---


@pytest.mark.parametrize("role", ["coordinator", "employer", "tutor", "trainer", "funder", "trainee"])
def test_no_form_is_received_without_its_token(role, world, places):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users[role])
    received = {route: undone(client, "post", places[route]).status_code for route in open_to(role, "POST")}
    assert {route: status for route, status in received.items() if status != 403} == {}


@pytest.mark.parametrize("role", ["coordinator", "employer", "trainee"])
def test_no_page_leads_off_the_site(role, world, places, client_of):
    client = client_of(world.users[role])
    asked = dict.fromkeys(("next", "return", "retour", "url", "to"), ELSEWHERE)
    for method in ("get", "post"):
        for route in open_to(role, method.upper()):
            answer = undone(client, method, places[route], asked, headers={"referer": ELSEWHERE})
            target = urlsplit(answer.headers.get("Location", ""))
            assert not target.netloc, (method, route, answer["Location"])
            assert target.scheme in ("", "http"), (method, route)
            if answer.status_code == 200 and not answer.streaming and "html" in answer["Content-Type"]:
                links = Page(answer.content.decode()).links
                assert [link for link in links if link.startswith((ELSEWHERE, "//", "javascript:"))] == [], route


# Whom a row belongs to is never asked: it is the one who sends the form, in the organisation she acts for.
OWNERS = {"organisation", "agency", "user", "author", "created_by", "recorded_by", "invited_by", "by", "sent_by"}
# Chosen among the colleagues in scope: who follows a cohort.
CHOSEN = {"ReferentForm": {"user"}}


def test_no_form_asks_who_owns_what_it_writes():
    asked = {form.__name__: OWNERS & set(form.base_fields) for form in forms_of_the_house()}
    assert {name: fields for name, fields in asked.items() if fields} == CHOSEN


def test_an_invitation_stays_in_the_organisation_of_who_sends_it(client_of, claire, denis):
    other = denis.memberships.get()
    client_of(claire).post(
        reverse("accounts:invite"),
        {
            "email": "sophie@agence.example",
            "role": Role.COORDINATOR,
            "organisation": other.organisation_id,
            "invited_by": other.pk,
            "accepted_at": "2026-11-20",
        },
    )
    sent = Invitation.objects.get()
    assert (sent.organisation, sent.invited_by) == (claire.memberships.get().organisation, claire.memberships.get())
    assert sent.accepted_at is None


def test_whoever_accepts_chooses_neither_her_role_nor_her_rights(client, claire, agency):
    invite_member(
        organisation=agency,
        email="sophie@agence.example",
        role=Role.COORDINATOR,
        invited_by=claire.memberships.get(),
        site="http://testserver/",
    )
    token = re.search(r"/invitation/([^/]+)/", Message.objects.get().body)[1]
    assert find_invitation(token)
    client.get(reverse("accounts:invitation", args=[token]))
    typed = {"first_name": "Sophie", "last_name": "GIRARD", "password": PASSWORD}
    more = {"is_admin": "on", "role": Role.ADMINISTRATOR, "email": "autre@agence.example", "is_active": ""}
    client.post(reverse("accounts:answer_invitation"), typed | more)
    membership = User.objects.get(email="sophie@agence.example").memberships.get()
    assert (membership.role, membership.is_admin, membership.organisation) == (Role.COORDINATOR, False, agency)
    assert not User.objects.filter(email="autre@agence.example").exists()


# The house's own journals and what is one's own.
LEFT_ASIDE = {"accounts.AccessLog", "accounts.ChainHead", "accounts.SentForm", "accounts.Message", "accounts.Job"}


def rows_of_others(gaelle):
    """Every row as it stands, her own account and organisation apart."""
    hers = {f"accounts.User {gaelle.pk}", f"accounts.Membership {gaelle.memberships.get().pk}"}
    kept = {}
    for model in MODELS:
        if model._meta.label in LEFT_ASIDE:
            continue
        for row in model._base_manager.values():
            kept[f"{model._meta.label} {row[model._meta.pk.attname]}"] = row
    return {name: row for name, row in kept.items() if name not in hers}


ANYTHING = {
    "reason": "Motif assez long pour être accepté",
    "note": "Une note",
    "name": "Nom pris à la voisine",
    "email": "voisine@estran.example",
    "starts_on": "2026-12-01",
    "ends_on": "2027-02-28",
    "signed_on": "2026-11-20",
    "due_on": "2026-12-10",
    "broken_on": "2026-11-20",
    "decision": "ACCEPTED",
    "outcome": "ACCEPTED",
    "quantity": "1",
    "version": "1",
    "confirm": "on",
}


def test_what_the_neighbour_sends_changes_no_row_of_another(world, places, client_of, gaelle):
    """Routes of Denis's rows, with whatever a form may ask: hers are not touched by this list."""
    client = client_of(gaelle)
    named = [route for route in places if reverse_has_row(route) and route not in BY_SECRET | SHARED]
    assert len(named) > 100
    before = rows_of_others(gaelle)
    for route in named:
        cache.clear()
        answer = client.post(places[route], ANYTHING)
        assert answer.status_code in (403, 404, 405), route
    assert rows_of_others(gaelle) == before


def reverse_has_row(route):
    return MATRIX["POST", route][ROLES.index("neighbour")] in (403, 404)


# --- Answers: 4.1.1, 14.2.1, 14.3.2 ---


@pytest.mark.parametrize("role", READERS)
def test_every_page_says_what_it_is_is_kept_by_no_cache_and_names_nobody_in_its_addresses(
    role, world, places, client_of
):
    client = client_of(world.users[role])
    people = re.compile(r"baudry|da.costa|amina|zo(é|%c3%a9)|turpin|@", re.IGNORECASE)
    for route in open_to(role, "GET"):
        answer = undone(client, "get", places[route])
        assert answer.status_code != 200 or answer["Content-Type"], route
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/"):
            assert "charset=utf-8" in answer["Content-Type"].lower(), route
        assert "no-store" in answer["Cache-Control"], route
        assert answer["X-Content-Type-Options"] == "nosniff", route
        assert not people.search(answer.headers.get("Location", "")), route
    for route, _, text in pages(client, places, role):
        links = [link for link in Page(text).links if not link.startswith("mailto:")]
        assert [link for link in links if people.search(link)] == [], route


# --- Forged headers: 4.1.3 ---


def test_forged_headers_change_no_link_in_an_invitation(client_of, claire):
    forged = {
        "X-Forwarded-Host": "ailleurs.example",
        "Forwarded": "host=ailleurs.example",
        "X-Host": "ailleurs.example",
    }
    client_of(claire).post(
        reverse("accounts:invite"), {"email": "sophie@agence.example", "role": Role.COORDINATOR}, headers=forged
    )
    body = Message.objects.get().body
    assert "http://testserver/invitation/" in body
    assert "ailleurs" not in body
