"""Convoquer: one mail to each trainee with what is new, changed or cancelled, and the hours to her employer.

What has left is a row per half-day, person and revision: nothing leaves twice, and what moves leaves again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.bulk import keep_many
from accounts.models import User
from accounts.outbox import post_message
from cohorts.models import Cohort, Enrolment, Person
from employers.models import Establishment
from employers.recipients import mails_of
from training import convocations
from training.convocations import Change
from training.expected import engagements, expected_pairs
from training.models import Convocation, HalfDay

PAPER = "papier"


@dataclass(frozen=True, slots=True)
class Call:
    """One half-day to tell one person of."""

    half_day: HalfDay
    enrolment: Enrolment
    establishment_id: int | None
    change: Change

    @property
    def key(self) -> str:
        return f"{self.half_day.pk}.{self.half_day.sequence}.{self.enrolment.pk}.{self.change.name}"


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything one person is to be told, in one mail."""

    person: Person
    calls: list[Call]

    def of(self, change: Change) -> list[Call]:
        return [call for call in self.calls if call.change is change]

    @property
    def counts(self) -> list[tuple[int, Change]]:
        return [(len(found), change) for change in Change if (found := self.of(change))]


@dataclass(frozen=True, slots=True)
class Sent:
    """What an act of convening did."""

    people: list[Person]
    on_paper: list[Person]
    establishments: list[Establishment]


def letters(half_days: QuerySet[HalfDay], *, known_only: bool = False) -> list[Letter]:
    """What is still to be told of these half-days, by person. Four queries, however many they are.

    `known_only`: to whoever has already been convened to that half-day, and to nobody else.
    """
    half_days = list(half_days)
    cohorts = {half_day.session.cohort_id for half_day in half_days}
    standing = {"person__objected_on": None, "person__erased_on": None}
    rows = Enrolment.objects.filter(cohort__in=cohorts, **standing)
    enrolments = {one.pk: one for one in rows.select_related("person")}
    told = _told(half_days)
    expected = {
        (half_day.pk, one.enrolment_id): one.establishment_id
        for half_day, one in expected_pairs(half_days, engagements(rows))
        if one.enrolment_id in enrolments
    }
    by_cohort = defaultdict(list)
    for enrolment in enrolments.values():
        by_cohort[enrolment.cohort_id].append(enrolment)
    found: dict[int, Letter] = {}
    for half_day in half_days:
        for enrolment in by_cohort[half_day.session.cohort_id]:
            key = (half_day.pk, enrolment.pk)
            change = _change(half_day, key in expected, told.get(key))
            if change is None or (known_only and key not in told):
                continue
            letter = found.setdefault(enrolment.person_id, Letter(enrolment.person, []))
            letter.calls.append(Call(half_day, enrolment, expected.get(key), change))
    return sorted(found.values(), key=lambda letter: (letter.person.search_text, letter.person.pk))


def _told(half_days: Collection[HalfDay]) -> dict[tuple[int, int], tuple[int, bool]]:
    """Half-day and enrolment → last revision told, and whether it was a cancellation."""
    rows = Convocation.objects.filter(half_day__in=[one.pk for one in half_days]).order_by("sequence", "pk")
    return {
        (half_day, enrolment): (sequence, cancelled)
        for half_day, enrolment, sequence, cancelled in rows.values_list(
            "half_day_id", "enrolment_id", "sequence", "is_cancellation"
        )
    }


def _change(half_day: HalfDay, is_expected: bool, told: tuple[int, bool] | None) -> Change | None:
    is_on = half_day.cancelled_on is None and is_expected
    if told is None:
        return Change.NEW if is_on else None
    sequence, was_cancelled = told
    if not is_on:
        # Her contract may have ended since, and the half-day not have changed at all.
        return None if was_cancelled else Change.CANCELLED
    if half_day.sequence <= sequence:
        return None
    return Change.NEW if was_cancelled else Change.MOVED


