"""L'argent d'une cohorte ou d'un employeur : chaque chiffre, et les lignes dont il est la somme.

The ledger computes; here its months are summed by month, employer and cause, and kept as lines that figures open.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from contracts.ledger import LedgerMonth, MonthFigures, Sums, stream
from contracts.models import AidRules
from contracts.planned import Inputs
from employers.models import Establishment
from regulations.aid import DEPARTMENT_SHARE_WORDS
from regulations.discrepancies import NOTHING, UNEXPLAINED, GapCause
from regulations.enums import LabelledEnum
from regulations.money import french_euros

UNEXPLAINED_CODE = "inexplique"


class Figure(LabelledEnum):
    """Un chiffre de la page, tel que l'adresse le nomme."""

    COMMITTED = "engage", "engagée"
    EXPECTED = "attendu", "attendue à ce jour"
    PAID = "verse", "versée"
    NOT_DUE = "pas-echu", "pas encore échue"
    LATE = "retard", "en retard"
    OVERPAID = "trop", "versée en trop"
    AT_RISK = "danger", "en danger"


def _ended(amount: Callable[[MonthFigures], Decimal]) -> Callable[[MonthFigures], Decimal]:
    return lambda month: amount(month) if month.is_ended else NOTHING


# What a month brings to each figure, as the ledger sums it.
AMOUNTS: dict[Figure, Callable[[MonthFigures], Decimal]] = {
    Figure.COMMITTED: lambda month: month.expected or NOTHING,
    Figure.EXPECTED: _ended(lambda month: month.expected or NOTHING),
    Figure.PAID: lambda month: month.paid,
    Figure.NOT_DUE: _ended(lambda month: month.not_due),
    Figure.LATE: _ended(lambda month: month.late),
    Figure.OVERPAID: lambda month: month.overpaid,
    Figure.AT_RISK: _ended(lambda month: month.at_risk),
}


class Entry(NamedTuple):
    """Un mois d'un contrat, là où la personne travaillait ce mois-là."""

    contract: int
    establishment: int
    month: LedgerMonth

    @property
    def cause_code(self) -> str:
        figures = self.month.figures
        if figures.cause is not None:
            return figures.cause.value
        return UNEXPLAINED_CODE if figures.cause_label else ""


@dataclass(slots=True)
class CauseSum:
    """Une cause : combien de mois, quel écart en tout."""

    months: int = 0
    gap: Decimal = NOTHING


@dataclass
class Book:
    """Tout l'argent demandé, ses sommes et ses lignes."""

    contracts: int = 0
    entries: list[Entry] = field(default_factory=list)
    missing: Counter = field(default_factory=Counter)
    total: Sums = field(default_factory=Sums)
    by_month: dict[date, Sums] = field(default_factory=dict)
    by_establishment: dict[int, Sums] = field(default_factory=dict)
    by_cause: dict[str, CauseSum] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        figures = entry.month.figures
        self.entries.append(entry)
        self.total.add(figures)
        self.by_month.setdefault(figures.month, Sums()).add(figures)
        self.by_establishment.setdefault(entry.establishment, Sums()).add(figures)
        if (code := entry.cause_code) and not figures.is_settled and is_over(figures):
            cause = self.by_cause.setdefault(code, CauseSum())
            cause.months += 1
            cause.gap += figures.gap

    def places(self) -> dict[int, Establishment]:
        """The establishments of its lines, with their employers."""
        return Establishment.objects.select_related("employer").in_bulk(self.by_establishment)


def rules_on(on: date) -> AidRules:
    """The settings in force that day: tolerance, delay of the payer, divisor."""
    return Inputs(rules=list(AidRules.objects.all())).rules_of(on)


def is_over(figures: MonthFigures) -> bool:
    """There is something to compare: the month is over, or the payer has already paid."""
    return figures.is_ended or figures.is_paid


