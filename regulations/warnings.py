"""Alertes de décrochage : six règles que chacun peut lire, chacune avec les faits qui l'ont déclenchée.

Choice of the programme (P): no text asks for them. No score, no model, no automatic decision; a person answers.
One fact raises one warning: `key` names the fact, so that an answer closes it and a new fact opens another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from regulations.deadlines import minus_months
from regulations.enums import LabelledEnum

ABSENCES = 2
ABSENCE_DAYS = 10
SILENT_DAYS = 35
STILL_MONTHS = 3
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
class Seen:
    """Un niveau observé : le savoir-faire, son rang dans l'échelle, le jour."""

    skill: str
    rank: int
    label: str
    seen_on: date


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


def progress_warning(levels: Iterable[Seen], on: date) -> Warning | None:
    """A skill seen lower than the time before; else nothing that rose for three months while others were seen."""
    by_skill: dict[str, list[Seen]] = {}
    for level in sorted(levels, key=lambda one: one.seen_on):
        by_skill.setdefault(level.skill, []).append(level)
    fallen = [pair for seen in by_skill.values() if (pair := _fall(seen))]
    if fallen:
        before, after = max(fallen, key=lambda pair: (pair[1].seen_on, pair[1].skill))
        facts = (
            f"« {after.skill} » : {before.label} le {before.seen_on:%d/%m/%Y}, "
            f"{after.label} le {after.seen_on:%d/%m/%Y}."
        )
        return Warning(WarningRule.PROGRESS, f"{after.skill}.{after.seen_on}", after.seen_on, facts)
    return _stagnation(by_skill, on)


def _fall(seen: Sequence[Seen]) -> tuple[Seen, Seen] | None:
    """The last two days that a skill was seen, when the later is lower."""
    if len(seen) < 2 or seen[-1].seen_on == seen[-2].seen_on or seen[-1].rank >= seen[-2].rank:
        return None
    return seen[-2], seen[-1]


def _stagnation(by_skill: dict[str, list[Seen]], on: date) -> Warning | None:
    seen = [level for levels in by_skill.values() for level in levels]
    if not seen:
        return None
    rises = [levels[0].seen_on for levels in by_skill.values()]
    rises += [b.seen_on for levels in by_skill.values() for a, b in pairwise(levels) if b.rank > a.rank]
    last_rise, last_seen = max(rises), max(level.seen_on for level in seen)
    # Nobody looked since: that is the tutor's silence, another rule.
    if last_rise > minus_months(on, STILL_MONTHS) or last_seen == last_rise:
        return None
    facts = f"Dernier progrès noté le {last_rise:%d/%m/%Y}, dernière observation le {last_seen:%d/%m/%Y}."
    return Warning(WarningRule.PROGRESS, f"rien.{last_rise}", last_rise, facts)


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


def barrier_warning(key: str, category: str, raised_on: date, action: str, on: date) -> Warning | None:
    if action.strip() or (on - raised_on).days < BARRIER_DAYS:
        return None
    facts = f"Frein « {category} » relevé le {raised_on:%d/%m/%Y}, sans action notée."
    return Warning(WarningRule.BARRIER, key, raised_on + timedelta(days=BARRIER_DAYS), facts)


def difficulty_warning(noted: Difficulty) -> Warning:
    return Warning(WarningRule.DIFFICULTY, noted.key, noted.noted_on, noted.words)


def _days(count: int) -> str:
    return f"{count} jour{'s' if count > 1 else ''}"
