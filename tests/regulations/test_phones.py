"""Telephone numbers, as people write them."""

import pytest

from regulations.phones import in_words, read_phone, receives_texts

WAYS = (
    "0612345678",
    "06 12 34 56 78",
    "06.12.34.56.78",
    "06-12-34-56-78",
    "06/12/34/56/78",
    "+33612345678",
    "+33 6 12 34 56 78",
    "+33 (0)6 12 34 56 78",
    "0033 6 12 34 56 78",
    "33612345678",
    "612345678",
    "(06) 12 34 56 78",
    "+33 06 12 34 56 78",
    "06\u00a012\u202f34 56 78",
    "tel:+33-6-12-34-56-78",
)


@pytest.mark.parametrize("written", WAYS)
def test_one_number_written_in_many_ways_is_one_number(written):
    assert read_phone(written) == "+33612345678"


@pytest.mark.parametrize(
    ("written", "number", "texts"),
    [
        pytest.param("02 33 58 00 00", "+33233580000", False, id="ARCEP 2018-0881, ligne fixe"),
        pytest.param("07 56 00 00 00", "+33756000000", True, id="ARCEP 2018-0881, mobile 07"),
        pytest.param("0692 12 34 56", "+262692123456", True, id="La Réunion, mobile"),
        pytest.param("0262 12 34 56", "+262262123456", False, id="La Réunion, fixe"),
        pytest.param("06 39 98 00 10", "+33639980010", True, id="ARCEP 2018-0881, numéro de fiction"),
        pytest.param("+262 (0)639 12 34 56", "+262639123456", True, id="Mayotte, mobile"),
        pytest.param("0690 12 34 56", "+590690123456", True, id="Guadeloupe, mobile"),
        pytest.param("00594 694 12 34 56", "+594694123456", True, id="Guyane, mobile"),
        pytest.param("+33 696 12 34 56", "+596696123456", True, id="Martinique, mobile écrit avec +33"),
        pytest.param("+32 470 12 34 56", "+32470123456", True, id="E.164, étranger"),
    ],
)
def test_numbers_of_everywhere_are_kept_in_one_form(written, number, texts):
    assert read_phone(written) == number
    assert receives_texts(number) is texts


@pytest.mark.parametrize(
    "written",
    ["", "06 12 34 56", "06 12 34 56 78 9", "zéro six", "+", "+0612", "00", "0012345678901234567", "٠٦١٢٣٤٥٦٧٨"],
)
def test_what_is_no_number_is_not_guessed(written):
    assert read_phone(written) is None


def test_a_number_is_shown_as_people_read_it():
    assert in_words("+33612345678") == "06 12 34 56 78"
    assert in_words("+262692123456") == "06 92 12 34 56"
    assert in_words("+32470123456") == "+32470123456"
