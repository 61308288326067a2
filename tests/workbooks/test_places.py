import pytest

from workbooks.places import Area, address, column_number, letters, row_and_column


@pytest.mark.parametrize("column, text", [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")])
def test_columns_have_letters(column, text):
    assert letters(column) == text
    assert column_number(text) == column


def test_address_and_back():
    assert row_and_column("$B$12") == (12, 2)
    assert address(12, 2) == "B12"


@pytest.mark.parametrize("text", ["XFE1", "A1048577", "A0", "12", "", "A1:B2", "é1"])
def test_places_outside_a_sheet_are_refused(text):
    with pytest.raises(ValueError):
        row_and_column(text)


def test_area_is_put_in_order():
    assert Area.of("C3:A1") == Area(1, 1, 3, 3)
    assert str(Area.of("B2")) == "B2"
    assert str(Area.of("A1:C3")) == "A1:C3"
    assert Area.of("A1:C3").size == 9
    assert (2, 3) in Area.of("A1:C3")
    assert (4, 3) not in Area.of("A1:C3")


def test_areas_meet():
    assert Area.of("A1:C3").meets(Area.of("C3:D9"))
    assert not Area.of("A1:C3").meets(Area.of("D1:D9"))
