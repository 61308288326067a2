"""Trying other people's workbooks: what is kept, what is changed and why, what is read again."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.workbooks.files import book, contents, row, sheet, text
from workbooks.trial import try_model

DATA = Path(__file__).parent / "data"
MODELS = ("modele-opco.xlsx", "modele-ddets.xlsx")


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_filled_without_any_gap(tmp_path, name):
    trial = try_model(DATA / name, tmp_path)
    assert trial.ok
    assert trial.verification.cells == trial.cells > 80
    before, after = contents(DATA / name), contents(tmp_path / f"rempli-{name}")
    assert {part for part in before if before[part] == after.get(part)} == set(trial.kept.same)
    assert trial.kept.unexplained == []


def test_pictures_charts_shapes_comments_and_styles_are_among_what_is_kept(tmp_path):
    kept = {*try_model(DATA / "modele-opco.xlsx", tmp_path).kept.same}
    kept |= {*try_model(DATA / "modele-ddets.xlsx", tmp_path).kept.same}
    wanted = {
        "xl/media/image1.png",
        "xl/charts/chart1.xml",
        "xl/drawings/drawing2.xml",
        "xl/comments1.xml",
        "xl/styles.xml",
    }
    assert wanted <= kept


def test_rows_already_filled_are_left_alone_and_said(tmp_path):
    people = [row(n, text(f"A{n}", "DURAND"), text(f"B{n}", "Zoé"), text(f"C{n}", "F")) for n in range(2, 8)]
    titles = row(1, text("A1", "Nom"), text("B1", "Prénom"), text("C1", "Sexe"))
    trial = try_model(book(tmp_path / "m.xlsx", sheet(titles + "".join(people))), tmp_path)
    assert (trial.tables, trial.notes) == (0, ["« Feuille1 » n'est pas rempli : 6 lignes y sont déjà remplies."])


def test_a_table_without_room_is_not_counted_as_filled(tmp_path):
    """Its only prepared row is its example, and a total closes it."""
    titles = row(1, text("A1", "Nom"), text("B1", "Prénom"), text("C1", "Sexe"))
    example = row(2, text("A2", "DURAND"), text("B2", "Zoé"), text("C2", "F"))
    path = book(tmp_path / "m.xlsx", sheet(titles + example + row(3, text("A3", "TOTAL"))))
    trial = try_model(path, tmp_path)
    assert (trial.tables, trial.cells) == (0, 0)


def test_a_refusal_is_told_in_words(tmp_path):
    path = tmp_path / "m.xlsx"
    path.write_bytes(b"bonjour")
    assert "n'est pas un classeur" in try_model(path, tmp_path).refusal


def test_the_command_goes_through_a_folder():
    out = StringIO()
    call_command("check_models", DATA, stdout=out)
    told = out.getvalue()
    assert "xl/worksheets/sheet2.xml (feuille remplie)" in told
    assert "0 écart" in told
    assert told.endswith("2 classeurs : aucun écart.\n")


def test_an_empty_folder_is_said(tmp_path):
    with pytest.raises(CommandError, match="Aucun classeur"):
        call_command("check_models", tmp_path)
