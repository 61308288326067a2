"""People whose file has lived its time: who never started a contract, whose ground has ended."""

from collections import defaultdict
from datetime import date, datetime

from django.db.models import Model, Q, QuerySet

from accounts import clock
from accounts.models import Organisation, User
from cohorts.models import Barrier, Enrolment, Erasure, Person, PersonNote, Referral
from contracts.models import AidPayment, AidRequest, Contract
from impec.erasing.actions import erase_person
from impec.erasing.grounds import ENGAGED
from regulations.retention import DURATIONS, Kept, kept_until

# What is proposed: the row, and what it is called without naming anybody.
Due = dict[int, str]

# What counts as an event of somebody who looks for a contract.
EVENTS: tuple[tuple[type[Model], str, tuple[str, ...]], ...] = (
    (Person, "pk", ("created_at", "notice_given_on")),
    (
        Enrolment,
        "person",
        ("enrolled_on", "diagnosis_on", "immersion_ends_on", "seat_accepted_on", "freed_on", "withdrawn_on"),
    ),
    (Referral, "person", ("referred_on", "met_on", "answered_on")),
    (PersonNote, "person", ("written_at",)),
    (Barrier, "person", ("raised_on", "lifted_on")),
    (Contract, "enrolment__person", ("created_at", "closed_on")),
    (AidRequest, "contract__enrolment__person", ("signed_on", "decided_on")),
)


def people_of(agency: Organisation | None) -> QuerySet[Person]:
    """Those of one agency, or of all: erased people have their own rules."""
    people = Person.objects.filter(erased_on=None)
    return people.filter(agency=agency) if agency else people


def never_started(on: date, agency: Organisation | None) -> Due:
    """Six months without an event, or two years after the recording whatever came since."""
    found = people_of(agency).exclude(pk__in=with_a_file(on)).order_by("pk").in_bulk()
    last = last_events(set(found))
    late = [pk for pk, person in found.items() if is_forgotten(_day(person.created_at), last[pk], on)]
    return {pk: found[pk].public_code for pk in late}


def is_forgotten(recorded_on: date, last_event_on: date, on: date) -> bool:
    limits = kept_until(Kept.NEVER_STARTED, last_event_on), kept_until(Kept.NEVER_STARTED_MOST, recorded_on)
    return min(limits) < on


def last_events(people: set[int]) -> dict[int, date]:
    last: dict[int, date] = {}
    for model, path, fields in EVENTS:
        for pk, *days in model._base_manager.values_list(path, *fields).iterator():
            known = [_day(day) for day in (*days, last.get(pk)) if day]
            if pk in people and known:
                last[pk] = max(known)
    return last


def _day(moment: date | datetime) -> date:
    return moment.astimezone(clock.PARIS).date() if isinstance(moment, datetime) else moment


def with_a_file(on: date) -> QuerySet:
    """Who signed, began or was paid for: those whose file a ground of `impec.erasing.grounds` holds or held."""
    engaged = Q(state__in=[state.value for state in ENGAGED])
    return Contract.objects.with_state(on).filter(engaged | Q(pk__in=_paid())).values("enrolment__person")


def _paid() -> QuerySet:
    return AidPayment.objects.valid().values("aid_request__contract")


def ended_files(on: date, agency: Organisation | None) -> Due:
    """Two years after the last contract; and those in the archive that nothing but this ground held."""
    ended = {pk for pk, last in last_days(agency).items() if last and kept_until(Kept.PEC_FILE, last) < on}
    people = Person.objects.filter(pk__in=with_a_file(on)).order_by("pk")
    found = {pk: code for pk, code in people.values_list("pk", "public_code").iterator() if pk in ended}
    return found | archived(Kept.PEC_FILE)(on, agency)


def last_days(agency: Organisation | None) -> dict[int, date | None]:
    """The last day of the last contract of each person not erased; None while one has no known end."""
    standing = Q(closed_on=None) | Q(pk__in=_paid())
    contracts = Contract.objects.filter(standing, enrolment__person__in=people_of(agency))
    ends = defaultdict(list)
    for pk, broken_on, ends_on in contracts.values_list("enrolment__person", "broken_on", "ends_on").iterator():
        ends[pk].append(broken_on or ends_on)
    return {pk: None if None in days else max(days) for pk, days in ends.items()}


def archived(kept: Kept):
    """People in the restricted archive whose last ground was this one, and has ended."""

    def found(on: date, agency: Organisation | None) -> Due:
        ended = Erasure.objects.filter(completed_at=None, kept_until__lt=on, ground=kept.value)
        whose = ended.filter(Q(person__agency=agency) if agency else Q())
        return dict(whose.order_by("person").values_list("person", "person__public_code"))

    return found


def erase(pk: int, by: User, on: date, kept: Kept) -> bool:
    """True when something of hers went: a ground that moved since the proposal keeps her where she is."""
    person = Person.objects.get(pk=pk)
    before = Erasure.objects.filter(person=person).values_list("depth", flat=True).first()
    erasure = erase_person(person=person, by=by, reason=f"Fin de la durée de conservation ({kept.label}).", on=on)
    return erasure.depth != before


def told(kept: Kept) -> str:
    """« 24 mois depuis la fin du contrat (R5134-23, source secondaire) »."""
    duration, most = DURATIONS[kept], ""
    if kept == Kept.NEVER_STARTED:
        limit = DURATIONS[Kept.NEVER_STARTED_MOST]
        most = f", {limit.months} au plus depuis {limit.since}"
    return f"{duration.months} mois depuis {duration.since}{most} ({duration.source}, {duration.confidence.label})"
