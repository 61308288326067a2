from cohorts.models.cohort import (
    Cohort,
    CohortTemplate,
    EmployerInvitation,
    Milestone,
    MilestoneTemplate,
    Referent,
    Seat,
)
from cohorts.models.committee import CommitteeDecision
from cohorts.models.enrolment import Adviser, Enrolment, Prescriber, Referral
from cohorts.models.erasure import Erasure
from cohorts.models.person import Barrier, Person, PersonNote, ProtectedFacts

__all__ = [
    "Adviser",
    "Barrier",
    "Cohort",
    "CohortTemplate",
    "CommitteeDecision",
    "EmployerInvitation",
    "Enrolment",
    "Erasure",
    "Milestone",
    "MilestoneTemplate",
    "Person",
    "PersonNote",
    "Prescriber",
    "ProtectedFacts",
    "Referent",
    "Referral",
    "Seat",
]
