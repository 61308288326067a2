"""No log line keeps the token of an address."""

import logging

import pytest
from django.urls import reverse

from accounts.log_masks import TokenMask, masked

TOKEN = "Zk3v-9QmXw_0aYp7RrT5uJh2LcNf8sBd1eGi4oKx6VM"


@pytest.mark.parametrize("route", ["accounts:invitation", "cohorts:invitation", "training:open_link", "training:feed"])
def test_the_token_of_an_address_is_masked(route):
    path = reverse(route, args=[TOKEN])
    assert TOKEN not in masked(f"Internal Server Error: {path}")


def test_other_addresses_are_left_as_they_are():
    line = "Internal Server Error: /socle/etablissements/2/agenda/"
    assert masked(line) == line


def test_a_record_is_masked_before_it_is_written():
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "%s: %s", ("Erreur", f"/agenda/{TOKEN}.ics"), None
    )
    assert TokenMask().filter(record)
    assert record.getMessage() == "Erreur: /agenda/…"
