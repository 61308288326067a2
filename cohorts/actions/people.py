"""Acts on people: record one without ever doubling her, keep her protected facts apart."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Organisation, User
from accounts.rows import change, keep
from cohorts.models import Barrier, Person, PersonNote, ProtectedFacts
from regulations.free_text import delicate_words, forbidden_findings
from regulations.people import age_on, is_near_match, same_person_key, unaccented

YOUNGEST = 14
NAMES = {"birth_name", "usual_name", "first_name"}


class NearMatch(ValidationError):
    """Somebody very like her is known: a question, never a merge, never a silent double."""

    def __init__(self, candidates: list[Person]):
        message = "Une personne très proche est déjà enregistrée : est-ce la même ?"
        super().__init__(message, code="near-match")
        self.candidates = candidates


class NoteWarning(ValidationError):
    """Words that may wound or that belong to protected data; the author may keep them knowingly."""

    def __init__(self, words: list[str]):
        found = ", ".join(f"« {word} »" for word in words)
        message = f"La personne pourra lire cette note. Ces mots demandent réflexion : {found}."
        super().__init__(message, code="delicate")
        self.words = words


@transaction.atomic
def add_person(*, agency: Organisation, on: date, distinct_from: Collection[int] = (), **facts: object) -> Person:
    """`distinct_from` are the identifiers of the near matches that a human said to be somebody else."""
    person = Person(agency=agency, **facts)
    _prepare(person, on)
    # One recording at a time in an agency: two people typing the same person at once get one row and one question.
    Organisation.objects.select_for_update().get(pk=agency.pk)
    candidates = near_matches(
        agency=agency,
        birth_name=person.birth_name,
        usual_name=person.usual_name,
        first_name=person.first_name,
        birth_date=person.birth_date,
    )
    if {candidate.pk for candidate in candidates} - set(distinct_from):
        raise NearMatch(candidates)
    return keep(person)


def near_matches(
    *, agency: Organisation, birth_name: str, first_name: str, birth_date: date | None, usual_name: str = ""
) -> list[Person]:
    """Same day of birth and nearly the same names; the same names when one of the two days is unknown."""
    names = (birth_name, usual_name, f"{birth_name} {usual_name}")
    keys = {same_person_key(name, first_name) for name in names if name}
    people = agency.people.filter(erased_on=None)
    unknown_day = people.filter(identity_key__in=keys)
    if birth_date is not None:
        unknown_day = unknown_day.filter(birth_date=None)
        same_day = [one for one in people.filter(birth_date=birth_date) if _is_near(one, keys)]
    else:
        same_day = []
    return sorted([*same_day, *unknown_day], key=lambda one: one.pk)


def _is_near(person: Person, keys: set[str]) -> bool:
    names = [name for name in (person.birth_name, person.usual_name) if name]
    known = {same_person_key(name, person.first_name) for name in names}
    return any(is_near_match(one, other) for one in keys for other in known)


@transaction.atomic
def change_person(*, person: Person, on: date, version: int | None = None, **facts: object) -> Person:
    names = {name: facts.get(name, getattr(person, name)) for name in (*NAMES, "birth_date")}
    trial = Person(agency=person.agency, **names)
    _prepare(trial, on)
    facts |= {"identity_key": trial.identity_key, "search_text": trial.search_text}
    facts |= {name: getattr(trial, name) for name in NAMES & facts.keys()}
    return change(person, version=version, **facts)


def _prepare(person: Person, on: date) -> None:
    for name in NAMES:
        setattr(person, name, " ".join(getattr(person, name).split()))
    person.identity_key = same_person_key(person.birth_name, person.first_name)
    names = dict.fromkeys(unaccented(f"{person.birth_name} {person.usual_name} {person.first_name}").split())
    person.search_text = " ".join(names)
    if not person.identity_key:
        raise ValidationError({"birth_name": "Donnez au moins un nom et un prénom lisibles."})
    if person.birth_date and age_on(person.birth_date, on) < YOUNGEST:
        raise ValidationError({"birth_date": f"Cette date donne moins de {YOUNGEST} ans : vérifiez l'année."})


@transaction.atomic
def give_notice(*, person: Person, on: date, channel: str) -> Person:
    """Notice d'information : sa date et sa voie ; sans elle, aucun fichier nominatif ne part."""
    return change(person, notice_given_on=on, notice_channel=channel)


@transaction.atomic
def object_to_processing(*, person: Person, on: date) -> Person:
    """Opposition ou limitation : rien n'est effacé, et la personne sort des listes et des fichiers."""
    if person.erased_on or person.objected_on:
        raise ValidationError("Cette personne est déjà effacée, ou son opposition déjà enregistrée.")
    return change(person, objected_on=on)


@transaction.atomic
def lift_objection(*, person: Person) -> Person:
    """Elle y renonce : sa fiche reprend sa place, telle qu'elle était."""
    return change(person, objected_on=None)


@transaction.atomic
def set_protected_facts(*, person: Person, **facts: object) -> ProtectedFacts:
    known = ProtectedFacts.objects.filter(person=person).first()
    if known is None:
        return keep(ProtectedFacts(person=person, **facts))
    return change(known, **facts)


@transaction.atomic
def raise_barrier(*, person: Person, category: str, action_needed: str, raised_on: date, by: User) -> Barrier:
    """An action to take, never a description of the person."""
    _refuse_forbidden(action_needed, "action_needed")
    barrier = Barrier(person=person, category=category, action_needed=action_needed, raised_on=raised_on, raised_by=by)
    return keep(barrier)


@transaction.atomic
def lift_barrier(*, barrier: Barrier, lifted_on: date) -> Barrier:
    return change(barrier, lifted_on=lifted_on)


@transaction.atomic
def add_note(*, person: Person, text: str, author: User, knowingly: bool = False) -> PersonNote:
    _refuse_forbidden(text, "text")
    words = delicate_words(text)
    if words and not knowingly:
        raise NoteWarning(words)
    return keep(PersonNote(person=person, text=text.strip(), author=author))


def _refuse_forbidden(text: str, field: str) -> None:
    findings = forbidden_findings(text)
    if findings:
        raise ValidationError({field: [finding.message for finding in findings]})
