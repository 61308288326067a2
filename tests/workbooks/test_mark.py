"""A workbook given back with its faults marked: what its owner sees in it, and what did not change."""

import re
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName

from tests.workbooks import files
from workbooks.comments import LAST
from workbooks.guard import judge
from workbooks.limits import Limits, Refused
from workbooks.listed import Fault
from workbooks.mark import MOST_MARKS, mark
from workbooks.read import read_workbook

AUTHOR = "ImPEC'"
INTRO = "2 points à corriger."
SIRET = Fault("Employeurs d'ici", "B3", "3 LA CLOSERIE", "La clé du SIRET est fausse.", "Vérifiez-la.")
LATE = Fault("Personnes", "C2", "2 GAUDIN Léa", "Ce jour n'existe pas.")


@pytest.fixture
def book(tmp_path):
    """Two sheets as somebody keeps them: a comment, a rule of colours, a name of one sheet, the second one open."""
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Employeurs d'ici"
    for row in (["Nom", "SIRET"], ["LE PRÉ", "99998211900011"], ["LA CLOSERIE", "=1+1"]):
        first.append(row)
    first["A2"].comment = Comment("à rappeler", "Claire")
    first.conditional_formatting.add(
        "B2:B9", CellIsRule(operator="equal", formula=["1"], fill=PatternFill("solid", "FF00FF00"))
    )
    second = book.create_sheet("Personnes")
    for row in (["Nom", "Prénom", "Né le"], ["GAUDIN", "Léa", "31/02/1991"]):
        second.append(row)
    second.merge_cells("C2:C3")
    second.defined_names["ici"] = DefinedName("ici", attr_text="Personnes!$A$1")
    book.active = 1
    path = tmp_path / "suivi.xlsx"
    book.save(path)
    return path


@pytest.fixture
def given_back(tmp_path):
    def give(source, *faults, to="rendu.xlsx"):
        mark(source, tmp_path / to, faults, author=AUTHOR, intro=INTRO)
        judge(tmp_path / to)
        return tmp_path / to

    return give


