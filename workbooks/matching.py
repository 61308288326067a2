"""Guessing what a heading, or a value of a list, stands for: by its words, without case, accents or punctuation.

A guess is only ever proposed. It says how sure it is; somebody looks at it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbooks.headings import forms, words

# Words that tell nothing of what a column holds.
EMPTY_WORDS = frozenset(words("a à au aux d de des du en et h l la le les ou par pour s si sur un une").split(" "))
NEAR_ENOUGH = 0.6
NUMBER = re.compile(r"^\D{0,3}(\d+)\b")
AT_LEAST = re.compile(r"^(\d+) (?:et|ou) plus$")
BELOW = re.compile(r"^(?:infra|moins de|avant) (\d+)$")


@dataclass(frozen=True)
class Guess:
    """Proposition : le champ, et si les mots sont exactement les siens."""

    field: str
    is_sure: bool


def guess_fields(texts: Mapping[str, Sequence[str]], fields: Mapping[str, Iterable[str]]) -> dict[str, Guess]:
    """Place (a column, a cell) → field. `texts` are the words of each place, from the most precise to the least;
    `fields` the headings under which each field is known. One field goes to one place: the nearest one."""
    exact = {}
    for field, known in fields.items():
        for text in known:
            exact.setdefault(words(text), field)
    bags = [(field, frozenset(_bag(text))) for field, known in fields.items() for text in known]
    scored = []
    for order, (place, candidates) in enumerate(texts.items()):
        for rank, text in enumerate(candidates):
            scored += [(-score, rank, order, place, field) for field, score in _scores(text, exact, bags).items()]
    found: dict[str, Guess] = {}
    for score, _, _, place, field in sorted(scored):
        if place not in found and all(guess.field != field for guess in found.values()):
            found[place] = Guess(field, -score >= 1)
    return {place: found[place] for place in texts if place in found}


def _scores(text: str, exact: Mapping[str, str], bags: Iterable[tuple[str, frozenset[str]]]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for number, form in enumerate(forms(text)):
        if form in exact:
            # The whole heading says more than what is left of it without its brackets.
            scores[exact[form]] = max(scores.get(exact[form], 0), 2 - number)
    own = frozenset(_bag(text))
    for field, bag in bags:
        alike = len(own & bag) / len(own | bag) if own and bag else 0
        if alike >= NEAR_ENOUGH:
            scores[field] = max(scores.get(field, 0), min(alike, 0.99))
    return scores


def _bag(text: str) -> list[str]:
    return [word for word in words(text).split() if word not in EMPTY_WORDS]


def guess_values(ours: Iterable[str], theirs: Sequence[str], others: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our value → the one of their list, where the words say it. `others` gives another name of a value of ours."""
    found = {}
    for value in ours:
        # Its own words whole, then its other name, then whatever looks like it.
        tries = [(value, RULES[:1]), *([(others[value], RULES)] if others and value in others else []), (value, RULES)]
        matches = [match for name, rules in tries if (match := _same_value(name, theirs, rules)) is not None]
        if matches:
            found[value] = matches[0]
    return found


def _same_value(value: str, theirs: Sequence[str], rules: Sequence[Callable[[str, str], bool]]) -> str | None:
    for is_same in rules:
        alike = [each for each in theirs if is_same(value, each)]
        if len(alike) == 1:
            return alike[0]
    return None


def _has_same_words(value: str, theirs: str) -> bool:
    return bool(set(forms(value)) & set(forms(theirs)))


def _is_initials(value: str, theirs: str) -> bool:
    """« non vérifié » is NV, « oui » is O."""
    return len(theirs) <= 3 and theirs.isalpha() and words(theirs) == "".join(word[0] for word in words(value).split())


def _is_in_range(value: str, theirs: str) -> bool:
    """« 6 - licence » is in « 5 et plus », « 2 - brevet » in « Infra 3 »."""
    number, text = NUMBER.match(words(value)), words(theirs)
    if not number:
        return False
    least, below = AT_LEAST.match(text), BELOW.match(text)
    return bool((least and int(number[1]) >= int(least[1])) or (below and int(number[1]) < int(below[1])))


def _has_same_number(value: str, theirs: str) -> bool:
    number = NUMBER.match(words(value))
    return bool(number) and words(theirs).split()[:1] == [number[1]] and len(words(theirs).split()) == 1


def _is_part(value: str, theirs: str) -> bool:
    """« sortie positive » in « Formation / sortie positive »."""
    own, other = set(_bag(value)), set(_bag(theirs))
    return bool(own and other) and (own <= other or other <= own)


# From the most exact to the loosest; each counts only when a single value of theirs answers to it.
RULES = (_has_same_words, _is_initials, _is_in_range, _has_same_number, _is_part)
