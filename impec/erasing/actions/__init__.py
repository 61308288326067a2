"""Acts of erasure: one person, and the bytes that a stopped process left behind."""

from impec.erasing.actions.erasing import erase_person
from impec.erasing.actions.files import finish_interrupted

__all__ = ["erase_person", "finish_interrupted"]
