"""Constats : ce qu'une règle a à dire, avec sa force et sa source.

Strengths follow the programme's table of rules: a refusal stops, a question is accepted with a written reason,
a warning is only shown. `source` is the article, circular or order a person can look up.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from regulations.enums import LabelledEnum


class Strength(LabelledEnum):
    REFUSAL = "REFUSAL", "refus"
    QUESTION = "QUESTION", "question"
    WARNING = "WARNING", "avertissement"


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    message: str
    source: str
    strength: Strength = Strength.REFUSAL


def of_strength(findings: Iterable[Finding], strength: Strength) -> list[Finding]:
    return [finding for finding in findings if finding.strength is strength]


def refusals(findings: Iterable[Finding]) -> list[Finding]:
    return of_strength(findings, Strength.REFUSAL)


def questions(findings: Iterable[Finding]) -> list[Finding]:
    return of_strength(findings, Strength.QUESTION)


def warnings(findings: Iterable[Finding]) -> list[Finding]:
    return of_strength(findings, Strength.WARNING)
