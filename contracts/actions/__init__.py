"""Acts on contracts, by subject: the contract, its aid, what happens to it, the dated rows of the authorities."""

from contracts.actions.aid import Decision, record_decision, record_refusal, record_request
from contracts.actions.contract import (
    Terms,
    break_contract,
    change_contract,
    close_contract,
    extend_contract,
    locked,
    record_contract,
    record_notified_repayment,
    sign_contract,
)
from contracts.actions.life import Outcome, end_suspension, record_exit, record_follow_up, record_immersion, suspend
from contracts.actions.reference import confirm_order, save_order, save_smic, save_stop

__all__ = [
    "Decision",
    "Outcome",
    "Terms",
    "break_contract",
    "change_contract",
    "close_contract",
    "confirm_order",
    "end_suspension",
    "extend_contract",
    "locked",
    "record_contract",
    "record_decision",
    "record_exit",
    "record_follow_up",
    "record_immersion",
    "record_notified_repayment",
    "record_refusal",
    "record_request",
    "save_order",
    "save_smic",
    "save_stop",
    "sign_contract",
    "suspend",
]
