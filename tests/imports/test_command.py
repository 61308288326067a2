"""`manage.py import_workbook`: the same import, from a terminal."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cohorts.models import Person
from imports.models import ImportBatch
from tests.imports.books import AMINA, PERSONS, save

LOGIN = "claire@agence.example"
UNSURE = [*AMINA[:3], "09/11/88", "SM 2026"]


def run(path, *options):
    """Exit code and what was printed."""
    out = StringIO()
    try:
        call_command("import_workbook", str(path), "--as", LOGIN, *options, stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def sound(cohorts, tmp_path):
    return save(tmp_path / "sûr.xlsx", Gens=[PERSONS, AMINA])


@pytest.fixture
def unsure(cohorts, tmp_path):
    return save(tmp_path / "incertain.xlsx", Gens=[PERSONS, UNSURE])


def test_a_dry_run_writes_nothing(sound):
    code, said = run(sound, "--dry-run", "--json")
    found = json.loads(said)
    assert code == 0
    assert found["fichier"] == "sûr.xlsx"
    assert found["totaux"] == {"a_creer": 1}
    assert found["feuilles"]["Gens"]["lignes"]["2"]["valeurs"]["nom_naissance"] == "BAUDRY"
    assert not Person.objects.exists()
    assert not ImportBatch.objects.exists()


def test_what_is_sound_is_written(sound):
    code, said = run(sound, "--json")
    assert code == 0
    assert json.loads(said)["enregistre"]["natures"] == {"personnes": {"a_creer": 1}}
    assert Person.objects.count() == 1


def test_what_is_to_be_settled_is_told_by_the_exit_code(unsure):
    code, said = run(unsure)
    assert code == 1
    assert "« Gens », D2" in said
    assert not Person.objects.exists()


def test_answers_come_in_a_file(unsure, tmp_path):
    answers = tmp_path / "réponses.json"
    answers.write_text(json.dumps({"Gens": {"lignes": {"2": {"annee_sur_deux_chiffres@D2": "oui"}}}}))
    assert run(unsure, "--answers", str(answers))[0] == 0
    assert Person.objects.get().birth_date.year == 1988


def test_the_cohort_of_silent_rows_is_given(cohorts, tmp_path):
    path = save(tmp_path / "muet.xlsx", Gens=[PERSONS[:4], AMINA[:4]])
    assert run(path, "--dry-run")[0] == 1
    assert run(path, "--dry-run", "--cohort", "GRV 09/26")[0] == 0


def test_a_file_that_is_no_workbook_is_refused(cohorts, tmp_path):
    path = tmp_path / "liste.xlsx"
    path.write_bytes(b"nom;prenom")
    for options in ((), ("--dry-run",)):
        with pytest.raises(CommandError, match="n'est pas un classeur") as refusal:
            run(path, *options)
        assert refusal.value.returncode == 2


def test_only_a_coordinator_imports(sound, denis):
    with pytest.raises(CommandError, match="coordinatrice"):
        call_command("import_workbook", str(sound), "--as", denis.email)


def test_a_cohort_of_somebody_else_is_unknown(sound):
    with pytest.raises(CommandError, match="Aucune de vos cohortes"):
        run(sound, "--cohort", "AILLEURS")
