"""Who and what a row may refer to: records known before, and rows of the same workbook read so far.

References are found by words: names without accents, in any order, with the usual name; establishments by name or
number. A reference carries whether other rows may lean on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Generic, TypeVar

from imports.cells import folded, one_line
from imports.vocabulary import Verdict
from regulations.people import same_person_key
from regulations.periods import Period

TITLES = {"mme", "madame", "mlle", "mademoiselle", "m", "mr", "monsieur", "mrs"}
NEAR_ENOUGH = 0.88
# A longer list of names alike helps nobody.
MOST_OFFERED = 6


@dataclass
class Entry:
    """Something rows refer to: known in the database (`pk`), read in the workbook (`sheet`, `row`), or both."""

    pk: int | None = None
    sheet: str = ""
    row: int | None = None
    verdict: Verdict = Verdict.SAME

    @property
    def is_there(self) -> bool:
        """Recorded already, or about to be."""
        return self.pk is not None or self.verdict.can_be_leant_on

    @property
    def is_refused(self) -> bool:
        return self.pk is None and self.verdict in (Verdict.REFUSE, Verdict.IGNORE)

    def says_where(self) -> str:
        return f"{self.sheet}, ligne {self.row}" if self.row else "déjà enregistré"


@dataclass
class CohortEntry(Entry):
    code: str = ""
    name: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    is_referent: bool = False

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)


@dataclass
class EmployerEntry(Entry):
    name: str = ""
    siret: str = ""
    category: str = ""
    refused_because: str = ""
    employer_pk: int | None = None
    facts: dict = field(default_factory=dict)


@dataclass
class PersonEntry(Entry):
    birth_name: str = ""
    usual_name: str = ""
    first_name: str = ""
    birth_date: date | None = None
    cohorts: set[int] = field(default_factory=set)
    wanted_job: str = ""
    is_favourable: bool = False
    facts: dict = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.birth_name} {self.first_name}".strip()

    def name_keys(self) -> set[str]:
        names = {self.birth_name}
        if self.usual_name:
            names |= {self.usual_name, f"{self.birth_name} {self.usual_name}"}
        return {same_person_key(name, self.first_name) for name in names}


@dataclass
class TutorEntry(Entry):
    last_name: str = ""
    first_name: str = ""
    employer: EmployerEntry | None = None
    # Whom the tutor follows: key of the contract → period.
    followed: dict[object, Period] = field(default_factory=dict)
    facts: dict = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()


@dataclass
class ContractEntry(Entry):
    person: PersonEntry | None = None
    employer: EmployerEntry | None = None
    cohort_pk: int | None = None
    number: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    broken_on: date | None = None
    facts: dict = field(default_factory=dict)

    @property
    def last_day(self) -> date | None:
        return self.broken_on or self.ends_on


@dataclass
class HalfDayEntry(Entry):
    cohort_pk: int = 0
    day: date | None = None
    part: str = ""
    minutes: int = 0
    module: str = ""
    is_cancelled: bool = False
    facts: dict = field(default_factory=dict)


Kind = TypeVar("Kind")


class ByName(Generic[Kind]):
    """Entries under the words of their names."""

    def __init__(self) -> None:
        self.entries: list[Kind] = []
        self._by_key: dict[str, list[Kind]] = defaultdict(list)

    def add(self, entry: Kind, keys: Iterable[str]) -> None:
        self.entries.append(entry)
        for key in keys:
            self._by_key[key].append(entry)

    def exactly(self, key: str) -> list[Kind]:
        return list(self._by_key.get(key, ()))

    def nearly(self, key: str) -> list[Kind]:
        """Entries whose name is a slip away, the nearest first: to be asked about, never taken."""
        found = []
        matcher = SequenceMatcher(b=key, autojunk=False)
        for other in self._by_key:
            matcher.set_seq1(other)
            if matcher.real_quick_ratio() >= NEAR_ENOUGH and (ratio := matcher.ratio()) >= NEAR_ENOUGH:
                found.append((-ratio, other))
        near = {id(entry): entry for _, other in sorted(found) for entry in self._by_key[other]}
        return list(near.values())[:MOST_OFFERED]

    def __iter__(self) -> Iterator[Kind]:
        return iter(self.entries)


class Cohorts(ByName[CohortEntry]):
    def place(self, entry: CohortEntry) -> None:
        self.add(entry, {folded(entry.code), folded(entry.name)})

    def find(self, text: str) -> CohortEntry | None:
        found = self.exactly(folded(text))
        return found[0] if len(found) == 1 else None

    def mentioned_in(self, text: str) -> list[CohortEntry]:
        """Cohorts whose name or code, or the one word that tells them apart, stands in a title."""
        said = f" {folded(text)} "
        whole = [one for one in self if f" {folded(one.name)} " in said or f" {folded(one.code)} " in said]
        if whole:
            return whole
        names = {one.pk: set(folded(one.name).split()) for one in self}
        shared = set.intersection(*names.values()) if len(names) > 1 else set()
        return [one for one in self if any(f" {word} " in said for word in names[one.pk] - shared if len(word) > 3)]


class Employers(ByName[EmployerEntry]):
    def __init__(self) -> None:
        super().__init__()
        self.by_siret: dict[str, EmployerEntry] = {}

    def place(self, entry: EmployerEntry) -> None:
        self.add(entry, {folded(entry.name)})
        if entry.siret:
            self.by_siret[entry.siret] = entry

    def rename(self, entry: EmployerEntry, name: str) -> None:
        """A known establishment under the name the workbook gives it."""
        if folded(name) != folded(entry.name):
            self._by_key[folded(name)].append(entry)


class People(ByName[PersonEntry]):
    def __init__(self) -> None:
        super().__init__()
        self._by_birth: dict[date, list[PersonEntry]] = defaultdict(list)

    def place(self, entry: PersonEntry) -> None:
        self.add(entry, entry.name_keys())
        if entry.birth_date:
            self._by_birth[entry.birth_date].append(entry)

    def also_called(self, entry: PersonEntry, keys: Iterable[str]) -> None:
        """A known person under the names the workbook gives her."""
        for key in keys:
            if entry not in self._by_key[key]:
                self._by_key[key].append(entry)

    def born_on(self, day: date | None) -> list[PersonEntry]:
        return list(self._by_birth.get(day, ())) if day else []

    def named(self, text: str) -> list[PersonEntry]:
        return self.exactly(person_key(text))

    def near(self, text: str) -> list[PersonEntry]:
        return self.nearly(person_key(text))


class Tutors(ByName[TutorEntry]):
    def place(self, entry: TutorEntry) -> None:
        self.add(entry, {same_person_key(entry.last_name, entry.first_name)})

    def find(self, text: str, employer: EmployerEntry | None) -> list[TutorEntry]:
        """At this employer first, by the whole name, then by the last name alone."""
        key = person_key(text)
        whole = self.exactly(key)
        here = [tutor for tutor in whole if tutor.employer is employer]
        if here or whole:
            return here or whole
        wanted = same_person_key(_untitled(text), "")
        return [
            tutor for tutor in self if tutor.employer is employer and same_person_key(tutor.last_name, "") == wanted
        ]


def _untitled(text: str) -> str:
    words = one_line(text).split(" ")
    while len(words) > 1 and folded(words[0]) in TITLES:
        words = words[1:]
    return " ".join(words)


def person_key(text: str) -> str:
    return same_person_key(_untitled(text), "")


def split_name(text: str) -> tuple[str, str]:
    """« GOSSELIN Christelle » → name and first name: capitals first, else the first word is the name."""
    words = _untitled(text).split(" ")
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    if capitals and len(capitals) < len(words):
        return " ".join(capitals), " ".join(word for word in words if word not in capitals)
    return words[0], " ".join(words[1:])


@dataclass
class Register:
    """All of them at once."""

    cohorts: Cohorts = field(default_factory=Cohorts)
    employers: Employers = field(default_factory=Employers)
    people: People = field(default_factory=People)
    tutors: Tutors = field(default_factory=Tutors)
    contracts: list[ContractEntry] = field(default_factory=list)
    half_days: list[HalfDayEntry] = field(default_factory=list)
    prescribers: dict[str, int] = field(default_factory=dict)
    # (half-day pk, enrolment's person pk) → status and minutes late, already recorded.
    attendances: dict[tuple[int, int], tuple[str, int, bool]] = field(default_factory=dict)
    default_cohort: CohortEntry | None = None

    def __post_init__(self) -> None:
        self._by_number: dict[str, ContractEntry] = {}
        self._by_person: dict[int, list[ContractEntry]] = defaultdict(list)
        self._by_moment: dict[tuple, list[HalfDayEntry]] = defaultdict(list)

    def place_contract(self, entry: ContractEntry) -> None:
        self.contracts.append(entry)
        if entry.number:
            self._by_number.setdefault(entry.number, entry)
        if entry.person is not None:
            self._by_person[id(entry.person)].append(entry)

    def contracts_of(self, person: PersonEntry, cohort_pk: int | None = None) -> list[ContractEntry]:
        found = self._by_person.get(id(person), [])
        return [one for one in found if cohort_pk is None or one.cohort_pk == cohort_pk]

    def contract_like(self, entry: ContractEntry) -> ContractEntry | None:
        """The same decision, else the same person, establishment and first day."""
        if entry.number and entry.number in self._by_number:
            return self._by_number[entry.number]
        if entry.person is None:
            return None
        same = [one for one in self.contracts_of(entry.person) if one.employer is entry.employer]
        return next((one for one in same if one.starts_on == entry.starts_on), None)

    def place_half_day(self, entry: HalfDayEntry) -> None:
        self.half_days.append(entry)
        self._by_moment[entry.cohort_pk, entry.day, entry.part].append(entry)

    def half_days_at(self, cohort_pk: int, day: date, part: str) -> list[HalfDayEntry]:
        return list(self._by_moment.get((cohort_pk, day, part), ()))

    def half_day_like(self, entry: HalfDayEntry) -> HalfDayEntry | None:
        """The same moment of the same cohort; two modules at once are two half-days."""
        found = self.half_days_at(entry.cohort_pk, entry.day, entry.part)
        return next((one for one in found if folded(one.module) == folded(entry.module)), None)
