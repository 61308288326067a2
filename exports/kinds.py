"""One kind of file = one module that says what its sheets hold. The five things each of them gives."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from exports.scope import FileScope
from workbooks.columns import Column, Kind
from workbooks.write import Fact, Sheet

Value = Callable[[object], object]
# What a row is about, whatever it says: kept with the delivery, never written in the file. In a nominative file it
# begins with the identifier of the enrolment: « 12/48 ».
KEY = Column("row.key", "Clé", Kind.CODE)


@dataclass(frozen=True, slots=True)
class Place:
    """Où corriger : the row in words, and the page that opens it."""

    label: str
    url: str


@dataclass(frozen=True)
class Content:
    """Ce que contient un fichier : ses feuilles, la principale d'abord, et ce qu'en dit la feuille « Informations »."""

    sheets: list[Sheet]
    facts: Sequence[Fact] = ()


@dataclass(frozen=True)
class FileKind:
    """Sorte de fichier : son code, sa feuille principale, ce qu'elle contient, à qui il va."""

    code: str
    name: str
    main_sheet: str
    # What is counted before anything is numbered: no row, no file.
    count: Callable[[FileScope], int]
    # The main sheet has the columns asked for: those of the profile, and `row.key`, the same from one delivery to the
    # next, by which what changed since the last one is told.
    content: Callable[[FileScope, Sequence[Column]], Content]
    # Who may receive it: words of `exports.scope`.
    goes_to: tuple[str, ...]
    # About people: what lacks in their files stops it.
    is_nominative: bool = True
    # Row by row, what the control before sending looks at: the rows of the main sheet, what fills their cells, where
    # each is mended. A table of totals has none.
    rows: Callable[[FileScope], Iterable] | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    place: Callable[[object], Place] | None = None


# Columns that say whose row it is: those at the head of a sheet stay in sight and begin each printed page.
NAMING = frozenset(
    {
        "row.number",
        "cohort.code",
        "person.public_code",
        "person.title",
        "person.birth_name",
        "person.usual_name",
        "person.first_name",
        "person.name",
    }
)


def lead_of(columns: Sequence[Column]) -> int:
    return sum(1 for _ in takewhile(lambda column: column.key in NAMING, columns))


def getters(columns: Iterable[Column], values: dict[str, Value]) -> list[Value]:
    return [values[column.key] for column in columns]


def sentence(text: str) -> str:
    """« après-midi » → « Après-midi »: in a workbook each cell begins a line."""
    return text[:1].upper() + text[1:]


def or_none(text: str) -> str | None:
    """An empty cell for what is not known."""
    return text or None
