"""The three drawings of the pack: geometry only, which the template writes as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.templatetags.french import as_hours
from contracts.charts import Chart, month_chart
from impec.committee.figures import Pack, Standing

AID = (("bar-expected", "attendue"), ("bar-paid", "versée"))
HOURS = (("bar-expected", "prévues"), ("bar-paid", "suivies"))
LINE = 30
# The part of the drawing its longest bar takes; the words stand after it.
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    words: str
    y: int
    middle: int
    width: int
    after: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Barres couchées : une par état ; un compte masqué n'a pas de barre, et le dit."""

    rows: tuple[Row, ...]
    height: int


def standing_chart(standings: Sequence[Standing]) -> Rows:
    most = max([one.shown or 0 for one in standings] + [1])
    rows = []
    for rank, one in enumerate(standings):
        width = LONGEST * (one.shown or 0) // most
        rows.append(Row(one.label, one.words, rank * LINE + 14, rank * LINE + 24, width, width + 1))
    return Rows(tuple(rows), len(standings) * LINE)


def aid_chart(pack: Pack) -> Chart | None:
    return month_chart(pack.aid, AID)


def hours_chart(pack: Pack) -> Chart | None:
    hours = {month: tuple(Decimal(one) / 60 for one in minutes) for month, minutes in pack.hours.items()}
    return month_chart(hours, HOURS, words=lambda number: as_hours(number * 60), unit="h")
