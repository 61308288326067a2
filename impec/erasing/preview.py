"""What an erasure would take, and what it would leave: read from the same steps, and nothing is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cohorts.models import Erasure, Person
from impec.erasing.actions.carrying_out import standing_of
from impec.erasing.actions.rows import Step, steps
from regulations.retention import Ground

# What no row of hers counts.
ALONGSIDE = (
    "ses messages, et ceux qui la nomment",
    "les aperçus d'imports où elle figure, les exports de liste du jour",
    "son nom dans les textes écrits par d'autres et dans l'historique",
    "son compte de stagiaire, si elle en a un",
)


@dataclass(frozen=True)
class Part:
    """Un sort, et les natures de lignes qui le connaissent : « notes (2) »."""

    label: str
    lines: list[tuple[str, int]]

    def __str__(self):
        return ", ".join(f"{name} ({count})" for name, count in self.lines)


@dataclass(frozen=True)
class Preview:
    """Ce qui part, ce qui reste, sur quel fondement."""

    goes: list[Part]
    stays: list[Part]
    grounds: list[Ground]


def preview_of(person: Person, on: date) -> Preview:
    grounds = standing_of(person, on).grounds
    found = list(steps(person.pk, complete=not grounds))
    named = [step for step in found if step.fate.end and not step.complete]
    nameless = [step for step in found if step not in named]
    goes = [_part("Supprimés", found, Step.to_delete), _part("Vidés de ce qui la concerne", found, Step.to_change)]
    stays = [_part("Avec ce que la preuve demande", named, _left), _part("Sans son nom", nameless, _left)]
    return Preview([part for part in goes if part.lines], [part for part in stays if part.lines], grounds)


def _part(label: str, found: list[Step], rows_of: Callable[[Step], QuerySet]) -> Part:
    counts = [(str(step.model._meta.verbose_name_plural), rows_of(step).count()) for step in found]
    return Part(label, [(name, count) for name, count in counts if count])


def _left(step: Step) -> QuerySet:
    """Her own file, emptied, and the erasure itself are not what remains of her."""
    if step.model in (Person, Erasure):
        return step.rows.none()
    return step.rows.exclude(pk__in=step.to_delete())
