"""What headings and values of a list stand for, guessed by their words."""

import pytest

from workbooks.matching import Guess, guess_fields, guess_values

FIELDS = {
    "name": ["Nom de naissance", "Nom"],
    "born": ["Date de naissance", "Né(e) le"],
    "starts": ["Date de début de contrat", "Date d'embauche"],
}


def test_the_same_words_are_sure():
    texts = {"B": ["Identité – NOM *", "NOM *"], "C": ["Né(e) le"], "D": ["Observations"]}
    assert guess_fields(texts, FIELDS) == {"B": Guess("name", True), "C": Guess("born", True)}


def test_near_words_are_proposed_without_being_sure():
    assert guess_fields({"B": ["Date de début du contrat de travail"]}, FIELDS) == {"B": Guess("starts", False)}


def test_a_field_goes_to_one_column_the_nearest():
    texts = {"B": ["Nom (patronyme)"], "C": ["Nom de naissance"]}
    assert guess_fields(texts, FIELDS) == {"C": Guess("name", True)}


@pytest.mark.parametrize(
    ("ours", "theirs", "match"),
    [
        ("CDD PEC", ["CDI", "CDD", "CDD - PEC (CUI-CAE)", "CDI - PEC (CUI-CAE)"], "CDD - PEC (CUI-CAE)"),
        ("collectivité (CCAS)", ["Association", "Collectivité / CCAS"], "Collectivité / CCAS"),
        ("non vérifié", ["O", "N", "NV"], "NV"),
        ("non", ["O", "N", "NV"], "N"),
        ("6 - licence", ["Infra 3", "3", "4", "5 et plus"], "5 et plus"),
        ("2 - sans diplôme ou brevet", ["Infra 3", "3", "4", "5 et plus"], "Infra 3"),
        ("3 - CAP, BEP", ["Infra 3", "3", "4", "5 et plus"], "3"),
        ("sortie positive", ["Emploi durable", "Formation / sortie positive"], "Formation / sortie positive"),
    ],
)
def test_values_are_told_by_their_words(ours, theirs, match):
    assert guess_values([ours], theirs) == {ours: match}


def test_a_value_that_could_be_two_is_left_to_a_person():
    assert guess_values(["fondation", "contrat"], ["Contrat aidé", "Contrat de droit commun"]) == {}


def test_another_name_of_a_value_helps():
    assert guess_values(["CDI"], ["Emploi durable"], {"CDI": "emploi durable"}) == {"CDI": "Emploi durable"}
