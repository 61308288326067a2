"""Words to think over, numbers that never enter."""

import pytest

from regulations.free_text import delicate_words, forbidden_findings


@pytest.mark.parametrize(
    "text, words",
    [
        ("Suivi en psychiatrie, sous médicaments", ["psychiatrie", "medicaments"]),
        ("De race blanche", ["race"]),
        ("Elle a raccourci son trajet, la salle est prête", []),
        ("Vient de Sarcelles en bus", []),
        ("A trouvé une solution de garde", []),
        ("Diabète, diabète", ["diabete"]),
    ],
)
def test_delicate_words_are_named_once(text, words):
    assert delicate_words(text) == words


@pytest.mark.parametrize(
    "text, code",
    [
        ("Compte FR76 3000 6000 0112 3456 7890 189", "banque_interdite"),
        ("carte 4970-1012-3456-7890", "banque_interdite"),
        ("n° 2 98 03 50 218 004", "nir_interdit"),
    ],
)
def test_forbidden_numbers_are_found(text, code):
    assert [finding.code for finding in forbidden_findings(text)] == [code]


@pytest.mark.parametrize("text", ["SIRET 999 982 119 00011", "06 39 98 00 01", "Décision 050260011200", "FR"])
def test_ordinary_numbers_pass(text):
    assert forbidden_findings(text) == []
