"""Tutors, whom they follow and when, what they observe."""

from tutoring.models.observations import Observation
from tutoring.models.skills import Block, ChosenTrade, Grid, Skill
from tutoring.models.sheets import SheetLink, TutorSheet
from tutoring.models.tutors import Tutor, Tutorship

__all__ = [
    "Block",
    "ChosenTrade",
    "Grid",
    "Observation",
    "SheetLink",
    "Skill",
    "Tutor",
    "TutorSheet",
    "Tutorship",
]
