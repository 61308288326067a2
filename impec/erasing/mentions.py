"""What names a person in a text: her names together, her surname in capitals, her address, her telephone."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from cohorts.models import Erasure, Person
from cohorts.models.person import ERASED_NAME

# Signs between two words of a name, or between a title and a name.
BETWEEN = r"[\W_]{1,3}"
TITLES = ("mme", "mlle", "madame", "mademoiselle", "monsieur", "mr", "m")
# In a longer number, or with less than that, digits are no telephone.
PHONE_DIGITS = 9


@dataclass(frozen=True)
class Mentions:
    """Ce qui la nomme, tel qu'on le connaissait avant de l'effacer."""

    pattern: re.Pattern | None
    addresses: frozenset[str]

    def are_in(self, value: Any) -> bool:
        return self.blanked(value) != value

    def blanked(self, value: Any) -> Any:
        """The same text or document, without her."""
        if isinstance(value, dict):
            return {self.blanked(key): self.blanked(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.blanked(one) for one in value]
        if not isinstance(value, str) or self.pattern is None:
            return value
        parts, last = [], 0
        for match in self.pattern.finditer(_flat(value)):
            # « PETIT » is a name, « petit » a word.
            if match["alone"] and not value[match.start() : match.end()].isupper():
                continue
            parts += [value[last : match.start()], ERASED_NAME]
            last = match.end()
        return "".join([*parts, value[last:]])


def mentions_of(person: Person, erasure: Erasure | None) -> Mentions:
    """From her row while it has her name, then from the archive."""
    known = person if person.erased_on is None else erasure
    names = [] if known is None else list(_forms(known.birth_name, known.usual_name, known.first_name))
    account = person.user if person.user_id and not person.user.memberships.exists() else None
    addresses = {address for address in (person.email, account.email if account else "") if address}
    # An address holds the name most often: it is looked for first.
    forms = [*map(re.escape, map(_flat, addresses)), *_phones(person.phone), *names]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)") if forms else None
    written = {*addresses, *map(str.lower, addresses), person.phone} - {""}
    return Mentions(pattern, frozenset(written))


def _forms(birth_name: str, usual_name: str, first_name: str) -> Iterator[str]:
    """The longest ones first: what is found is blanked whole."""
    surnames = [f"{birth_name} {usual_name}", birth_name, usual_name] if usual_name else [birth_name]
    surnames = [words for words in map(_words, surnames) if words]
    first = _words(first_name)
    for surname in surnames:
        if first:
            yield f"{surname}{BETWEEN}{first}"
            yield f"{first}{BETWEEN}{surname}"
    for title, surname in product(TITLES, surnames):
        yield f"{title}{BETWEEN}{surname}"
    if first and surnames:
        yield rf"{first} {_flat(birth_name)[:1]}\."
    if surnames:
        yield f"(?P<alone>{'|'.join(surnames)})"


def _words(name: str) -> str:
    return BETWEEN.join(re.findall(r"\w+", _flat(name)))


def _phones(number: str) -> Iterator[str]:
    digits = re.sub(r"\D", "", number)[-PHONE_DIGITS:]
    if len(digits) == PHONE_DIGITS:
        yield r"\+?(?:00)?(?:33|0)?" + "".join(rf"[\s.\-]?{digit}" for digit in digits)


def _flat(text: str) -> str:
    """Neither accent nor capital, and each character still at its place."""
    return "".join(map(_plain, text))


def _plain(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[:1].casefold()
    return base if len(base) == 1 else character
