import pytest

from tests.workbooks.files import book, number, row, sheet, text
from workbooks.headings import find_headings, forms, words
from workbooks.read import read_workbook

FIELDS = {
    "last_name": ["Nom", "Nom de naissance"],
    "first_name": ["Prénom"],
    "birth_date": ["Né(e) le", "Date de naissance"],
    "planned": ["Formation prévues", "Heures prévues"],
    "done": ["Formation réalisées", "Heures réalisées"],
}


def read(tmp_path, *rows, merges=()):
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in merges)
    after = f"<mergeCells>{merged}</mergeCells>" if merges else ""
    return read_workbook(book(tmp_path / "a.xlsx", sheet("".join(rows), after=after))).sheets[0]


def line(n, *texts):
    return row(n, *(text(f"{chr(65 + i)}{n}", each) for i, each in enumerate(texts) if each))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Né(e) le *", "ne e le"),
        ("Code\npostal", "code postal"),
        ("N° de\xa0décision", "no de decision"),
        ("  TÉL. : ", "tel"),
        ("Cœur_de-métier**", "coeur de metier"),
        ("", ""),
    ],
)
def test_words_of_a_heading(text, expected):
    assert words(text) == expected


def test_brackets_may_be_left_out():
    assert forms("Durée (heures) *") == ["duree heures", "duree"]
    assert forms("Référent·e") == ["referent e", "referent"]


def test_headings_under_a_title_and_instructions(tmp_path):
    found = find_headings(
        read(
            tmp_path,
            line(1, "CANDIDATS"),
            line(2, "Une ligne par personne"),
            line(4, "N°", "NOM *", "Prénom\n(usuel)", "né(e) le", "Mystère"),
            line(5, "1", "GAUDIN", "Caroline"),
            merges=["A1:E1"],
        ),
        FIELDS,
    )
    assert found.rows == (4,)
    assert found.columns == {"last_name": 2, "first_name": 3, "birth_date": 4}
    assert found.others == {1: "N°", 5: "Mystère"}
    assert found.first_row_below == 5
    assert found.letters()["birth_date"] == "D"


def test_headings_on_two_rows(tmp_path):
    found = find_headings(
        read(
            tmp_path,
            line(1, "LISTE"),
            line(2, "Identité", "", "Formation", "", "Nom du tuteur"),
            line(3, "Nom", "Prénom", "prévues *", "réalisées *"),
            line(4, "GAUDIN", "Caroline"),
            merges=["A1:E1", "A2:B2", "C2:D2", "E2:E3"],
        ),
        FIELDS,
    )
    assert found.rows == (2, 3)
    assert found.columns == {"last_name": 1, "first_name": 2, "planned": 3, "done": 4}
    assert found.others == {5: "Nom du tuteur"}


def test_data_below_do_not_make_a_second_row(tmp_path):
    found = find_headings(read(tmp_path, line(1, "Nom", "Prénom", ""), line(2, "A", "B", "sans titre")), FIELDS)
    assert found.rows == (1,)


def test_doubles_are_told(tmp_path):
    found = find_headings(read(tmp_path, line(1, "Nom", "Prénom", "Nom de naissance")), FIELDS)
    assert found.columns == {"last_name": 1, "first_name": 2}
    assert found.doubles == {3: "last_name"}


def test_nothing_is_found_in_another_sheet(tmp_path):
    assert find_headings(read(tmp_path, line(1, "Mode d'emploi"), line(2, "Nom")), FIELDS) is None


def test_required_field_is_missing(tmp_path):
    there = read(tmp_path, line(1, "Nom", "Prénom"))
    assert find_headings(there, FIELDS, required=["birth_date"]) is None
    assert find_headings(there, FIELDS, required=["last_name"]).rows == (1,)


def test_numbers_are_no_headings(tmp_path):
    found = find_headings(read(tmp_path, row(1, text("A1", "Nom"), number("B1", 2), text("C1", "Prénom"))), FIELDS)
    assert found.others == {}


def test_heading_of_two_fields_is_a_mistake_of_ours(tmp_path):
    with pytest.raises(ValueError, match="both"):
        find_headings(read(tmp_path, line(1, "Nom")), {"a": ["Nom"], "b": ["nom *"]})