def comments(path):
    return {
        f"{sheet.title}!{cell.coordinate}": cell.comment.text.replace(LAST, "")
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def coloured(path):
    """The cells that our rule colours, and its place before the sheet's own."""
    return {
        f"{sheet.title}!{one.sqref}": [rule.priority for rule in rules]
        for sheet in openpyxl.load_workbook(path)
        for one, rules in sheet.conditional_formatting._cf_rules.items()
        if rules[0].type == "expression"
    }


def rows_of(path):
    """The bytes of the rows of each sheet."""
    with zipfile.ZipFile(path) as archive:
        return {
            name: re.search(rb"<sheetData.*</sheetData>", archive.read(name), re.DOTALL)[0]
            for name in archive.namelist()
            if name.startswith("xl/worksheets/sheet")
        }


def test_each_fault_is_a_comment_on_its_cell_and_the_others_stay(book, given_back):
    assert comments(given_back(book, SIRET, LATE)) == {
        "Employeurs d'ici!A2": "à rappeler",
        "Employeurs d'ici!B3": "ImPEC' : La clé du SIRET est fausse. Vérifiez-la.",
        "Personnes!C2": "ImPEC' : Ce jour n'existe pas.",
    }


def test_the_rows_of_its_sheets_keep_their_bytes(book, given_back):
    before, after = rows_of(book), rows_of(given_back(book, SIRET, LATE))
    assert {name: after[name] for name in before} == before


def test_faulty_cells_are_coloured_before_any_other_rule(book, given_back):
    path = given_back(book, SIRET, LATE)
    assert coloured(path) == {"Employeurs d'ici!B3": [1], "Personnes!C2": [1]}
    rules = openpyxl.load_workbook(path)["Employeurs d'ici"].conditional_formatting
    assert sorted((str(each.sqref), each.rules[0].priority) for each in rules) == [("B2:B9", 2), ("B3", 1)]
    look = next(each.rules[0].dxf for each in rules if str(each.sqref) == "B3")
    assert look.fill.bgColor.rgb == "FFFFD9A0"


def test_the_first_sheet_links_to_each_fault_and_is_the_one_that_opens(book, given_back):
    opened = openpyxl.load_workbook(given_back(book, SIRET, LATE))
    assert opened.sheetnames == ["À corriger", "Employeurs d'ici", "Personnes"]
    assert opened.active.title == "À corriger"
    assert [sheet.title for sheet in opened if sheet.sheet_view.tabSelected] == ["À corriger"]
    assert list(opened.active.values)[1:] == [
        (INTRO, None, None, None, None),
        ("Feuille", "Case", "Ligne", "Ce qui ne va pas", "Que faire"),
        ("Employeurs d'ici", "B3", "3 LA CLOSERIE", "La clé du SIRET est fausse.", "Vérifiez-la."),
        ("Personnes", "C2", "2 GAUDIN Léa", "Ce jour n'existe pas.", None),
    ]
    assert opened.active["B4"].hyperlink.location == "'Employeurs d''ici'!B3"


def test_names_of_one_sheet_stay_with_their_sheet(book, given_back):
    opened = openpyxl.load_workbook(given_back(book, LATE))
    assert list(opened["Personnes"].defined_names) == ["ici"]


def test_several_faults_of_a_cell_are_one_comment(book, given_back):
    other = Fault("Personnes", "C2", "2 GAUDIN Léa", "Trop jeune.")
    assert comments(given_back(book, LATE, other))["Personnes!C2"] == "ImPEC' : Ce jour n'existe pas.\nTrop jeune."


def test_a_fault_under_a_merge_is_said_where_one_sees_it(book, given_back):
    under = Fault("Personnes", "C3", "3", "Date manquante.")
    assert comments(given_back(book, under))["Personnes!C2"] == "ImPEC' : C3 : Date manquante."


def test_a_fault_on_a_commented_cell_follows_what_was_said(book, given_back):
    fault = Fault("Employeurs d'ici", "A2", "2", "Déjà là.")
    path = given_back(book, fault)
    assert comments(path)["Employeurs d'ici!A2"] == "à rappeler\n\nImPEC' : Déjà là."
    assert comments(given_back(path, LATE, to="encore.xlsx"))["Employeurs d'ici!A2"] == "à rappeler"


def test_what_a_spreadsheet_made_one_text_is_taken_back_too(book, given_back, tmp_path):
    saved = openpyxl.load_workbook(given_back(book, Fault("Employeurs d'ici", "A2", "2", "Déjà là.")))
    saved.save(tmp_path / "enregistre.xlsx")
    assert comments(given_back(tmp_path / "enregistre.xlsx", LATE, to="encore.xlsx")) == {
        "Employeurs d'ici!A2": "à rappeler",
        "Personnes!C2": "ImPEC' : Ce jour n'existe pas.",
    }


def test_marking_again_replaces_the_former_marks(book, given_back):
    path = given_back(given_back(book, SIRET, LATE), LATE, to="encore.xlsx")
    assert comments(path) == {"Employeurs d'ici!A2": "à rappeler", "Personnes!C2": "ImPEC' : Ce jour n'existe pas."}
    assert coloured(path) == {"Personnes!C2": [1]}
    assert openpyxl.load_workbook(path).sheetnames == ["À corriger", "Employeurs d'ici", "Personnes"]
    assert [row[1] for row in openpyxl.load_workbook(path)["À corriger"].values][3:] == ["C2"]


def test_marks_are_known_again_after_a_spreadsheet_saved_the_file(book, given_back, tmp_path):
    saved = openpyxl.load_workbook(given_back(book, SIRET, LATE))
    saved.move_sheet("À corriger", 2)
    # LibreOffice forgets who said what.
    for sheet, place in (("Employeurs d'ici", "B3"), ("Personnes", "C2"), ("Employeurs d'ici", "A2")):
        saved[sheet][place].comment.author = " "
    saved.save(tmp_path / "enregistre.xlsx")
    path = given_back(tmp_path / "enregistre.xlsx", LATE, to="encore.xlsx")
    assert comments(path) == {"Employeurs d'ici!A2": "à rappeler", "Personnes!C2": "ImPEC' : Ce jour n'existe pas."}
    opened = openpyxl.load_workbook(path)
    assert opened.sheetnames == ["Employeurs d'ici", "Personnes", "À corriger"]
    assert opened.active.title == "À corriger"


def test_somebodys_own_sheet_of_that_name_stays(tmp_path, given_back):
    book = openpyxl.Workbook()
    book.active.title = "à corriger"
    book.active.append(["le mien"])
    book.save(tmp_path / "mien.xlsx")
    opened = openpyxl.load_workbook(given_back(tmp_path / "mien.xlsx", Fault("à corriger", "A1", "1", "Non.")))
    assert opened.sheetnames == ["À corriger (2)", "à corriger"]
    assert opened["à corriger"]["A1"].value == "le mien"


def test_a_text_of_a_fault_is_never_a_formula_nor_breaks_the_file(book, given_back):
    odd = Fault("Personnes", "B2", '=2 "<é>"\x07', "@SUM <b> & \x00", "]]>")
    path = given_back(book, odd)
    line = next(openpyxl.load_workbook(path)["À corriger"].iter_rows(min_row=4))
    assert {cell.data_type for cell in line} <= {"s", "inlineStr"}
    assert [sheet.name for sheet in read_workbook(path).sheets] == ["À corriger", "Employeurs d'ici", "Personnes"]


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        pytest.param('<legacyDrawing xmlns:r="x" r:id="rId9"/>', False, id="a drawing that is not there"),
        pytest.param('<pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/>', True, id="margins"),
    ],
)
def test_a_sheet_keeps_the_order_that_the_format_wants(tmp_path, given_back, after, kept):
    source = files.book(
        tmp_path / "livre.xlsx", files.sheet(f'<row r="1">{files.text("A1", "Nom")}</row>', after=after)
    )
    path = given_back(source, Fault("Feuille1", "A1", "1", "Non."))
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    tags = re.findall(r"<(conditionalFormatting|pageMargins|legacyDrawing)\b", sheet)
    assert tags[0] == "conditionalFormatting"
    assert tags[-1] == "legacyDrawing"
    assert tags.count("legacyDrawing") == 1
    assert ("pageMargins" in tags) == kept


