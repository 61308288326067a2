import os
import subprocess
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference

from tests.workbooks.files import book, number, parts, row, sheet, text, zipped
from workbooks.columns import Column, Kind
from workbooks.facts import Formula
from workbooks.limits import MIB, Limits, Refused
from workbooks.places import Area
from workbooks.read import Cell, Content, exact, read_workbook, shown
from workbooks.write import Sheet, write_workbook


def one_row(path, *cells):
    read = read_workbook(book(path, sheet(row(1, *cells))))
    return read.sheets[0].rows.get(1, {})


def test_values_have_their_types(tmp_path):
    cells = one_row(
        tmp_path / "a.xlsx",
        text("A1", "Née à Avranches"),
        number("B1", "26.0"),
        number("C1", "0.30000000000000004"),
        number("D1", 46055, 1),
        number("E1", "46055.5", 1),
        number("F1", "0.833333333333333", 2),
        number("G1", "1.5", 4),
        '<c r="H1" t="b"><v>1</v></c>',
        number("I1", 46055),
        number("J1", "3.5", 5),
        number("L1", 26509901000018),
    )
    assert cells == {
        1: Cell("Née à Avranches", Content.TEXT),
        2: Cell(26, Content.NUMBER),
        3: Cell(Decimal("0.3"), Content.NUMBER),
        4: Cell(date(2026, 2, 2), Content.DATE),
        5: Cell(datetime(2026, 2, 2, 12), Content.INSTANT),
        6: Cell(time(20, 0), Content.TIME),
        7: Cell(timedelta(hours=36), Content.DURATION),
        8: Cell(True, Content.YES_NO),
        9: Cell(46055, Content.NUMBER),
        10: Cell(Decimal("3.5"), Content.NUMBER),
        12: Cell(26509901000018, Content.NUMBER),
    }


def test_day_number_without_a_format_of_date_is_a_number(tmp_path):
    cells = one_row(tmp_path / "a.xlsx", number("A1", 32874), number("B1", 32874, 1))
    assert [cell.is_date_format for cell in cells.values()] == [False, True]
    assert cells[2].value == date(1990, 1, 1)


def test_formulas_give_their_result_and_say_so(tmp_path):
    cells = one_row(
        tmp_path / "a.xlsx",
        '<c r="A1"><f>6*7</f><v>42</v></c>',
        '<c r="B1"><f>SUM(Z1:Z9)</f></c>',
        '<c r="C1" t="str"><f>"10004"</f><v>10004</v></c>',
        '<c r="D1"><f>"0612"</f></c>',
        '<c r="E1" t="e"><f>VLOOKUP(1,Z:Z,1)</f><v>#N/A</v></c>',
        '<c r="F1" t="str"><f>""</f><v></v></c>',
    )
    assert cells[1] == Cell(42, Content.NUMBER, Formula("6*7", True))
    assert (cells[2].kind, cells[2].lacks_result) == (Content.EMPTY, True)
    assert (cells[3].value, cells[3].formula.literal) == ("10004", "10004")
    assert (cells[4].value, cells[4].lacks_result) == ("0612", False)
    assert (cells[5].value, cells[5].kind) == ("#N/A", Content.ERROR)
    assert (cells[6].value, cells[6].lacks_result) == (None, False)


def test_sheets_keep_what_is_around_the_values(tmp_path):
    rows = row(2, text("B2", "masquée"), attributes=' hidden="1"') + row(9, text("B9", "fin"))
    path = book(
        tmp_path / "a.xlsx",
        sheet(rows, after='<mergeCells><mergeCell ref="B2:D3"/></mergeCells>'),
        sheet(row(1, text("A1", "liste"))),
        states=("visible", "hidden"),
    )
    first, second = read_workbook(path).sheets
    assert (first.name, first.hidden, second.name, second.hidden) == ("Feuille1", False, "Feuille2", True)
    assert list(first.rows) == [2, 9]
    assert first.hidden_rows == {2}
    assert first.merged(3, 4) == Area.of("B2:D3")
    assert first.merged(4, 4) is None
    assert first.cell(2, 2).value == "masquée"
    assert first.cell(50, 50) == Cell()
    assert first.where(2, 2) == "« Feuille1 », B2"


