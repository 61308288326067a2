"""People whose file has lived its time: who never started a contract, whose ground has ended."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from accounts import clock
from accounts.models import Organisation, User
from cohorts.models import Barrier, Enrolment, Erasure, Person, PersonNote, Referral
from contracts.models import AidPayment, AidRequest, Contract
from impec.erasing.actions import erase_person
from impec.erasing.grounds import ENGAGED, grounds_of_each
from regulations.retention import DURATIONS, Kept, kept_until, still_holding

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
    people = people_of(agency)
    forgotten = forgotten_among(people, on)
    return {pk: code for pk, code in _codes(people) if pk in forgotten}


def forgotten_among(people: QuerySet[Person], on: date) -> set[int]:
    # Read before the events: whoever is recorded meanwhile is not looked for among them.
    recorded = dict(people.exclude(pk__in=with_a_file(on)).values_list("pk", "created_at"))
    last = last_events(people)
    return {pk for pk, moment in recorded.items() if is_forgotten(_day(moment), last[pk], on)}


def _codes(people: QuerySet[Person]) -> Iterator[tuple[int, str]]:
    return people.order_by("pk").values_list("pk", "public_code").iterator()


def is_forgotten(recorded_on: date, last_event_on: date, on: date) -> bool:
    limits = kept_until(Kept.NEVER_STARTED, last_event_on), kept_until(Kept.NEVER_STARTED_MOST, recorded_on)
    return min(limits) < on


def last_events(people: QuerySet[Person]) -> dict[int, date]:
    last: dict[int, date] = {}
    for model, path, fields in EVENTS:
        rows = model._base_manager.filter(**{f"{path}__in": people.values("pk")})
        for pk, *days in rows.values_list(path, *fields).iterator():
            known = [_day(day) for day in (*days, last.get(pk)) if day]
            if known:
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
    ended = ended_among(people_of(agency), Kept.PEC_FILE, on)
    found = {pk: code for pk, code in _codes(Person.objects.filter(pk__in=with_a_file(on))) if pk in ended}
    return found | archived(Kept.PEC_FILE)(on, agency)


def ended_among(people: QuerySet[Person], kept: Kept, on: date) -> set[int]:
    """Whose last contract ended longer ago than that, and who has not come back since."""
    ended = {pk: last for pk, last in last_days(people).items() if last and kept_until(kept, last) < on}
    return ended.keys() - come_back(people, ended, on)


def come_back(people: QuerySet[Person], ended: dict[int, date], on: date) -> set[int]:
    """Known again since the end, or enrolled again: as long as somebody who never started would be kept."""
    if not ended:
        return set()
    events = [(pk, day, Kept.NEVER_STARTED) for pk, day in last_events(people).items()]
    enrolled = Enrolment.objects.active().filter(person__in=people.values("pk")).values_list("person", "enrolled_on")
    events += [(pk, day, Kept.NEVER_STARTED_MOST) for pk, day in enrolled.iterator()]
    return {pk for pk, day, kept in events if pk in ended and day > ended[pk] and kept_until(kept, day) >= on}


def last_days(people: QuerySet[Person]) -> dict[int, date | None]:
    """The last day of the last contract of each; None while one has no known end."""
    standing = Q(closed_on=None) | Q(pk__in=_paid())
    contracts = Contract.objects.filter(standing, enrolment__person__in=people.values("pk"))
    ends = defaultdict(list)
    for pk, broken_on, ends_on in contracts.values_list("enrolment__person", "broken_on", "ends_on").iterator():
        ends[pk].append(broken_on or ends_on)
    return {pk: None if None in days else max(days) for pk, days in ends.items()}


def archived(kept: Kept):
    """People in the restricted archive whose last ground was this one, and has ended."""

    def found(on: date, agency: Organisation | None) -> Due:
        waiting = Erasure.objects.filter(completed_at=None, ground=kept.value)
        whose = waiting.filter(Q(person__agency=agency) if agency else Q()).order_by("person")
        over = whose.filter(Q(kept_until__lt=on) | Q(kept_until=None))
        rows = list(over.values_list("person", "person__public_code", "kept_until"))
        held = _held_now({pk for pk, _, until in rows if until is None}, on)
        return {pk: code for pk, code, _ in rows if pk not in held}

    return found


def _held_now(people: set[int], on: date) -> set[int]:
    """Of those erased while a contract had no known end: it may have been broken since."""
    standing = grounds_of_each(people, on) if people else {}
    return {pk for pk, grounds in standing.items() if still_holding(grounds, on)}


@transaction.atomic
def erase(pk: int, by: User, on: date, kept: Kept) -> bool:
    """True when something of hers went: whatever moved since the proposal keeps her where she is."""
    # Locked: nothing new can point at her between the reading and the erasure.
    person = Person.objects.select_for_update(of=("self",)).get(pk=pk)
    if person.erased_on is None and not is_due(pk, kept, on):
        return False
    before = Erasure.objects.filter(person=person).values_list("depth", flat=True).first()
    erasure = erase_person(person=person, by=by, reason=f"Fin de la durée de conservation ({kept.label}).", on=on)
    return erasure.depth != before


def is_due(pk: int, kept: Kept, on: date) -> bool:
    """The same question for one person, asked again when it is carried out."""
    alone = people_of(None).filter(pk=pk)
    return pk in (forgotten_among(alone, on) if kept == Kept.NEVER_STARTED else ended_among(alone, kept, on))


def told(kept: Kept) -> str:
    """« 24 mois depuis la fin du contrat (R5134-23, source secondaire) »."""
    duration, most = DURATIONS[kept], ""
    if kept == Kept.NEVER_STARTED:
        limit = DURATIONS[Kept.NEVER_STARTED_MOST]
        most = f", {limit.months} au plus depuis {limit.since}"
    return f"{duration.months} mois depuis {duration.since}{most} ({duration.source}, {duration.confidence.label})"
