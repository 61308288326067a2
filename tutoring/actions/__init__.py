"""Acts of the tutoring room: tutors and whom they follow, what they observe."""

from tutoring.actions.observations import record_observation
from tutoring.actions.tutors import (
    TutorFacts,
    add_tutor,
    change_tutor,
    change_tutor_facts,
    name_tutor,
    record_contract_with_tutor,
)

__all__ = [
    "TutorFacts",
    "add_tutor",
    "change_tutor",
    "change_tutor_facts",
    "name_tutor",
    "record_contract_with_tutor",
    "record_observation",
]
