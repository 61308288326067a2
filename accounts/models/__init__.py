from accounts.models.journal import AccessLog, Job, Message, SentForm
from accounts.models.people import Invitation, Membership, Organisation, User

__all__ = ["AccessLog", "Invitation", "Job", "Membership", "Message", "Organisation", "SentForm", "User"]
