"""Bytes kept for good: stored, read again, frozen with their fingerprint; what is left over goes."""

import hashlib
from datetime import timedelta
from functools import reduce
from operator import or_
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import Q

from accounts import clock
from accounts.actions import log_access
from accounts.rows import keep
from accounts.stored import removed_on_failure
from exports.build import Built
from exports.changes import Nature, Tracked
from exports.models import Delivery, EvidencePack
from training.models import AbsenceDocument

# Where bytes are kept for good, and the rows that name them.
FOLDER = "remises"
FOLDERS = {
    FOLDER: (Delivery, ("file", "rows_file")),
    "preuves": (EvidencePack, ("file",)),
    "absences": (AbsenceDocument, ("file",)),
}
ORPHAN_AGE = timedelta(days=1)


def store(path: Path, name: str, sha256: str) -> str:
    """The bytes in their place, read again from there: the fingerprint is that of what was kept."""
    with path.open("rb") as file:
        kept = default_storage.save(name, File(file))
    with default_storage.open(kept, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            default_storage.delete(kept)
            raise ValidationError("Le fichier gardé n'est pas celui qui a été relu : rien n'est remis. Recommencez.")
    return kept


def store_built(*, delivery: Delivery, built: Built, token: str) -> tuple[str, str]:
    """The workbook and its rows, under names of this attempt alone."""
    name = f"{FOLDER}/{delivery.public_id}-{token[:8]}"
    kept = store(built.written.path, f"{name}.xlsx", built.written.sha256)
    if built.tracked is None:
        return kept, ""
    with removed_on_failure(kept):
        return kept, store(built.tracked.path, f"{name}.lignes.zip", built.tracked.sha256)


def freeze_delivery(*, delivery: Delivery, built: Built, kept: str, rows: str) -> Delivery:
    """Figée : octets, empreinte, comptes. Inside the transaction that ends the job; afterwards nothing changes it."""
    current = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if current.is_frozen:
        raise ValidationError(f"La remise {current.number} est déjà figée.")
    current.file = kept
    current.byte_count = built.written.size
    current.sha256 = built.written.sha256
    current.row_count = built.row_count
    current.cell_count = built.verification.cells
    current.verification = built.verification.message
    if built.tracked:
        current.rows_file, current.rows_sha256 = rows, built.tracked.sha256
        note_changes(current, built.tracked)
    current.frozen_at = clock.now()
    keep(current)
    log_access(
        user=current.author,
        action="freeze",
        obj=current,
        count=current.row_count,
        filters=current.filters,
        file_sha256=current.sha256,
    )
    return current


def note_changes(delivery: Delivery, tracked: Tracked) -> None:
    if tracked.previous is None:
        return
    delivery.compared_to = tracked.previous
    delivery.added_count = tracked.counts[Nature.ADDED]
    delivery.removed_count = tracked.counts[Nature.REMOVED]
    delivery.changed_count = tracked.counts[Nature.CHANGED]


def remove_orphans() -> int:
    """Stored files that no row names, once they are older than any attempt."""
    limit = clock.true_now() - ORPHAN_AGE
    removed = 0
    for folder, (model, fields) in FOLDERS.items():
        _, names = default_storage.listdir(folder) if default_storage.exists(folder) else ((), ())
        for path in (f"{folder}/{name}" for name in names):
            named = model.objects.filter(reduce(or_, (Q(**{field: path}) for field in fields)))
            if default_storage.get_modified_time(path) < limit and not named.exists():
                default_storage.delete(path)
                removed += 1
    return removed
