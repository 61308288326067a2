"""Writing many rows at once as the rooms' own acts would: checked, in the history, and in the trace of the import."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models

from accounts.bulk import AT_ONCE, keep_many
from accounts.models import User
from cohorts.models import Prescriber
from imports.judging import Outcome
from imports.models import ImportBatch, ImportedRecord
from imports.rows import Row
from imports.vocabulary import Nature, Verdict


@dataclass
class Ledger:
    """One import being written, inside one transaction."""

    batch: ImportBatch
    outcome: Outcome
    by: User
    on: date
    # Rows of the preview that may be written: those that are still what the user saw.
    allowed: set[tuple[str, int]]
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    failures: list[dict] = field(default_factory=list)
    prescribers: dict[str, Prescriber] = field(default_factory=dict)

    def rows(self, nature: Nature, verdict: Verdict) -> list[Row]:
        return [
            row
            for row in self.outcome.of_nature(nature)
            if row.verdict is verdict and (row.table.name, row.number) in self.allowed
        ]

    def count(self, nature: Nature, verdict: Verdict) -> None:
        counted = self.counts.setdefault(str(nature), {})
        counted[str(verdict)] = counted.get(str(verdict), 0) + 1

    def create(self, rows: Iterable[models.Model]) -> None:
        """One INSERT for hundreds of rows; the history gets the entries that saving one by one would have made."""
        self.note_creations(keep_many(rows, by=self.by))

    def note_creations(self, rows: list[models.Model]) -> None:
        traces = [
            ImportedRecord(
                batch=self.batch, model=row._meta.label, object_id=row.pk, version=getattr(row, "version", None)
            )
            for row in rows
        ]
        ImportedRecord.objects.bulk_create(traces, batch_size=AT_ONCE)

    def note_creation(self, row: models.Model) -> None:
        """A record made by a room's own act."""
        self.note_creations([row])

    def note_change(self, row: models.Model) -> None:
        """A record that was there before: the import cannot be undone without knowing it."""
        ImportedRecord.objects.get_or_create(
            batch=self.batch,
            model=row._meta.label,
            object_id=row.pk,
            defaults={"kind": ImportedRecord.Kind.CHANGED, "version": getattr(row, "version", None)},
        )

    def fail(self, row: Row, refusal: ValidationError) -> None:
        """An act of the room refused what the preview thought sound: said on the result page, nothing hidden."""
        self.failures.append({"feuille": row.table.name, "ligne": row.number, "raisons": refusal.messages})


def reasons_of(row: Row) -> str:
    """What was accepted in writing: « constat — motif », one line each."""
    motifs = [motif for motif in row.motifs if motif.wants_reason and motif.answer]
    return "\n".join(f"{motif.word.says} — {motif.answer}" for motif in motifs)


def accepted_of(row: Row) -> dict[str, str]:
    """Answers as the rooms' acts take them: code of the question → written reason."""
    return {motif.code: motif.answer for motif in row.motifs if motif.answer}
