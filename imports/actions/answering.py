"""The user answers: questions, values typed on the page, rows left aside. Then everything is judged again."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from imports.actions.receiving import read_batch, start_reading
from imports.models import ImportBatch, ImportRow
from regulations.nir import nir_findings
from workbooks.places import row_and_column

# Beyond, judging the whole workbook again is a job of its own.
AT_ONCE = 2_000
LONGEST_ANSWER = 300


def answer_rows(*, batch: ImportBatch, answers: Mapping[int, Mapping[str, str]], by: User) -> ImportBatch:
    """`answers`: row of the preview → key of the question → answer. `=F19` is the cell F19, `ecarter` the row itself.

    An empty answer takes the earlier one back.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if batch.state != ImportBatch.State.READ:
            raise ValidationError("Cet import n'attend plus de réponse.")
        rows = batch.rows.in_bulk(list(answers))
        for pk, given in answers.items():
            if pk in rows:
                _note(batch, rows[pk], given)
        if batch.rows.count() > AT_ONCE:
            start_reading(batch=batch, user=by)
            return batch
        batch.save(update_fields=["answers"])
    read_batch(batch=batch, user=by)
    return batch


def _note(batch: ImportBatch, row: ImportRow, given: Mapping[str, str]) -> None:
    sheet = batch.answers.setdefault(row.sheet, {"cellules": {}, "lignes": {}})
    for key, answer in given.items():
        answer = answer.strip()[:LONGEST_ANSWER]
        _refuse_number(key)
        _refuse_number(answer)
        if key.startswith("="):
            _keep_or_forget(sheet["cellules"], _cell_of(row, key[1:]), answer)
        else:
            _keep_or_forget(sheet["lignes"].setdefault(str(row.number), {}), key, answer)


def _cell_of(row: ImportRow, address: str) -> str:
    try:
        number, _ = row_and_column(address)
    except ValueError as error:
        raise ValidationError(f"« {address} » n'est pas une case.") from error
    if number != row.number:
        raise ValidationError(f"La case {address} n'est pas sur la ligne {row.number}.")
    return address


def _keep_or_forget(kept: dict[str, str], key: str, answer: str) -> None:
    if answer:
        kept[key] = answer
    else:
        kept.pop(key, None)


def _refuse_number(answer: str) -> None:
    if findings := nir_findings(answer):
        raise ValidationError([finding.message for finding in findings])


@transaction.atomic
def drop_import(*, batch: ImportBatch) -> ImportBatch:
    """Given up before being written: the file and its preview go at once."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state not in (ImportBatch.State.RECEIVED, ImportBatch.State.READ):
        raise ValidationError("Cet import est déjà enregistré ou abandonné.")
    batch.state = ImportBatch.State.DROPPED
    forget(batch)
    return batch


def forget(batch: ImportBatch) -> None:
    """The file, its rows and what was answered: all that could name somebody."""
    batch.rows.all().delete()
    batch.answers, batch.sheets, batch.notes = {}, [], []
    if batch.file:
        batch.file.delete(save=False)
    batch.save()
