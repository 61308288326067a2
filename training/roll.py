"""The roll of one half-day, as its page shows it: who is expected or noted, who signed, whether one may still write."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Case, Q, When
from django.utils.crypto import salted_hmac

from accounts import clock
from cohorts.models import Enrolment
from training.actions.opening import locks_at
from training.actions.signing import class_code, seconds_left
from training.hours import expected_at, suspended_on
from training.marks import mark_of
from training.models import Attendance, HalfDay, Signature, TrainingRules
from training.rules import rules_on


@dataclass(frozen=True, slots=True)
class RollLine:
    enrolment: Enrolment
    attendance: Attendance | None
    signature: Signature | None


@dataclass
class Roll:
    """L'appel d'une demi-journée."""

    half_day: HalfDay
    lines: list[RollLine]
    trainer: Signature | None
    rules: TrainingRules
    at: datetime

    @property
    def shut(self) -> str:
        """Why nothing can be written, in one word of the template; empty while it is open."""
        if self.half_day.cancelled_on is not None:
            return "cancelled"
        if self.half_day.closed_at is not None:
            return "closed"
        if self.at.astimezone(clock.PARIS).date() < self.half_day.day:
            return "to-come"
        return "locked" if self.at > self.locks_at else ""

    @property
    def locks_at(self) -> datetime:
        return locks_at(self.half_day, self.rules)

    @cached_property
    def signed(self) -> list[int]:
        return [line.enrolment.pk for line in self.lines if line.signature]

    @property
    def is_whole(self) -> bool:
        return bool(self.lines) and all(line.attendance for line in self.lines)

    @property
    def here(self) -> int:
        """Those who may sign: everybody but the absent."""
        marks = [mark_of(line.attendance) for line in self.lines]
        return sum(mark is None or not mark.status.is_absence for mark in marks)

    @property
    def known(self) -> dict[int, str]:
        """What is noted of each one, as devices spell it."""
        return {line.enrolment.pk: str(mark_of(line.attendance) or "") for line in self.lines}

    @property
    def code(self) -> str:
        return class_code(self.half_day, self.at, self.rules)

    @property
    def seconds_left(self) -> int:
        return seconds_left(self.at, self.rules)


def roll_of(half_day: HalfDay, user, at: datetime) -> Roll:
    """Those expected that day, and whoever is noted or signed besides, in the order of the paper sheet.

    Somebody suspended stays on it: the page says so, and the trainer sees who is there.
    """
    visible = Enrolment.objects.visible_to(user)
    noted = {row.enrolment_id: row for row in half_day.attendances.valid()}
    signed = {row.enrolment_id: row for row in half_day.signatures.valid().defer("image")}
    rows = visible.filter(Q(pk__in=expected_at(half_day).values("pk")) | Q(pk__in=[*noted, *(set(signed) - {None})]))
    people = rows.select_related("person", "cohort").annotate(is_suspended=suspended_on(half_day.day))
    people = people.order_by("person__birth_name", "person__first_name", "pk")
    return Roll(
        half_day=half_day,
        lines=[RollLine(one, noted.get(one.pk), signed.get(one.pk)) for one in people],
        trainer=signed.get(None),
        rules=rules_on(half_day.day),
        at=at,
    )


def addable(half_day: HalfDay, user):
    """People of the cohorts one sees who are not on this roll: those of its own cohort first."""
    there = half_day.attendances.valid().values("enrolment")
    rows = Enrolment.objects.visible_to(user).exclude(pk__in=there).exclude(pk__in=expected_at(half_day).values("pk"))
    own = Case(When(cohort=half_day.session.cohort_id, then=0), default=1)
    return rows.select_related("person", "cohort").order_by(own, "cohort__code", "person__search_text", "pk")


def owner_of(user) -> str:
    """Whose sendings a tablet keeps: another person's session neither reads nor sends them."""
    return salted_hmac("training.roll_owner", str(user.pk)).hexdigest()[:16]
