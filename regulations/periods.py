"""Périodes : deux jours compris, ou une fin encore ouverte."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are in. `ends_on=None` means the end is not known yet."""

    starts_on: date
    ends_on: date | None = None

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def overlaps(self, other: "Period") -> bool:
        return self.starts_on <= (other.ends_on or date.max) and other.starts_on <= (self.ends_on or date.max)

    def clipped_to(self, other: "Period") -> "Period | None":
        """The part of this period inside the other; None when they do not meet."""
        if not self.overlaps(other):
            return None
        ends = [end for end in (self.ends_on, other.ends_on) if end is not None]
        return Period(max(self.starts_on, other.starts_on), min(ends, default=None))

    @property
    def days(self) -> int | None:
        return None if self.ends_on is None else max(0, (self.ends_on - self.starts_on).days + 1)


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both in; none when they are in the wrong order."""
    return [first + ONE_DAY * n for n in range((last - first).days + 1)]


def busiest(periods: Iterable[Period]) -> tuple[int, date | None]:
    """How many periods run together at most, and the first day on which they do."""
    periods = list(periods)
    best, on = 0, None
    # The count can only rise on a day when a period begins.
    for day in sorted({period.starts_on for period in periods}):
        count = sum(period.covers(day) for period in periods)
        if count > best:
            best, on = count, day
    return best, on
