"""Acts on files that go out."""

from exports.actions.acknowledging import Received, acknowledge, void_acknowledgement
from exports.actions.correcting import correct_delivery
from exports.actions.keeping import freeze_delivery, remove_orphans, store, store_built
from exports.actions.lists import LIST_LIFE, ask_list, keep_list, purge_list_exports, take_list
from exports.actions.opening import NOT_REFERENT, is_protected, is_referent, may_open, refuse_author
from exports.actions.preparing import new_delivery
from exports.actions.profiles import Edited, last_version, profile_for, restore_profile, save_profile
from exports.actions.sending import has_recipient, send_delivery, take_copy
from exports.actions.workbook_models import correct_model, keep_model, map_model, receive_model, withdraw_model

__all__ = [
    "LIST_LIFE",
    "NOT_REFERENT",
    "Edited",
    "Received",
    "acknowledge",
    "ask_list",
    "correct_delivery",
    "correct_model",
    "freeze_delivery",
    "has_recipient",
    "is_protected",
    "is_referent",
    "keep_list",
    "keep_model",
    "last_version",
    "map_model",
    "may_open",
    "new_delivery",
    "profile_for",
    "purge_list_exports",
    "receive_model",
    "refuse_author",
    "remove_orphans",
    "restore_profile",
    "save_profile",
    "send_delivery",
    "store",
    "store_built",
    "take_copy",
    "take_list",
    "void_acknowledgement",
    "withdraw_model",
]
