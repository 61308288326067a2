from accounts.models.journal import AccessLog, ChainHead, Job, Message, SentForm
from accounts.models.people import Invitation, Membership, Organisation, User
from accounts.models.reminders import Receipt, Reminder, ReminderSetting
from accounts.models.seals import Seal, SealedEntry, SealedGap

__all__ = [
    "AccessLog",
    "ChainHead",
    "Invitation",
    "Job",
    "Membership",
    "Message",
    "Organisation",
    "Receipt",
    "Reminder",
    "ReminderSetting",
    "Seal",
    "SealedEntry",
    "SealedGap",
    "SentForm",
    "User",
]
