"""Bars by month, as places in a drawing: pure geometry, which a template writes as SVG without computing.

Widths are hundredths of the whole, so that the drawing follows its window; heights are pixels.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from accounts.templatetags.french import as_euros, grouped

HEIGHT = 190
SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
# As many names as fit under the columns.
MOST_NAMES = 14
TICKS = 4
# Steps of a scale that people read easily.
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
# The part of a column that its bars fill.
FILLED = Decimal("0.72")


@dataclass(frozen=True, slots=True)
class Bar:
    kind: str
    x: str
    y: str
    width: str
    height: str
    words: str


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    year: str
    middle: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    y: str
    words: str
    is_zero: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Un graphique en barres par mois."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    height: int = HEIGHT


def month_chart(
    rows: Mapping[date, Sequence[Decimal]],
    kinds: Sequence[tuple[str, str]],
    *,
    words: Callable[[Decimal], str] = as_euros,
    unit: str = "€",
) -> Chart | None:
    """`rows`: month → one amount per kind; `kinds`: class of the bar and its word. None without anything to draw.

    `words` say an amount, `unit` follows the figures of the scale.
    """
    if not rows:
        return None
    amounts = [amount for values in rows.values() for amount in values]
    step = step_of(max([*amounts, Decimal(1)]), min([*amounts, Decimal(0)]))
    top = (max([*amounts, Decimal(1)]) / step).to_integral_value(ROUND_CEILING) * step
    bottom = (min([*amounts, Decimal(0)]) / step).to_integral_value(rounding="ROUND_FLOOR") * step
    scale = Scale(top, bottom, words, unit)
    columns = [
        column(place, len(rows), month, values, kinds, scale) for place, (month, values) in enumerate(rows.items())
    ]
    marks = int((top - bottom) / step) + 1
    ticks = [tick(bottom + step * number, scale) for number in range(marks)]
    return Chart(tuple(columns), tuple(ticks))


@dataclass(frozen=True, slots=True)
class Scale:
    top: Decimal
    bottom: Decimal
    words: Callable[[Decimal], str]
    unit: str

    def y(self, amount: Decimal) -> Decimal:
        return (self.top - amount) * HEIGHT / (self.top - self.bottom)


def step_of(highest: Decimal, lowest: Decimal) -> Decimal:
    raw = (highest - lowest) / TICKS
    unit = Decimal(1).scaleb(raw.adjusted())
    return next(step * unit for step in STEPS if step * unit >= raw)


def column(place: int, count: int, month: date, values: Sequence[Decimal], kinds, scale: Scale) -> Column:
    whole = Decimal(100) / count
    left = whole * place
    width = whole * FILLED / len(kinds)
    start = left + whole * (1 - FILLED) / 2
    bars = []
    for number, (amount, (kind, word)) in enumerate(zip(values, kinds, strict=True)):
        high, low = scale.y(max(amount, Decimal(0))), scale.y(min(amount, Decimal(0)))
        words = f"{SHORT_MONTHS[month.month - 1]} {month.year}, {word} : {scale.words(amount)}"
        x = start + width * number
        bars.append(Bar(kind, plain(x), plain(high), plain(width * Decimal("0.92")), plain(low - high), words))
    every = -(-count // MOST_NAMES)
    is_named = place % every == 0
    year = str(month.year) if place == 0 or month.month == 1 else ""
    return Column(SHORT_MONTHS[month.month - 1] if is_named else "", year, plain(left + whole / 2), tuple(bars))


def tick(amount: Decimal, scale: Scale) -> Tick:
    return Tick(plain(scale.y(amount)), f"{grouped(amount, 0)} {scale.unit}", amount == 0)


def plain(number: Decimal) -> str:
    """As SVG reads it: a point, whatever the language of the page."""
    return f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
