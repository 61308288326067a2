"""What a recipient's empty workbook asks for."""

from pathlib import Path

import pytest

from tests.workbooks.files import book, relations, row, sheet, text
from workbooks.limits import Refused
from workbooks.places import address
from workbooks.survey import Survey, survey

DATA = Path(__file__).parent / "data"
RULE = '<dataValidation type="list" sqref="{area}"><formula1>{source}</formula1></dataValidation>'


def lists(*rules):
    shown = "".join(RULE.format(area=area, source=source) for area, source in rules)
    return f'<dataValidations count="{len(rules)}">{shown}</dataValidations>'


def people(*rows, headings=("Nom", "Prénom", "Sexe"), after=""):
    titles = row(1, *(text(f"{letter}1", words) for letter, words in zip("ABCDEF", headings, strict=False)))
    return sheet(titles + "".join(rows), after=after)


def empty(n, last="C"):
    return row(n, *(f'<c r="{letter}{n}" s="3"/>' for letter in "ABCDEF"[: "ABCDEF".index(last) + 1]))


def block_of(path):
    return survey(path).blocks[0][1]


# --- The two models of the notices


def test_two_rows_of_headings_and_forty_prepared_rows():
    name, block = survey(DATA / "modele-opco.xlsx").blocks[0]
    assert (name, block.heading_rows, block.first_row, block.last_row) == ("Stagiaires", [6, 7], 8, 47)
    assert (block.room, block.can_grow) == (40, False)
    assert block.column("C").levels == ["Identité du stagiaire", "Nom de\nnaissance *"]
    assert block.column("U").heading == "Subrogation (Oui/Non)"


def test_what_the_recipient_computes_numbers_or_locks_stays_his():
    block = block_of(DATA / "modele-opco.xlsx")
    assert [column.letter for column in block.columns if not column.is_open] == ["A", "P", "Q", "T"]
    assert block.column("A").filled
    assert block.column("T").computed
    assert block.column("P").locked


def test_lists_of_the_extension_and_of_a_hidden_sheet_are_read():
    block = block_of(DATA / "modele-opco.xlsx")
    assert block.column("B").choices == ["M.", "Mme"]
    assert block.column("G").choices[2] == "CDD - PEC (CUI-CAE)"
    assert block.column("U").choices == ["Oui", "Non"]


def test_lists_by_a_name_are_read():
    block = block_of(DATA / "modele-ddets.xlsx")
    assert block.column("J").choices == ["O", "N", "NV"]
    assert block.column("AD").choices[-1] == "Inconnue"


def test_a_row_of_numbers_under_the_headings_is_not_to_be_filled():
    assert block_of(DATA / "modele-ddets.xlsx").first_row == 9


def test_rows_counted_by_formulas_elsewhere_cannot_grow():
    assert block_of(DATA / "modele-ddets.xlsx").room == 60


def test_named_cells_are_told_by_what_stands_beside_them():
    found = survey(DATA / "modele-ddets.xlsx")
    assert found.cell("CANDIDATS_RECUS_F").label == "Candidats reçus – Femmes"
    assert found.cell("date_arrete").look == "date"
    # What the recipient computes is not asked for.
    assert found.cell("aide_ecart") is None


def test_a_table_ends_before_its_totals():
    name, block = survey(DATA / "modele-opco.xlsx").blocks[1]
    assert (name, block.table, block.last_row) == ("Dépenses", "T_Depenses", 26)
    assert [column.letter for column in block.columns] == list("ABCDEFGHI")


def test_hidden_sheets_are_named():
    assert survey(DATA / "modele-opco.xlsx").notes == ["Feuilles masquées, gardées telles quelles : « Listes »."]


def test_a_survey_is_kept_as_plain_data():
    found = survey(DATA / "modele-opco.xlsx")
    assert Survey.from_dict(found.as_dict()) == found


# --- Other people's habits


