"""Workbooks of other hands: columns elsewhere, other words, other sheets, other habits."""

from datetime import date, datetime, time

import pytest

from tests.imports.books import AMINA, CLOSERIE, EMPLOYERS, PERSONS, a_book

SOUND = "a_creer"


def lines(concluded, sheet):
    return concluded["feuilles"][sheet]["lignes"]


def test_headings_and_columns_may_be_anywhere(judged, tmp_path):
    rows = [
        ["Agence d'Avranches"],
        [],
        ["à jour au 20 novembre"],
        [None, "Prénom de la personne", None, "Nom de famille", "DDN", "N° de tél.", "Promotion"],
        [None, "Amina", None, "BAUDRY", date(1991, 9, 30), "0639980003", "ImPEC Sud Manche"],
    ]
    found = judged(a_book(tmp_path, Feuil1=rows))
    assert found["feuilles"]["Feuil1"]["nature"] == "personnes"
    line = lines(found, "Feuil1")["5"]
    assert line["verdict"] == SOUND
    assert line["valeurs"]["nom_naissance"] == "BAUDRY"
    assert line["valeurs"]["telephone"] == "0639980003"
    assert line["valeurs"]["cohorte"] == "ImPEC Sud Manche"


def test_the_order_of_sheets_does_not_matter(judged, tmp_path):
    contracts = [
        ["Employeur", "Salarié", "Début du contrat", "Fin prévue", "Durée hebdo", "Cohorte"],
        [CLOSERIE[0], "Amina Baudry", date(2026, 2, 2), date(2027, 2, 1), 28, "SM 2026"],
    ]
    book = a_book(tmp_path, PEC=contracts, Gens=[PERSONS, AMINA], Structures=[EMPLOYERS, CLOSERIE])
    line = lines(judged(book), "PEC")["2"]
    assert line["verdict"] == SOUND
    assert line["valeurs"]["personne"] == "BAUDRY Amina"
    assert line["valeurs"]["siret"] == "99998211900011"


def test_two_levels_of_headings_are_joined(judged, tmp_path):
    rows = [
        ["IDENTITÉ", None, None, "IMMERSION", None, "SUITE"],
        ["Nom", "Prénom", "Né le", "du", "au", "Cohorte"],
        ["BAUDRY", "Amina", date(1991, 9, 30), date(2026, 1, 5), date(2026, 1, 16), "SM 2026"],
    ]

    def merge(book):
        for area in ("A1:C1", "D1:E1"):
            book["Gens"].merge_cells(area)

    found = judged(a_book(tmp_path, arrange=merge, Gens=rows))
    assert found["feuilles"]["Gens"]["lignes_entetes"] == [1, 2]
    assert lines(found, "Gens")["3"]["valeurs"]["immersion_au"] == "2026-01-16"


@pytest.mark.parametrize("date_1904", [False, True])
def test_both_date_systems_are_read(judged, tmp_path, date_1904):
    book = a_book(tmp_path, date_1904=date_1904, Gens=[PERSONS, AMINA])
    assert lines(judged(book), "Gens")["2"]["valeurs"]["date_naissance"] == "1991-09-30"


def test_a_bare_day_number_follows_the_date_system(judged, tmp_path):
    number = (date(1991, 9, 30) - date(1904, 1, 1)).days
    row = [*AMINA[:3], number, "SM 2026"]
    line = lines(judged(a_book(tmp_path, date_1904=True, Gens=[PERSONS, row])), "Gens")["2"]
    assert line["valeurs"]["date_naissance"] == "1991-09-30"
    assert [motif["code"] for motif in line["motifs"]] == ["date_sans_format"]


def test_everything_may_be_text_as_from_a_csv(judged, tmp_path):
    row = ["mme", "BAUDRY", "Amina", "1991-09-30", "sm 2026"]
    employer = ["Résidence La Closerie du Mont", "999 982 119 00011", "ASSOCIATION", "0029", "opco sante"]
    found = judged(a_book(tmp_path, Gens=[PERSONS, row], Lieux=[EMPLOYERS, employer]))
    assert lines(found, "Gens")["2"]["verdict"] == SOUND
    assert lines(found, "Lieux")["2"]["valeurs"]["idcc"] == 29
    assert lines(found, "Lieux")["2"]["valeurs"]["financeur"] == "OPCO Santé"


def test_blank_rows_are_said_once(judged, tmp_path):
    found = lines(judged(a_book(tmp_path, Gens=[PERSONS, AMINA, [], [], [], [*AMINA[:2], "Zoé", *AMINA[3:]]])), "Gens")
    assert found["5"]["motifs"] == [{"code": "ligne_vide", "depuis": 3}]
    assert found.keys() == {"2", "5", "6"}


