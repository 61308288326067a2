"""An absence of Amina's with a document that waits, for the access matrix."""

from datetime import date

from django.core.files.base import ContentFile

from regulations.training import AttendanceStatus
from tests import builders as b
from training.models import AbsenceDocument


def an_absence_document(world, content=b"justificatif"):
    half_day = b.a_half_day(world.session, day=date(2026, 2, 11))
    trainer = world.users["trainer"]
    absence = b.an_attendance(half_day, world.enrolment, AttendanceStatus.ABSENT, recorded_by=trainer)
    document = AbsenceDocument(attendance=absence, content_type="application/pdf", sha256="0" * 64)
    document.file.save("justificatif.pdf", ContentFile(content))
    return document
