"""What is sound is written in one transaction, once; it can be undone while nobody has touched it since."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError, QuerySet

from accounts import clock
from accounts.journal import log_access
from accounts.models import Organisation, User
from accounts.work import Work
from imports import judging
from imports.actions import hiring, payments, people, places, teaching
from imports.actions.answering import answer_rows, forget
from imports.actions.ledger import Ledger
from imports.actions.receiving import judged, material_of, start_writing
from imports.models import ImportBatch, ImportedRecord
from imports.payments.judging import PaymentOutcome
from imports.preview import fingerprint
from workbooks.limits import Refused
from workbooks.read import Book

KEPT = timedelta(hours=24)
# A long write shows no sign of life from outside its transaction.
PATIENCE = timedelta(minutes=10)
# Beyond, writing is a job of its own.
AT_ONCE = 500


def confirm_import(*, batch: ImportBatch, by: User, work: Work | None = None) -> ImportBatch:
    """The file is read outside any transaction; then everything, or nothing. Confirming twice writes once."""
    tell = work.progress if work else None
    if work is not None:
        work.hold(PATIENCE)
    if batch.state == ImportBatch.State.WRITTEN:
        return _already(batch, work)
    try:
        material = material_of(batch, tell)
    except Refused as refusal:
        raise ValidationError(refusal.message) from refusal
    if tell:
        tell(0, 0, "Enregistrement")
    if work is None:
        with transaction.atomic():
            return _write(batch, material, by)
    with work.finish():
        return _write(batch, material, by)


def confirm_now(*, batch: ImportBatch, answers: Mapping[int, Mapping[str, str]], by: User) -> ImportBatch:
    """Answers and confirmation in one gesture: what is sure is written, a few hundred rows at once, more in a job."""
    if any(any(given.values()) for given in answers.values()):
        batch = answer_rows(batch=batch, answers=answers, by=by)
    if batch.state != ImportBatch.State.READ:
        return batch
    if batch.rows.count() <= AT_ONCE:
        return confirm_import(batch=batch, by=by)
    start_writing(batch=batch, user=by)
    return batch


def _already(batch: ImportBatch, work: Work | None) -> ImportBatch:
    if work is not None:
        with work.finish():
            pass
    return batch


def _write(batch: ImportBatch, material: Book | PaymentOutcome, by: User) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state == ImportBatch.State.WRITTEN:
        return batch
    if batch.state != ImportBatch.State.READ:
        raise ValidationError("Cet import ne peut pas être enregistré : il est annulé, abandonné ou encore en lecture.")
    # Two workbooks at once, or somebody typed meanwhile: one recording at a time, as when adding a person by hand.
    Organisation.objects.select_for_update().get(pk=batch.organisation_id)
    outcome = judged(batch, material, by)
    ledger = Ledger(batch=batch, outcome=outcome, by=by, on=clock.today(), allowed=_as_shown(batch, outcome))
    already = payments.write_payments(ledger) if batch.brings_payments else _write_workbook(ledger)
    sound = sum(row.verdict.is_sound for row in outcome.rows)
    batch.state, batch.written_at, batch.written_by = ImportBatch.State.WRITTEN, clock.now(), by
    batch.written = {
        "natures": ledger.counts,
        "echecs": ledger.failures,
        "changees_depuis": sound - len(ledger.allowed) + already,
    }
    batch.save()
    written = sum(sum(one.values()) for one in ledger.counts.values())
    log_access(user=by, action="import_written", obj=batch, count=written, file_sha256=batch.sha256)
    return batch


def _write_workbook(ledger: Ledger) -> int:
    places.write_employers(ledger)
    seats = places.write_seats(ledger)
    people.write_people(ledger, seats)
    hiring.write_tutors(ledger)
    hiring.write_contracts(ledger)
    teaching.write_sessions(ledger)
    teaching.write_attendance(ledger)
    return 0


def _as_shown(batch: ImportBatch, outcome: judging.Outcome) -> set[tuple[str, int]]:
    """Rows that still are what the preview showed: what somebody changed meanwhile is left for another import."""
    shown = {
        (sheet, number): print_ for sheet, number, print_ in batch.rows.values_list("sheet", "number", "fingerprint")
    }
    return {
        (row.table.name, row.number)
        for row in outcome.rows
        if row.verdict.is_sound and shown.get((row.table.name, row.number)) == fingerprint(row)
    }


@transaction.atomic
def undo_import(*, batch: ImportBatch, by: User) -> ImportBatch:
    """*Annuler cet import*: what it created goes, if nobody has touched it since; else what blocks is named."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state != ImportBatch.State.WRITTEN:
        raise ValidationError("Seul un import enregistré peut être annulé.")
    blocks = blockers(batch)
    if blocks:
        raise ValidationError(["Cet import ne peut plus être annulé.", *blocks])
    records = batch.records.filter(kind=ImportedRecord.Kind.CREATED)
    count = payments.void_imported(batch, records, by) if batch.brings_payments else _delete(records)
    batch.state, batch.undone_at, batch.undone_by = ImportBatch.State.UNDONE, clock.now(), by
    batch.records.all().delete()
    batch.save()
    log_access(user=by, action="import_undone", obj=batch, count=count, file_sha256=batch.sha256)
    return batch


def _delete(records: QuerySet[ImportedRecord]) -> int:
    by_model: dict[str, list[int]] = {}
    for record in records.order_by("-pk"):
        by_model.setdefault(record.model, []).append(record.object_id)
    try:
        for label, pks in by_model.items():
            for row in apps.get_model(label)._base_manager.filter(pk__in=pks).order_by("-pk"):
                row.delete()
    except ProtectedError as error:
        used = Counter(str(one._meta.verbose_name_plural) for one in error.protected_objects)
        said = ", ".join(f"{count} {name}" for name, count in used.items())
        raise ValidationError(f"Cet import ne peut plus être annulé : {said} s'appuient sur ses fiches.") from error
    return sum(map(len, by_model.values()))


def blockers(batch: ImportBatch) -> list[str]:
    """Records changed by the import, or changed since by somebody."""
    said = []
    updated = batch.records.filter(kind=ImportedRecord.Kind.CHANGED).count()
    if updated:
        said.append(f"{updated} fiches qui existaient avant lui ont été mises à jour : elles se corrigent à la main.")
    for label in batch.records.values_list("model", flat=True).distinct():
        model = apps.get_model(label)
        if any(one.name == "version" for one in model._meta.concrete_fields):
            touched = _touched(batch, model)
            if touched:
                said.append(f"{touched} {model._meta.verbose_name_plural} : modifiés depuis l'import.")
    return said


def _touched(batch: ImportBatch, model: type[models.Model]) -> int:
    written = dict(batch.records.filter(model=model._meta.label).values_list("object_id", "version"))
    now = model._base_manager.filter(pk__in=written).values_list("pk", "version")
    return sum(version != written[pk] for pk, version in now)


def forget_old_previews(*, at: datetime) -> int:
    """Each hour: files and previews older than a day go, whatever became of them."""
    old = ImportBatch.objects.filter(uploaded_at__lt=at - KEPT, purged_at=None)
    for batch in old:
        with transaction.atomic():
            if batch.state in (ImportBatch.State.RECEIVED, ImportBatch.State.READ):
                batch.state = ImportBatch.State.DROPPED
            batch.purged_at = at
            forget(batch)
    return len(old)