def test_an_example_is_told(tmp_path):
    rows = row(2, text("A2", "DURAND"), text("B2", "Zoé"), text("C2", "F")), empty(3), empty(4)
    block = block_of(book(tmp_path / "m.xlsx", people(*rows)))
    assert (block.examples, block.first_row, block.filled_rows) == ([2], 2, 0)


def test_people_left_in_a_model_are_counted(tmp_path):
    rows = [row(n, text(f"A{n}", "DURAND"), text(f"B{n}", "Zoé")) for n in range(2, 7)]
    block = block_of(book(tmp_path / "m.xlsx", people(*rows)))
    assert (block.examples, block.filled_rows) == ([], 5)


def test_rows_without_anything_below_may_grow(tmp_path):
    block = block_of(book(tmp_path / "m.xlsx", people(empty(2), empty(3))))
    assert (block.last_row, block.can_grow, block.room) == (3, True, None)


def test_a_total_ends_the_rows(tmp_path):
    block = block_of(book(tmp_path / "m.xlsx", people(empty(2), empty(3), row(4, text("A4", "TOTAL")))))
    assert (block.last_row, block.can_grow) == (3, False)


def test_sentences_of_help_are_not_a_row_to_fill(tmp_path):
    long = "Écrire ici ce que dit la pièce d'identité, en majuscules."
    rows = row(2, text("A2", long), text("B2", long), text("C2", "F ou H")), empty(3)
    assert block_of(book(tmp_path / "m.xlsx", people(*rows))).first_row == 3


def test_merged_rows_are_told(tmp_path):
    merges = '<mergeCells count="1"><mergeCell ref="A3:B3"/></mergeCells>'
    assert block_of(book(tmp_path / "m.xlsx", people(empty(2), empty(3), empty(4), after=merges))).merged == ["A3:B3"]


def test_a_heading_that_is_a_formula_is_said(tmp_path):
    computed = '<c r="D1" t="str"><f>"Né"</f><v>Né le</v></c>', '<c r="E1"><f>F9</f></c>'
    titles = text("A1", "Nom"), text("B1", "Prénom"), text("C1", "Sexe"), *computed
    found = survey(book(tmp_path / "m.xlsx", sheet(row(1, *titles) + empty(2, "E"))))
    assert found.blocks[0][1].column("D").heading == "Né le"
    assert found.notes == [
        "« Feuille1 », D1 : ce titre est une formule, on lit « Né le ».",
        "« Feuille1 », E1 : ce titre est une formule, sans résultat gardé, il n'est pas lu.",
    ]


@pytest.mark.parametrize(
    ("source", "choices", "is_lost"),
    [
        pytest.param('"F, H"', ["F", "H"], False, id="written out"),
        pytest.param("Feuille2!$A$1:$A$2", ["F", "H"], False, id="on another sheet"),
        pytest.param("#REF!", None, True, id="source vanished"),
        pytest.param("Absente!$A$1:$A$2", None, True, id="sheet vanished"),
        pytest.param("INDIRECT(A1)", None, False, id="computed"),
    ],
)
def test_lists_are_read_or_said_to_be_lost(tmp_path, source, choices, is_lost):
    first = people(empty(2), after=lists(("C2:C9", source.replace('"', "&quot;"))))
    second = sheet(row(1, text("A1", "F")) + row(2, text("A2", "H")))
    column = block_of(book(tmp_path / "m.xlsx", first, second)).column("C")
    assert (column.choices, column.choices_lost) == (choices, is_lost)


@pytest.mark.parametrize("count", [pytest.param(0, id="not written yet"), pytest.param(501, id="too many to keep")])
def test_a_list_that_cannot_be_told_whole_refuses_nothing(tmp_path, count):
    """Half a list would refuse the values of its other half."""
    first = people(empty(2), after=lists(("C2:C9", "Feuille2!$A$1:$A$900")))
    second = sheet("".join(row(n, text(f"A{n}", f"Commune {n}")) for n in range(1, count + 1)))
    column = block_of(book(tmp_path / "m.xlsx", first, second)).column("C")
    assert (column.choices, column.choices_lost) == (None, False)


