"""Who read and who exported: rows chained by their hashes, never edited."""

import hashlib
import ipaddress
import json

from allauth.account.adapter import get_adapter
from django.db import transaction

from accounts import clock
from accounts.models import AccessLog, ChainHead
from accounts.scope import acting_membership

CHAIN = "access"
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
    return row


def fingerprint(row: AccessLog) -> str:
    facts = {name: getattr(row, name) for name in HASHED}
    facts["at"] = row.at.timestamp()
    text = json.dumps([row.previous_hash, facts], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken_row() -> AccessLog | None:
    """The first row that does not match its hash or the row before it; None when the chain holds."""
    previous = ""
    for row in AccessLog.objects.order_by("pk").iterator():
        if row.previous_hash != previous or row.row_hash != fingerprint(row):
            return row
        previous = row.row_hash
    return None


def chain_holds() -> bool:
    """The chain also ends where its head says: rows cut off at the end show."""
    if first_broken_row() is not None:
        return False
    last = AccessLog.objects.order_by("-pk").first()
    head = ChainHead.objects.filter(name=CHAIN).first()
    return (last.row_hash if last else "") == (head.row_hash if head else "")


def coarse_address(request) -> str:
    """The network, not the machine: enough to tell an office from elsewhere."""
    if request is None or not request.META.get("REMOTE_ADDR"):
        return ""
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))
