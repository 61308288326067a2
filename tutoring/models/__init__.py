"""Tutors, whom they follow and when, what they observe."""

from tutoring.models.observations import Observation
from tutoring.models.tutors import Tutor, Tutorship

__all__ = ["Observation", "Tutor", "Tutorship"]
