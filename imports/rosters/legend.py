"""The legend of a roster: what each code means, with its hours."""

import re
from dataclasses import dataclass
from datetime import time

from imports import cells
from regulations.training import ShiftKind

# « M = matin 6h45 - 14h15 »; « vide = … » says what an empty cell is, and is no code.
_MEANING = re.compile(r"\s*([^\W_]{1,5})\s*[=:]\s*(\S.*)")
_HOUR = r"(\d{1,2})\s*(?:h|:)\s*(\d{2})?"
_HOURS = re.compile(rf"{_HOUR}\s*(?:-|–|à|/|>)\s*{_HOUR}")
EMPTY = "VIDE"
TITLE = "legende"
AWAY = ("conge", "rtt", "vacance", "absence", "maladie")


@dataclass(frozen=True, slots=True)
class Meaning:
    """Ce que veut dire un code : des horaires, un congé, ou rien du tout (repos)."""

    words: str
    kind: ShiftKind | None = None
    starts_at: time | None = None
    ends_at: time | None = None

    @property
    def ends_next_day(self) -> bool:
        return self.kind is ShiftKind.WORK and self.ends_at <= self.starts_at


def code_of(value: object) -> str:
    """« s », « S  » and « S » are the same code."""
    return cells.one_line(value).upper()


def read_meaning(text: str) -> tuple[str, Meaning] | None:
    """One line of the legend; None when it is not one."""
    found = _MEANING.fullmatch(cells.one_line(text))
    if found is None or code_of(found[1]) == EMPTY:
        return None
    return code_of(found[1]), _meaning(found[2])


def _meaning(words: str) -> Meaning:
    if hours := _hours(words):
        return Meaning(words, ShiftKind.WORK, *hours)
    is_away = any(word in cells.folded(words) for word in AWAY)
    return Meaning(words, ShiftKind.LEAVE if is_away else None)


def _hours(words: str) -> tuple[time, time] | None:
    found = _HOURS.search(words.lower())
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2] or 0)), time(int(found[3]), int(found[4] or 0))
    except ValueError:
        return None
