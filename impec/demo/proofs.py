"""What a funder would have asked about, what explains some of it, and a document that waits for Claire."""

from datetime import datetime

from django.core.files.base import ContentFile

from accounts import clock
from accounts.models import User
from cohorts.models import Cohort
from regulations.anomaly_facts import AnomalyRule
from regulations.training import AttendanceStatus
from training.actions.absences import join_document
from training.actions.anomalies import explain_anomaly
from training.anomalies import lines_for, put_names
from training.models import Attendance

EXPLAINED_AT = datetime(2026, 11, 18, 14, 20, tzinfo=clock.PARIS)
JOINED_AT = datetime(2026, 11, 19, 8, 45, tzinfo=clock.PARIS)
# Her roster said a leave that she had moved; the rest of the list waits.
EXPLANATIONS = {
    AnomalyRule.OVER_LEAVE: "Congé déplacé au 12 mars avec l'accord de l'employeur : le planning n'a pas été réimprimé."
}
# A page with nothing on it: the story holds nobody's letter.
BLANK_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def proofs_of_the_story(users: dict[str, User], cohort: Cohort) -> None:
    lines = lines_for(users["esther"], at=EXPLAINED_AT, cohort=cohort)
    explained = [line for line in lines if line.anomaly.rule in EXPLANATIONS]
    put_names(explained)
    for line in explained:
        rule = line.anomaly.rule
        explain_anomaly(
            half_day=line.half_day,
            enrolment=line.enrolment,
            rule=rule,
            text=EXPLANATIONS[rule],
            by=users["esther"],
            at=EXPLAINED_AT,
        )
    _a_document(users["denis"])


def _a_document(denis: User) -> None:
    absences = Attendance.objects.visible_to(denis).valid().filter(status=AttendanceStatus.ABSENT)
    latest = absences.order_by("-half_day__day", "-half_day__starts_at", "pk").first()
    if latest is not None:
        join_document(attendance=latest, file=ContentFile(BLANK_PAGE, "piece.pdf"), by=denis, at=JOINED_AT)
