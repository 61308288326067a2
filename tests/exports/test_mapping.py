"""What may be named in a recipient's own workbook: the fields of its list, and no other."""

import pytest

from accounts.disclosure import FILE_COLUMNS, FILE_ENTRIES
from exports.actions.workbook_models import CODES
from exports.catalogue import CATALOGUE
from exports.entries import ENTRIES
from exports.mapping import column_fields, known_words
from regulations.nir import heading_looks_like_nir


@pytest.mark.parametrize("code", CODES)
def test_only_the_recipients_list_can_be_chosen(code):
    assert set(column_fields(code)) <= set(FILE_COLUMNS[code])
    assert set(FILE_ENTRIES[code]) <= ENTRIES.keys()
    words = known_words(code)
    assert words.keys() == set(column_fields(code))
    assert not any(heading_looks_like_nir(text) for texts in words.values() for text in texts)


def test_every_field_of_a_column_has_its_kind():
    assert {key for code in CODES for key in FILE_COLUMNS[code]} <= CATALOGUE.keys()
