from contextlib import ExitStack

import pytest

from tests.workbooks.files import book, contents, parts, relations, row, sheet, text
from workbooks.patch import Archive
from workbooks.places import Area
from workbooks.template import Template, is_date_format, reference

NAMES = (
    "<definedNames><definedName name='Employeur_Nom'>Feuille1!$G$2</definedName>"
    "<definedName name='Zone'>'Feuille1'!$A$8:$U$47</definedName>"
    "<definedName name='Taux'>0.5</definedName>"
    "<definedName name='Ailleurs'>Perdue!$A$1</definedName>"
    "<definedName name='Local' localSheetId='0'>Feuille1!$A$1</definedName></definedNames>"
)
TABLE = (
    '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="1" name="T" displayName="T_Frais" '
    'ref="A6:C9" totalsRowCount="1"><tableColumns count="2"><tableColumn id="1" name="N°"/>'
    '<tableColumn id="2" name="Montant"/></tableColumns></table>'
)


@pytest.fixture
def opened(tmp_path):
    with ExitStack() as stack:

        def open_template(*sheets, **choices):
            return Template(stack.enter_context(Archive(book(tmp_path / "a.xlsx", *sheets, **choices))))

        yield open_template


@pytest.mark.parametrize(
    "code, is_date",
    [
        ("dd/mm/yyyy", True),
        ("[$-40C]d mmmm yyyy;@", True),
        ("hh:mm", True),
        ("[h]:mm", True),
        ("mmm\\-yy", True),
        ('#,##0.00\\ "€"', False),
        ('0.00" d"', False),
        ("0\\d", False),
        ("[Red]0.00", False),
        ("General", False),
        ("@", False),
    ],
)
def test_formats_that_show_a_date(code, is_date):
    assert is_date_format(code) is is_date


@pytest.mark.parametrize(
    "text, place",
    [
        ("'Suivi nominatif'!$C$9:$C$68", ("Suivi nominatif", Area(9, 3, 68, 3))),
        ("'L''été'!A1", ("L'été", Area(1, 1, 1, 1))),
        ("Dépenses!B2", ("Dépenses", Area(2, 2, 2, 2))),
        ("B2", ("ici", Area(2, 2, 2, 2))),
        ("$R:$R", ("ici", Area(1, 18, 1_048_576, 18))),
        ("5:9", ("ici", Area(5, 1, 9, 16_384))),
    ],
)
def test_references_are_areas(text, place):
    assert reference(text, "ici") == place


@pytest.mark.parametrize("text", ["Employeur_Nom", "0.5", "[1]Feuille!A1", "A1:B2:C3", "Un:Deux!A1", "T[Montant]", ""])
def test_what_is_no_reference(text):
    assert reference(text) is None


def test_sheets_names_and_styles(opened):
    template = opened(sheet(row(1, text("A1", "a"))), sheet(""), names=NAMES)
    assert template.sheets == {"Feuille1": "xl/worksheets/sheet1.xml", "Feuille2": "xl/worksheets/sheet2.xml"}
    assert template.names == {
        "Employeur_Nom": ("Feuille1", Area.of("G2")),
        "Zone": ("Feuille1", Area.of("A8:U47")),
    }
    assert template.date_styles == {1, 2, 4}
    assert not template.date_1904
    assert template.tables == []


def test_tables(opened):
    extra = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("table", "../tables/table1.xml")),
        "xl/tables/table1.xml": TABLE,
    }
    (table,) = opened(sheet(""), extra=extra).tables
    assert (table.name, table.sheet, table.part) == ("T_Frais", "Feuille1", "xl/tables/table1.xml")
    assert (table.area, table.totals, table.columns) == (Area.of("A6:C9"), 1, ["N°", "Montant"])


def test_reading_changes_nothing(opened, tmp_path):
    template = opened(sheet(""), names=NAMES)
    assert template.names
    expected = parts(sheet(""), names=NAMES)
    assert {name: data.decode() for name, data in contents(tmp_path / "a.xlsx").items()} == expected
