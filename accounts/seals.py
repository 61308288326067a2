"""The chain of seals: each covers its lines and the seal before it, under the lock of its head."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import ChainHead, Seal, SealedEntry, SealedGap, User

CHAIN = "seals"
HASHED = ("kind", "by_id", "count", "first_entry", "last_entry")
AT_ONCE = 500


@dataclass(frozen=True)
class Check:
    """What was read, and the first fault in one French sentence; none when all of it holds."""

    count: int
    fault: str = ""
    # Written since the last seal.
    waiting: int = 0

    @property
    def holds(self) -> bool:
        return not self.fault


def lock() -> ChainHead:
    """Whoever seals waits for the one who is sealing. Inside a transaction."""
    return ChainHead.objects.select_for_update().get_or_create(name=CHAIN)[0]


def add(
    *,
    head: ChainHead,
    kind: Seal.Kind,
    by: User | None = None,
    entries: Iterable[SealedEntry] = (),
    gaps: Iterable[SealedGap] = (),
    sealed_until: datetime | None = None,
) -> Seal:
    """A seal at the end of the chain, over the lines given. Its head is locked."""
    entries, gaps = sorted(entries, key=lambda line: line.entry), sorted(gaps, key=lambda gap: gap.first_row)
    seal = Seal(
        kind=kind,
        by=by,
        count=len(entries) + sum(gap.count for gap in gaps),
        first_entry=entries[0].entry if entries else None,
        last_entry=entries[-1].entry if entries else None,
        sealed_until=sealed_until or _sealed_until(),
        previous_hash=head.row_hash,
    )
    seal.row_hash = fingerprint(seal, entries, gaps)
    seal.save()
    for line in (*entries, *gaps):
        line.seal = seal
    SealedEntry.objects.bulk_create(entries, batch_size=AT_ONCE)
    SealedGap.objects.bulk_create(gaps, batch_size=AT_ONCE)
    head.row_hash = seal.row_hash
    head.save()
    return seal


def _sealed_until() -> datetime | None:
    last = Seal.objects.order_by("-pk").first()
    return last.sealed_until if last else None


def fingerprint(seal: Seal, entries: Iterable[SealedEntry], gaps: Iterable[SealedGap]) -> str:
    """Of the seal, its lines and the seal before; the salts may go, and are not in it."""
    facts = {name: getattr(seal, name) for name in HASHED}
    facts["at"] = seal.at.timestamp()
    facts["sealed_until"] = seal.sealed_until.timestamp() if seal.sealed_until else None
    text = hashlib.sha256(json.dumps([seal.previous_hash, facts], sort_keys=True).encode())
    for line in entries:
        text.update(f"{line.entry}:{line.digest}\n".encode())
    for gap in gaps:
        text.update(f"{gap.first_row}-{gap.last_row}:{gap.count}:{gap.hash_before}:{gap.hash_after}\n".encode())
    return text.hexdigest()


def check() -> Check:
    """Each seal over its own lines, one after the other, up to the head."""
    previous, read = "", 0
    for seal in Seal.objects.order_by("pk").iterator():
        entries = SealedEntry.objects.filter(seal=seal).order_by("entry").values_list("entry", "digest", named=True)
        gaps = SealedGap.objects.filter(seal=seal).order_by("first_row")
        if seal.previous_hash != previous:
            return Check(read, f"un sceau manque avant le sceau n° {seal.pk}.")
        if seal.row_hash != fingerprint(seal, entries.iterator(), gaps.iterator()):
            return Check(read, f"le sceau n° {seal.pk} ou ses lignes ont été modifiés.")
        previous, read = seal.row_hash, read + 1
    # Laid while the others were read: the next check is theirs.
    later = Seal.objects.filter(previous_hash=previous).exists()
    head = ChainHead.objects.filter(name=CHAIN).first()
    is_cut = not later and previous != (head.row_hash if head else "")
    return Check(read, "des sceaux manquent à la fin." if is_cut else "")
