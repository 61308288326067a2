"""Who opens the files of the proofs, and what is P3 of an absence.

A photographed sheet shows the signatures of a whole group, other employers' people included (P2): the training body
that keeps it, and the referents of the cohort. A document about an absence may tell of health (P3): only who answers
it, the referents of the cohort; the training body, the employer and who joined it see the answer, never the document
(quality rules, §4 and §5: P3 has its own permission, and the training body has none).
"""

from accounts import clock
from accounts.roles import Role
from accounts.scope import acting_membership
from cohorts.models import Cohort
from training.models import AbsenceDocument, PaperSheet


def sheets_readable_by(user):
    rows = PaperSheet.objects.visible_to(user)
    return rows.filter(half_day__session__cohort__in=_cohorts(user, {Role.TRAINER}))


def absence_documents_answered_by(user):
    rows = AbsenceDocument.objects.visible_to(user)
    return rows.filter(attendance__half_day__session__cohort__in=_cohorts(user, set()))


def answers_absences_of(user, cohort) -> bool:
    return _cohorts(user, set()).filter(pk=cohort.pk).exists()


def _cohorts(user, open_roles: set[Role]):
    """Cohorts followed as a referent; all that one sees, for the roles named."""
    membership = acting_membership(user)
    if membership is None:
        return Cohort.objects.none()
    if membership.role in open_roles:
        return Cohort.objects.visible_to(user)
    return Cohort.objects.followed_by(user, clock.today())