def test_a_list_that_is_lost_is_said(tmp_path):
    path = book(tmp_path / "m.xlsx", people(empty(2), after=lists(("C2:C9", "#REF!"))))
    assert "« Feuille1 », C2:C9 : la liste déroulante renvoie à une plage qui n'existe plus." in survey(path).notes


def test_dates_counted_from_1904_are_said(tmp_path):
    path = book(tmp_path / "m.xlsx", people(empty(2)), workbook='<workbookPr date1904="1"/>')
    assert survey(path).date_1904
    assert "depuis 1904" in survey(path).notes[0]


def test_a_label_before_an_empty_cell_is_a_cell_to_fill(tmp_path):
    first = sheet(
        row(1, text("A1", "Cohorte :"), '<c r="B1" s="3"/>')
        + row(3, text("A3", "Nom"), text("B3", "Prénom"), text("C3", "Sexe"))
        + empty(4)
    )
    (cell,) = survey(book(tmp_path / "m.xlsx", first)).cells
    assert (cell.place, cell.label, cell.named) == ("Feuille1!B1", "Cohorte :", False)


# --- Refusals


def test_nothing_to_fill_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        survey(book(tmp_path / "m.xlsx", sheet(row(1, text("A1", "Bonjour")))))
    assert refused.value.code == "rien_a_remplir"


def test_links_to_other_files_are_refused(tmp_path):
    links = relations(("externalLinkPath", "autre.xlsx"))
    with pytest.raises(Refused) as refused:
        survey(book(tmp_path / "m.xlsx", people(empty(2)), extra={"xl/externalLinks/externalLink1.xml": links}))
    assert refused.value.code == "liens_externes"


TO_A_TABLE = relations(("table", "../tables/table1.xml"))
VALIDATION = '<dataValidations count="1"><dataValidation type="list" sqref="{area}"/></dataValidations>'


@pytest.mark.parametrize(
    ("after", "extra"),
    [
        pytest.param("", {"xl/worksheets/_rels/sheet1.xml.rels": TO_A_TABLE}, id="a table that is not there"),
        pytest.param(
            "",
            {"xl/worksheets/_rels/sheet1.xml.rels": TO_A_TABLE.replace("Target=", "Vers=")},
            id="a relation to nothing",
        ),
        pytest.param(
            "",
            {"xl/worksheets/_rels/sheet1.xml.rels": TO_A_TABLE.replace("Type=", "Sorte=")},
            id="a relation of no kind",
        ),
        pytest.param(VALIDATION.format(area="ZZZZ1"), {}, id="a list nowhere"),
        pytest.param(
            "", {"xl/styles.xml": "<styleSheet><cellXfs><xf numFmtId='x'/></cellXfs></styleSheet>"}, id="styles"
        ),
    ],
)
def test_parts_that_do_not_hold_together_are_refused_in_words(tmp_path, after, extra):
    with pytest.raises(Refused) as refused:
        survey(book(tmp_path / "m.xlsx", people(empty(2), after=after), extra=extra))
    assert refused.value.code == "abime"


FORMULA = '<c r="{place}"><f>1+1</f><v>2</v></c>'


@pytest.mark.parametrize(
    ("cell", "rows"), [('<c r="{place}" s="3"/>', 6_001), (FORMULA, 302)], ids=["cells", "formulas"]
)
def test_a_model_too_heavy_to_be_held_whole_is_refused(tmp_path, cell, rows):
    """A hundred columns of empty cells or of formulas: some kilobytes once zipped, hundreds of megabytes once open."""
    letters = [address(1, column).rstrip("1") for column in range(1, 101)]
    filled = (row(n, *(cell.format(place=f"{letter}{n}") for letter in letters)) for n in range(2, rows + 1))
    with pytest.raises(Refused) as refused:
        survey(book(tmp_path / "m.xlsx", people(*filled)))
    assert refused.value.code == "trop_lourd"
