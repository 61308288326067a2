"""What may be named in a recipient's own workbook: the fields of its list, and no other."""

import pytest
from django.core.exceptions import ValidationError

from accounts.disclosure import FILE_COLUMNS, FILE_ENTRIES
from exports import actions
from exports.actions.workbook_models import CODES
from exports.catalogue import CATALOGUE
from exports.entries import ENTRIES
from exports.mapping import column_fields, known_words
from regulations.nir import heading_looks_like_nir
from tests import builders as b
from tests.exports.test_workbook_models import DDETS, received


def test_a_list_of_people_is_not_kept_without_a_column(world, claire):
    """The workbook of an OPCO asks its expenses by document, which no column of ours says: it would leave empty."""
    model = received(claire, financer=b.a_financer(), code="O4")
    with pytest.raises(ValidationError, match="une ligne par personne : dites ce qui va dans au moins une colonne"):
        actions.keep_model(model=model, user=claire)


def test_a_table_of_totals_may_fill_cells_alone(world, claire):
    model = received(claire, DDETS, code="D2")
    assert not model.mapping["columns"]
    assert actions.keep_model(model=model, user=claire).is_kept


@pytest.mark.parametrize("code", CODES)
def test_only_the_recipients_list_can_be_chosen(code):
    assert set(column_fields(code)) <= set(FILE_COLUMNS[code])
    assert set(FILE_ENTRIES[code]) <= ENTRIES.keys()
    words = known_words(code)
    assert words.keys() == set(column_fields(code))
    assert not any(heading_looks_like_nir(text) for texts in words.values() for text in texts)


def test_every_field_of_a_column_has_its_kind():
    assert {key for code in CODES for key in FILE_COLUMNS[code]} <= CATALOGUE.keys()
