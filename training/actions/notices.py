"""The employer of an absentee is told: a name and a half-day, never a reason; and once more if she came after all."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts import clock
from accounts.outbox import post_message
from accounts.rows import keep
from accounts.templatetags.french import as_long_day
from cohorts.models import Enrolment
from employers.recipients import mails_of
from regulations.training import AttendanceStatus, NoticeKind
from training.actions.planning import locked
from training.expected import engagements
from training.models import AbsenceNotice, Attendance, HalfDay

# Whoever opens the roll may still tap again; a closed roll waits for nothing.
GRACE = timedelta(minutes=10)
# A sheet typed days later tells the employer nothing of this morning.
TOLD_WITHIN = timedelta(days=1)
CORRECTED_WITHIN = timedelta(days=7)
ABSENCES = [status.value for status in AttendanceStatus if status.is_absence]

ABSENT = """Bonjour,

{half_day}, nous n'avons pas vu en formation :

{names}

Si la personne est arrivée depuis, un second message vous le dira. Pour joindre un justificatif :
{address}
"""
CAME = """Bonjour,

Notre message précédent n'est plus exact : {half_day}, sont bien en formation :

{names}

Vous n'avez rien à faire.
"""
SUBJECTS = {
    NoticeKind.ABSENCE: "Absence en formation, {half_day}",
    NoticeKind.CORRECTION: "Finalement en formation, {half_day}",
}


def tell_absences(*, at: datetime, half_days: Iterable[HalfDay] | None = None) -> int:
    """How many messages were prepared. One per address, establishment and half-day; safe to run twice."""
    today = at.astimezone(clock.PARIS).date()
    rows = HalfDay.objects.planned().filter(day__range=(today - CORRECTED_WITHIN, today))
    if half_days is not None:
        rows = rows.filter(pk__in=[half_day.pk for half_day in half_days])
    concerned = rows.filter(
        Q(pk__in=_to_tell(at).values("half_day")) | Q(pk__in=_to_correct().values("half_day"))
    ).order_by("day", "starts_at", "pk")
    return sum(_tell(half_day, at) for half_day in concerned)


@transaction.atomic
def _tell(half_day: HalfDay, at: datetime) -> int:
    # Two jobs at once: the second finds the notices of the first.
    half_day = locked(half_day)
    return sum(
        _post(half_day, kind, list(rows.filter(half_day=half_day).select_related("enrolment__person")), at)
        for kind, rows in ((NoticeKind.ABSENCE, _to_tell(at)), (NoticeKind.CORRECTION, _to_correct()))
    )


def _to_tell(at: datetime) -> QuerySet[Attendance]:
    """Absences that nobody was told of, of the day or of the day before."""
    since = at.astimezone(clock.PARIS).date() - TOLD_WITHIN
    ripe = Q(recorded_at__lte=at - GRACE) | Q(half_day__closed_at__isnull=False)
    rows = Attendance.objects.valid().filter(ripe, status__in=ABSENCES, half_day__day__gte=since)
    return rows.exclude(Exists(_notices(NoticeKind.ABSENCE)))


def _to_correct() -> QuerySet[Attendance]:
    rows = Attendance.objects.valid().exclude(status__in=ABSENCES)
    return rows.filter(Exists(_notices(NoticeKind.ABSENCE))).exclude(Exists(_notices(NoticeKind.CORRECTION)))


def _notices(kind: NoticeKind) -> QuerySet[AbsenceNotice]:
    return AbsenceNotice.objects.filter(kind=kind, half_day=OuterRef("half_day"), enrolment=OuterRef("enrolment"))


def _post(half_day: HalfDay, kind: NoticeKind, rows: list[Attendance], at: datetime) -> int:
    by_place = defaultdict(list)
    places = _establishments(half_day, [row.enrolment_id for row in rows])
    for row in rows:
        if row.enrolment_id in places:
            by_place[places[row.enrolment_id]].append(row.enrolment)
    mails, posted = mails_of(by_place.keys()), 0
    for establishment, people in by_place.items():
        people.sort(key=lambda one: (one.person.search_text, one.pk))
        key = _key(half_day, kind, establishment, people)
        for address in mails.get(establishment, ()):
            _write(half_day, kind, people, f"{key}:{_short(address)}", address)
            posted += 1
        if mails.get(establishment):
            for enrolment in people:
                keep(AbsenceNotice(half_day=half_day, enrolment=enrolment, kind=kind, message_key=key, recorded_at=at))
    return posted


def _write(half_day: HalfDay, kind: NoticeKind, people: list[Enrolment], key: str, address: str) -> None:
    when = f"le {as_long_day(half_day.day)} ({half_day.get_part_display()})"
    names = "\n".join(f"- {one.person.full_name}" for one in people)
    page = settings.SITE_ADDRESS.rstrip("/") + reverse("training:absence_list")
    body = ABSENT if kind is NoticeKind.ABSENCE else CAME
    half_day_words = f"{when[0].upper()}{when[1:]}" if kind is NoticeKind.ABSENCE else when
    post_message(
        key=key,
        recipient=address,
        subject=SUBJECTS[kind].format(half_day=when),
        body=body.format(half_day=half_day_words, names=names, address=page),
    )


def _establishments(half_day: HalfDay, enrolments: list[int]) -> dict[int, int]:
    """Where each person works that day, by her contract in the cohort of the half-day, else in her own."""
    known = engagements(Enrolment.objects.filter(pk__in=enrolments))
    return {
        one.enrolment_id: one.establishment_id
        for rows in known.values()
        for one in rows
        if one.period.covers(half_day.day)
    }


def _key(half_day: HalfDay, kind: NoticeKind, establishment: int, people: list[Enrolment]) -> str:
    who = _short("+".join(str(one.pk) for one in people))
    return f"absence:{half_day.pk}:{establishment}:{kind.value.lower()}:{who}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
