from accounts.models.journal import AccessLog, ChainHead, Job, Message, SentForm
from accounts.models.people import Invitation, Membership, Organisation, User

__all__ = ["AccessLog", "ChainHead", "Invitation", "Job", "Membership", "Message", "Organisation", "SentForm", "User"]
