"""Absences: a document is joined, then accepted or refused. Accepted, it makes a new row, excused."""

import hashlib
import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction

from accounts.models import User
from accounts.rows import change, keep
from accounts.scans import MIB, checked_scan
from accounts.stored import removed_on_failure
from regulations.training import AttendanceStatus, DocumentDecision
from training.actions.roll import RollEntry, attendance_of, void_attendance
from training.models import AbsenceDocument, Attendance

MOST_BYTES = 10 * MIB
ACCEPTED_BECAUSE = "Justificatif accepté"


@transaction.atomic
def join_document(*, attendance: Attendance, file: File, by: User | None, at: datetime) -> AbsenceDocument:
    """Joindre un justificatif à une absence. The same file again is the same document."""
    attendance = _locked(attendance)
    if not AttendanceStatus(attendance.status).is_absence:
        raise ValidationError("Cette personne était présente : il n'y a rien à justifier.")
    try:
        kind = checked_scan(file, MOST_BYTES)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from refusal
    content = file.read()
    file.seek(0)
    sha256 = hashlib.sha256(content).hexdigest()
    known = attendance.documents.filter(sha256=sha256, decision=DocumentDecision.WAITING).first()
    if known is not None:
        return known
    document = AbsenceDocument(
        attendance=attendance, content_type=kind.content_type, sha256=sha256, uploaded_at=at, uploaded_by=by
    )
    # The name of a file may hold a person's, or an illness: what is kept is named by us.
    document.file.save(f"{uuid.uuid4()}.{kind.suffix}", ContentFile(content), save=False)
    with removed_on_failure(document.file.name):
        return keep(document)


@transaction.atomic
def answer_document(
    *, document: AbsenceDocument, decision: DocumentDecision, reason: str = "", by: User, at: datetime
) -> list[AbsenceDocument]:
    """Accepter ou refuser un justificatif, for each half-day it was joined to."""
    reason = " ".join(reason.split())
    if decision is DocumentDecision.WAITING:
        raise ValidationError({"decision": "Acceptez ou refusez ce justificatif."})
    if decision is DocumentDecision.REFUSED and not reason:
        raise ValidationError({"reason": "Dites en quelques mots pourquoi il est refusé."})
    same = AbsenceDocument.objects.select_for_update(of=("self",)).filter(
        attendance__enrolment=document.attendance.enrolment_id,
        sha256=document.sha256,
        decision=DocumentDecision.WAITING,
    )
    waiting = list(same.select_related("attendance").order_by("pk"))
    if document.pk not in {one.pk for one in waiting}:
        raise ValidationError("Ce justificatif a déjà sa réponse.")
    facts = {"decision": decision, "decided_at": at, "decided_by": by}
    if decision is DocumentDecision.REFUSED:
        facts["decision_reason"] = reason
    answered = [change(one, **facts) for one in waiting]
    if decision is DocumentDecision.ACCEPTED:
        for one in answered:
            _excuse(one.attendance, by, at)
    return answered


def _excuse(attendance: Attendance, by: User, at: datetime) -> None:
    """The row that stands now, whatever was noted since the document came. Somebody present needs no excuse."""
    standing = (
        Attendance.objects.valid().select_for_update(of=("self",)).select_related("half_day", "enrolment__person")
    )
    row = standing.filter(half_day=attendance.half_day_id, enrolment=attendance.enrolment_id).first()
    if row is None or row.status != AttendanceStatus.ABSENT:
        return
    void_attendance(attendance=row, by=by, at=at, reason=ACCEPTED_BECAUSE)
    entry = RollEntry(enrolment=row.enrolment, status=AttendanceStatus.EXCUSED, absence_reason=row.absence_reason)
    again = attendance_of(row.half_day, entry, by=by, at=at, source=row.source, on_paper=False)
    again.added_reason = row.added_reason
    keep(again)


def _locked(attendance: Attendance) -> Attendance:
    attendance = Attendance.objects.select_for_update(of=("self",)).get(pk=attendance.pk)
    if attendance.voided_at is not None:
        raise ValidationError("Cette ligne a été corrigée depuis : rouvrez la liste des absences.")
    return attendance
