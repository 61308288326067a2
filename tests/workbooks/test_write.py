import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from workbooks.columns import Column, Kind
from workbooks.text import clean
from workbooks.write import Fact, Sheet, write_workbook

EVERY_KIND = {
    Kind.TEXT: ("Amina", "Amina", "General"),
    Kind.CODE: ("01234", "01234", "@"),
    Kind.INTEGER: (12, 12.0, "0"),
    Kind.HOURS: (200, 3.33, "0.00"),
    Kind.DECIMAL: (Decimal("28.50"), 28.5, "0.00"),
    Kind.EUROS: (Decimal("1234.50"), 1234.5, '#,##0.00\\ "€"'),
    Kind.PERCENT: (Decimal("0.475"), 0.475, "0.00\\ %"),
    Kind.DATE: (date(2026, 2, 2), date(2026, 2, 2), "dd/mm/yyyy"),
    Kind.TIME: (time(13, 30), time(13, 30), "hh:mm"),
    Kind.INSTANT: (datetime(2026, 2, 2, 9, 5), datetime(2026, 2, 2, 9, 5), "dd/mm/yyyy hh:mm"),
    Kind.MONTH: (date(2026, 2, 27), date(2026, 2, 1), "mm/yyyy"),
    Kind.YES_NO: (False, "Non", "General"),
}
COLUMNS = [Column(kind.value, f"Titre {kind.value}", kind) for kind in Kind]
VALUES = [EVERY_KIND[kind][0] for kind in Kind]


def one_column(path, kind, values, **column):
    return write_workbook(path, [Sheet("Liste", [Column("x", "X", kind, **column)], [(value,) for value in values])])


def read_back(path, title="Liste"):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(title).to_python(skip_empty_area=False)


def test_every_kind_keeps_its_value_type_and_format(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("Liste", COLUMNS, [VALUES])])
    assert read_back(path) == [[column.heading for column in COLUMNS], [EVERY_KIND[kind][1] for kind in Kind]]
    cells = openpyxl.load_workbook(path)["Liste"][2]
    assert [cell.number_format for cell in cells] == [EVERY_KIND[kind][2] for kind in Kind]


def test_nothing_is_an_absent_cell_and_zero_a_zero(tmp_path):
    path = tmp_path / "a.xlsx"
    zero = [0 if kind in (Kind.INTEGER, Kind.HOURS, Kind.DECIMAL, Kind.EUROS, Kind.PERCENT) else None for kind in Kind]
    write_workbook(path, [Sheet("Liste", COLUMNS, [[None] * len(COLUMNS), zero])])
    nothing, zeros = openpyxl.load_workbook(path)["Liste"].iter_rows(min_row=2)
    assert [cell.value for cell in nothing] == [None] * len(COLUMNS)
    assert [cell.value for cell in zeros] == zero
    assert b'<row r="2"></row>' in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")


def test_headings_stay_in_sight_and_filter(tmp_path):
    path = tmp_path / "a.xlsx"
    written = write_workbook(path, [Sheet("Liste", COLUMNS, (VALUES for _ in range(2500)))])
    sheet = openpyxl.load_workbook(path)["Liste"]
    assert written.rows == {"Liste": 2500}
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:L2501"
    assert sheet.dimensions == "A1:L2501"
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.column_dimensions["A"].width > 20


