"""Acts on contracts, by subject: the contract, its aid, what happens to it, the dated rows of the authorities."""

from contracts.actions.aid import (
    Decision,
    correct_decision,
    decision_findings,
    record_decision,
    record_refusal,
    record_request,
)
from contracts.actions.amendments import Change, amend_contract, amendment_findings, change_employer, void_amendment
from contracts.actions.contract import (
    Terms,
    break_contract,
    change_contract,
    close_contract,
    extend_contract,
    findings_of,
    locked,
    record_contract,
    record_notified_repayment,
    sign_contract,
    start_findings,
)
from contracts.actions.drafts import drop_draft, keep_draft, tell_referents
from contracts.actions.life import Outcome, end_suspension, record_exit, record_follow_up, record_immersion, suspend
from contracts.actions.reference import confirm_order, save_order, save_smic, save_stop

__all__ = [
    "Change",
    "Decision",
    "Outcome",
    "Terms",
    "amend_contract",
    "amendment_findings",
    "break_contract",
    "change_contract",
    "change_employer",
    "close_contract",
    "confirm_order",
    "correct_decision",
    "decision_findings",
    "drop_draft",
    "end_suspension",
    "extend_contract",
    "findings_of",
    "keep_draft",
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
    "start_findings",
    "suspend",
    "tell_referents",
    "void_amendment",
]
