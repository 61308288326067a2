import pytest

from workbooks.text import MAX_UNITS, clean, could_start_a_formula, escape, units


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+33 6", "-5", "@A1", "\tx", "\n=1", " =1", "\u200b=1", "\ufeff=1", "＝1", "＋1", "|cmd", "%a", "−1"],
)
def test_text_that_could_start_a_formula(text):
    assert could_start_a_formula(text)


@pytest.mark.parametrize("text", ["", "Amina", "1+1", "a=b", "«=»", "é"])
def test_ordinary_text(text):
    assert not could_start_a_formula(text)


def test_control_characters_become_visible():
    assert clean("a\x00b\x1fc\x7fd\x85e\ud800f\uffff") == "a�b�c�d�e�f�"
    assert clean("tab\tand\r\nlines\rkept") == "tab\tand\nlines\nkept"


def test_long_text_is_cut_with_a_mark():
    cut = clean("é" * (MAX_UNITS + 1))
    assert units(cut) == MAX_UNITS
    assert cut.endswith("… [texte coupé]")
    assert clean("é" * MAX_UNITS) == "é" * MAX_UNITS


def test_characters_beyond_the_first_plane_count_twice():
    cut = clean("😀" * 20_000)
    assert units(cut) <= MAX_UNITS
    assert cut.startswith("😀😀")
    assert cut.endswith("[texte coupé]")


def test_escapes_of_spreadsheets_stay_what_they_are():
    assert escape("a_x0041_b & <c>") == "a_x005F_x0041_b &amp; &lt;c&gt;"
