"""French formats: hours in hundredths, euros, days, « n sur N »."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils import formats, timezone

register = template.Library()

NARROW = "\u202f"  # between thousands
FIXED = "\u00a0"  # before a unit
HUNDREDTH = Decimal("0.01")


def grouped(number: Decimal | int, places: int) -> str:
    """« 1 234,50 », the thousands parted by a narrow space that does not break."""
    return f"{number:,.{places}f}".replace(",", NARROW).replace(".", ",").replace("-", "−")


@register.filter
def as_count(number) -> str:
    return "" if number is None else grouped(number, 0)


@register.filter
def as_hours(minutes) -> str:
    """Whole minutes as hours in hundredths: 210 → « 3,50 h ». The rounding is of what is shown, once."""
    if minutes is None:
        return ""
    hours = (Decimal(minutes) / 60).quantize(HUNDREDTH, ROUND_HALF_UP)
    return f"{grouped(hours, 2)}{FIXED}h"


@register.filter
def as_decimal_hours(hours) -> str:
    """Hours already in hundredths, as a contract has them: « 26,00 h »."""
    return "" if hours is None else f"{grouped(Decimal(hours), 2)}{FIXED}h"


@register.filter
def as_euros(amount) -> str:
    return "" if amount is None else f"{grouped(Decimal(amount), 2)}{FIXED}€"


@register.filter
def as_difference(amount) -> str:
    """« + 12,50 € », « − 3,00 € »: which way it goes is said."""
    if amount is None:
        return ""
    sign = "+" if amount > 0 else "−" if amount < 0 else ""
    return f"{sign}{FIXED if sign else ''}{grouped(abs(Decimal(amount)), 2)}{FIXED}€"


@register.filter
def as_percent(fraction) -> str:
    """A rate kept as a fraction: 0.5 → « 50 % »."""
    if fraction is None:
        return ""
    percent = (Decimal(fraction) * 100).normalize()
    places = max(0, -percent.as_tuple().exponent)
    return f"{grouped(percent, places)}{FIXED}%"


def local_day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


@register.filter
def as_day(value) -> str:
    """« 02/02/2026 »."""
    if not value:
        return ""
    day = local_day(value)
    # Three times faster than `strftime`, hundreds of times on a page.
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


@register.filter
def as_long_day(value) -> str:
    """« 2 février 2026 », « 1er février 2026 »."""
    if not value:
        return ""
    day = local_day(value)
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{FIXED}{formats.date_format(day, 'F Y')}"


@register.filter
def as_month(value) -> str:
    """« novembre 2026 »."""
    return formats.date_format(value, "F Y") if value else ""


@register.filter
def of_month(value) -> str:
    """« de novembre 2026 », « d'octobre 2026 »."""
    month = as_month(value)
    return f"d'{month}" if month[:1] in "ao" else f"de {month}"


@register.filter
def as_instant(value) -> str:
    """« 02/02/2026 à 14 h 05 », in Paris."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return f"{local:%d/%m/%Y} à {local.hour}{FIXED}h{FIXED}{local:%M}"


@register.filter
def as_time(value) -> str:
    """« 9 h 00 », of a time of the day."""
    return f"{value.hour}{FIXED}h{FIXED}{value:%M}" if value is not None else ""


@register.filter
def out_of(number, total) -> str:
    """« 7 sur 12 »."""
    return f"{as_count(number)} sur {as_count(total)}"
