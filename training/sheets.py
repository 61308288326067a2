"""The printable attendance sheet: one half-day, or the week of a cohort; who is expected, with which employer."""

from dataclasses import dataclass
from datetime import date, timedelta

from cohorts.models import Cohort, Enrolment
from employers.models import Establishment
from training.expected import engagements, expected_pairs
from training.models import HalfDay, Programme, TrainingBody

DAYS_A_WEEK = 7
# Somebody may come who is not on the list.
LINES_LEFT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """Une personne de la feuille : à quelles demi-journées elle est attendue, et ses minutes prévues."""

    enrolment: Enrolment
    establishments: list[str]
    expected: list[bool]
    minutes: int

    @property
    def person(self):
        return self.enrolment.person


@dataclass(frozen=True, slots=True)
class Sheet:
    """Une feuille à émarger : l'action, l'organisme, les demi-journées en colonnes, les personnes en lignes."""

    cohort: Cohort
    title: str
    body: TrainingBody | None
    half_days: list[HalfDay]
    lines: list[Line]
    trainers: str
    places: str

    @property
    def planned_minutes(self) -> int:
        return sum(half_day.planned_minutes for half_day in self.half_days)

    @property
    def monday(self) -> date:
        return _monday(self.half_days[0].day)

    @property
    def empty_lines(self) -> range:
        return range(LINES_LEFT)


def sheet_of(user, half_days: list[HalfDay]) -> Sheet:
    """Half-days of one cohort, in order. The queries do not depend on how many people there are."""
    cohort = half_days[0].session.cohort
    enrolments = Enrolment.objects.visible_to(user).filter(cohort=cohort)
    expected, places = {}, {}
    for half_day, one in expected_pairs(half_days, engagements(enrolments)):
        expected.setdefault(one.enrolment_id, set()).add(half_day.pk)
        places.setdefault(one.enrolment_id, []).append(one.establishment_id)
    names = dict(
        Establishment.objects.filter(pk__in={pk for found in places.values() for pk in found}).values_list("pk", "name")
    )
    people = Enrolment.objects.filter(pk__in=expected).select_related("person")
    lines = [
        Line(
            enrolment,
            list(dict.fromkeys(names[pk] for pk in places[enrolment.pk])),
            [half_day.pk in expected[enrolment.pk] for half_day in half_days],
            sum(half_day.planned_minutes for half_day in half_days if half_day.pk in expected[enrolment.pk]),
        )
        for enrolment in sorted(people, key=lambda one: (one.person.search_text, one.pk))
    ]
    return Sheet(
        cohort=cohort,
        title=_title(cohort),
        body=TrainingBody.objects.filter(organisation=cohort.training_organisation_id).first(),
        half_days=half_days,
        lines=lines,
        trainers=_each_once(half_day.session.trainer_name for half_day in half_days),
        places=_each_once(half_day.session.place or half_day.session.remote_link for half_day in half_days),
    )


def week_of(half_day: HalfDay) -> list[HalfDay]:
    """The half-days of its cohort from that Monday to that Sunday, cancelled ones left out."""
    monday = _monday(half_day.day)
    rows = HalfDay.objects.planned().filter(
        session__cohort=half_day.session.cohort_id, day__gte=monday, day__lt=monday + timedelta(days=DAYS_A_WEEK)
    )
    return list(rows.with_names().order_by("day", "starts_at", "pk"))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _title(cohort: Cohort) -> str:
    """As on every other paper of the action: the title of its programme."""
    programmes = Programme.objects.filter(cohort=cohort) | Programme.objects.filter(
        template=cohort.template_id, template__isnull=False
    )
    found = programmes.order_by("template_id").values_list("cohort_id", "title")
    by_cohort = dict(found)
    return by_cohort.get(cohort.pk) or next(iter(by_cohort.values()), cohort.name)


def _each_once(texts) -> str:
    return " ; ".join(dict.fromkeys(text for text in texts if text))