@transaction.atomic
def convene(*, half_days: QuerySet[HalfDay], at: datetime, by: User | None = None, known_only: bool = False) -> Sent:
    """Convoquer. Whoever has no mail stays to be told on paper, and comes back in the answer."""
    _one_at_a_time(half_days)
    found = letters(half_days, known_only=known_only)
    by_mail = [letter for letter in found if letter.person.email]
    for letter in by_mail:
        _post(letter, by, at)
    calls = [call for letter in by_mail for call in letter.calls]
    return Sent(
        people=[letter.person for letter in by_mail],
        on_paper=[letter.person for letter in found if not letter.person.email],
        establishments=_tell_employers(calls),
    )


@transaction.atomic
def hand_over(*, enrolment: Enrolment, half_days: QuerySet[HalfDay], by: User | None, at: datetime) -> list[Call]:
    """Remise en main propre : ce que dit la feuille est noté comme dit à la personne, et son employeur le sait."""
    _one_at_a_time(half_days)
    mine = [letter for letter in letters(half_days) if letter.person.pk == enrolment.person_id]
    calls = [call for letter in mine for call in letter.calls]
    _record(calls, f"{PAPER}/{by.pk if by else ''}", by, at)
    _tell_employers(calls)
    return calls


def _one_at_a_time(half_days: QuerySet[HalfDay]) -> None:
    """Two people who convene the same cohort at once: the second finds nothing left to send."""
    cohorts = half_days.order_by().values("session__cohort")
    list(Cohort.objects.select_for_update(of=("self",)).filter(pk__in=cohorts).order_by("pk"))


def _post(letter: Letter, by: User | None, at: datetime) -> None:
    key = f"convocation/{letter.person.pk}/{convocations.digest(call.key for call in letter.calls)}"
    _record(letter.calls, key, by, at)
    cancelled = [call.half_day for call in letter.of(Change.CANCELLED)]
    standing = [call.half_day for call in letter.calls if call.change is not Change.CANCELLED]
    post_message(
        key=key,
        recipient=letter.person.email,
        subject=convocations.subject_for(standing, cancelled),
        body=convocations.text_for(
            letter.person, [(change, [call.half_day for call in letter.of(change)]) for change in Change]
        ),
        attachments=convocations.files_for(letter.person, standing, cancelled, at),
    )


def _record(calls: Iterable[Call], key: str, by: User | None, at: datetime) -> None:
    rows = [
        Convocation(
            half_day=call.half_day,
            enrolment=call.enrolment,
            sequence=call.half_day.sequence,
            is_cancellation=call.change is Change.CANCELLED,
            message_key=key,
            recorded_at=at,
        )
        for call in calls
    ]
    keep_many(rows, by=by)


def _tell_employers(calls: Iterable[Call]) -> list[Establishment]:
    """La liste des heures : one mail per establishment, with its own people and nobody else's."""
    by_place: dict[int, list[Call]] = {}
    for call in calls:
        place = call.establishment_id or _last_place(call.enrolment)
        if place is not None:
            by_place.setdefault(place, []).append(call)
    addresses = mails_of(by_place)
    places = Establishment.objects.filter(pk__in=by_place).order_by("name", "pk")
    told = [place for place in places if addresses.get(place.pk)]
    for place in told:
        own = by_place[place.pk]
        lines = [(call.enrolment.person, call.half_day, call.change) for call in own]
        for address in addresses[place.pk]:
            key = f"heures/{place.pk}/{convocations.digest([address, *(call.key for call in own)])}"
            subject, body = convocations.hours_for(place, lines)
            post_message(key=key, recipient=address, subject=subject, body=body)
    return told


def _last_place(enrolment: Enrolment) -> int | None:
    """Of somebody no longer expected: the establishment of her last contract."""
    last = enrolment.contracts.filter(closed_on=None).order_by("-starts_on", "-pk")
    return last.values_list("establishment_id", flat=True).first()


def upcoming(half_days: QuerySet[HalfDay], on: date) -> QuerySet[HalfDay]:
    """What one may still be convened to: published, today or later, cancelled ones included."""
    rows = half_days.filter(session__published_at__isnull=False, day__gte=on)
    return rows.select_related(
        "session__module", "session__cohort__training_organisation", "session__cohort__agency"
    ).order_by("day", "starts_at", "pk")
