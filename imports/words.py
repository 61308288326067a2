"""What a reason weighs, and how it is said."""

from typing import NamedTuple

from regulations.enums import LabelledEnum


class Weight(LabelledEnum):
    REFUSAL = "REFUSAL", "refus"
    QUESTION = "QUESTION", "question"
    WAIT = "WAIT", "attente"
    IGNORED = "IGNORED", "ligne laissée"


class Word(NamedTuple):
    """A reason: its weight, what it says, what to do."""

    weight: Weight
    says: str
    advice: str = ""


REFUSAL, QUESTION, WAIT, IGNORED = Weight.REFUSAL, Weight.QUESTION, Weight.WAIT, Weight.IGNORED
REPAIR = "Corrigez la valeur ici, ou dans le fichier puis renvoyez-le."