def read_book(contracts, on: date, own: set[int] | None = None) -> Book:
    """`contracts` is a queryset; `own` keeps the months worked in these establishments."""
    book = Book()
    for ledger in stream(contracts, on):
        book.contracts += 1
        book.missing.update(ledger.missing[:1])
        for month in ledger.months:
            entry = Entry(ledger.contract_id, ledger.establishment_of(month.figures.month), month)
            if own is None or entry.establishment in own:
                book.add(entry)
    book.by_month = dict(sorted(book.by_month.items()))
    return book


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Quelles lignes : celles d'un chiffre, d'une cause, d'un mois, d'un employeur."""

    figure: Figure | None = None
    cause: str = ""
    month: date | None = None
    establishments: frozenset[int] | None = None

    @property
    def is_filtered(self) -> bool:
        return bool(self.figure or self.cause or self.month or self.establishments is not None)

    def holds(self, entry: Entry) -> bool:
        figures = entry.month.figures
        if self.month and figures.month != self.month:
            return False
        if self.establishments is not None and entry.establishment not in self.establishments:
            return False
        if self.cause and (entry.cause_code != self.cause or figures.is_settled or not is_over(figures)):
            return False
        return self.figure is None or AMOUNTS[self.figure](figures) != 0


def amount_of(entries: Iterable[Entry], figure: Figure) -> Decimal:
    return sum((AMOUNTS[figure](entry.month.figures) for entry in entries), NOTHING)


@dataclass(frozen=True, slots=True)
class Row:
    """Une ligne du rapprochement telle qu'on la lit : rien n'y reste à calculer."""

    month: date
    expected: Decimal | None
    formula: str
    notes: tuple[str, ...]
    declared: str
    is_declared: bool
    paid: Decimal | None
    payments: tuple[str, ...]
    gap: Decimal | None
    cause: str
    tone: str
    risk: str

    @property
    def is_calm(self) -> bool:
        """Nobody has anything to do about it."""
        return self.tone in ("waiting", "done")


TONES = {
    GapCause.NOT_DUE_YET: "waiting",
    GapCause.DOUBLE_PAYMENT: "warning",
    GapCause.UNDUE: "warning",
    GapCause.STATEMENT_MISSING: "danger",
}


def row_of(month: LedgerMonth, *, with_share: bool = False) -> Row:
    """`with_share` tells the département's part, for whoever may know of the RSA."""
    figures = month.figures
    shows_gap = figures.gap is not None and not figures.is_silent and is_over(figures)
    return Row(
        month=figures.month,
        expected=figures.expected,
        formula=figures.formula or figures.missing,
        notes=(*notes_of(figures), *(share_words(figures) if with_share else ())),
        declared=declared_words(month),
        is_declared=figures.is_declared,
        paid=figures.paid if figures.is_paid else None,
        payments=tuple(f"{french_euros(one.amount)} le {one.paid_on:%d/%m/%Y}" for one in month.payments),
        gap=figures.gap if shows_gap else None,
        cause=cause_words(figures) if shows_gap or figures.is_settled else "",
        tone="done" if figures.is_settled else TONES.get(figures.cause, "info" if figures.cause else "danger"),
        risk=figures.risk.label if figures.risk and figures.is_ended else "",
    )


def cause_words(figures: MonthFigures) -> str:
    words = figures.cause_label or UNEXPLAINED
    return f"{words}, régularisé depuis" if figures.is_settled else words


def declared_words(month: LedgerMonth) -> str:
    if month.declared_on:
        return f"{'autrement, ' if month.is_told else ''}le {month.declared_on:%d/%m/%Y}"
    if month.figures.is_confirmed:
        return "confirmée, pas déclarée"
    return "non" if month.figures.is_ended else "à venir"


def notes_of(figures: MonthFigures) -> tuple[str, ...]:
    notes = list(figures.reasons)
    if figures.recomputed is not None:
        notes.append(f"gardé à la confirmation ; le calcul d'aujourd'hui donnerait {french_euros(figures.recomputed)}")
    return tuple(notes)


def share_words(figures: MonthFigures) -> tuple[str, ...]:
    share = figures.department
    if share is None:
        return ()
    return (share.missing or f"dont part du département ({DEPARTMENT_SHARE_WORDS}) : {french_euros(share.amount)}",)


# --- The envelope, as a bar ---


@dataclass(frozen=True, slots=True)
class Segment:
    """Une part de la barre : sa classe, ses mots, sa place en centièmes de la largeur."""

    kind: str
    words: str
    amount: Decimal
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """L'aide engagée devant l'enveloppe ; sans enveloppe saisie, la barre va jusqu'à l'engagé."""

    segments: tuple[Segment, ...]
    amount: Decimal | None
    left: Decimal | None
    mark: str


def envelope_of(total: Sums, amount: Decimal | None) -> Envelope | None:
    """None when nothing is committed and no envelope is known."""
    whole = max(total.committed, total.paid, amount or NOTHING)
    if whole <= 0:
        return None
    to_come = max(total.committed - total.paid - total.late - total.not_due, NOTHING)
    parts = (
        ("part-paid", "versée", max(total.paid, NOTHING)),
        ("part-late", "en retard", total.late),
        ("part-waiting", "pas encore échue", total.not_due),
        ("part-to-come", "mois à venir", to_come),
    )
    segments, at = [], NOTHING
    for kind, words, value in parts:
        width = min(100 * value / whole, 100 - at)
        if width > 0:
            segments.append(Segment(kind, words, value, _place(at), _place(width)))
        at += width
    left = None if amount is None else amount - total.committed
    mark = "" if amount is None or amount >= whole else _place(100 * amount / whole)
    return Envelope(tuple(segments), amount, left, mark)


def _place(hundredths: Decimal) -> str:
    return f"{hundredths:.3f}"
