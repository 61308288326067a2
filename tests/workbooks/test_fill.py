from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from python_calamine import CalamineWorkbook

from tests.workbooks.files import book, contents, number, relations, row, sheet, text
from workbooks.columns import Kind
from workbooks.edit import CannotFill
from workbooks.expected import Expected
from workbooks.fill import Entry, Tail, fill
from workbooks.guard import judge
from workbooks.limits import Limits
from workbooks.verify import verify

CALC = "xl/calcChain.xml"
PEOPLE = {"B": Kind.TEXT, "C": Kind.DATE, "D": Kind.HOURS}
ROWS = [("GAUDIN", date(1984, 6, 12), 210), ("MARÉCHAL", None, 0), ("=VALLET", date(1990, 1, 1), 70)]


@pytest.fixture
def template(tmp_path):
    """Headings on row 2, three prepared rows with a formula, a total; another sheet computes from it."""
    prepared = "".join(
        row(
            n,
            number(f"A{n}", n - 2),
            f'<c r="B{n}" s="3"/><c r="C{n}" s="1"/><c r="D{n}" s="5"/>',
            f'<c r="E{n}" s="5" t="str"><f>IF(D{n}="","",D{n}*2)</f><v></v></c>',
        )
        for n in (3, 4, 5)
    )
    first = sheet(
        row(1, text("A1", "Employeur"), '<c r="B1" s="3"/>')
        + row(2, text("A2", "N°"), text("B2", "Nom"), text("C2", "Né(e) le"), text("D2", "Heures"))
        + prepared
        + row(6, text("A6", "Total"), '<c r="D6"><f>SUM(D3:D5)</f><v>0</v></c>', '<c r="F6"><f>1+1</f><v>2</v></c>'),
        before='<dimension ref="A1:F6"/>',
        after='<mergeCells count="1"><mergeCell ref="B1:D1"/></mergeCells>'
        '<dataValidations count="1"><dataValidation type="list" sqref="B3:B5"><formula1>$Z$1:$Z$2</formula1>'
        "</dataValidation></dataValidations>",
    )
    second = sheet(row(1, '<c r="A1"><f>Feuille1!D6</f><v>0</v></c>', '<c r="B1"><f>2+2</f><v>4</v></c>'))
    third = sheet(row(1, text("A1", "Notice")))
    names = "<definedNames><definedName name='Employeur_Nom'>Feuille1!$B$1</definedName></definedNames>"
    rels = relations(
        ("worksheet", "worksheets/sheet1.xml"),
        ("worksheet", "worksheets/sheet2.xml"),
        ("worksheet", "worksheets/sheet3.xml"),
        ("styles", "styles.xml"),
        ("calcChain", "calcChain.xml"),
    )
    extra = {"xl/_rels/workbook.xml.rels": rels, CALC: "<calcChain/>", "xl/media/logo.png": bytes(range(256))}
    return book(tmp_path / "template.xlsx", first, second, third, extra=extra, names=names)


def values(path, name):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_prepared_rows_are_filled(template, tmp_path):
    with Expected() as expected:
        filled = fill(
            template,
            tmp_path / "filled.xlsx",
            entries=[Entry("employeur_nom", "EHPAD <Les Grèves> & Cie"), Entry("Feuille1!F1", 12, Kind.INTEGER)],
            tails=[Tail("Feuille1", 3, PEOPLE, ROWS, last_row=5)],
            expected=expected,
        )
        assert verify(filled.path, expected).message == "5 lignes, 11 cellules relues, 0 écart"
    assert values(filled.path, "Feuille1") == [
        ["Employeur", "EHPAD <Les Grèves> & Cie", "", "", "", 12.0],
        ["N°", "Nom", "Né(e) le", "Heures", "", ""],
        [1.0, "GAUDIN", date(1984, 6, 12), 3.5, "", ""],
        [2.0, "MARÉCHAL", "", 0.0, "", ""],
        [3.0, "=VALLET", date(1990, 1, 1), 1.17, "", ""],
        ["Total", "", "", "", "", 2.0],
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("=SOMME(A1)", "=SOMME(A1)", id="like a formula"),
        pytest.param("@LE GOFF", "@LE GOFF", id="like a function"),
        pytest.param("DUP\x00ONT\x07", "DUP�ONT�", id="control characters, each told"),
        pytest.param("ROSE 🌹 O’NEILL", "ROSE 🌹 O’NEILL", id="emoji"),
        pytest.param("عائشة ‏(Aïcha)", "عائشة ‏(Aïcha)", id="right to left"),
        pytest.param("  A_x0041_B & <C>", "  A_x0041_B & <C>", id="what XML would take for its own"),
    ],
)
def test_odd_names_are_written_whole_and_read_back(template, tmp_path, name, shown):
    with Expected() as expected:
        tail = Tail("Feuille1", 3, PEOPLE, [(name, None, None)], last_row=5)
        filled = fill(template, tmp_path / "filled.xlsx", tails=[tail], expected=expected)
        assert verify(filled.path, expected).ok
    assert values(filled.path, "Feuille1")[2][1] == shown
    assert openpyxl.load_workbook(filled.path)["Feuille1"]["B3"].data_type == "s"


