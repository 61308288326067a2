"""What an erasure would take, and what it would leave: read from the same steps, and nothing is written."""

from dataclasses import dataclass
from datetime import date

from cohorts.models import Person
from impec.erasing.actions.carrying_out import Standing, standing_of
from impec.erasing.actions.rows import Step, steps
from regulations.retention import Ground


@dataclass(frozen=True)
class Line:
    """Une nature de lignes, combien, et ce qui leur arrive."""

    name: str
    count: int
    what: str


@dataclass(frozen=True)
class Preview:
    """Ce qui part, ce qui reste, sur quel fondement."""

    goes: list[Line]
    stays: list[Line]
    standing: Standing

    @property
    def grounds(self) -> list[Ground]:
        return self.standing.grounds

    @property
    def until(self) -> date | None:
        return self.standing.until


# What no row of hers counts.
ALONGSIDE = (
    "ses messages, et ceux qui la nomment",
    "les aperçus d'imports et les exports de liste du jour",
    "son nom dans les textes écrits par d'autres et dans l'historique",
    "son compte de stagiaire, s'il y en a un",
)


def preview_of(person: Person, on: date) -> Preview:
    standing = standing_of(person, on)
    found = list(steps(person.pk, complete=standing.is_complete))
    goes = [line for step in found for line in _going(step)]
    return Preview(goes, [line for step in found for line in _staying(step)], standing)


def _going(step: Step) -> list[Line]:
    deleted, changed = step.to_delete().count(), step.to_change().count()
    name = str(step.model._meta.verbose_name_plural)
    lines = [Line(name, deleted, "supprimées"), Line(name, changed, "vidées de ce qui la concerne")]
    return [line for line in lines if line.count]


def _staying(step: Step) -> list[Line]:
    """Rows that keep something with her name until the ground ends, and those that keep figures alone."""
    count = step.rows.exclude(pk__in=step.to_delete()).count()
    if not count or step.model in (Person,):
        return []
    named = step.fate.end and not step.complete
    what = "avec ce que la preuve demande" if named else "sans son nom : montants, dates et numéros"
    return [Line(str(step.model._meta.verbose_name_plural), count, what)]
