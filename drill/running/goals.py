"""What a drill found beside what we aim at: one line per goal, and an exit code."""

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    words: str
    measured: str
    aim: str
    held: bool

    def __str__(self):
        return f"{'tenu  ' if self.held else 'MANQUÉ'}  {self.words:<58} {self.measured:>14}   but : {self.aim}"


def at_most(words: str, measured: float, most: float, unit: str = "s") -> Goal:
    return Goal(words, f"{figure(measured)} {unit}".strip(), f"≤ {figure(most)} {unit}".strip(), measured <= most)


def none(words: str, faults: Sequence) -> Goal:
    """The first faults are shown: a drill that fails says where to look."""
    shown = "" if not faults else " : " + ", ".join(str(one) for one in faults[:3])
    return Goal(words, f"{len(faults)}{shown}", "0", not faults)


def every(words: str, good: int, all_of_them: int) -> Goal:
    """Nothing out of nothing is no proof."""
    return Goal(words, f"{good} sur {all_of_them}", "tous", good == all_of_them > 0)


def figure(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that so large a share of them does not exceed."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no value was measured")
    return ordered[max(-(-len(ordered) * round(share * 1000) // 1000), 1) - 1]


def asked(name: str, usual: int, words: Sequence[str] | None = None) -> int:
    """`ROUNDS=200` on the command line, else in the environment, else what is usual."""
    given = dict(word.partition("=")[::2] for word in (sys.argv[1:] if words is None else words))
    return int(given.get(name) or os.environ.get(name) or usual)


def verdict(title: str, goals: Sequence[Goal]) -> int:
    """Prints the goals; 1 when one is missed, as an exit code."""
    print(f"{title} (charge de la machine : {figure(os.getloadavg()[0])})")
    for goal in goals:
        print(f"  {goal}")
    return int(not all(goal.held for goal in goals))
