"""Absences: the rows that stand, and where the document of each one is."""

from django.db.models import OuterRef, Subquery

from regulations.training import AttendanceStatus
from training.models import AbsenceDocument, Attendance

ABSENT = [status.value for status in AttendanceStatus if status.is_absence]


def absences_visible_to(user):
    """Adds `decision`, that of the latest document; a document stays with its half-day and person, row after row."""
    of_this = AbsenceDocument.objects.filter(
        attendance__half_day=OuterRef("half_day"), attendance__enrolment=OuterRef("enrolment")
    ).order_by("-uploaded_at", "-pk")
    rows = Attendance.objects.visible_to(user).valid().filter(status__in=ABSENT)
    return rows.with_names().annotate(decision=Subquery(of_this.values("decision")[:1]))


def documents_of(attendance: Attendance):
    """Every document about this person at this half-day, the first joined first."""
    rows = AbsenceDocument.objects.filter(
        attendance__half_day=attendance.half_day_id, attendance__enrolment=attendance.enrolment_id
    )
    return rows.select_related("uploaded_by", "decided_by").order_by("uploaded_at", "pk")
