"""Acts on files that come in: receive, read, answer, confirm, undo, forget."""

from imports.actions.answering import answer_rows, drop_import
from imports.actions.confirming import blockers, confirm_import, confirm_now, forget_old_previews, undo_import
from imports.actions.giving_back import can_be_marked, give_back
from imports.actions.payments import choose_columns
from imports.actions.receiving import read_batch, receive_file, start_reading, start_writing

__all__ = [
    "answer_rows",
    "blockers",
    "can_be_marked",
    "choose_columns",
    "confirm_import",
    "confirm_now",
    "drop_import",
    "forget_old_previews",
    "give_back",
    "read_batch",
    "receive_file",
    "start_reading",
    "start_writing",
    "undo_import",
]
