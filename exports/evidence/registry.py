"""Sections of a contract in a pack of proofs, in the order one reads them."""

from exports.evidence import of_contracts, of_training, of_tutors
from exports.evidence.sections import Section

SECTIONS: tuple[Section, ...] = (*of_contracts.SECTIONS, *of_tutors.SECTIONS, *of_training.SECTIONS)


def sections_for(audience: str) -> list[Section]:
    return [section for section in SECTIONS if section.is_for(audience)]


def withheld_from(audience: str) -> list[str]:
    """Titles of what this reader may not receive: the pack says it rather than be silently short."""
    return [section.title for section in SECTIONS if not section.is_for(audience)]