def test_untouched_parts_keep_their_bytes(template, tmp_path):
    filled = fill(template, tmp_path / "filled.xlsx", tails=[Tail("Feuille1", 3, PEOPLE, ROWS)])
    before, after = contents(template), contents(filled.path)
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed == set(filled.changed)
    assert changed == {
        CALC,
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    } - ({"[Content_Types].xml"} if before["[Content_Types].xml"] == after["[Content_Types].xml"] else set())
    assert CALC not in after
    assert b"calcChain" not in after["xl/_rels/workbook.xml.rels"]
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]


def test_styles_formulas_lists_and_merges_stay(template, tmp_path):
    filled = fill(template, tmp_path / "filled.xlsx", tails=[Tail("Feuille1", 3, PEOPLE, ROWS)])
    there = openpyxl.load_workbook(filled.path)["Feuille1"]
    assert there["C3"].number_format == "dd/mm/yyyy"
    assert there["B4"].number_format == "@"
    assert there["E4"].value == '=IF(D4="","",D4*2)'
    assert [str(merge) for merge in there.merged_cells.ranges] == ["B1:D1"]
    assert str(there.data_validations.dataValidation[0].sqref) == "B3:B5"
    assert there.dimensions == "A1:F6"


def test_only_false_results_are_forgotten(template, tmp_path):
    filled = fill(template, tmp_path / "filled.xlsx", tails=[Tail("Feuille1", 3, {"D": Kind.HOURS}, [(60,)])])
    facts = judge(filled.path).sheets
    assert {place: formula.has_result for place, formula in facts[0].formulas.items()} == {
        (3, 5): False,
        (4, 5): True,
        (5, 5): True,
        (6, 4): False,
        (6, 6): True,
    }
    assert {place: formula.has_result for place, formula in facts[1].formulas.items()} == {(1, 1): False, (1, 2): True}


def test_nothing_empties_a_cell(template, tmp_path):
    filled = fill(template, tmp_path / "filled.xlsx", entries=[Entry("Feuille1!A3", None, Kind.INTEGER)])
    assert values(filled.path, "Feuille1")[2][0] == ""


def test_every_problem_is_told_at_once_and_nothing_is_written(template, tmp_path):
    with pytest.raises(CannotFill) as refused:
        fill(
            template,
            tmp_path / "filled.xlsx",
            entries=[
                Entry("Inconnu", "x"),
                Entry("Feuille1!E3", Decimal(1), Kind.EUROS),
                Entry("Feuille1!C1", "x"),
                Entry("Feuille1!B3", date(2026, 1, 1), Kind.DATE),
                Entry("Nulle part!A1", "x"),
            ],
            tails=[Tail("Feuille1", 3, PEOPLE, ROWS * 2, last_row=5), Tail("Absente", 3, PEOPLE, ROWS)],
        )
    assert refused.value.problems == [
        "Le modèle n'a pas de case « Inconnu ».",
        "Le modèle n'a pas de case « Nulle part!A1 ».",
        "« Feuille1 » a 3 lignes prêtes (jusqu'à la ligne 5) : il en faudrait 6.",
        "Le modèle n'a pas de feuille « Absente ».",
        "« Feuille1 », E3 contient une formule du modèle, qui doit y rester.",
        "« Feuille1 », C1 est couverte par la fusion B1:D1 : choisissez B1.",
        "« Feuille1 », B3 n'a pas de format de date : donnez-lui en un dans le modèle.",
    ]
    assert not (tmp_path / "filled.xlsx").exists()


