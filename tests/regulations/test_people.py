from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.people import (
    ASP_EDUCATION,
    ASP_REGISTRATION,
    FRANCE_TRAVAIL_BARRIERS,
    BarrierCategory,
    EducationLevel,
    RegistrationLength,
    age_on,
    education_level,
    is_former_level,
    is_near_match,
    same_person_key,
    unaccented,
)


@pytest.mark.parametrize(
    ("text", "level", "is_former"),
    [
        pytest.param("V", "3", True, id="nomenclature de 1969, V"),
        pytest.param("niveau IV", "4", True, id="nomenclature de 1969, IV"),
        pytest.param("V bis", "2", True, id="nomenclature de 1969, V bis"),
        pytest.param("VI", "2", True, id="nomenclature de 1969, VI"),
        pytest.param("niv. III", "5", True, id="nomenclature de 1969, III"),
        pytest.param("II", "6", True, id="nomenclature de 1969, II"),
        pytest.param("I", "7", True, id="nomenclature de 1969, I"),
        pytest.param("3 (CAP-BEP)", "3", False, id="D6113-19, libellé d'agence"),
        pytest.param("2 (sans diplôme)", "2", False, id="D6113-19, sans diplôme"),
        pytest.param("5 - bac+2", "5", False, id="D6113-19, le 2 est un nombre d'années"),
        pytest.param("4", "4", False, id="D6113-19, chiffre seul"),
    ],
)
def test_levels_are_read_in_both_scales(text, level, is_former):
    assert education_level(text) is EducationLevel(level)
    assert is_former_level(text) is is_former


@pytest.mark.parametrize("text", ["", "bac+2", "CAP", "3 ou 4", "?", "9", "vide"])
def test_a_doubtful_level_is_not_guessed(text):
    assert education_level(text) is None
    assert not is_former_level(text)


@pytest.mark.parametrize(
    ("length", "long_term", "very_long_term"),
    [
        (RegistrationLength.NOT_REGISTERED, False, False),
        (RegistrationLength.UNDER_6, False, False),
        (RegistrationLength.FROM_6_TO_11, False, False),
        (RegistrationLength.FROM_12_TO_23, True, False),
        (RegistrationLength.FROM_24, True, True),
    ],
)
def test_deld_and_detld_are_derived(length, long_term, very_long_term):
    assert (length.is_long_term, length.is_very_long_term) == (long_term, very_long_term)


def test_the_payer_s_codes_are_all_known():
    assert sorted(ASP_EDUCATION) == ["00", "01", "10", "20", "30", "40", "41", "50", "51", "60", "70"]
    assert sorted(ASP_REGISTRATION) == ["01", "02", "03", "04"]


def test_there_are_nine_barriers_of_which_seven_are_france_travail_s():
    assert len(BarrierCategory) == 9
    assert sorted(FRANCE_TRAVAIL_BARRIERS.values()) == list(range(23, 30))


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(1996, 6, 21), date(2026, 6, 20), 29),
        (date(1996, 6, 21), date(2026, 6, 21), 30),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
        (date(2000, 2, 29), date(2024, 2, 29), 24),
    ],
)
def test_age(born_on, day, age):
    assert age_on(born_on, day) == age


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("MARÉCHAL", "Émilie"), ("Marechal", "emilie"), id="accents et casse"),
        pytest.param(("MARÉCHAL", "Émilie"), ("Émilie", "Maréchal"), id="ordre"),
        pytest.param(("DE OLIVEIRA", "Valentine"), ("DE\u00a0OLIVEIRA ", " Valentine"), id="espaces"),
        pytest.param(("SAINT-LÔ", "Anne-Marie"), ("Saint Lo", "Anne Marie"), id="tirets"),
        pytest.param(("LECŒUR", "Zoë"), ("LECOEUR", "Zoe"), id="ligatures"),
    ],
)
def test_the_same_person_has_the_same_key(one, other):
    assert same_person_key(*one) == same_person_key(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("LACROIX", "Stéphanie"), ("LACROIX HERVÉ", "Stéphanie"), id="nom d'usage ajouté"),
        pytest.param(("MARÉCHAL", "Émilie"), ("MARECHALE", "Emilie"), id="faute de frappe"),
    ],
)
def test_a_slip_away_is_a_near_match(one, other):
    assert is_near_match(same_person_key(*one), same_person_key(*other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("MARTIN", "Aurélie"), ("MARTIN", "Pauline")),
        (("MARTIN", "Aurélie"), ("BESNARD", "Aurélie")),
        (("ROYER", "Clémence"), ("RENAUD", "William")),
    ],
)
def test_another_person_is_not(one, other):
    assert not is_near_match(same_person_key(*one), same_person_key(*other))


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_key_does_not_depend_on_the_order(name, first_name):
    key = same_person_key(name, first_name)
    assert key == same_person_key(first_name, name)
    assert is_near_match(key, key)
    assert unaccented(key) == key
