"""What a trainee sees: her own, and nothing of anybody else. She comes by her account or by a link of ten minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from accounts import clock
from cohorts.models import Enrolment, Person, Referent
from contracts.models import Immersion
from training.expected import engagements, expected_pairs, of_person, published
from training.hours import Hours, hours_by_enrolment, total
from training.models import Attendance, Certificate, HalfDay, Signature

# What she sees of her past half-days.
YEAR = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Course:
    """One half-day of hers."""

    half_day: HalfDay
    enrolment_id: int

    @property
    def ends_at(self) -> datetime:
        return clock.at(self.half_day.day, self.half_day.ends_at)

    @property
    def is_cancelled(self) -> bool:
        return self.half_day.cancelled_on is not None


def courses_of(person: Person, since: date) -> list[Course]:
    """Her published half-days from that day on, cancelled ones included, in their order."""
    known = engagements(of_person(person))
    return [Course(half_day, one.enrolment_id) for half_day, one in expected_pairs(published(known, since), known)]


def hours_of(person: Person, on: date) -> Hours:
    return total(hours_by_enrolment(of_person(person), on=on).values())


def immersions_of(person: Person, since: date) -> QuerySet[Immersion]:
    """Her immersions and swap weeks that are not over."""
    rows = Immersion.objects.valid().filter(contract__enrolment__in=of_person(person), ends_on__gte=since)
    return rows.order_by("starts_on", "pk")


def attendances_of(person: Person, on: date) -> QuerySet[Attendance]:
    rows = Attendance.objects.valid().filter(enrolment__in=of_person(person), half_day__day__gt=on - YEAR)
    return rows.with_names().order_by("-half_day__day", "-half_day__starts_at", "pk")


def certificates_of(person: Person) -> QuerySet[Certificate]:
    return Certificate.objects.filter(enrolment__in=of_person(person)).with_names().order_by("-starts_on", "-pk")


def to_sign(person: Person, day: date) -> dict[HalfDay, Enrolment]:
    """Half-days of that day she may sign: those she is expected at, and those where somebody added her to the roll."""
    enrolments = {one.pk: one for one in of_person(person).select_related("person")}
    courses = (course for course in courses_of(person, day) if course.half_day.day == day and not course.is_cancelled)
    found = {course.half_day: enrolments[course.enrolment_id] for course in courses}
    added = attendances_of(person, day).filter(half_day__day=day, half_day__cancelled_on=None)
    return found | {row.half_day: enrolments[row.enrolment_id] for row in added}


def signed_of(person: Person, half_days: Iterable[HalfDay]) -> set[int]:
    """Which of these half-days she has signed."""
    rows = Signature.objects.valid().filter(enrolment__in=of_person(person), half_day__in=list(half_days))
    return set(rows.values_list("half_day_id", flat=True))


def advisers_of(person: Person, on: date) -> QuerySet[Referent]:
    """Whom she asks: the referents of her cohorts that day."""
    rows = Referent.objects.filter(cohort__enrolments__in=of_person(person), valid_from__lte=on)
    return rows.exclude(valid_to__lt=on).select_related("user", "cohort__agency").order_by("pk")