def test_a_roll_without_years_takes_those_of_its_cohort(judged, tmp_path):
    sessions = [["Cohorte", "Date", "½ journée", "Module"], ["SM 2026", date(2026, 2, 10), "matin", "Gestes"]]
    sessions.append(["SM 2026", date(2026, 2, 10), "après-midi", "Gestes"])
    roll = [["ImPEC Sud Manche"], ["Nom Prénom", "10/02 matin", "10/02 AM"], ["BAUDRY Amina", "p", "R 10 min"]]
    book = a_book(tmp_path, Appel=roll, Planning=sessions, Gens=[PERSONS, AMINA])
    found = judged(book)
    assert found["feuilles"]["Appel"]["nature"] == "presences"
    assert lines(found, "Appel")["3"]["verdict"] == SOUND
    assert lines(found, "Appel")["3"]["codes"] == {"B": "P", "C": "R"}


def test_a_column_of_social_security_numbers_is_never_read(judged, tmp_path):
    number = "2 91 09 50 129 001 " + f"{97 - 2910950129001 % 97:02d}"
    book = a_book(tmp_path, Gens=[[*PERSONS, "N° Sécurité sociale"], [*AMINA, number]])
    found = judged(book)
    assert lines(found, "Gens")["2"]["verdict"] == SOUND
    assert any("sécurité sociale" in note for note in found["feuilles"]["Gens"]["remarques"])
    assert "50 129" not in str(found)


def test_a_social_security_number_elsewhere_refuses_its_row(judged, tmp_path):
    number = "2 91 09 50 129 001 " + f"{97 - 2910950129001 % 97:02d}"
    book = a_book(tmp_path, Gens=[[*PERSONS, "Divers"], [*AMINA, f"tél / {number}"]])
    found = judged(book)
    line = lines(found, "Gens")["2"]
    assert line["verdict"] == "refusee"
    assert line["motifs"] == [{"code": "nir_interdit", "cellule": "F2"}]
    assert "50 129" not in str(found)


def test_a_formula_without_its_result_refuses_the_row(judged, tmp_path):
    row = [CLOSERIE[0], '=CONCATENATE("9999","8211900011")', *CLOSERIE[2:]]
    line = lines(judged(a_book(tmp_path, Lieux=[EMPLOYERS, row])), "Lieux")["2"]
    assert line["verdict"] == "refusee"
    assert [motif["code"] for motif in line["motifs"]] == ["formule_sans_resultat"]


def test_a_text_kept_by_a_formula_is_that_text(judged, tmp_path):
    row = [CLOSERIE[0], '="99998211900011"', *CLOSERIE[2:]]
    line = lines(judged(a_book(tmp_path, Lieux=[EMPLOYERS, row])), "Lieux")["2"]
    assert line["valeurs"]["siret"] == "99998211900011"


@pytest.mark.parametrize(
    ("typed", "hours", "codes"),
    [
        (28, 28, []),
        ("28,5", 28.5, []),
        ("35 h", 35, []),
        (time(20, 0), 20, ["heures_saisies_en_horaire"]),
        (datetime(1900, 1, 1, 2, 0), 26, ["heures_saisies_en_horaire"]),
        ("beaucoup", None, ["valeur_illisible"]),
        (60, 60, ["heures_impossibles"]),
    ],
)
def test_weekly_hours_are_read_as_people_write_them(judged, tmp_path, typed, hours, codes):
    heading = ["Employeur", "Salarié", "Début du contrat", "Fin prévue", "Durée hebdo", "Cohorte"]
    row = [CLOSERIE[0], "BAUDRY Amina", date(2026, 2, 2), date(2027, 2, 1), typed, "SM 2026"]
    book = a_book(tmp_path, PEC=[heading, row], Gens=[PERSONS, AMINA], Lieux=[EMPLOYERS, CLOSERIE])
    line = lines(judged(book), "PEC")["2"]
    assert line["valeurs"]["heures_contrat"] == hours
    assert [motif["code"] for motif in line["motifs"]] == codes


def test_a_cohort_nobody_knows_is_named(judged, tmp_path):
    row = [*AMINA[:4], "Toulouse 2031"]
    line = lines(judged(a_book(tmp_path, Gens=[PERSONS, row])), "Gens")["2"]
    assert line["motifs"] == [{"code": "cohorte_inconnue", "champ": "cohorte", "lu": "Toulouse 2031", "cellule": "E2"}]


def test_a_sheet_of_something_else_is_left_and_said(judged, tmp_path):
    found = judged(a_book(tmp_path, Recettes=[["Farine", "Œufs"], ["250 g", 3]], Gens=[PERSONS, AMINA]))
    assert list(found["feuilles"]) == ["Gens"]
    assert "Recettes" in found["remarques"][0]


@pytest.mark.parametrize("name", ["DO", "ID", "NON"])
def test_short_names_are_names(judged, tmp_path, name):
    book = a_book(tmp_path, Gens=[PERSONS, AMINA, ["M.", name, "Luc", date(1990, 5, 4), "SM 2026"]])
    assert lines(judged(book), "Gens")["3"]["valeurs"]["nom_naissance"] == name
