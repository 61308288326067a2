"""No log line keeps the token of an address."""

import logging
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.log_masks import TokenMask, masked
from tests.test_access import routes

TOKEN = "Zk3v-9QmXw_0aYp7RrT5uJh2LcNf8sBd1eGi4oKx6VM"


DOCUMENT = (Path(__file__).parents[2] / "docs/exploitation.md").read_text("utf-8")
PRIVATE = sorted(name for name, arguments in routes() if arguments == ["token"])


@pytest.mark.parametrize("route", PRIVATE)
def test_the_token_of_an_address_is_masked_here_and_named_for_the_proxy(route):
    path = reverse(route, args=[TOKEN])
    assert TOKEN not in masked(f"Internal Server Error: {path}")
    assert f"`{path[: path.index(TOKEN)]}`" in DOCUMENT


def test_addresses_that_open_by_themselves_are_found():
    assert {"accounts:invitation", "cohorts:invitation", "training:open_link", "training:feed"} <= set(PRIVATE)


def test_other_addresses_are_left_as_they_are():
    line = "Internal Server Error: /socle/etablissements/2/agenda/"
    assert masked(line) == line


def test_a_record_is_masked_before_it_is_written():
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "%s: %s", ("Erreur", f"/agenda/{TOKEN}.ics"), None
    )
    assert TokenMask().filter(record)
    assert record.getMessage() == "Erreur: /agenda/…"
