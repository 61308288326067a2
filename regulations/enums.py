"""Listes fermées : un code pour la machine, un libellé français pour les personnes.

Members are written `MORNING = "MORNING", "matin"`. Columns keep the code; pages show the label.
A model writes `choices=HalfDayPart.choices()` and, for a default, the plain code: `default=Checked.NOT_CHECKED.value`.
"""

from enum import StrEnum, nonmember
from typing import Self


class LabelledEnum(StrEnum):
    # Template engines call what is callable; an enumeration shown on a page must stay itself.
    do_not_call_in_templates = nonmember(True)

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.label) for member in cls]

    @classmethod
    def label_of(cls, code: str) -> str:
        """The label of a stored code, or the code itself when the list has lost it since."""
        return cls(code).label if code in cls._value2member_map_ else code
