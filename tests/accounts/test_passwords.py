"""Passwords: long rather than complicated."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("girafemontagnes", id="15 lower-case letters"),
        pytest.param("quatre chevaux gris sous la pluie", id="spaces"),
        pytest.param("été à Saint-Vaast-la-Hougue 🐚", id="accents and signs"),
        pytest.param("une phrase très longue avec bien des mots sans lien " * 2, id="104 characters"),
        pytest.param("x7" + "kqzpwvbnm4" * 12 + "fin-du", id="128 characters"),
        pytest.param("le contrat social de jean-jacques", id="a context word among others"),
    ],
)
def test_long_sentences_are_accepted(password, claire):
    assert validate_password(password, claire) is None


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("Xk9$mQ2!vB7&pL", id="14 characters"),
        pytest.param("a" * 129, id="129 characters"),
        pytest.param("abcabcabcabcabcabc", id="repeated pattern"),
        pytest.param("1111111111111111", id="one digit"),
        pytest.param("motdepasse12345678", id="password and digits"),
        pytest.param("impec-impec-2026!", id="name of the service"),
        pytest.param("France Travail 2026", id="a partner's name"),
        pytest.param("Agence d'Avranches 50", id="name of her organisation"),
        pytest.param("claire@agence.example", id="her own address"),
        pytest.param("azertyuiopqsdfgh", id="keyboard row"),
    ],
)
def test_what_anybody_would_try_first_is_refused(password, claire):
    with pytest.raises(ValidationError):
        validate_password(password, claire)
