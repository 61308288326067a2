"""What a password may not be, beyond Django's own validators: words of the house, one pattern repeated."""

import unicodedata

from django.core.exceptions import ValidationError

LONGEST = 128
CONTEXT_WORDS = (
    "impec",
    "cohorte",
    "contrat",
    "opco",
    "ddets",
    "france travail",
    "motdepasse",
    "mot de passe",
    "password",
    "azertyuiop",
    "qsdfghjklm",
    "qwertyuiop",
    "asdfghjkl",
    "azerty",
    "qwerty",
    "qsdfgh",
    "wxcvbn",
    "123456",
)
# A pattern of up to this many characters, repeated to fill the password, is no secret.
LONGEST_PATTERN = 8


class HouseValidator:
    """Refuses words everybody here would try first, repeated patterns, and more than 128 characters."""

    def validate(self, password, user=None):
        if len(password) > LONGEST:
            raise ValidationError(
                f"Ce mot de passe est trop long : {LONGEST} caractères au plus.", code="password_too_long"
            )
        plain = _plain(password)
        if _is_repeated(plain):
            raise ValidationError(
                "Ce mot de passe répète le même motif. Choisissez plusieurs mots sans lien.", code="password_repeated"
            )
        if _is_mostly_context(plain, _words_of(user)):
            raise ValidationError(
                "Ce mot de passe est fait de mots trop attendus ici (service, organisation, clavier). "
                "Choisissez plusieurs mots sans lien.",
                code="password_expected_words",
            )

    def get_help_text(self):
        return (
            f"Jusqu'à {LONGEST} caractères, espaces compris. "
            "Une phrase de quatre ou cinq mots sans lien est facile à retenir."
        )


def _words_of(user) -> tuple[str, ...]:
    if user is None or user.pk is None:
        return CONTEXT_WORDS
    names = user.memberships.values_list("organisation__name", flat=True)
    return CONTEXT_WORDS + tuple(_plain(name) for name in names if len(name) >= 4)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _is_repeated(text: str) -> bool:
    return any(
        (text[:size] * (len(text) // size + 1))[: len(text)] == text
        for size in range(1, min(LONGEST_PATTERN, len(text) // 2) + 1)
    )


def _is_mostly_context(text: str, words: tuple[str, ...]) -> bool:
    """What remains once expected words are taken out must still be long enough to guess at."""
    rest = text
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    letters = "".join(char for char in rest if char.isalpha())
    return rest != text and len(letters) < 8
