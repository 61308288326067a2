"""A workbook arrives: judged at once, kept for a day, read in a child process, shown as a preview."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction

from accounts import clock
from accounts.journal import log_access
from accounts.models import Job, User
from accounts.rows import keep, refuse_social_security_numbers
from accounts.scope import acting_membership
from accounts.work import Work, start_job
from cohorts.models import Cohort
from imports import judging, known
from imports.judging import Outcome
from imports.models import ImportBatch, ImportRow
from imports.preview import preview_rows, sheet_facts
from imports.slots import BUSY, one_of_three
from regulations.nir import looks_like_nir
from workbooks.guard import judge
from workbooks.limits import Limits, Refused
from workbooks.read import Book, read_workbook

LIMITS = Limits()
AT_ONCE = 500
# The preview keeps and shows the names of the sheets.
NAMED_BY_NUMBER = Refused(
    "nir_interdit",
    "Le nom d'une feuille ressemble à un numéro de sécurité sociale, qu'ImPEC n'enregistre jamais : "
    "renommez cette feuille, puis renvoyez le classeur.",
)

Progress = Callable[[int, int, str], None]


def receive_file(*, user: User, name: str, content: File, cohort: Cohort | None = None) -> ImportBatch:
    """Refused within two seconds when it cannot be read; else kept, and its reading starts."""
    with transaction.atomic():
        batch = open_batch(user=user, name=name, content=content, cohort=cohort)
        start_reading(batch=batch, user=user)
    return batch


def open_batch(*, user: User, name: str, content: File, cohort: Cohort | None = None) -> ImportBatch:
    if content.size > LIMITS.max_bytes:
        raise ValidationError(LIMITS.refuse_size().message)
    data = content.read()
    judged(data)
    batch = ImportBatch(
        organisation=acting_membership(user).organisation,
        cohort=cohort,
        uploaded_by=user,
        file_name=Path(name).name[-200:],
        sha256=hashlib.sha256(data).hexdigest(),
    )
    refuse_social_security_numbers(batch)
    # The name of the file may hold a person's: what is kept on the disk is named after the batch.
    batch.file.save(f"{batch.public_id}.xlsx", ContentFile(data), save=False)
    with transaction.atomic():
        keep(batch)
        log_access(user=user, action="import_received", obj=batch, file_sha256=batch.sha256)
    return batch


def judged(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(data)
        file.flush()
        try:
            judge(file.name, LIMITS)
        except Refused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal


def start_reading(*, batch: ImportBatch, user: User) -> Job:
    """Each reading is a job of its own: the first, then one after each set of answers."""
    batch.readings += 1
    batch.state = ImportBatch.State.RECEIVED
    batch.save(update_fields=["readings", "state"])
    return _start(batch, user, "read", f"Lecture de « {batch.file_name} »")


def start_writing(*, batch: ImportBatch, user: User) -> Job:
    return _start(batch, user, "write", f"Import de « {batch.file_name} »")


def _start(batch: ImportBatch, user: User, act: str, label: str) -> Job:
    return start_job(
        key=job_key(batch, act),
        kind="import",
        label=label[:200],
        arguments={"batch": batch.pk, "act": act},
        user=user,
        membership=acting_membership(user),
    )


def job_key(batch: ImportBatch, act: str) -> str:
    return f"import/{batch.public_id}/{act}/{batch.readings}"


def read_batch(*, batch: ImportBatch, user: User, work: Work | None = None) -> Outcome | None:
    """The preview: everything the rows would become. Nothing of the business is written. None when it is refused."""
    tell = work.progress if work else None
    try:
        outcome = conclude(batch=batch, user=user, progress=tell)
    except Refused as refusal:
        if refusal is BUSY:
            raise ValidationError(refusal.message) from refusal
        _keep(work, partial(_refuse, batch, refusal.message))
        return None
    rows = preview_rows(batch, outcome)
    _keep(work, partial(_keep_preview, batch, outcome, rows))
    return outcome


def _keep(work: Work | None, write: Callable[[], None]) -> None:
    if work is None:
        with transaction.atomic():
            write()
        return
    with work.finish():
        write()


def _refuse(batch: ImportBatch, message: str) -> None:
    batch.state, batch.refusal = ImportBatch.State.REFUSED, message[:500]
    batch.save()
    batch.file.delete(save=True)


def _keep_preview(batch: ImportBatch, outcome: Outcome, rows: list[ImportRow]) -> None:
    batch.rows.all().delete()
    ImportRow.objects.bulk_create(rows, batch_size=AT_ONCE)
    batch.state = ImportBatch.State.READ
    batch.totals, batch.notes, batch.sheets = outcome.totals(), outcome.notes, sheet_facts(outcome)
    batch.save()


def conclude(*, batch: ImportBatch, user: User, progress: Progress | None = None) -> Outcome:
    """Read the file in its child process, then judge its rows against what is known today."""
    book = book_of(batch, progress)
    register = known.load(user, on=clock.today(), cohort=batch.cohort)
    return judging.judge(book, register, on=clock.today(), answers=batch.answers, progress=progress)


def book_of(batch: ImportBatch, progress: Progress | None = None) -> Book:
    if progress:
        progress(0, 0, "Contrôle du fichier")
    with one_of_three(), local_path(batch) as path:
        told = (lambda rows: progress(rows, 0, f"Lecture : {rows} lignes")) if progress else None
        book = read_workbook(path, LIMITS, told)
    if any(looks_like_nir(sheet.name) for sheet in book.sheets):
        raise NAMED_BY_NUMBER
    return book


@contextmanager
def local_path(batch: ImportBatch) -> Iterator[str]:
    """A path the child process can open, wherever files are kept."""
    if not batch.file:
        raise ValidationError(
            "Ce fichier a été effacé, comme tout fichier déposé depuis plus de 24 heures. Renvoyez-le."
        )
    try:
        yield batch.file.path
    except NotImplementedError:
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
            with batch.file.open() as kept:
                copy.write(kept.read())
            copy.flush()
            yield copy.name
