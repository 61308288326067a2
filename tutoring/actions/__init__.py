"""Acts of the tutoring room: tutors and whom they follow, what they observe."""

from tutoring.actions.meetings import (
    Planned,
    Slot,
    cancel_left_behind,
    cancel_meeting,
    follow_tutor,
    move_meeting,
    plan_meeting,
)
from tutoring.actions.minutes import (
    Decision,
    Hand,
    Minutes,
    add_to_minutes,
    finish_decision,
    minute_meeting,
    sign_meeting,
    write_confidential,
)
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
    "Decision",
    "Hand",
    "Minutes",
    "Planned",
    "Slot",
    "TutorFacts",
    "add_to_minutes",
    "add_tutor",
    "cancel_left_behind",
    "cancel_meeting",
    "change_tutor",
    "change_tutor_facts",
    "finish_decision",
    "follow_tutor",
    "minute_meeting",
    "move_meeting",
    "name_tutor",
    "plan_meeting",
    "record_contract_with_tutor",
    "record_observation",
    "sign_meeting",
    "write_confidential",
]