def test_users_text_is_never_a_formula(tmp_path):
    path = tmp_path / "a.xlsx"
    texts = ["=1+1", '=HYPERLINK("http://a")', "+33", "#N/A", "\t=1", "=", "TRUE", "1e5", "Amina"]
    one_column(path, Kind.TEXT, texts)
    cells = [row[0] for row in openpyxl.load_workbook(path)["Liste"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == texts
    assert {cell.data_type for cell in cells} == {"s"}
    assert [bool(cell.quotePrefix) for cell in cells] == [True, True, True, False, True, True, False, False, False]
    assert b"<f" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")


def test_control_characters_do_not_break_the_file(tmp_path):
    path = tmp_path / "a.xlsx"
    one_column(path, Kind.TEXT, ["a\x00b", "\ud83d", "  <a&b>  ", "line\r\nline", "_x0041_", "\x01"])
    assert [row[0] for row in read_back(path)[1:]] == ["a�b", "�", "  <a&b>  ", "line\nline", "_x0041_", "�"]


def test_long_text_is_cut_and_said(tmp_path):
    path = tmp_path / "a.xlsx"
    written = one_column(path, Kind.TEXT, ["a" * 40_000, "court"])
    assert len(read_back(path)[1][0]) == 32_767
    assert written.notes == ["Liste, X : 1 texte(s) de plus de 32 767 caractères coupé(s)."]


@given(st.lists(st.text(st.characters(), max_size=40), min_size=1, max_size=30))
def test_any_text_comes_back(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("texts") / "a.xlsx"
    one_column(path, Kind.TEXT, texts)
    rows = read_back(path)[1:]
    found = [row[0] for row in rows] + [""] * (len(texts) - len(rows))
    assert found == [clean(text) for text in texts]


@given(st.lists(st.dates(date(1900, 3, 1), date(9999, 12, 31)), min_size=1))
def test_any_date_comes_back(tmp_path_factory, days):
    path = tmp_path_factory.mktemp("dates") / "a.xlsx"
    one_column(path, Kind.DATE, days)
    assert [row[0] for row in read_back(path)[1:]] == days


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1))
def test_any_amount_comes_back(tmp_path_factory, amounts):
    path = tmp_path_factory.mktemp("amounts") / "a.xlsx"
    one_column(path, Kind.EUROS, amounts)
    assert [row[0] for row in read_back(path)[1:]] == [float(amount) for amount in amounts]


def test_dates_that_no_spreadsheet_counts_are_text(tmp_path):
    path = tmp_path / "a.xlsx"
    one_column(path, Kind.DATE, [date(1899, 5, 2), date(1900, 2, 28), date(1900, 3, 1)])
    assert [row[0] for row in read_back(path)[1:]] == ["02/05/1899", "28/02/1900", date(1900, 3, 1)]


@pytest.mark.parametrize(
    "kind, value",
    [
        pytest.param(Kind.TEXT, 12, id="number as text"),
        pytest.param(Kind.CODE, 12345678901234, id="SIRET as a number"),
        pytest.param(Kind.INTEGER, 1.5, id="float"),
        pytest.param(Kind.INTEGER, True, id="yes as a number"),
        pytest.param(Kind.EUROS, 1.5, id="amount as a float"),
        pytest.param(Kind.EUROS, Decimal("NaN"), id="no number"),
        pytest.param(Kind.INTEGER, 10**15, id="more digits than a workbook holds"),
        pytest.param(Kind.DATE, datetime(2026, 1, 1), id="instant as a date"),
        pytest.param(Kind.INSTANT, datetime.fromisoformat("2026-01-01T00:00+00:00"), id="instant with a zone"),
        pytest.param(Kind.YES_NO, "oui", id="text as a yes"),
    ],
)
def test_value_of_another_kind_is_refused_and_nothing_is_left(tmp_path, kind, value):
    with pytest.raises((TypeError, ValueError)):
        one_column(tmp_path / "a.xlsx", kind, [value])
    assert list(tmp_path.iterdir()) == []


def test_row_of_another_length_is_refused(tmp_path):
    with pytest.raises(ValueError):
        write_workbook(tmp_path / "a.xlsx", [Sheet("Liste", COLUMNS, [VALUES, VALUES[1:]])])


@pytest.mark.parametrize("title", ["", "a" * 32, "a/b", "a:b", "[a]", "'a", "a?"])
def test_title_that_a_spreadsheet_refuses(title):
    with pytest.raises(ValueError):
        Sheet(title, COLUMNS, [])


def test_titles_differ_whatever_the_case(tmp_path):
    with pytest.raises(ValueError):
        write_workbook(tmp_path / "a.xlsx", [Sheet("Liste", COLUMNS, []), Sheet("LISTE", COLUMNS, [])])


def test_informations_are_typed_and_count_the_rows(tmp_path):
    path = tmp_path / "a.xlsx"
    facts = [Fact("Arrêté au", date(2026, 11, 20), Kind.DATE), Fact("Demandé par", "=Claire"), Fact("Filtre", None)]
    write_workbook(path, [Sheet("Liste", COLUMNS, [VALUES])], informations=facts)
    assert read_back(path, "Informations") == [
        ["Information", "Valeur"],
        ["Arrêté au", date(2026, 11, 20)],
        ["Demandé par", "=Claire"],
        ["Filtre", ""],
        ["Lignes de la feuille « Liste »", 1.0],
    ]


def test_nothing_hidden_nothing_merged_no_name_but_the_application(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("Liste", COLUMNS, [VALUES])], application="Suivi & Cie", informations=[Fact("a", "b")])
    with zipfile.ZipFile(path) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        properties = ElementTree.fromstring(archive.read("docProps/core.xml"))
        application = ElementTree.fromstring(archive.read("docProps/app.xml"))
    assert list(properties) == []
    assert [element.text for element in application] == ["Suivi & Cie"]
    assert b"openpyxl" not in everything
    assert b"mergeCell" not in everything
    assert b'state="hidden"' not in everything
    assert b"<f>" not in everything


def test_progress_counts_the_rows_of_all_sheets(tmp_path):
    told = []
    sheets = [Sheet("A", COLUMNS, [VALUES] * 1500), Sheet("B", COLUMNS, [VALUES] * 10)]
    write_workbook(tmp_path / "a.xlsx", sheets, progress=told.append)
    assert told == [1000, 1500, 1510]


def test_same_rows_give_the_same_bytes(tmp_path):
    first = write_workbook(tmp_path / "a.xlsx", [Sheet("Liste", COLUMNS, [VALUES])])
    second = write_workbook(tmp_path / "b.xlsx", [Sheet("Liste", COLUMNS, [VALUES])])
    assert first.sha256 == second.sha256
    assert first.size == first.path.stat().st_size
    # Whenever they are written: no part says its hour.
    with zipfile.ZipFile(first.path) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
