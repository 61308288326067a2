"""Writing many rows at once as saving them one by one would: checked first, and in the history of the fields."""

from collections.abc import Iterable
from copy import copy

from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db import models

from accounts.models import User
from accounts.rows import refuse_social_security_numbers

AT_ONCE = 500


def keep_many(rows: Iterable[models.Model], *, by: User | None) -> list[models.Model]:
    """New rows of one model: one INSERT for hundreds of them. Inside a transaction."""
    rows = list(rows)
    if not rows:
        return rows
    model = type(rows[0])
    links = [one.name for one in model._meta.concrete_fields if one.is_relation]
    for row in rows:
        refuse_social_security_numbers(row)
        row.clean_fields(exclude=links)
    model._base_manager.bulk_create(rows, batch_size=AT_ONCE)
    _write_history(model, [(None, row) for row in rows], LogEntry.Action.CREATE, by)
    return rows


def change_many(rows: Iterable[models.Model], *, by: User | None, **facts: object) -> list[models.Model]:
    """The same facts written on rows of one model, already locked. Inside a transaction."""
    rows = list(rows)
    if not rows:
        return rows
    pairs = [(copy(row), row) for row in rows]
    for row in rows:
        for name, value in facts.items():
            setattr(row, name, value)
        refuse_social_security_numbers(row)
        row.clean_fields(exclude=[one.name for one in row._meta.concrete_fields if one.name not in facts])
    model = type(rows[0])
    model._base_manager.bulk_update(rows, list(facts), batch_size=AT_ONCE)
    _write_history(model, pairs, LogEntry.Action.UPDATE, by)
    return rows


def _write_history(
    model: type[models.Model], pairs: list[tuple[models.Model | None, models.Model]], action: int, by: User | None
) -> None:
    if not auditlog.contains(model):
        return
    kind = ContentType.objects.get_for_model(model)
    entries = [
        LogEntry(
            content_type=kind,
            object_pk=str(row.pk),
            object_id=row.pk,
            object_repr=str(row),
            action=action,
            changes=model_instance_diff(before, row),
            actor=by,
        )
        for before, row in pairs
    ]
    LogEntry.objects.bulk_create(entries, batch_size=AT_ONCE)
