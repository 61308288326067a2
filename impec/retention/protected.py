"""Highly protected facts and notes: a year after the last contract they go, whatever holds the rest of the file."""

from datetime import date
from functools import partial

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, QuerySet

from accounts import history
from accounts.bulk import change_many
from accounts.models import Organisation, Seal, User
from cohorts.models import Barrier, Person, PersonNote, ProtectedFacts
from impec.retention.people import Due, ended_among, is_due, people_of
from regulations.retention import Kept, kept_until
from training.models import AbsenceDocument, Attendance
from tutoring.models import ConfidentialNote, WarningAnswer

MASKED = "masqué"
CONTRACT = "contract__enrolment__person"

GONE: tuple[tuple[type[Model], str], ...] = (
    (ProtectedFacts, "person"),
    (Barrier, "person"),
    (PersonNote, "person"),
    (ConfidentialNote, f"meeting__{CONTRACT}"),
    (WarningAnswer, CONTRACT),
    (AbsenceDocument, "attendance__enrolment__person"),
)


def outlived(on: date, agency: Organisation | None) -> Due:
    """People whose last contract ended more than a year ago, not back since, of whom something protected is left."""
    ended = ended_among(people_of(agency), Kept.PROTECTED, on)
    holding = set()
    for model, path in GONE:
        holding |= ended.intersection(model._base_manager.values_list(path, flat=True).distinct())
    holding |= ended.intersection(_reasons().values_list("enrolment__person", flat=True).distinct())
    codes = people_of(agency).order_by("pk").values_list("pk", "public_code")
    return {pk: code for pk, code in codes.iterator() if pk in holding}


def _reasons() -> QuerySet[Attendance]:
    return Attendance.objects.exclude(absence_reason="")


@transaction.atomic
def take_away(pk: int, by: User, on: date, kept: Kept) -> bool:
    # Locked: nothing new can point at her between the reading and the removal.
    Person.objects.select_for_update(of=("self",)).get(pk=pk)
    if not is_due(pk, kept, on):
        return False
    found = [(model, model._base_manager.filter(**{path: pk})) for model, path in GONE]
    # Once no row names them any more; stopped before that, `exports.actions.remove_orphans` takes them.
    for name in AbsenceDocument.objects.filter(attendance__enrolment__person=pk).values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
    counts = [_delete(model, list(rows.values_list("pk", flat=True)), by) for model, rows in found]
    reasons = _reasons().filter(enrolment__person=pk).select_for_update()
    return bool(sum(counts) + len(change_many(reasons, by=by, absence_reason="")))


def _delete(model: type[Model], pks: list[int], by: User) -> int:
    """The rows and their history, which would tell that they were there; a seal says how many lines went."""
    model._base_manager.filter(pk__in=pks).delete()
    kind = ContentType.objects.get_for_model(model)
    entries = LogEntry.objects.filter(content_type=kind, object_id__in=pks)
    lines = list(entries.values_list("pk", flat=True))
    with history.lawful_change(entries=lines, kind=Seal.Kind.RETENTION, by=by):
        LogEntry.objects.filter(pk__in=lines).delete()
    return len(pks)


def lifted(on: date, agency: Organisation | None) -> Due:
    """Barriers lifted for six months whose text can still be read."""
    rows = Barrier.objects.filter(person__in=people_of(agency), lifted_on__isnull=False).exclude(action_needed=MASKED)
    return {
        pk: f"{code} (frein n° {pk})"
        for pk, code, day in rows.order_by("pk").values_list("pk", "person__public_code", "lifted_on")
        if kept_until(Kept.LIFTED_BARRIER, day) < on
    }


@transaction.atomic
def mask(pk: int, by: User, on: date, kept: Kept) -> bool:
    """Its category and its dates stay for the figures of the cohort."""
    rows = Barrier.objects.filter(pk=pk).exclude(action_needed=MASKED).select_for_update()
    return bool(change_many(rows, by=by, action_needed=MASKED))
