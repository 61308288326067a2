import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.siret import clean_siret, french_siret, siren_findings, siren_of, siret_findings


def _codes(findings):
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("26509901000018", id="chiffres seuls"),
        pytest.param("999 982 119 00011", id="espaces"),
        pytest.param("999\u00a0983\u00a0224\u00a000018", id="espaces insécables"),
        pytest.param("999\u202f983\u202f224\u202f00018", id="espaces fines"),
        pytest.param("999.983.224.00018", id="points"),
        pytest.param(" 99998322400018\n", id="blancs autour"),
        pytest.param("'99998322400018", id="apostrophe du tableur"),
        pytest.param("35600000000048", id="La Poste, siège, clé de Luhn"),
        pytest.param("35600000049837", id="La Poste, somme multiple de cinq"),
        pytest.param("", id="vide : ce n'est pas à cette règle de le dire"),
    ],
)
def test_a_right_siret_has_nothing_said_of_it(text):
    assert siret_findings(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("999 987 662 00105", "siret_cle_invalide", id="clé fausse"),
        pytest.param("35600000049838", "siret_cle_invalide", id="La Poste, somme fausse"),
        pytest.param("9,99989E+13", "siret_notation_scientifique", id="abîmé par un tableur français"),
        pytest.param("9.99989119E13", "siret_notation_scientifique", id="abîmé par un tableur anglais"),
        pytest.param("9,99989e+13 ", "siret_notation_scientifique", id="e minuscule"),
        pytest.param("9999821190001", "siret_longueur", id="treize chiffres"),
        pytest.param("999982119", "siret_longueur", id="un SIREN"),
        pytest.param("9999821190001A", "siret_caracteres", id="une lettre"),
        pytest.param("en cours", "siret_caracteres", id="des mots"),
    ],
)
def test_a_wrong_siret_is_refused_with_its_reason(text, code):
    assert _codes(siret_findings(text)) == [code]


def test_digits_lost_by_a_spreadsheet_are_not_guessed():
    assert clean_siret("9,99989E+13") == "9,99989E+13"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("999982119", []),
        ("999 982 119", []),
        ("999982118", ["siren_cle_invalide"]),
        ("99998211900011", ["siren_longueur"]),
        ("9,99982E+08", ["siren_notation_scientifique"]),
        ("", []),
    ],
)
def test_siren(text, codes):
    assert _codes(siren_findings(text)) == codes


def test_a_siret_is_written_in_four_parts_and_gives_its_siren():
    assert french_siret("99998211900011") == "999 982 119 00011"
    assert siren_of("999 982 119 00011") == "999982119"


@given(st.text(max_size=40))
def test_no_text_breaks_the_rule(text):
    assert len(siret_findings(text)) <= 1
    assert clean_siret(clean_siret(text)) == clean_siret(text)
