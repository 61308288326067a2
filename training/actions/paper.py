"""Paper: the photograph of a signed sheet is kept with its half-day, and what it says is typed once."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction

from accounts.models import User
from accounts.rows import change, keep
from accounts.scans import MIB, checked_scan
from accounts.stored import removed_on_failure
from regulations.training import AttendanceStatus
from training.actions.opening import refuse_shut, refuse_unheld
from training.actions.planning import locked
from training.actions.roll import (
    RollEntry,
    attendance_of,
    countersign,
    record_roll,
    void_attendance,
)
from training.models import Attendance, HalfDay, PaperSheet

MOST_BYTES = 10 * MIB
PAPER = Attendance.Source.PAPER
ON_PAPER = "Repris de la feuille papier"


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """Ce que la feuille dit d'une personne, et si elle y a signé."""

    entry: RollEntry
    signed: bool = True


@transaction.atomic
def attach_sheet(*, half_day: HalfDay, file: File, by: User | None, at: datetime) -> PaperSheet:
    """Joindre la photographie d'une feuille : PNG, JPEG ou PDF, reconnus à leur contenu, jamais à leur nom."""
    half_day = locked(half_day)
    refuse_unheld(half_day, at)
    try:
        kind = checked_scan(file, MOST_BYTES)
    except ValidationError as refusal:
        raise ValidationError({"photo": refusal.messages}) from refusal
    content = file.read()
    file.seek(0)
    sheet = PaperSheet(
        half_day=half_day,
        content_type=kind.content_type,
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=at,
        uploaded_by=by,
    )
    known = half_day.paper_sheets.valid().filter(sha256=sheet.sha256).first()
    if known is not None:
        return known
    # The name of a file may hold a person's: what is kept is named by us.
    sheet.file.save(f"{uuid.uuid4()}.{kind.suffix}", ContentFile(content), save=False)
    with removed_on_failure(sheet.file.name):
        return keep(sheet)


@transaction.atomic
def void_sheet(*, sheet: PaperSheet, reason: str, by: User | None, at: datetime) -> PaperSheet:
    """Annuler une photographie : elle reste, avec qui, quand et pourquoi."""
    sheet = PaperSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if sheet.voided_at is not None:
        raise ValidationError("Cette photographie est déjà annulée.")
    if not reason.strip():
        raise ValidationError({"reason": "Dites en quelques mots pourquoi elle est annulée."})
    return change(sheet, voided_at=at, voided_by=by, void_reason=" ".join(reason.split()))


@transaction.atomic
def record_paper(
    *, half_day: HalfDay, lines: Iterable[PaperLine], trainer_signed: bool, by: User | None, at: datetime
) -> list[Attendance]:
    """Saisir une feuille papier. The sheet is the proof: no row without its photograph."""
    half_day = locked(half_day)
    refuse_shut(half_day, at, locks=False)
    if not half_day.paper_sheets.valid().exists():
        raise ValidationError({"photo": "Joignez d'abord la photographie de la feuille signée."})
    lines = list(lines)
    rows = []
    for signed in (True, False):
        entries = [line.entry for line in lines if line.signed == signed]
        facts = {"source": PAPER, "on_paper": signed, "correction_reason": ON_PAPER}
        rows += record_roll(half_day=half_day, entries=entries, by=by, at=at, **facts)
    wanted = {line.entry.enrolment.pk: line for line in lines}
    rows = [_as_signed(half_day, row, wanted[row.enrolment_id], by, at) for row in rows]
    if trainer_signed and half_day.countersigned_at is None:
        countersign(half_day=half_day, on_paper=True)
    return rows


def _as_signed(half_day: HalfDay, row: Attendance, line: PaperLine, by: User | None, at: datetime) -> Attendance:
    """A row already noted on a screen, and signed on paper only: voided, then written again with its signature."""
    is_absence = AttendanceStatus(row.status).is_absence
    if row.signed_at is not None or is_absence or row.signed_on_paper == line.signed:
        return row
    void_attendance(attendance=row, by=by, at=at, reason=ON_PAPER)
    again = attendance_of(half_day, line.entry, by=by, at=at, source=PAPER, on_paper=line.signed)
    again.added_reason = row.added_reason
    return keep(again)
