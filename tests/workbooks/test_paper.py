"""Wide sheets on paper: readable, the name of the row on each page, groups of columns together."""

from openpyxl import load_workbook

from workbooks.columns import Column
from workbooks.paper import PERCENT, SMALLEST_PERCENT, dots, last_of_pages, room
from workbooks.write import Sheet, write_workbook


def columns(*groups: tuple[str, int], width: float = 20) -> list[Column]:
    return [Column(f"{group}.{number}", f"{group} {number}", width=width) for group, n in groups for number in range(n)]


def test_what_fits_on_a_page_stays_on_one():
    narrow = columns(("person", 4), ("contract", 3))
    assert sum(map(dots, narrow)) < room()
    assert last_of_pages(narrow) == [7]


def test_what_is_a_little_too_wide_is_printed_a_little_smaller():
    wide = columns(("person", 5), ("contract", 4))
    assert room() < sum(map(dots, wide)) < room(SMALLEST_PERCENT)
    assert last_of_pages(wide) == [9]


def test_a_page_ends_with_a_group_of_columns():
    assert last_of_pages(columns(("person", 7), ("contract", 7), ("exit", 6))) == [7, 14, 20]


def test_a_group_longer_than_a_page_is_cut_where_the_page_is_full():
    wide = columns(("person", 25))
    assert last_of_pages(wide) == [7, 14, 21, 25]


def test_a_group_is_cut_rather_than_leaving_most_of_a_page_empty():
    assert last_of_pages(columns(("person", 3), ("contract", 12))) == [7, 14, 15]


def test_the_repeated_columns_take_their_place_on_each_page():
    wide = columns(("person", 25))
    assert last_of_pages(wide, lead=2) == [7, 12, 17, 22, 25]


def test_no_page_is_wider_than_the_paper():
    for width in (9, 16, 33, 60):
        wide = columns(*((f"group{number}", number % 7 + 1) for number in range(14)), width=width)
        for lead in (0, 1, 2):
            first = lead
            assert sum(map(dots, wide)) > room(SMALLEST_PERCENT)
            for last in last_of_pages(wide, lead):
                used = sum(map(dots, wide[:lead])) + sum(map(dots, wide[first:last]))
                assert used <= room() or last - first == 1
                assert last > first
                first = last
            assert first == len(wide)


def test_a_wide_sheet_is_printed_over_several_pages(tmp_path):
    wide = columns(("person", 9), ("contract", 7))
    path = tmp_path / "large.xlsx"
    write_workbook(path, [Sheet("Contrats", wide, [["x"] * 16], lead=2), Sheet("Court", wide[:3], [["x"] * 3])])
    book = load_workbook(path)
    sheet = book["Contrats"]
    assert (sheet.page_setup.orientation, sheet.page_setup.scale) == ("landscape", PERCENT)
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$B")
    assert [one.id for one in sheet.col_breaks.brk] == last_of_pages(wide, 2)[:-1] == [7, 12]
    assert sheet.freeze_panes == "C2"
    short = book["Court"]
    assert short.sheet_properties.pageSetUpPr.fitToPage
    assert (short.page_setup.fitToHeight, short.freeze_panes, short.col_breaks.brk) == (0, "A2", [])
    assert short.print_title_cols is None
