from dataclasses import replace

import pytest

from workbooks.csvfile import read_csv
from workbooks.limits import Limits, Refused
from workbooks.read import Content

LINES = 'Réf.;Nom;Observations\nO2R-1;LECŒUR;"mobilité; garde\nd’enfant ""à voir"""\n\nO2R-2;GRÉGOIRE;\n'


def rows_of(path):
    sheet = read_csv(path).sheets[0]
    return {number: [cell.value for cell in row.values()] for number, row in sheet.rows.items()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_encoding_and_separator_are_found(tmp_path, encoding, separator, ending):
    path = tmp_path / "liste.csv"
    lines = 'Réf.;Nom;Observations\nO2R-1;LECŒUR;"mobilité; garde"\nO2R-2;GRÉGOIRE;\n'
    path.write_bytes(lines.replace(";", separator).replace("\n", ending).encode(encoding))
    assert rows_of(path) == {
        1: ["Réf.", "Nom", "Observations"],
        2: ["O2R-1", "LECŒUR", f"mobilité{separator} garde"],
        3: ["O2R-2", "GRÉGOIRE"],
    }


def test_records_may_take_several_lines(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text(LINES, encoding="utf-8")
    sheet = read_csv(path).sheets[0]
    assert sheet.cell(2, 3).value == 'mobilité; garde\nd’enfant "à voir"'
    assert sheet.cell(2, 3).kind is Content.TEXT
    assert list(sheet.rows) == [1, 2, 4]
    assert sheet.name == "liste"


def test_codes_keep_their_zeros(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text("SIRET;CP\n00012345678901;01000\n")
    assert rows_of(path)[2] == ["00012345678901", "01000"]


def test_title_above_does_not_choose_the_separator(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text("Export, du 12/01, pour l'agence;;\na;b;c\n1,5;2,5;3,5\n1;2;3\n")
    assert rows_of(path)[2] == ["a", "b", "c"]


@pytest.mark.parametrize("data", [b"PK\x03\x04zip", b"%PDF-1.7", b"a;b\x00c\n"], ids=["zip", "pdf", "binary"])
def test_file_that_is_no_text(tmp_path, data):
    path = tmp_path / "liste.csv"
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        read_csv(path)
    assert refused.value.code == "pas_un_csv"


@pytest.mark.parametrize(
    "text, limits, code",
    [
        pytest.param("a;b\n" * 12, {"max_rows": 10}, "trop_de_lignes", id="rows"),
        pytest.param(";".join("abc") + "\n", {"max_columns": 2}, "trop_lourd", id="columns"),
        pytest.param("a" * 40_000, {}, "trop_lourd", id="long text"),
        pytest.param("a;b\n", {"max_bytes": 2}, "trop_gros", id="bytes"),
        pytest.param('a;"b' + "x" * 140_000, {}, "csv_illisible", id="quote never closed"),
    ],
)
def test_file_that_costs_too_much(tmp_path, text, limits, code):
    path = tmp_path / "liste.csv"
    path.write_text(text)
    with pytest.raises(Refused) as refused:
        read_csv(path, replace(Limits(), **limits))
    assert refused.value.code == code


def test_empty_file_has_no_row(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_bytes(b"")
    assert rows_of(path) == {}


def test_a_long_file_is_refused_at_the_line_that_is_too_many(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text("a;b\n" * 20_003)
    with pytest.raises(Refused, match="plus de 20 000 lignes remplies : sa lecture s'arrête à la ligne 20 001"):
        read_csv(path)


def test_progress_is_told_while_reading(tmp_path):
    path, told = tmp_path / "liste.csv", []
    path.write_text("a;b\n" * 1_200)
    read_csv(path, progress=told.append)
    assert told == [500, 1_000]
