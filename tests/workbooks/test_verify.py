import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from tests.workbooks.files import contents, zipped
from workbooks.columns import Column, Kind
from workbooks.expected import Expected
from workbooks.limits import Refused
from workbooks.verify import Difference, Verification, verify
from workbooks.write import Fact, Sheet, write_workbook

COLUMNS = [Column(kind.value, f"Titre {kind.value}", kind) for kind in Kind]
ROW = [
    "=Amina\x00",
    "01234",
    12,
    200,
    Decimal("28.50"),
    Decimal("1234.5"),
    Decimal("0.475"),
    date(2026, 2, 2),
    time(0, 0),
    datetime(2026, 2, 2),
    date(2026, 2, 27),
    True,
]
LATER = [None, "", 0, 0, 0, 0, 0, date(1880, 1, 1), time(23, 59, 59), datetime(2026, 2, 2, 3, 33, 33), None, None]
SHEETS = [Sheet("Liste", COLUMNS, [ROW, LATER, ROW])]
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, SHEETS)
    return path


def tampered(path, old, new, part=SHEET):
    everything = contents(path)
    assert old.encode() in everything[part]
    return zipped(
        path.with_name("b.xlsx"), everything | {part: everything[part].replace(old.encode(), new.encode(), 1)}
    )


def test_what_was_written_is_found_again(tmp_path):
    path = tmp_path / "a.xlsx"
    with Expected() as expected:
        write_workbook(path, SHEETS, informations=[Fact("Arrêté au", date(2026, 2, 2), Kind.DATE)], expected=expected)
        outcome = verify(path, expected)
    assert outcome == Verification(rows=5, cells=40)
    assert outcome.ok
    assert outcome.message == "5 lignes, 40 cellules relues, 0 écart"


def test_rows_can_be_given_a_second_time(written):
    assert verify(written, SHEETS).message == "3 lignes, 36 cellules relues, 0 écart"


def test_thousands_of_rows(tmp_path):
    told = []
    rows = [(number, f"nom {number}") for number in range(2500)]
    sheets = [Sheet("Liste", [Column("a", "A", Kind.INTEGER), Column("b", "B")], rows)]
    write_workbook(tmp_path / "a.xlsx", sheets)
    outcome = verify(tmp_path / "a.xlsx", sheets, progress=told.append)
    assert outcome.message == "2\u202f500 lignes, 5\u202f000 cellules relues, 0 écart"
    assert told == sorted(told)


@pytest.mark.parametrize(
    "old, new, place, value",
    [
        pytest.param("=Amina", "=Nadia", "A2", "=Nadia�", id="text"),
        pytest.param("<v>12</v>", "<v>13</v>", "C2", "13.0", id="number"),
        pytest.param("<v>3.33</v>", "<v>3.34</v>", "D2", "3.34", id="hundredth"),
        pytest.param("<v>46055</v>", "<v>46056</v>", "H2", "2026-02-03", id="date"),
        pytest.param(">Oui<", ">Non<", "L2", "Non", id="yes"),
    ],
)
def test_changed_value_is_named(written, old, new, place, value):
    outcome = verify(tampered(written, old, new), SHEETS)
    assert outcome.count == 1
    assert not outcome.ok
    assert (outcome.differences[0].sheet, outcome.differences[0].cell) == ("Liste", place)
    assert outcome.differences[0].found == value


def test_text_turned_into_a_number_is_a_difference(written):
    old = 't="inlineStr"><is><t>01234</t></is></c>'
    outcome = verify(tampered(written, old, "><v>1234</v></c>"), SHEETS)
    assert outcome.differences[0] == Difference("Liste", "B2", "01234", "1234.0")
    assert "attendu « 01234 », relu « 1234.0 »" in str(outcome.differences[0])


def test_lost_number_format_is_a_difference(written):
    outcome = verify(
        tampered(written, 'formatCode="#,##0.00\\ &quot;€&quot;"', 'formatCode="0"', "xl/styles.xml"), SHEETS
    )
    assert not outcome.ok
    assert outcome.differences[0].cell.startswith("F")


def test_missing_and_added_rows_are_differences(written):
    everything = contents(written)
    sheet = everything[SHEET].decode()
    last = sheet[sheet.index('<row r="4">') : sheet.index("</sheetData>")]
    less = zipped(written.with_name("less.xlsx"), everything | {SHEET: sheet.replace(last, "")})
    assert verify(less, SHEETS).count == len(ROW)
    more = sheet.replace(last, last + '<row r="5"><c r="A5"><v>1</v></c></row>')
    assert verify(zipped(written.with_name("more.xlsx"), everything | {SHEET: more}), SHEETS).differences[0] == (
        "Liste",
        "L5",
        "rien",
        "une cellule de trop",
    )


def test_formula_is_a_difference(written):
    outcome = verify(tampered(written, "<v>12</v>", "<f>6+6</f><v>12</v>"), SHEETS)
    assert [difference.found for difference in outcome.differences] == ["une formule"]


def test_missing_sheet_is_a_difference(written):
    assert verify(written, [Sheet("Autre", COLUMNS, [ROW])]).count > 0


def test_only_the_first_differences_are_told(written):
    outcome = verify(written, [Sheet("Liste", COLUMNS, [ROW, LATER, ROW, *[ROW] * 50])])
    assert outcome.count == 50 * len(ROW)
    assert len(outcome.differences) == 100


def test_file_that_cannot_be_read_is_refused(written):
    written.write_bytes(written.read_bytes()[:2000])
    with pytest.raises(Refused):
        verify(written, SHEETS)
    assert not zipfile.is_zipfile(written)


def test_a_number_format_of_its_own_is_looked_at_too(tmp_path):
    days = Column("day", "Jour", Kind.DATE, number_format="yyyy-mm-dd")
    with Expected(tmp_path) as expected:
        path = tmp_path / "own.xlsx"
        write_workbook(path, [Sheet("Jours", [days], [[date(2026, 3, 2)], [None]])], expected=expected)
        assert verify(path, expected).ok
        plain = tmp_path / "plain.xlsx"
        write_workbook(plain, [Sheet("Jours", [Column("day", "Jour", Kind.DATE)], [[date(2026, 3, 2)], [None]])])
        assert not verify(plain, expected).ok