def test_sheets_that_are_charts_are_passed_over(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append([1, 2])
    chart = BarChart()
    chart.add_data(Reference(workbook.active, min_col=1, min_row=1))
    workbook.create_chartsheet("Graphique").add_chart(chart)
    workbook.create_sheet("Après").append(["x"])
    workbook.save(tmp_path / "a.xlsx")
    read = read_workbook(tmp_path / "a.xlsx")
    assert [sheet.name for sheet in read.sheets] == ["Sheet", "Après"]
    assert read["Après"].cell(1, 1).value == "x"
    with pytest.raises(KeyError):
        read["Graphique"]


def test_both_date_systems(tmp_path):
    rows = sheet(row(1, number("A1", 41573, 1)))
    assert read_workbook(book(tmp_path / "a.xlsx", rows)).sheets[0].cell(1, 1).value == date(2013, 10, 26)
    later = read_workbook(book(tmp_path / "b.xlsx", rows, workbook='<workbookPr date1904="1"/>'))
    assert later.sheets[0].cell(1, 1).value == date(2017, 10, 27)
    assert later.date_1904


def test_what_we_write_is_what_we_read(tmp_path):
    columns = [Column("a", "Nom"), Column("b", "SIRET", Kind.CODE), Column("c", "Heures", Kind.HOURS)]
    columns += [Column("d", "Le", Kind.DATE), Column("e", "Montant", Kind.EUROS)]
    rows = [("=Amina", "00012345678901", 210, date(2026, 2, 2), Decimal("1234.56")), (None, None, 0, None, None)]
    write_workbook(tmp_path / "a.xlsx", [Sheet("Liste", columns, rows)])
    read = read_workbook(tmp_path / "a.xlsx")["Liste"]
    assert [cell.value for cell in read.rows[2].values()] == [
        "=Amina",
        "00012345678901",
        Decimal("3.5"),
        date(2026, 2, 2),
        Decimal("1234.56"),
    ]
    assert {column: cell.value for column, cell in read.rows[3].items()} == {3: 0}


@given(st.decimals(-(10**11), 10**11, places=3))
def test_numbers_are_exact(value):
    assert exact(float(value)) == value


@pytest.mark.parametrize("value, expected", [(26.0, 26), (1e300, 10**300), (0.1 + 0.2, Decimal("0.3")), (-0.0, 0)])
def test_numbers_as_a_spreadsheet_shows_them(value, expected):
    assert exact(value) == expected


def test_numbers_that_are_none_are_errors(tmp_path):
    cells = one_row(tmp_path / "a.xlsx", number("A1", "NaN"), number("B1", "inf"), number("C1", 1))
    assert [cell.kind for cell in cells.values()] == [Content.ERROR, Content.ERROR, Content.NUMBER]


@pytest.mark.parametrize(
    "value, text",
    [
        (None, ""),
        (True, "VRAI"),
        (Decimal("3.50"), "3,50"),
        (12, "12"),
        (date(2026, 2, 2), "02/02/2026"),
        (datetime(2026, 2, 2, 9, 5), "02/02/2026 09:05"),
        (time(20, 0), "20:00"),
        (timedelta(hours=36), "36:00"),
        ("a", "a"),
    ],
)
def test_cells_can_be_quoted_in_french(value, text):
    assert shown(value) == text


def test_reading_stops_after_many_blank_rows_and_says_so(tmp_path):
    rows = row(1, text("A1", "a")) + row(2500, text("A2500", "très loin"))
    read = read_workbook(book(tmp_path / "a.xlsx", sheet(rows)))
    assert list(read.sheets[0].rows) == [1]
    assert read.notes == ["« Feuille1 » : lecture arrêtée après la ligne 1, suivie de plus de 2000 lignes vides."]


def test_progress_counts_rows(tmp_path):
    told = []
    rows = "".join(row(n, number(f"A{n}", n)) for n in range(1, 1201))
    read = read_workbook(book(tmp_path / "a.xlsx", sheet(rows)), progress=told.append)
    assert len(read.sheets[0].rows) == 1200
    assert told == sorted(told)
    assert told[0] == 0


# What goes wrong in the child is one refusal.


def broken(path):
    """Sound for the guard, but the reader finds no such shared text."""
    return book(path, sheet(row(1, '<c r="A1" t="s"><v>99</v></c>')))


def test_failure_of_the_reader_is_a_refusal(tmp_path):
    with pytest.raises(Refused) as refused:
        read_workbook(broken(tmp_path / "a.xlsx"))
    assert refused.value.code == "abime"
    assert "enregistrez-le de nouveau" in refused.value.message


def test_child_that_lacks_memory_is_a_refusal(tmp_path):
    # A process always has a little room left: one cell would fit in it.
    rows = "".join(row(n, text(f"A{n}", f"{n} " * 200)) for n in range(1, 5001))
    path = book(tmp_path / "a.xlsx", sheet(rows))
    with pytest.raises(Refused):
        read_workbook(path, replace(Limits(), memory_bytes=8 * MIB))


def test_child_that_lasts_too_long_is_a_refusal(tmp_path):
    path = book(tmp_path / "a.xlsx", sheet(row(1, text("A1", "a"))))
    with pytest.raises(Refused) as refused:
        read_workbook(path, replace(Limits(), clock_seconds=-1))
    assert refused.value.code == "trop_long"


def test_cell_at_the_far_corner_does_not_reach_the_reader(tmp_path):
    far = sheet(row(1, number("A1", 1)) + row(1048576, number("XFD1048576", 1)))
    with pytest.raises(Refused) as refused:
        read_workbook(book(tmp_path / "a.xlsx", far))
    assert refused.value.code == "trop_lourd"


def test_child_inherits_no_secret(tmp_path, monkeypatch):
    """A child that could see our environment would be given its variables by Popen: only the path is."""
    monkeypatch.setenv("SECRET_KEY", "hidden")
    seen = {}
    start = subprocess.Popen.__init__

    def spy(process, arguments, **options):
        seen.update(options["env"])
        start(process, arguments, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", spy)
    read_workbook(book(tmp_path / "a.xlsx", sheet(row(1, text("A1", "a")))))
    assert "SECRET_KEY" in os.environ
    assert set(seen) == {"PATH", "PYTHONIOENCODING", "PYTHONUTF8"}


def test_no_child_is_left_behind(tmp_path):
    for path in (broken(tmp_path / "a.xlsx"), zipped(tmp_path / "b.xlsx", {**parts(), "a": "b"})):
        with pytest.raises(Refused):
            read_workbook(path)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
