"""Acts of the training room, by subject: planning, the roll, signatures."""

from training.actions.anomalies import explain_anomaly, take_back_explanation
from training.actions.planning import (
    Slot,
    add_half_day,
    add_module,
    cancel_half_day,
    change_module,
    change_session,
    ensure_programme,
    minutes_between,
    move_half_day,
    plan_session,
)
from training.actions.roll import (
    RollEntry,
    add_to_roll,
    attendance_of,
    close_half_day,
    countersign,
    record_roll,
    reopen_half_day,
    void_attendance,
)
from training.actions.signing import class_code, half_day_of_code, sign, void_signature
from training.actions.submissions import Sending, SentLine, SentSignature, receive

__all__ = [
    "RollEntry",
    "Sending",
    "SentLine",
    "SentSignature",
    "Slot",
    "add_half_day",
    "add_module",
    "add_to_roll",
    "attendance_of",
    "cancel_half_day",
    "change_module",
    "change_session",
    "class_code",
    "close_half_day",
    "countersign",
    "ensure_programme",
    "explain_anomaly",
    "half_day_of_code",
    "minutes_between",
    "move_half_day",
    "plan_session",
    "receive",
    "record_roll",
    "reopen_half_day",
    "sign",
    "take_back_explanation",
    "void_attendance",
    "void_signature",
]
