"""Which rows of a roster are trainees: those alone are kept, the rest of the team is only counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from cohorts.models import Enrolment
from imports import cells
from imports.rosters.legend import Meaning
from imports.rosters.reading import Agent, Roster
from regulations.nir import looks_like_nir
from regulations.planning import instant
from regulations.training import ShiftKind
from training.actions.rosters import ShiftFact

# How facilities mark the rows of subsidised contracts.
MARK = "pec"


@dataclass(slots=True)
class Month:
    """Une stagiaire et son mois, tels qu'ils seraient gardés."""

    enrolment: Enrolment
    row: int
    shifts: list[ShiftFact] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.enrolment.person.full_name

    @property
    def worked(self) -> int:
        return sum(shift.kind is ShiftKind.WORK for shift in self.shifts)

    @property
    def away(self) -> int:
        return len(self.shifts) - self.worked


@dataclass(slots=True)
class Matched:
    """Un planning rapproché : les stagiaires, ce qui est refusé, combien de lignes ne sont à personne d'ici."""

    roster: Roster
    months: list[Month] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    ignored: int = 0
    missing: list[str] = field(default_factory=list)

    @property
    def sound(self) -> list[Month]:
        return [month for month in self.months if not month.faults]


def match(roster: Roster, enrolments: Iterable[Enrolment]) -> Matched:
    found = Matched(roster)
    by_name: dict[tuple[str, ...], list[Enrolment]] = {}
    for enrolment in enrolments:
        for name in names_of(enrolment):
            by_name.setdefault(name, []).append(enrolment)
    for agent in roster.agents:
        _place(found, agent, by_name.get(words(agent.name), []))
    _refuse_doubles(found)
    seen = {month.enrolment.pk for month in found.months}
    sites = {site_of(month.enrolment) for month in found.months} - {None}
    everybody = {one.pk: one for several in by_name.values() for one in several}
    found.missing = sorted(
        one.person.full_name for pk, one in everybody.items() if pk not in seen and site_of(one) in sites
    )
    return found


def match_all(rosters: Iterable[Roster], enrolments: Sequence[Enrolment]) -> list[Matched]:
    """Every sheet; the same trainee on two sheets of one month is refused on both, since neither is the right one."""
    found = [match(roster, enrolments) for roster in rosters]
    places: dict[tuple[date, int], list[tuple[str, Month]]] = {}
    for one in found:
        for month in one.months:
            places.setdefault((one.roster.month, month.enrolment.pk), []).append((one.roster.sheet, month))
    for several in places.values():
        sheets = sorted({sheet for sheet, _ in several})
        if len(sheets) > 1:
            for _, month in several:
                month.faults.append(f"Feuilles {' et '.join(sheets)} : le même mois y est deux fois. Gardez-en une.")
    return found


def _place(found: Matched, agent: Agent, candidates: list[Enrolment]) -> None:
    where = f"Ligne {agent.row}"
    if len(candidates) > 1:
        found.refused.append(
            f"{where}, « {shown(agent.name)} » : plusieurs stagiaires portent ce nom. Rien n'en est gardé."
        )
    elif candidates:
        month = Month(candidates[0], agent.row)
        _read(month, agent, found.roster)
        found.months.append(month)
    elif MARK in words(agent.job) or MARK in words(agent.name):
        found.refused.append(
            f"{where}, « {shown(agent.name)} » : marquée PEC, mais aucune stagiaire que vous suivez dans cette cohorte "
            "ne porte ce nom. Vérifiez l'orthographe, puis renvoyez le planning."
        )
    else:
        found.ignored += 1


def _refuse_doubles(found: Matched) -> None:
    rows: dict[int, list[Month]] = {}
    for month in found.months:
        rows.setdefault(month.enrolment.pk, []).append(month)
    for several in rows.values():
        if len(several) > 1:
            numbers = " et ".join(str(month.row) for month in several)
            for month in several:
                month.faults = [f"Lignes {numbers} : deux lignes portent ce nom. Gardez-en une."]


def _read(month: Month, agent: Agent, roster: Roster) -> None:
    for day, code in sorted(agent.codes.items()):
        meaning = roster.legend.get(code)
        if meaning is None:
            known = ", ".join(sorted(roster.legend))
            month.faults.append(
                f"Cellule {agent.places[day]} : « {shown(code)} » n'est pas dans la légende ({known}). Corrigez la "
                "cellule, ou ajoutez ce code à la légende."
            )
        elif meaning.kind is not None:
            month.shifts.append(_shift(day, code, meaning))


def _shift(day: date, code: str, meaning: Meaning) -> ShiftFact:
    following = day + timedelta(days=1)
    if meaning.kind is ShiftKind.LEAVE:
        return ShiftFact(starts_at=instant(day, time()), ends_at=instant(following, time()), kind=ShiftKind.LEAVE)
    ends_on = following if meaning.ends_next_day else day
    starts_at, ends_at = instant(day, meaning.starts_at), instant(ends_on, meaning.ends_at)
    return ShiftFact(starts_at=starts_at, ends_at=ends_at, code=code)


def names_of(enrolment: Enrolment) -> set[tuple[str, ...]]:
    """Birth name, usual name or both, with the first name, in any order."""
    person = enrolment.person
    lasts = {person.birth_name, person.usual_name, f"{person.birth_name} {person.usual_name}"}
    return {words(f"{last} {person.first_name}") for last in lasts if last.strip()}


def shown(text: str) -> str:
    """What stands in a cell is anything: a social security number is never said back."""
    return "…" if looks_like_nir(text) else text


def words(name: str) -> tuple[str, ...]:
    return tuple(sorted(cells.folded(name).split()))


def site_of(enrolment: Enrolment) -> int | None:
    return enrolment.seat.establishment_id if enrolment.seat else None