def test_rows_never_run_into_a_total(template, tmp_path):
    with pytest.raises(CannotFill, match="D6 contient une formule"):
        fill(template, tmp_path / "filled.xlsx", tails=[Tail("Feuille1", 3, PEOPLE, ROWS * 2)])


def test_rows_replace_an_example_but_nothing_below(tmp_path):
    example = row(2, text("A2", "Exemple"))
    path = book(tmp_path / "a.xlsx", sheet(row(1, text("A1", "Nom")) + example + row(4, text("A4", "Fait à"))))
    filled = fill(path, tmp_path / "b.xlsx", tails=[Tail("Feuille1", 2, {"A": Kind.TEXT}, [("x",), ("y",)])])
    assert values(filled.path, "Feuille1") == [["Nom"], ["x"], ["y"], ["Fait à"]]
    with pytest.raises(CannotFill, match="A4 contient déjà quelque chose : partez d'un modèle vide"):
        fill(path, tmp_path / "b.xlsx", tails=[Tail("Feuille1", 2, {"A": Kind.TEXT}, [("x",)] * 3)])


# A table that grows.


@pytest.fixture
def growing(tmp_path):
    """A table of one prepared row, with a computed column, a list, a style of date, a filter and a total elsewhere."""
    workbook = openpyxl.Workbook()
    there = workbook.active
    there.title = "Suivi"
    there.append(["N°", "Nom", "Le", "Montant", "Double"])
    there.append([None, None, None, None, "=D2*2"])
    there["C2"].number_format = "dd/mm/yyyy"
    there["D2"].number_format = "0.00"
    there.row_dimensions[2].height = 30
    there.add_table(Table(displayName="T_Suivi", ref="A1:E2"))
    validation = DataValidation(type="list", formula1='"a,b"', sqref="B2")
    there.add_data_validation(validation)
    total = workbook.create_sheet("Total")
    total["A1"] = "=SUM(Suivi!D2:D3)"
    total["A2"] = "=SUM(T_Suivi[Montant])"
    workbook.defined_names.add(openpyxl.workbook.defined_name.DefinedName("Zone", attr_text="Suivi!$A$1:$E$2"))
    workbook.save(tmp_path / "growing.xlsx")
    return tmp_path / "growing.xlsx"


def test_added_rows_look_like_the_model_row(growing, tmp_path):
    columns = {"B": Kind.TEXT, "C": Kind.DATE, "D": Kind.EUROS}
    rows = [(f"nom {n}", date(2026, 1, 1), Decimal(n)) for n in range(1500)]
    with Expected() as expected:
        filled = fill(growing, tmp_path / "filled.xlsx", tails=[Tail("Suivi", 2, columns, rows)], expected=expected)
        assert verify(filled.path, expected).ok
    workbook = openpyxl.load_workbook(filled.path)
    there = workbook["Suivi"]
    assert [cell.value for cell in there[1501]] == [None, "nom 1499", datetime(2026, 1, 1), 1499, "=D1501*2"]
    assert there["C1501"].number_format == "dd/mm/yyyy"
    assert there.row_dimensions[1501].height == 30
    assert there.tables["T_Suivi"].ref == "A1:E1501"
    assert there.tables["T_Suivi"].autoFilter is None or there.tables["T_Suivi"].autoFilter.ref == "A1:E1501"
    assert str(there.data_validations.dataValidation[0].sqref) == "B2:B1501"
    assert workbook.defined_names["Zone"].attr_text == "Suivi!$A$1:$E$1501"
    assert there.dimensions == "A1:E1501"


def test_conditional_formats_print_area_and_filter_reach_the_added_rows(growing, tmp_path):
    workbook = openpyxl.load_workbook(growing)
    there = workbook["Suivi"]
    red = PatternFill(bgColor="FFFF0000")
    there.conditional_formatting.add("D2:D2", CellIsRule(operator="greaterThan", formula=["10"], fill=red))
    there.print_area = "A1:E2"
    plain = workbook.create_sheet("Sans tableau")
    plain.append(["N°", "Nom", "Le"])
    plain.append(["", "", ""])
    plain.auto_filter.ref = "A1:C2"
    workbook.save(growing)
    tails = [
        Tail("Suivi", 2, {"D": Kind.EUROS}, [(Decimal(n),) for n in range(9)]),
        Tail("Sans tableau", 2, {"B": Kind.TEXT}, [(f"nom {n}",) for n in range(9)]),
    ]
    filled = openpyxl.load_workbook(fill(growing, tmp_path / "filled.xlsx", tails=tails).path)
    (formats,) = filled["Suivi"].conditional_formatting
    assert (str(formats.sqref), filled["Suivi"].print_area) == ("D2:D10", "'Suivi'!$A$1:$E$10")
    assert filled["Sans tableau"].auto_filter.ref == "A1:C10"


