"""The history of the fields (django-auditlog) under seal: which line is missing, was altered or was slipped in.

To change or remove lines lawfully (erasure of a person, end of a retention), do it inside `lawful_change`:

    with history.lawful_change(entries=pks, kind=Seal.Kind.ERASURE, by=user):
        LogEntry.objects.filter(pk__in=pks).update(object_repr="", changes={})

It is one transaction. The lines are looked at again at its end: those still there are sealed as they are now, those
gone are sealed as gone. A line that was already altered behind our back is left out, so that `verify` still names it.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice

from auditlog.models import LogEntry
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts import clock, seals
from accounts.models import Seal, SealedEntry, User
from accounts.seals import Check

# A line is visible once its transaction ends: none lasts that long (jobs are stopped after a quarter of an hour).
LATE = timedelta(hours=2)
AT_ONCE = 2000
IN_ONE_QUERY = 500
COLUMNS = (
    "pk",
    "content_type_id",
    "object_pk",
    "object_id",
    "object_repr",
    "serialized_data",
    "action",
    "changes_text",
    "changes",
    "actor_id",
    "cid",
    "remote_addr",
    "remote_port",
    "timestamp",
    "additional_data",
    "actor_email",
)
TIMESTAMP = COLUMNS.index("timestamp")


def seal_history() -> int:
    """Seals what is not sealed yet; safe to run twice, or by two workers at once. Says how many lines."""
    since, sealed = _sealed_since(), 0
    while True:
        with transaction.atomic():
            count = _seal_some(since)
        sealed += count
        if count < AT_ONCE:
            return sealed


def _sealed_since() -> datetime | None:
    """What is older and bears no seal came after it: no seal will ever hide it."""
    last = Seal.objects.order_by("-pk").first()
    return last.sealed_until - LATE if last and last.sealed_until else None


def _seal_some(since: datetime | None) -> int:
    head, now = seals.lock(), clock.true_now()
    found = _unsealed()
    if since:
        found = found.filter(timestamp__gte=since)
    lines = [_line_of(row) for row in found.order_by("pk").values_list(*COLUMNS)[:AT_ONCE]]
    if lines:
        is_last = len(lines) < AT_ONCE
        seals.add(head=head, kind=Seal.Kind.BATCH, entries=lines, sealed_until=now if is_last else None)
    return len(lines)


def _unsealed() -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(~Exists(SealedEntry.objects.filter(entry=OuterRef("pk"))))


@contextmanager
def lawful_change(*, entries: Iterable[int], kind: Seal.Kind, by: User | None) -> Iterator[None]:
    """What is done inside to the lines of these primary keys holds: see the top of the module."""
    with transaction.atomic():
        head = seals.lock()
        sound = [pk for some in _by(entries, IN_ONE_QUERY) for pk in _sound(some)]
        yield
        lines = [line for some in _by(sound, IN_ONE_QUERY) for line in _lines_now(some)]
        for some in _by(sound, IN_ONE_QUERY):
            SealedEntry.objects.filter(entry__in=some).update(salt="")
        if lines:
            seals.add(head=head, kind=kind, by=by, entries=lines)


def _by(numbers: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = iter(sorted(set(numbers)))
    while some := list(islice(rest, size)):
        yield some


def _sound(pks: list[int]) -> list[int]:
    """Those that are what their last seal says, or that have none yet."""
    known = {line.entry: line for line in SealedEntry.objects.filter(entry__in=pks).order_by("seal_id")}
    rows = LogEntry.objects.filter(pk__in=pks).order_by("pk").values_list(*COLUMNS)
    return [row[0] for row in rows if row[0] not in known or known[row[0]].digest == digest_of(row, known[row[0]].salt)]


def _lines_now(pks: list[int]) -> list[SealedEntry]:
    rows = {row[0]: row for row in LogEntry.objects.filter(pk__in=pks).order_by("pk").values_list(*COLUMNS)}
    return [_line_of(rows[pk]) if pk in rows else SealedEntry(entry=pk) for pk in pks]


def _line_of(row: tuple) -> SealedEntry:
    salt = secrets.token_hex(16)
    return SealedEntry(entry=row[0], salt=salt, digest=digest_of(row, salt))


def digest_of(row: tuple, salt: str) -> str:
    facts = [value.timestamp() if isinstance(value, datetime) else value for value in row]
    return hashlib.sha256(json.dumps([salt, facts], sort_keys=True).encode()).hexdigest()


def check() -> Check:
    """Every line beside its last seal, in the order of their numbers: the first that does not match is named."""
    since, read, waiting = _sealed_since(), 0, 0
    for pk, row, line in _pairs():
        fault = _fault_of(row, line, since)
        if fault and _fault_of(*_again(pk), since):
            return Check(read, f"la ligne d'historique n° {pk} {fault}", waiting)
        read, waiting = read + (row is not None), waiting + (line is None)
    return Check(read, "", waiting)


def _pairs() -> Iterator[tuple[int, tuple | None, SealedEntry | None]]:
    """Two streams of one order, side by side: the memory does not grow with the history."""
    rows = LogEntry.objects.order_by("pk").values_list(*COLUMNS).iterator(AT_ONCE)
    lines = _last_lines()
    row, line = next(rows, None), next(lines, None)
    while row or line:
        pk = min(one for one in (row and row[0], line and line.entry) if one is not None)
        has_row, has_line = bool(row) and row[0] == pk, bool(line) and line.entry == pk
        yield pk, row if has_row else None, line if has_line else None
        row, line = next(rows, None) if has_row else row, next(lines, None) if has_line else line


def _last_lines() -> Iterator[SealedEntry]:
    """The last word of the seals on each line."""
    last = None
    for line in SealedEntry.objects.order_by("entry", "seal_id").iterator(AT_ONCE):
        if last and last.entry != line.entry:
            yield last
        last = line
    if last:
        yield last


def _again(pk: int) -> tuple[tuple | None, SealedEntry | None]:
    """The same, read at once: a lawful change may have come between the two streams."""
    row = LogEntry.objects.filter(pk=pk).values_list(*COLUMNS).order_by("pk").first()
    return row, SealedEntry.objects.filter(entry=pk).order_by("-seal_id").first()


def _fault_of(row: tuple | None, line: SealedEntry | None, since: datetime | None) -> str:
    if row is None:
        return "manque." if line and line.digest else ""
    if line is None:
        return "a été ajoutée après coup." if since and row[TIMESTAMP] < since else ""
    if not line.digest:
        return "avait été retirée, et elle est revenue."
    return "" if digest_of(row, line.salt) == line.digest else "a été modifiée."
