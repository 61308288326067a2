"""Tutors, whom they follow and when, what they observe."""

from tutoring.models.meetings import (
    ConfidentialNote,
    Meeting,
    MeetingAddition,
    MeetingDecision,
    MeetingInvitation,
    MeetingSignature,
)
from tutoring.models.observations import Observation
from tutoring.models.own_views import DiscussedPoint, ExperienceCertificate, OwnView
from tutoring.models.rules import TutoringRules
from tutoring.models.sheets import SheetLink, TutorSheet
from tutoring.models.skills import Block, ChosenTrade, Grid, Skill
from tutoring.models.tutors import Tutor, Tutorship
from tutoring.models.warnings import WarningAnswer

__all__ = [
    "Block",
    "ChosenTrade",
    "ConfidentialNote",
    "DiscussedPoint",
    "ExperienceCertificate",
    "Grid",
    "Meeting",
    "MeetingAddition",
    "MeetingDecision",
    "MeetingInvitation",
    "MeetingSignature",
    "Observation",
    "OwnView",
    "SheetLink",
    "Skill",
    "Tutor",
    "TutorSheet",
    "TutoringRules",
    "Tutorship",
    "WarningAnswer",
]