def test_formula_that_misses_the_added_rows_is_told(growing, tmp_path):
    filled = fill(growing, tmp_path / "filled.xlsx", tails=[Tail("Suivi", 2, {"D": Kind.EUROS}, [(Decimal(1),)] * 9)])
    assert filled.notes == ["« Total », A1 ne compte pas les lignes ajoutées après la ligne 2."]


def test_totals_of_a_table_end_its_room(tmp_path):
    table = (
        '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="1" name="T" displayName="T" '
        'ref="A1:A4" totalsRowCount="1"><tableColumns count="1"><tableColumn id="1" name="a"/></tableColumns></table>'
    )
    extra = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("table", "../tables/table1.xml")),
        "xl/tables/table1.xml": table,
    }
    path = book(tmp_path / "a.xlsx", sheet(row(1, text("A1", "a")) + row(4, text("A4", "Total"))), extra=extra)
    with pytest.raises(CannotFill, match="2 lignes prêtes"):
        fill(path, tmp_path / "b.xlsx", tails=[Tail("Feuille1", 2, {"A": Kind.TEXT}, [("x",)] * 3)])
    assert fill(path, tmp_path / "b.xlsx", tails=[Tail("Feuille1", 2, {"A": Kind.TEXT}, [("x",)] * 2)]).notes == []
    assert values(tmp_path / "b.xlsx", "Feuille1") == [["a"], ["x"], ["x"], ["Total"]]


def test_dates_follow_the_template_s_system(tmp_path):
    path = book(
        tmp_path / "a.xlsx",
        sheet(row(1, '<c r="A1" s="1"/><c r="B1" s="1"/>')),
        workbook='<workbookPr date1904="1"/>',
    )
    entries = [
        Entry("Feuille1!A1", date(2026, 2, 2), Kind.DATE),
        Entry("Feuille1!B1", datetime(2026, 2, 2, 18), Kind.INSTANT),
    ]
    filled = fill(path, tmp_path / "b.xlsx", entries=entries)
    assert values(filled.path, "Feuille1") == [[date(2026, 2, 2), datetime(2026, 2, 2, 18)]]


def test_shared_formulas_are_carried_down(tmp_path):
    rows = row(1, number("A1", 1), '<c r="B1"><f t="shared" ref="B1:B2" si="0">A1*2</f><v>2</v></c>') + row(
        2, '<c r="A2"/>', '<c r="B2"><f t="shared" si="0"/><v>4</v></c>'
    )
    path = book(tmp_path / "a.xlsx", sheet(rows))
    tail = Tail("Feuille1", 1, {"A": Kind.INTEGER}, [(n,) for n in range(5)], model_row=2)
    filled = fill(path, tmp_path / "b.xlsx", tails=[tail])
    formulas = judge(filled.path, Limits()).sheets[0].formulas
    assert {place: formula.text for place, formula in formulas.items()} == {
        (1, 2): "A1*2",
        (2, 2): "",
        (3, 2): "A3*2",
        (4, 2): "A4*2",
        (5, 2): "A5*2",
    }


def test_prefixed_sheets_are_filled_too(tmp_path):
    plain = sheet(row(1, text("A1", "a"), '<c r="B1" s="3"/>'))
    prefixed = plain.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
    path = book(tmp_path / "a.xlsx", plain, extra={"xl/worksheets/sheet1.xml": prefixed})
    entries = [Entry("Feuille1!B1", "é"), Entry("Feuille1!C4", 3, Kind.INTEGER)]
    tails = [Tail("Feuille1", 5, {"A": Kind.TEXT}, [("x",), ("y",)])]
    filled = fill(path, tmp_path / "b.xlsx", entries=entries, tails=tails)
    blank = ["", "", ""]
    assert values(filled.path, "Feuille1") == [
        ["a", "é", ""], blank, blank, ["", "", 3.0], ["x", "", ""], ["y", "", ""],
    ]  # fmt: skip
