"""Whatever is typed in whatever form, by whatever role: an answer in French, never an error page, never live markup."""

from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.urls import reverse

from tests.access_rows import arguments
from tests.test_access import routes

MARKUP = "\"'><script>alert(7)</script>"
ODD = (
    "",
    "é" * 10_000,
    "a\0b",
    "😀\u202eabc",
    "=1+1",
    MARKUP,
    "1 234,5",
    "1e999",
    "NaN",
    "-1",
    "0000-01-01",
    "9999-12-31",
    "31/02/2026",
    "9" * 30,
    "0." + "0" * 20 + "1",
    "²",
)
TURNS = 8
# Long to answer on purpose, or they end the session.
LEFT_OUT = {"account_change_password", "account_set_password", "account_login"}


class Forms(HTMLParser):
    """The forms of a page that post: where to, and each field with what it holds."""

    def __init__(self, page: str, text: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.page, self.fields, self.select = page, None, ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        name, value = values.get("name") or "", values.get("value") or ""
        if tag == "form" and values.get("method") == "post":
            self.fields = {}
            self.found.append((values.get("action") or self.page, self.fields))
        elif self.fields is None:
            return
        elif tag in ("input", "textarea") and name:
            if values.get("type") not in ("radio", "checkbox", "file") or "checked" in values:
                self.fields[name] = value
        elif tag == "select" and name:
            self.select = name
            self.fields.setdefault(name, "")
        elif tag == "option" and (not self.fields.get(self.select) or "selected" in values):
            self.fields[self.select] = value

    def handle_endtag(self, tag):
        if tag == "form":
            self.fields = None


def pages_of(client, world):
    """Every page this role may open, with its text."""
    rows = arguments(world)
    for route in sorted({name for name, _ in routes()} - LEFT_OUT):
        address = reverse(route, kwargs=rows.get(route))
        answer = client.get(address)
        if answer.streaming:
            answer.getvalue()
        elif answer.status_code == 200 and "html" in answer["Content-Type"]:
            yield address, answer.content.decode()


def some_odd(fields: dict[str, str], turn: int) -> dict[str, str]:
    """One field in three takes an odd value, another one at each turn; the others keep what the page proposes."""
    typed = dict(fields)
    for place, name in enumerate(fields):
        if (place + turn) % 3 == 0 and name != "csrfmiddlewaretoken":
            typed[name] = ODD[(place + turn) % len(ODD)]
    return typed


@pytest.fixture(autouse=True)
def place_of_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("role", ["coordinator", "employer", "tutor", "trainer", "funder", "administrator", "trainee"])
def test_no_odd_value_breaks_a_form(role, client_of, world):
    client = client_of(world.users[role])
    seen = set()
    for page, text in list(pages_of(client, world)):
        for address, fields in Forms(page, text).found:
            shape = (address, *sorted(fields))
            # One's own account is the same for everybody.
            if shape in seen or (address.startswith(reverse("accounts:account")) and role != "trainee"):
                continue
            seen.add(shape)
            for turn in range(TURNS):
                with transaction.atomic():
                    answer = client.post(address, some_odd(fields, turn))
                    transaction.set_rollback(True)
                assert answer.status_code < 500, (address, turn)
                assert answer.streaming or MARKUP not in answer.content.decode(errors="replace"), (address, turn)
    assert seen