@pytest.mark.parametrize(
    "break_it",
    [
        pytest.param(lambda parts: parts.update({"xl/styles.xml": "<x"}), id="styles that are not XML"),
        pytest.param(lambda parts: parts.pop("xl/styles.xml"), id="no styles"),
        pytest.param(
            lambda parts: parts.update({"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{files.MAIN}"/>'}), id="no rows"
        ),
    ],
)
def test_a_workbook_that_could_be_harmed_is_not_marked(tmp_path, break_it):
    parts = files.parts(files.sheet(""))
    break_it(parts)
    source = files.zipped(tmp_path / "livre.xlsx", parts)
    with pytest.raises(Refused):
        mark(source, tmp_path / "rendu.xlsx", [Fault("Feuille1", "A1", "1", "Non.")], author=AUTHOR, intro=INTRO)
    assert not (tmp_path / "rendu.xlsx").exists()


def test_too_many_faults_are_a_list_of_their_own(book, tmp_path):
    with pytest.raises(Refused):
        mark(book, tmp_path / "rendu.xlsx", [LATE] * (MOST_MARKS + 1), author=AUTHOR, intro=INTRO)


def test_a_sheet_that_is_not_there_is_refused(book, tmp_path):
    with pytest.raises(Refused):
        mark(book, tmp_path / "rendu.xlsx", [Fault("Autre", "A1", "1", "Non.")], author=AUTHOR, intro=INTRO)


# --- What people and odd programs do to a workbook

HERE = Fault("Feuille1", "A1", "1", "Non.")
ROW = f'<row r="1">{files.text("A1", "Nom")}</row>'


def names_of(path):
    with zipfile.ZipFile(path) as archive:
        return re.findall(rb'<definedName[^>]*name="(ImPEC[^"]*)"', archive.read("xl/workbook.xml"))


def test_a_list_deleted_since_comes_back_once(book, given_back, tmp_path):
    saved = openpyxl.load_workbook(given_back(book, SIRET, LATE))
    del saved["À corriger"]
    saved.save(tmp_path / "sans.xlsx")
    path = given_back(tmp_path / "sans.xlsx", LATE, to="encore.xlsx")
    assert names_of(path) == [b"ImPEC_a_corriger"]
    assert openpyxl.load_workbook(path).sheetnames[0] == "À corriger"


def test_a_list_pasted_into_somebodys_sheet_does_not_cost_that_sheet(book, given_back, tmp_path):
    saved = openpyxl.load_workbook(given_back(book, SIRET))
    saved.defined_names["ImPEC_a_corriger"].attr_text = "Personnes!$A$1"
    saved.save(tmp_path / "colle.xlsx")
    path = given_back(tmp_path / "colle.xlsx", SIRET, to="encore.xlsx")
    assert openpyxl.load_workbook(path)["Personnes"]["A2"].value == "GAUDIN"
    assert names_of(path) == [b"ImPEC_a_corriger"]


def test_a_list_hidden_since_is_shown(book, given_back, tmp_path):
    saved = openpyxl.load_workbook(given_back(book, SIRET))
    saved.active = 1
    saved["À corriger"].sheet_state = "hidden"
    saved.save(tmp_path / "cache.xlsx")
    opened = openpyxl.load_workbook(given_back(tmp_path / "cache.xlsx", SIRET, to="encore.xlsx"))
    assert opened["À corriger"].sheet_state == "visible"


def test_what_somebody_wrote_after_our_words_stays(book, given_back, tmp_path):
    saved = openpyxl.load_workbook(given_back(book, LATE))
    cell = saved["Personnes"]["C2"]
    cell.comment = Comment(f"{cell.comment.text}\nAppelée le 3.", " ")
    saved.save(tmp_path / "ecrit.xlsx")
    path = given_back(tmp_path / "ecrit.xlsx", LATE, to="encore.xlsx")
    assert comments(path)["Personnes!C2"] == "\nAppelée le 3.\n\nImPEC' : Ce jour n'existe pas."


@pytest.mark.parametrize(
    "width", ["-1e9", "1e308", "1e999", "0"], ids=["below zero", "too wide", "beyond any", "nothing"]
)
def test_columns_of_any_width_are_marked(tmp_path, given_back, width):
    cols = f'<cols><col min="1" max="3" width="{width}"/></cols>'
    source = files.book(tmp_path / "livre.xlsx", files.sheet(ROW, before=cols))
    assert comments(given_back(source, HERE)) == {"Feuille1!A1": "ImPEC' : Non."}


def test_many_long_merges_and_columns_are_not_walked_through(tmp_path):
    merges = "".join(f'<mergeCell ref="{column}1:{column}1000000"/>' for column in "BCDEFGHIJK") * 500
    columns = "".join(f'<col min="{n * 1001 + 1}" max="{n * 1001 + 9999}" width="9"/>' for n in range(500))
    sheet = files.sheet(ROW, before=f"<cols>{columns}</cols>", after=f"<mergeCells>{merges}</mergeCells>")
    limits = Limits(max_merged_cells=10**12, memory_bytes=256 << 20, cpu_seconds=4)
    source = files.book(tmp_path / "livre.xlsx", sheet)
    mark(source, tmp_path / "rendu.xlsx", [HERE], author=AUTHOR, intro=INTRO, limits=limits)
    with zipfile.ZipFile(tmp_path / "rendu.xlsx") as archive:
        assert b"Non." in archive.read("xl/comments1.xml")


def test_a_part_announced_and_absent_is_not_announced_twice(tmp_path, given_back):
    there = f'<Override PartName="/xl/comments1.xml" ContentType="{files.SPREADSHEET}.comments+xml"/></Types>'
    parts = files.parts(files.sheet(ROW))
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", there)
    source = files.zipped(tmp_path / "livre.xlsx", parts)
    with zipfile.ZipFile(given_back(source, HERE)) as archive:
        announced = re.findall(rb'PartName="([^"]+)"', archive.read("[Content_Types].xml"))
    assert len(announced) == len(set(announced))


@pytest.mark.parametrize(
    "sheet",
    [
        pytest.param(files.sheet(ROW).replace("UTF-8", "ISO-8859-1"), id="another encoding"),
        pytest.param(files.sheet(ROW).replace("sheetData", "sheetData-x"), id="a tag that looks like the rows"),
        pytest.param(files.sheet(ROW, after="<mergeCells><mergeCell/></mergeCells>"), id="a merge of nothing"),
    ],
)
def test_what_cannot_be_marked_safely_is_refused(tmp_path, sheet):
    source = files.book(tmp_path / "livre.xlsx", sheet)
    with pytest.raises(Refused):
        mark(source, tmp_path / "rendu.xlsx", [HERE], author=AUTHOR, intro=INTRO)
    assert list(tmp_path.iterdir()) == [source]


def test_a_workbook_that_takes_too_long_is_refused(book, tmp_path):
    with pytest.raises(Refused):
        mark(book, tmp_path / "rendu.xlsx", [LATE], author=AUTHOR, intro=INTRO, limits=Limits(clock_seconds=0))


def test_a_workbook_that_could_not_be_sent_again_is_refused(book, tmp_path):
    with pytest.raises(Refused):
        mark(book, tmp_path / "rendu.xlsx", [LATE], author=AUTHOR, intro=INTRO, limits=Limits(max_bytes=1_000))
