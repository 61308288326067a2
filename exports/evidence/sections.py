"""What a pack of proofs is made of: sections of a contract, their columns, and the fields that each column shows.

To add one: a module beside this one that declares its `Section`, and its line in `exports/evidence/registry.py`. A
column names the fields it shows; whoever may not see one of them (`accounts.disclosure.RECIPIENTS`) has no such column,
and a section without what it needs is not in the pack, which says so.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from accounts.disclosure import may_see
from accounts.templatetags.french import as_day, as_instant, grouped
from contracts.models import Contract


@dataclass(frozen=True, slots=True)
class Seen:
    """Un contrat tel qu'un destinataire le voit : pour l'employeur, depuis qu'il est le sien."""

    contract: Contract
    audience: str
    establishment_id: int | None
    starts_on: date
    ends_on: date | None
    as_of: date

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= min(self.as_of, self.ends_on or self.as_of)

    def knows(self, day: date) -> bool:
        """What is done about a contract before its first day and after its last one; a new employer, since it is."""
        return day <= self.as_of and (day >= self.starts_on or self.starts_on == self.contract.starts_on)

    def covers_month(self, month: date) -> bool:
        return self.starts_on.replace(day=1) <= month <= self.as_of


@dataclass(frozen=True, slots=True)
class Drawing:
    """Un tracé : montré sur la page, nommé dans le tableau."""

    png: bytes
    words: str

    @property
    def address(self) -> str:
        return f"data:image/png;base64,{b64encode(self.png).decode()}"


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    value: Callable[[object], object]
    # « cohorts.Person.birth_date »: each field that the cell tells, parted by spaces.
    fields: str

    def is_for(self, audience: str) -> bool:
        return allowed(audience, self.fields)


@dataclass(frozen=True, slots=True)
class Paper:
    """Une pièce à part entière, sous son nom dans le dossier du contrat."""

    name: str
    title: str
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Section:
    """Une partie du dossier d'un contrat."""

    code: str
    title: str
    columns: Sequence[Column]
    rows: Callable[[Seen], Iterable[object]]
    # Without these there is nothing to tell, whatever else one may see.
    needs: str
    prefetch: Sequence[object] = ()
    # One row, shown as a list of facts.
    is_card: bool = False
    papers: Callable[[Seen], Iterable[Paper]] | None = None

    def is_for(self, audience: str) -> bool:
        return allowed(audience, self.needs)

    def columns_for(self, audience: str) -> list[Column]:
        return [column for column in self.columns if column.is_for(audience)]


def known_rows(name: str, day: str) -> Callable[[Seen], list]:
    """Rows of a relation of the contract that its reader knows by that day, in their order."""

    def rows(seen: Seen) -> list:
        found = [one for one in getattr(seen.contract, name).all() if seen.knows(getattr(one, day))]
        return sorted(found, key=lambda one: (getattr(one, day), one.pk))

    return rows


def allowed(audience: str, fields: str) -> bool:
    return all(may_see(audience, *field.rsplit(".", 1)) for field in fields.split())


def shown(value: object) -> str:
    """The same words on the page and in the table."""
    match value:
        case None | "":
            return ""
        case bool():
            return "oui" if value else "non"
        case datetime():
            return as_instant(value)
        case date():
            return as_day(value)
        case Decimal():
            return grouped(value, 2)
        case Drawing():
            return value.words
        case _:
            return str(value)


def month(day: date) -> str:
    """« 03/2026 »."""
    return f"{day:%m/%Y}"
