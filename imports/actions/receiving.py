"""A workbook arrives: judged at once, kept for a day, read in a child process, shown as a preview."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
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
from accounts.stored import removed_on_failure
from accounts.work import Work, start_job
from cohorts.models import Cohort
from imports import judging, known
from imports.judging import Outcome
from imports.models import ImportBatch, ImportRow, PaymentMapping
from imports.payments import judging as payments
from imports.payments.judging import PaymentOutcome
from imports.payments.sheets import payment_sheets
from imports.preview import preview_rows, sheet_facts
from imports.slots import BUSY, one_of_three
from regulations.nir import looks_like_nir
from workbooks.csvfile import check_text, read_csv
from workbooks.guard import OLE, ZIP, judge
from workbooks.limits import MIB, Limits, Refused
from workbooks.read import Book, read_workbook

LIMITS = Limits()
# A payer's export of a whole year is long, never wide: twenty thousand lines stop it before its size does.
PAYMENT_LIMITS = Limits(max_bytes=20 * MIB)
AT_ONCE = 500
WORKBOOK, TEXT = ".xlsx", ".csv"
TEXT_SHEET = "Lignes"
# Among the answers, which are kept by sheet: no sheet can bear this name.
DEFAULT_DAY = "/jour"
# The preview keeps and shows the names of the sheets.
NAMED_BY_NUMBER = Refused(
    "nir_interdit",
    "Le nom d'une feuille ressemble à un numéro de sécurité sociale, qu'ImPEC n'enregistre jamais : "
    "renommez cette feuille, puis renvoyez le classeur.",
)

Progress = Callable[[int, int, str], None]


def receive_file(*, user: User, name: str, content: File, **facts: object) -> ImportBatch:
    """Refused within two seconds when it cannot be read; else kept, and its reading starts."""
    with transaction.atomic():
        batch = open_batch(user=user, name=name, content=content, **facts)
        start_reading(batch=batch, user=user)
    return batch


def open_batch(
    *,
    user: User,
    name: str,
    content: File,
    cohort: Cohort | None = None,
    kind: ImportBatch.Kind = ImportBatch.Kind.WORKBOOK,
    default_day: date | None = None,
) -> ImportBatch:
    brings_payments = kind == ImportBatch.Kind.PAYMENTS
    limits = PAYMENT_LIMITS if brings_payments else LIMITS
    if content.size > limits.max_bytes:
        raise ValidationError(limits.refuse_size().message)
    data = content.read()
    suffix = TEXT if brings_payments and not data.startswith((ZIP, OLE)) else WORKBOOK
    check(data, suffix, limits)
    batch = ImportBatch(
        kind=kind,
        answers={DEFAULT_DAY: default_day.isoformat()} if default_day else {},
        organisation=acting_membership(user).organisation,
        cohort=cohort,
        uploaded_by=user,
        file_name=Path(name).name[-200:],
        sha256=hashlib.sha256(data).hexdigest(),
    )
    refuse_social_security_numbers(batch)
    # The name of the file may hold a person's: what is kept on the disk is named after the batch.
    batch.file.save(f"{batch.public_id}{suffix}", ContentFile(data), save=False)
    with removed_on_failure(batch.file.name), transaction.atomic():
        keep(batch)
        log_access(user=user, action="import_received", obj=batch, file_sha256=batch.sha256)
    return batch


def check(data: bytes, suffix: str, limits: Limits) -> None:
    """Whether the file may be read, before it is kept: `ValidationError` in one French sentence otherwise."""
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(data)
        file.flush()
        try:
            judge(file.name, limits) if suffix == WORKBOOK else check_text(file.name, limits)
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
    batch.totals, batch.notes = outcome.totals(), outcome.notes
    batch.sheets = payment_sheets(outcome) if batch.brings_payments else sheet_facts(outcome)
    batch.save()


def conclude(*, batch: ImportBatch, user: User, progress: Progress | None = None) -> Outcome:
    """Read the file in its child process, then judge its rows against what is known today."""
    return judged(batch, material_of(batch, progress), user, progress)


def material_of(batch: ImportBatch, progress: Progress | None = None) -> Book | PaymentOutcome:
    """All that can be read of the file without the database."""
    book = book_of(batch, progress)
    if not batch.brings_payments:
        return book
    kept = PaymentMapping.objects.filter(organisation=batch.organisation_id).values_list("signature", "columns")
    answers = dict(batch.answers)
    day = answers.pop(DEFAULT_DAY, None)
    return payments.read_lines(
        book,
        on=clock.today(),
        kept=dict(kept),
        answers=answers,
        default_day=date.fromisoformat(day) if day else None,
        progress=progress,
    )


def judged(
    batch: ImportBatch, material: Book | PaymentOutcome, user: User, progress: Progress | None = None
) -> Outcome:
    on = clock.today()
    if batch.brings_payments:
        return payments.settle(material, user, on, progress)
    register = known.load(user, on=on, cohort=batch.cohort)
    return judging.judge(material, register, on=on, answers=batch.answers, progress=progress)


def book_of(batch: ImportBatch, progress: Progress | None = None) -> Book:
    if progress:
        progress(0, 0, "Contrôle du fichier")
    told = (lambda rows: progress(rows, 0, f"Lecture : {rows} lignes")) if progress else None
    with one_of_three(), local_path(batch) as path:
        book = _text(path, told) if path.endswith(TEXT) else read_workbook(path, limits_of(batch), told)
    if any(looks_like_nir(sheet.name) for sheet in book.sheets):
        raise NAMED_BY_NUMBER
    return book


def limits_of(batch: ImportBatch) -> Limits:
    return PAYMENT_LIMITS if batch.brings_payments else LIMITS


def _text(path: str, told: Callable[[int], None] | None) -> Book:
    """Answers find their lines again by the name of the sheet: a text has none of its own."""
    book = read_csv(path, PAYMENT_LIMITS, told)
    book.sheets[0].name, book.notes = TEXT_SHEET, []
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
        with tempfile.NamedTemporaryFile(suffix=Path(batch.file.name).suffix) as copy:
            with batch.file.open() as kept:
                copy.write(kept.read())
            copy.flush()
            yield copy.name
