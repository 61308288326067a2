"""None of the numbers below was ever given to anyone that we know of: they are computed here from their shape."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.fr import nir as nir_number

from regulations.nir import heading_looks_like_nir, looks_like_nir, nir_findings

BODY = "2951099126111"
WHOLE = BODY + nir_number.calc_check_digits(BODY + "00")
SPACED = nir_number.format(WHOLE)


@st.composite
def bodies(draw):
    """Sex, year, month, department (2A and 2B included), commune, order: thirteen characters."""
    department = draw(st.one_of(st.sampled_from(["2A", "2B"]), st.integers(1, 99).map("{:02d}".format)))
    return (
        f"{draw(st.sampled_from('12'))}{draw(st.integers(0, 99)):02d}{draw(st.integers(1, 12)):02d}{department}"
        f"{draw(st.integers(0, 999)):03d}{draw(st.integers(0, 999)):03d}"
    )


def _with_key(body):
    return body + nir_number.calc_check_digits(body + "00")


def _luhn(digits):
    return digits + luhn.calc_check_digit(digits)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(WHOLE, id="quinze caractères"),
        pytest.param(SPACED, id="espaces"),
        pytest.param(SPACED.replace(" ", "."), id="points"),
        pytest.param(SPACED.replace(" ", "\u00a0"), id="espaces insécables"),
        pytest.param(SPACED.replace(" ", "-"), id="tirets"),
        pytest.param(" ".join(WHOLE), id="un espace entre chaque chiffre"),
        pytest.param(BODY, id="treize caractères, sans clé"),
        pytest.param(f"{SPACED[:-3]}", id="treize caractères, avec espaces"),
        pytest.param("25307 2A 073 004 43", id="Corse-du-Sud"),
        pytest.param("253072b07300470", id="Haute-Corse, minuscule"),
        pytest.param(f"née le 12/10/1995, n° {SPACED}, à rappeler", id="dans une phrase"),
        pytest.param(f"tél. 06 39 98 00 01 sécu {WHOLE}", id="après un téléphone"),
        pytest.param(f"NIR:{WHOLE};", id="collé à la ponctuation"),
        pytest.param(f"{SPACED} 06 39 98 00 01", id="suivi d'un téléphone"),
        pytest.param("".join(chr(0xFF10 + int(digit)) for digit in WHOLE), id="chiffres pleine chasse"),
    ],
)
def test_a_number_is_recognised(text):
    assert looks_like_nir(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="vide"),
        pytest.param("99998211900011", id="SIRET"),
        pytest.param("265 099 010 00018", id="SIRET d'un hôpital, espaces"),
        pytest.param("050260011200", id="numéro de décision"),
        pytest.param("06 39 98 00 01", id="téléphone"),
        pytest.param("+33 6 39 98 00 01", id="téléphone international"),
        pytest.param("02 61 91 00 01 / 02 61 91 00 02", id="deux téléphones"),
        pytest.param("3017620422003", id="EAN français"),
        pytest.param("9782070360246", id="ISBN"),
        pytest.param("12.10.1995 50220", id="date puis code postal"),
        pytest.param("12/10/1995 50220", id="date puis code postal, barres"),
        pytest.param("2026-02-02T09:00:00.123456", id="instant"),
        pytest.param("FR76 3000 6000 0112 3456 7890 189", id="IBAN d'exemple"),
        pytest.param("5000137B", id="identifiant France Travail"),
        pytest.param(WHOLE[:-2] + f"{(int(WHOLE[-2:]) % 97) + 1:02d}", id="quinze chiffres, clé fausse"),
        pytest.param("2957099126111", id="treize chiffres, mois impossible"),
        pytest.param("1" * 40, id="longue suite de chiffres"),
        pytest.param("28,00", id="heures"),
    ],
)
def test_another_number_is_not(text):
    assert not looks_like_nir(text)


def test_the_refusal_says_what_to_do_and_never_repeats_the_number():
    (finding,) = nir_findings(f"voir {SPACED}")
    assert finding.code == "nir_interdit"
    assert "retirez-le" in finding.message
    assert not any(character.isdigit() for character in finding.message)
    assert nir_findings("voir son dossier") == []


@pytest.mark.parametrize(
    "heading",
    [
        "NIR",
        "N° de sécurité sociale",
        "Numéro de\nSécurité Sociale *",
        "n° sécu",
        "N°SS",
        "NSS",
        "N° INSEE",
        "Numéro d'assuré",
    ],
)
def test_a_heading_of_such_a_column_is_recognised(heading):
    assert heading_looks_like_nir(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "Code INSEE",
        "N° INSEE de la commune",
        "SIRET",
        "N° décision",
        "Formation sécurité",
        "Prénom",
        "SSIAD",
        "Venir le",
    ],
)
def test_another_heading_is_not(heading):
    assert not heading_looks_like_nir(heading)


@given(bodies(), st.sampled_from(["", " ", ".", "\u00a0", "\u202f", "-"]), st.booleans())
def test_every_such_number_is_seen_however_it_is_spaced(body, gap, keyed):
    parts = [body[0], body[1:3], body[3:5], body[5:7], body[7:10], body[10:13]]
    if keyed:
        parts.append(_with_key(body)[13:])
    written = gap.join(parts)
    assert looks_like_nir(written)
    assert looks_like_nir(f"voir {written} svp")


@given(st.integers(0, 10**13 - 1))
def test_no_siret_is_taken_for_one(digits):
    siret = _luhn(f"{digits:013d}")
    assert not looks_like_nir(siret)
    assert not looks_like_nir(f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}")
    assert not looks_like_nir(f"SIRET {siret}, OPCO")


@given(st.integers(0, 10**9 - 1), st.sampled_from(["", " ", ".", "-"]))
def test_no_phone_is_taken_for_one(digits, gap):
    phone = f"0{digits:09d}"
    assert not looks_like_nir(gap.join(phone[at : at + 2] for at in range(0, 10, 2)))


@given(st.integers(0, 10**12 - 1))
def test_no_decision_number_is_taken_for_one(digits):
    assert not looks_like_nir(f"{digits:012d}")


@given(st.integers(0, 10**11 - 1), st.sampled_from(["30", "37", "97", "54", "80"]))
def test_no_european_bar_code_is_taken_for_one(digits, prefix):
    code = f"{prefix}{digits:011d}"
    assert len(code) == 13
    assert not looks_like_nir(code)


@given(st.text(max_size=60))
def test_words_are_never_taken_for_one(text):
    assume(sum(character.isdigit() for character in text) < 11)
    assert not looks_like_nir(text)
