"""Who read and who exported: rows chained by their hashes, never edited."""

import hashlib
import heapq
import ipaddress
import json
import logging
from collections.abc import Iterable, Iterator

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.db.models import QuerySet

from accounts import clock, seals
from accounts.models import AccessLog, ChainHead, Seal, SealedGap, User
from accounts.pace import refuse_crawling
from accounts.scope import acting_membership
from accounts.seals import Check

logger = logging.getLogger("impec.chains")

CHAIN = "access"
READ, DOWNLOAD, EXPORT, REFUSAL, UNUSUAL = "read", "download", "export", "refusal", "unusual-use"
HASHED = (
    "user_id",
    "organisation_id",
    "role",
    "action",
    "object_type",
    "object_id",
    "count",
    "filters",
    "file_sha256",
    "purpose",
    "request_id",
    "address",
)


@transaction.atomic
def log_access(
    *,
    user,
    action: str,
    obj=None,
    count: int | None = None,
    filters: dict | None = None,
    file_sha256: str = "",
    purpose: str = "",
    request=None,
) -> AccessLog:
    """One row at the end of the chain. No name, no value: what, which object, how many, by whom."""
    if action == READ and request is not None:
        refuse_crawling(user, action)
    head, _ = ChainHead.objects.select_for_update().get_or_create(name=CHAIN)
    membership = acting_membership(user)
    row = AccessLog(
        at=clock.now(),
        user=user if user is not None and user.is_authenticated else None,
        organisation=membership.organisation if membership else None,
        role=membership.role if membership else "",
        action=action,
        object_type=obj._meta.label if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        count=count,
        filters=filters or {},
        file_sha256=file_sha256,
        purpose=purpose,
        request_id=getattr(request, "request_id", ""),
        address=coarse_address(request),
        previous_hash=head.row_hash,
    )
    row.row_hash = fingerprint(row)
    row.save()
    head.row_hash = row.row_hash
    head.save()
    if request is not None and action == REFUSAL:
        request.refusal_noted = True
    return row


def note_refusal(request) -> None:
    """A page that was not allowed: which one and to whom, unless its view said so already."""
    if not getattr(request, "refusal_noted", False):
        page = request.resolver_match.view_name if request.resolver_match else ""
        log_access(user=request.user, action=REFUSAL, purpose=page, request=request)


def fingerprint(row: AccessLog) -> str:
    facts = {name: getattr(row, name) for name in HASHED}
    facts["at"] = row.at.timestamp()
    text = json.dumps([row.previous_hash, facts], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def remove_rows(*, rows: QuerySet[AccessLog], by: User) -> int:
    """At the end of their retention: a seal says between which fingerprints they stood, and the chain still holds.

    A row that was altered behind our back stays, so that `verify` still names it.
    """
    _lock(CHAIN)
    head = seals.lock()
    gaps, gone = [], []
    for row in rows.order_by("pk").iterator():
        if row.row_hash != fingerprint(row):
            continue
        if gaps and gaps[-1].hash_after == row.previous_hash:
            _lengthen(gaps[-1], row)
        else:
            gaps.append(_gap_of(row))
        gone.append(row.pk)
    for start in range(0, len(gone), seals.AT_ONCE):
        AccessLog.objects.filter(pk__in=gone[start : start + seals.AT_ONCE]).delete()
    if gaps:
        seals.add(head=head, kind=Seal.Kind.RETENTION, by=by, gaps=gaps)
    return len(gone)


def _lock(chain: str) -> ChainHead:
    return ChainHead.objects.select_for_update().get_or_create(name=chain)[0]


def _gap_of(row: AccessLog) -> SealedGap:
    return SealedGap(first_row=row.pk, last_row=row.pk, count=1, hash_before=row.previous_hash, hash_after=row.row_hash)


def _lengthen(gap: SealedGap, row: AccessLog) -> None:
    gap.last_row, gap.hash_after, gap.count = row.pk, row.row_hash, gap.count + 1


def check() -> Check:
    """Each row on the one before, up to the head; rows that left at the end of their retention are bridged."""
    while True:
        sealed = Seal.objects.count()
        found = _check()
        # A purge may come between the rows and their gaps: what it disturbed is read again.
        if found.holds or Seal.objects.count() == sealed:
            return found


def _check() -> Check:
    walk = _Walk()
    fault = walk.first_fault(_links())
    if fault:
        return Check(walk.count, fault)
    # Nobody writes meanwhile: what came since is read, and the last row is the head's.
    with transaction.atomic():
        head = _lock(CHAIN)
        fault = walk.first_fault(_links(after=walk.last)) or walk.fault_at_end(head.row_hash)
    return Check(walk.count, fault)


class _Walk:
    """How far the chain was followed."""

    def __init__(self):
        self.hashes, self.last, self.count = ("", ""), 0, 0

    def first_fault(self, links: Iterable[AccessLog | SealedGap]) -> str:
        for link in links:
            fault = self._fault_of(link) if isinstance(link, AccessLog) else self._fault_of_gap(link)
            if fault:
                return fault
        return ""

    def fault_at_end(self, head: str) -> str:
        if head == self.hashes[1]:
            return ""
        if self.last and head == self.hashes[0]:
            return f"la ligne n° {self.last} a été ajoutée après coup."
        return f"des lignes manquent à la fin, après la ligne n° {self.last}."

    def _fault_of(self, row: AccessLog) -> str:
        if row.row_hash != fingerprint(row):
            return f"la ligne n° {row.pk} a été modifiée."
        self.count += 1
        return self._follow(row.previous_hash, row.row_hash, row.pk, row.pk)

    def _fault_of_gap(self, gap: SealedGap) -> str:
        return self._follow(gap.hash_before, gap.hash_after, gap.first_row, gap.last_row)

    def _follow(self, before: str, after: str, first: int, last: int) -> str:
        earlier, previous = self.hashes
        if before != previous and self.last and before == earlier:
            return f"la ligne n° {self.last} a été ajoutée après coup."
        if before != previous:
            return f"une ligne manque entre la n° {self.last} et la n° {first}."
        self.hashes, self.last = (previous, after), last
        return ""


def _links(after: int = 0) -> Iterator[AccessLog | SealedGap]:
    """Rows and gaps in the order of their numbers, a few at a time."""
    rows = AccessLog.objects.filter(pk__gt=after).order_by("pk").iterator()
    gaps = SealedGap.objects.filter(first_row__gt=after).order_by("first_row").iterator()
    return heapq.merge(rows, gaps, key=lambda link: getattr(link, "first_row", link.pk))


def tell_heads() -> None:
    for head in ChainHead.objects.order_by("name"):
        logger.info("tête de chaîne %s : %s", head.name, head.row_hash)


def coarse_address(request) -> str:
    """The network, not the machine: enough to tell an office from elsewhere."""
    if request is None or not request.META.get("REMOTE_ADDR"):
        return ""
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))
