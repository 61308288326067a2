"""Alertes de décrochage : six règles que chacun peut lire, chacune avec les faits qui l'ont déclenchée.

Choice of the programme (P): no text asks for them. No score, no model, no automatic decision; a person answers.
One fact raises one warning: `key` names the fact, so that an answer closes it and a new fact opens another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from regulations.enums import LabelledEnum
from regulations.skills import LADDER, Level, Seen, stillness

ABSENCES = 2
ABSENCE_DAYS = 10
SILENT_DAYS = 35
CHANGES = 2
BARRIER_DAYS = 15


class WarningRule(LabelledEnum):
    """Règle d'alerte."""

    ABSENCES = "ABSENCES", "deux absences en dix jours"
    SILENCE = "SILENCE", "rien du tuteur depuis 35 jours"
    PROGRESS = "PROGRESS", "un niveau qui baisse, ou rien de nouveau depuis trois mois"
    TUTOR = "TUTOR", "pas de tuteur, ou tuteur changé deux fois"
    BARRIER = "BARRIER", "frein ouvert depuis 15 jours sans action"
    DIFFICULTY = "DIFFICULTY", "difficulté notée, ou désaccord ouvert"


@dataclass(frozen=True, slots=True)
class Warning:
    """Une alerte : la règle, depuis quand, et les faits qui l'ont déclenchée, en toutes lettres."""

    rule: WarningRule
    key: str
    since: date
    facts: str


@dataclass(frozen=True, slots=True)
class Difficulty:
    """Une difficulté notée par le tuteur, ou un désaccord écrit : ce que l'on en sait, et le jour."""

    key: str
    noted_on: date
    words: str


def absences_warning(days: Iterable[date], on: date) -> Warning | None:
    """The latest pair of days missed that are at most ten days apart; half-days of one day are one absence."""
    missed = sorted({day for day in days if day <= on})
    pairs = [(a, b) for a, b in zip(missed, missed[ABSENCES - 1 :], strict=False) if (b - a).days <= ABSENCE_DAYS]
    if not pairs:
        return None
    first, last = pairs[-1]
    facts = f"Absences le {first:%d/%m/%Y} et le {last:%d/%m/%Y} : {_days((last - first).days)} d'écart."
    return Warning(WarningRule.ABSENCES, f"{first}.{last}", last, facts)


def silence_warning(last_word: date | None, followed_since: date, on: date) -> Warning | None:
    """From the day the tutor began when nothing ever came: somebody just named is not silent."""
    since = max(last_word or followed_since, followed_since)
    if (on - since).days <= SILENT_DAYS:
        return None
    heard = f"Dernière nouvelle du tuteur le {last_word:%d/%m/%Y}" if last_word else "Aucune nouvelle du tuteur"
    facts = f"{heard} ; il suit cette personne depuis le {followed_since:%d/%m/%Y}."
    return Warning(WarningRule.SILENCE, str(since), since + timedelta(days=SILENT_DAYS + 1), facts)


def progress_warning(seen: Iterable[Seen], words: Mapping[str, str], starts_on: date, on: date) -> Warning | None:
    """A skill seen lower than the time before; else nothing higher for three months, although the tutor looked.

    `words`: the skill of each key, as people read it.
    """
    seen = sorted((one for one in seen if one.on <= on), key=lambda one: one.on)
    by_skill: dict[str, list[Seen]] = {}
    for one in seen:
        by_skill.setdefault(one.key, []).append(one)
    fallen = [pair for levels in by_skill.values() if (pair := _fall(levels))]
    if fallen:
        before, after = max(fallen, key=lambda pair: (pair[1].on, pair[1].key))
        facts = (
            f"« {words.get(after.key, after.key)} » : {Level(before.level).label} le {before.on:%d/%m/%Y}, "
            f"{Level(after.level).label} le {after.on:%d/%m/%Y}."
        )
        return Warning(WarningRule.PROGRESS, f"{after.key}.{after.on}", after.on, facts)
    still = stillness(seen, keys=by_skill, starts_on=starts_on, on=on)
    # Nobody looked since: that is the tutor's silence, another rule.
    if still is None or not still.observed_since:
        return None
    facts = f"Rien de nouveau depuis le {still.since:%d/%m/%Y}, dernière observation le {seen[-1].on:%d/%m/%Y}."
    return Warning(WarningRule.PROGRESS, f"rien.{still.since}", still.since, facts)


def _fall(seen: Sequence[Seen]) -> tuple[Seen, Seen] | None:
    """The last two times that a skill was seen, when the later is lower."""
    if len(seen) < 2 or seen[-1].on == seen[-2].on:
        return None
    lower = LADDER.index(Level(seen[-1].level)) < LADDER.index(Level(seen[-2].level))
    return (seen[-2], seen[-1]) if lower else None


def tutor_warning(starts: Sequence[date], has_tutor: bool, contract_starts_on: date, on: date) -> Warning | None:
    """`starts`: first days of the tutorships that have begun, in order; a new one after the first is a change."""
    if contract_starts_on > on:
        return None
    if not has_tutor:
        facts = "Aucun tuteur aujourd'hui, et le contrat court."
        return Warning(WarningRule.TUTOR, f"aucun.{len(starts)}", max([contract_starts_on, *starts]), facts)
    changes = list(starts[1:])
    if len(changes) < CHANGES:
        return None
    words = ", ".join(f"{day:%d/%m/%Y}" for day in changes)
    return Warning(
        WarningRule.TUTOR, f"change.{len(changes)}", changes[-1], f"Tuteur changé {len(changes)} fois : {words}."
    )


def barrier_warning(key: str, category: str, action: str, raised_on: date, on: date) -> Warning | None:
    """An obstacle still there after that long: its action has not lifted it."""
    if (on - raised_on).days < BARRIER_DAYS:
        return None
    facts = f"Frein « {category} » repéré le {raised_on:%d/%m/%Y}, toujours ouvert. Action à mener : {action}."
    return Warning(WarningRule.BARRIER, key, raised_on + timedelta(days=BARRIER_DAYS), facts)


def difficulty_warning(noted: Difficulty) -> Warning:
    return Warning(WarningRule.DIFFICULTY, noted.key, noted.noted_on, noted.words)


def _days(count: int) -> str:
    return f"{count} jour{'s' if count > 1 else ''}"
