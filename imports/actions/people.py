"""Writing people, their place in a cohort, who sent them, and protected facts when the user is their referent."""

from django.core.exceptions import ValidationError
from django.db import transaction

from cohorts.actions import change_enrolment, change_person, enrol, refer, set_protected_facts
from cohorts.models import Cohort, Enrolment, Person, PersonNote, Prescriber, ProtectedFacts, Referral, Seat
from imports.actions.ledger import Ledger
from imports.cells import folded
from imports.register import ContractEntry, PersonEntry
from imports.rows import Row
from imports.vocabulary import Nature, Verdict
from regulations.people import BenefitKind, Checked, PrescriberKind, Sex, Title, same_person_key, unaccented

SEX_OF = {Title.MRS: Sex.FEMALE, Title.MR: Sex.MALE}
Places = dict[tuple[int, int], Seat]


def write_people(ledger: Ledger, seats: Places) -> None:
    fresh = ledger.rows(Nature.PERSONS, Verdict.CREATE)
    people = {id(row): Person(agency=ledger.batch.organisation, **_identity(row), **_facts(row)) for row in fresh}
    ledger.create(people.values())
    hired = _hired(ledger)
    enrolments, referrals, protected, notes = [], [], [], []
    room = _room(seats)
    for row in fresh:
        person, cohort = people[id(row)], row.links["cohort"]
        row.links["entry"].pk = person.pk
        contract = hired.get((id(row.links["entry"]), cohort.pk))
        enrolments.append(_enrolment(ledger, row, person, contract, room))
        referrals.append(_referral(ledger, row, person, contract))
        if cohort.is_referent:
            protected.append(_protected(row, person))
            notes.append(_note(ledger, row, person))
        ledger.count(Nature.PERSONS, Verdict.CREATE)
    for written in (enrolments, referrals, protected, notes):
        ledger.create(one for one in written if one is not None)
    for row in ledger.rows(Nature.PERSONS, Verdict.UPDATE):
        _update(ledger, row)


def _identity(row: Row) -> dict:
    """The keys by which a person is found, as recording her by hand would set them."""
    birth_name, usual_name = row.values["nom_naissance"], row.values["nom_usage"] or ""
    first_name = row.values["prenom"]
    words = dict.fromkeys(unaccented(f"{birth_name} {usual_name} {first_name}").split())
    return {
        "birth_name": birth_name,
        "usual_name": usual_name,
        "first_name": first_name,
        "identity_key": same_person_key(birth_name, first_name),
        "search_text": " ".join(words),
    }


def _facts(row: Row) -> dict:
    values, title = row.values, row.links["title"]
    facts = {
        "title": title,
        "sex": SEX_OF.get(title),
        "birth_date": values["date_naissance"],
        "address": values["adresse"],
        "postcode": values["code_postal"],
        "town": values["commune"],
        "phone": values["telephone"],
        "email": values["courriel"],
        "mobility": row.links["mobility"],
        "jobseeker_number": values["identifiant_ft"],
        "education_level": values["niveau_formation"],
    }
    return {name: value for name, value in facts.items() if value is not None}


def _place_in_cohort(row: Row) -> dict:
    values = row.values
    facts = {
        "wanted_job": values["poste_vise"],
        "opinion": row.links["opinion"],
        "immersion_starts_on": values["immersion_du"],
        "immersion_ends_on": values["immersion_au"],
    }
    return {name: value for name, value in facts.items() if value is not None}


def _hired(ledger: Ledger) -> dict[tuple[int, int], ContractEntry]:
    """Person and cohort → the contract that this import writes."""
    return {
        (id(row.links["person"]), row.links["cohort"].pk): row.links["entry"]
        for row in ledger.rows(Nature.CONTRACTS, Verdict.CREATE)
    }


def _room(seats: Places) -> dict[int, int]:
    """Seat → places still free."""
    held = dict.fromkeys((seat.pk for seat in seats.values()), 0)
    for seat_pk in Enrolment.objects.holding().filter(seat__in=held).values_list("seat", flat=True):
        held[seat_pk] += 1
    free = {seat.pk: seat.quantity - held[seat.pk] for seat in seats.values()}
    return {"seats": seats, "free": free}


def _enrolment(ledger: Ledger, row: Row, person: Person, contract: ContractEntry | None, room: dict) -> Enrolment:
    cohort = row.links["cohort"]
    enrolment = Enrolment(
        person=person, cohort_id=cohort.pk, enrolled_on=min(cohort.starts_on, ledger.on), **_place_in_cohort(row)
    )
    if contract is None or contract.employer is None:
        return enrolment
    seat = room["seats"].get((cohort.pk, contract.employer.pk))
    if seat is not None and room["free"][seat.pk] > 0:
        room["free"][seat.pk] -= 1
        enrolment.seat, enrolment.seat_accepted_on = seat, contract.starts_on
        enrolment.freed_on = contract.broken_on
    return enrolment


