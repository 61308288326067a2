"""Ce qu'un arrêté a été : les lignes du même public qui se suivent, et les corrections de chacune."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from auditlog.models import LogEntry
from django.db.models import Field

from accounts.models import User
from contracts.models import AidOrder
from regulations.money import french_number

# The number of the version and who may apply it are not what an order says.
NOT_SAID = {"id", "version", "is_corrected", "confirmed_by", "reference_id"}


@dataclass(frozen=True, slots=True)
class Correction:
    """Une écriture : quand, par qui, et chaque champ avec son avant et son après."""

    at: datetime
    by: User | None
    lines: tuple[tuple[str, str, str], ...]


def succession_of(order: AidOrder) -> list[AidOrder]:
    """Every order of this region and public, the latest first: what came before it and what follows."""
    rows = AidOrder.objects.filter(region=order.region, public=order.public)
    return list(rows.order_by("-valid_from", "-pk"))


def corrections_of(order: AidOrder) -> list[Correction]:
    entries = LogEntry.objects.get_for_object(order).filter(action=LogEntry.Action.UPDATE).select_related("actor")
    found = [Correction(entry.timestamp, entry.actor, _lines(entry)) for entry in entries.order_by("-timestamp", "-pk")]
    return [correction for correction in found if correction.lines]


def _lines(entry: LogEntry) -> tuple[tuple[str, str, str], ...]:
    said = []
    for name, (before, after) in entry.changes_dict.items():
        if name not in NOT_SAID:
            field = AidOrder._meta.get_field(name)
            said.append((str(field.verbose_name), _words(field, before), _words(field, after)))
    return tuple(said)


def _words(field: Field, value: str | None) -> str:
    """The journal keeps texts: a day and a code are said as people write them, an empty value as such."""
    if value in (None, "", "None"):
        return "vide"
    found = field.to_python(value)
    if isinstance(found, date):
        return f"{found:%d/%m/%Y}"
    if isinstance(found, Decimal):
        return french_number(found)
    return str(dict(field.flatchoices).get(found, value))
