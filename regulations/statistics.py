"""Les petits nombres : ce qui sort du responsable de traitement ne permet de reconnaître personne.

Sources
  Counts 1 to 4 printed « < 5 », 11 people at least for a crossing with protected data, secondary suppression,
  percentages rounded to five points under fifty people: security-privacy §7. P
Masking is for those who have no right to the nominative file; the DDETS receives exact figures (decisions §2).
"""

from collections.abc import Sequence

FEWEST_SHOWN = 5
FEWEST_FOR_CROSSING = 11
FEWEST_FOR_EXACT_PERCENT = 50
PERCENT_STEP = 5

MASKED = f"< {FEWEST_SHOWN}"
WITHHELD = "masqué"


def is_small(count: int) -> bool:
    """Zero names nobody; one to four do."""
    return 0 < count < FEWEST_SHOWN


def masked(count: int) -> str:
    """3 -> « < 5 » ; 0 and 5 are shown."""
    return MASKED if is_small(count) else str(count)


def masked_row(counts: Sequence[int]) -> list[str]:
    """Cells printed with their total: one hidden cell alone is found by subtraction, so a second goes too."""
    shown = [masked(count) for count in counts]
    if shown.count(MASKED) == 1:
        others = [index for index, text in enumerate(shown) if text != MASKED]
        if others:
            # The smallest that says the least when it is missing; zeros only when there is nothing else.
            shown[min(others, key=lambda index: (counts[index] == 0, counts[index]))] = WITHHELD
    return shown


def may_cross(count: int) -> bool:
    """A crossing with protected data, or of age or sex with an employer, needs eleven people."""
    return count >= FEWEST_FOR_CROSSING


def published_percent(count: int, total: int) -> int | None:
    """Whole points; by steps of five under fifty people; None when there are too few to say."""
    if total < FEWEST_FOR_CROSSING or is_small(count) or is_small(total - count):
        return None
    step = PERCENT_STEP if total < FEWEST_FOR_EXACT_PERCENT else 1
    # Half up, in whole numbers.
    return (200 * count + total * step) // (2 * total * step) * step
