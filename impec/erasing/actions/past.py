"""The history of the fields: rows of an erased person keep their number, act, author and date, and nothing she was."""

from collections.abc import Iterable, Mapping

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet

from accounts import history
from accounts.models import Seal, User
from impec.erasing.fates import APART, SEARCHED
from impec.erasing.mentions import Mentions

Rows = Mapping[type[models.Model], set[int]]
AT_ONCE = 500


def blank_history(*, rows: Rows, account: User | None, mentions: Mentions, by: User) -> int:
    """What was written of her rows, by her account, and wherever else a line of history names her."""
    entries = set()
    for model, pks in rows.items():
        entries |= _speaking(_of(model), pks)
    if account is not None:
        entries |= set(LogEntry.objects.filter(actor=account).exclude(actor_email="").values_list("pk", flat=True))
    entries |= set(_naming(mentions))
    if not entries:
        return 0
    with history.lawful_change(entries=entries, kind=Seal.Kind.ERASURE, by=by):
        for some in _by(sorted(entries)):
            _blank(LogEntry.objects.filter(pk__in=some), account)
    return len(entries)


def _blank(entries: QuerySet[LogEntry], account: User | None) -> None:
    entries.update(object_repr="", changes={}, changes_text="", serialized_data=None, additional_data=None)
    if account is not None:
        entries.filter(actor=account).update(actor_email="")


def _of(model: type[models.Model]) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))


def _speaking(entries: QuerySet[LogEntry], pks: Iterable[int]) -> set[int]:
    """Those that still say something: a second run finds none."""
    silent = Q(changes={}, object_repr="", changes_text="", serialized_data=None)
    found = set()
    for some in _by(sorted(pks)):
        found |= set(entries.filter(object_id__in=some).exclude(silent).values_list("pk", flat=True))
    return found


def _naming(mentions: Mentions) -> Iterable[int]:
    """Lines about other rows: what somebody once wrote of her in a text that has changed since."""
    models_of_texts = [model for model in auditlog.get_models() if model._meta.label in SEARCHED | APART]
    kinds = [kind.pk for kind in ContentType.objects.get_for_models(*models_of_texts).values()]
    lines = LogEntry.objects.filter(content_type__in=kinds).values_list("pk", "changes", "object_repr")
    return (pk for pk, changes, name in lines.iterator() if mentions.are_in([changes, name]))


def write_history(*, changed: Rows, deleted: Rows, by: User) -> None:
    """The acts of the erasure itself: which rows, when, by whom; not what they said."""
    kept = [(model, pks, LogEntry.Action.UPDATE) for model, pks in changed.items()]
    gone = [(model, pks, LogEntry.Action.DELETE) for model, pks in deleted.items()]
    entries = [
        LogEntry(
            content_type=ContentType.objects.get_for_model(model),
            object_pk=str(pk),
            object_id=pk,
            object_repr="",
            action=action,
            changes={},
            actor=by,
        )
        for model, pks, action in kept + gone
        if auditlog.contains(model)
        for pk in sorted(pks)
    ]
    LogEntry.objects.bulk_create(entries, batch_size=AT_ONCE)


def _by(numbers: list[int]) -> Iterable[list[int]]:
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))