def prescriber_of(row: Row) -> Prescriber | None:
    name = row.values["prescripteur"]
    if name is None:
        return None
    kind = row.links["prescriber_kind"] or PrescriberKind.OTHER
    if kind != PrescriberKind.OTHER:
        known = Prescriber.objects.filter(kind=kind, name__iexact=name).order_by("pk").first()
    else:
        known = next((one for one in Prescriber.objects.order_by("pk") if folded(one.name) == folded(name)), None)
    return known or Prescriber.objects.create(kind=kind, name=name)


def _known_prescriber(ledger: Ledger, row: Row) -> Prescriber | None:
    """Looked up once per name, not once per row."""
    name = row.values["prescripteur"]
    if name and name not in ledger.prescribers:
        ledger.prescribers[name] = prescriber_of(row)
    return ledger.prescribers.get(name) if name else None


def _referral(ledger: Ledger, row: Row, person: Person, contract: ContractEntry | None) -> Referral | None:
    prescriber = _known_prescriber(ledger, row)
    if prescriber is None:
        return None
    cohort = row.links["cohort"]
    referral = Referral(
        person=person, cohort_id=cohort.pk, prescriber=prescriber, referred_on=min(cohort.starts_on, ledger.on)
    )
    if contract is not None:
        referral.outcome, referral.answered_on = Referral.Outcome.ACCEPTED, min(contract.starts_on, ledger.on)
        referral.answered_by = ledger.by
    return referral


def protected_facts(row: Row) -> dict:
    """Yes and no are kept; nothing is never a no. Not being on RSA says nothing of the other benefits."""
    facts = {}
    if row.values["rqth"] is not None:
        facts["boeth"] = Checked.YES if row.values["rqth"] else Checked.NO
    if row.values["brsa"]:
        facts["benefit_kind"] = BenefitKind.RSA
    return facts


def _protected(row: Row, person: Person) -> ProtectedFacts | None:
    facts = protected_facts(row)
    return ProtectedFacts(person=person, **facts) if facts else None


def _note(ledger: Ledger, row: Row, person: Person) -> PersonNote | None:
    text = row.values["commentaire"]
    return PersonNote(person=person, text=text, author=ledger.by) if text else None


def _update(ledger: Ledger, row: Row) -> None:
    entry: PersonEntry = row.links["entry"]
    person = Person.objects.get(pk=entry.pk)
    try:
        with transaction.atomic():
            told = {name: row.values[key] for name, key in NAMES if row.values[key]}
            ledger.note_change(change_person(person=person, on=ledger.on, **told, **_facts(row)))
            _update_enrolment(ledger, row, person)
            facts = protected_facts(row) if row.links["cohort"].is_referent else {}
            if facts:
                ledger.note_change(set_protected_facts(person=person, **facts))
    except ValidationError as refusal:
        ledger.fail(row, refusal)
    else:
        ledger.count(Nature.PERSONS, Verdict.UPDATE)


NAMES = (("birth_name", "nom_naissance"), ("usual_name", "nom_usage"), ("first_name", "prenom"))


def _update_enrolment(ledger: Ledger, row: Row, person: Person) -> None:
    cohort = row.links["cohort"]
    enrolment = Enrolment.objects.filter(person=person, cohort=cohort.pk).first()
    if enrolment is None:
        enrolment = enrolled(ledger, person.pk, cohort.pk, **_place_in_cohort(row))
    else:
        ledger.note_change(change_enrolment(enrolment=enrolment, **_place_in_cohort(row)))
    prescriber = _known_prescriber(ledger, row)
    if (
        prescriber is not None
        and not Referral.objects.filter(person=person, cohort=cohort.pk, prescriber=prescriber).exists()
    ):
        day = min(cohort.starts_on, ledger.on)
        refer(person=person, cohort=enrolment.cohort, prescriber=prescriber, referred_on=day)


def enrolled(ledger: Ledger, person_pk: int, cohort_pk: int, **facts: object) -> Enrolment:
    """A known person comes into a cohort by a contract or a sheet of attendance."""
    cohort = Cohort.objects.get(pk=cohort_pk)
    day = min(cohort.starts_on, ledger.on)
    enrolment = enrol(person=Person.objects.get(pk=person_pk), cohort=cohort, enrolled_on=day, **facts)
    ledger.note_creation(enrolment)
    return enrolment
