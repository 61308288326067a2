"""La fiche du mois d'un tuteur : de quel mois, attendue quand, remplie par qui, en cinq gestes.

Sources
  R5134-39: the tutor follows the person and helps her acquire know-how. H
  The months, the day the sheet opens and the day it is late: no text fixes them, « hypothèse ». P
"""

from datetime import date

from regulations.deadlines import minus_months, plus_months
from regulations.enums import LabelledEnum
from regulations.periods import Period

# The sheet of a month opens on its 20th, and is late after the 5th of the next one (P, hypothèse).
OPENS_DAY = 20
DUE_DAY = 5
# After that, nobody remembers the month any more (P).
KEPT_DAYS = 35


class Mood(LabelledEnum):
    """Comment cela va, en un geste."""

    GOES_WELL = "GOES_WELL", "tout va bien"
    TO_WATCH = "TO_WATCH", "à suivre"
    DIFFICULTY = "DIFFICULTY", "difficulté"


class SheetWay(LabelledEnum):
    """Comment une fiche est arrivée."""

    LINK = "LINK", "par le tuteur"
    PAPER = "PAPER", "fiche papier recopiée"
    PHONE = "PHONE", "dictée au téléphone"
    HELD_FOR = "HELD_FOR", "tenue pour le compte du tuteur"


def opens_on(month: date) -> date:
    return month.replace(day=OPENS_DAY)


def due_on(month: date) -> date:
    return plus_months(month, 1).replace(day=DUE_DAY)


def open_months(on: date) -> list[date]:
    """The months whose sheet may be asked for that day, the oldest first."""
    month = on.replace(day=1)
    latest = month if on >= opens_on(month) else minus_months(month, 1)
    return [one for one in (minus_months(latest, 1), latest) if (on - due_on(one)).days <= KEPT_DAYS]


def is_asked_of(month: date, contract: Period) -> bool:
    """A person who works on the day the sheet opens has one that month."""
    return contract.covers(opens_on(month))
