"""Les savoir-faire : niveaux, regard de la stagiaire, désaccord, progrès qui s'arrête. Rien n'est noté ni comparé.

Sources
  Levels and faces: choice of the programme (P), with tutors and trainees; no text fixes them.
  R5134-39 (twin R5134-62): the tutor helps acquire know-how and takes part in the certificate of experience. H
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from regulations.enums import LabelledEnum

# Without one level higher for that long, people meet (P).
STILL_DAYS = 90


class Level(LabelledEnum):
    """Ce que le tuteur a vu faire."""

    NOT_SHOWN = "NOT_SHOWN", "pas encore montré"
    WITH_HELP = "WITH_HELP", "avec aide"
    ALONE = "ALONE", "seul"
    PASSES_ON = "PASSES_ON", "transmet"


class Face(LabelledEnum):
    """Ce que la stagiaire dit d'elle-même."""

    CAN = "CAN", "je sais faire"
    HELPED = "HELPED", "avec aide"
    NOT_YET = "NOT_YET", "pas encore"
    NOT_TAUGHT = "NOT_TAUGHT", "on ne m'a pas montré"


# Both ladders, step by step: whoever passes a skill on does it alone.
STEP_OF_LEVEL = {Level.NOT_SHOWN: 0, Level.WITH_HELP: 1, Level.ALONE: 2, Level.PASSES_ON: 2}
STEP_OF_FACE = {Face.NOT_TAUGHT: 0, Face.NOT_YET: 0, Face.HELPED: 1, Face.CAN: 2}
LADDER = tuple(Level)


@dataclass(frozen=True, slots=True)
class Seen:
    """Un savoir-faire vu un jour, à un niveau."""

    key: str
    level: Level
    on: date


def disagree(*, level: Level, observed_on: date, face: Face, said_on: date) -> bool:
    """Désaccord : ils ne disent pas pareil. Un niveau monté depuis qu'elle a parlé est un progrès, non un désaccord."""
    told, seen = STEP_OF_FACE[Face(face)], STEP_OF_LEVEL[Level(level)]
    return told != seen and not (observed_on > said_on and seen > told)


def rises(seen: Iterable[Seen]) -> list[Seen]:
    """Chaque fois qu'un savoir-faire est vu plus haut qu'il ne l'avait jamais été, la première vue comprise."""
    best: dict[str, int] = {}
    found = []
    for one in sorted(seen, key=lambda one: one.on):
        step = LADDER.index(Level(one.level))
        if step > best.get(one.key, 0):
            found.append(one)
            best[one.key] = step
    return found


@dataclass(frozen=True, slots=True)
class Stillness:
    """Un progrès arrêté, avec les faits qui le disent."""

    since: date
    last_rise: Seen | None
    observed_since: int
    left_to_learn: int


def stillness(seen: Iterable[Seen], *, keys: Iterable[str], starts_on: date, on: date) -> Stillness | None:
    """Stagnation : `STILL_DAYS` jours sans un niveau plus haut, alors qu'il reste à apprendre et qu'on a observé."""
    seen = [one for one in seen if one.on <= on]
    if not seen:
        return None
    last = max(rises(seen), key=lambda one: one.on, default=None)
    since = last.on if last else starts_on
    now = {one.key: one.level for one in sorted(seen, key=lambda one: one.on)}
    left = [key for key in keys if STEP_OF_LEVEL[Level(now.get(key, Level.NOT_SHOWN))] < STEP_OF_LEVEL[Level.ALONE]]
    if not left or on - since < timedelta(days=STILL_DAYS):
        return None
    return Stillness(since, last, len({one.on for one in seen if one.on > since}), len(left))
