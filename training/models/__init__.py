from training.models.attendance import AbsenceDocument, AnomalyAnswer, Attendance, PaperSheet, RollSubmission, Signature
from training.models.calendar import CalendarFeed
from training.models.certificate import Certificate, Convention, ConventionTrainee, Expense, ExpenseCap, InvoiceLine
from training.models.links import TraineeLink
from training.models.notice import AbsenceNotice
from training.models.programme import Module, Programme, TrainingBody, TrainingRules
from training.models.roster import RosterShift, Unavailability
from training.models.session import ClosedPeriod, Convocation, HalfDay, Session

__all__ = [
    "AbsenceDocument",
    "AbsenceNotice",
    "AnomalyAnswer",
    "Attendance",
    "CalendarFeed",
    "Certificate",
    "ClosedPeriod",
    "Convention",
    "ConventionTrainee",
    "Convocation",
    "Expense",
    "ExpenseCap",
    "HalfDay",
    "InvoiceLine",
    "Module",
    "PaperSheet",
    "Programme",
    "RollSubmission",
    "RosterShift",
    "Session",
    "Signature",
    "TraineeLink",
    "TrainingBody",
    "TrainingRules",
    "Unavailability",
]
