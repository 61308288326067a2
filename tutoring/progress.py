"""Ce qui a été appris, bloc par bloc et mois par mois, pour une personne ; jamais comparée à une autre."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.utils.formats import date_format

from contracts.models import Contract
from regulations.periods import ONE_DAY
from regulations.skills import Level, Seen, Stillness, stillness
from tutoring.grids import grid_of, observed_of
from tutoring.models import Block, Grid, Observation

MOST_MONTHS = 24
# The drawing of one block, in its own units; CSS gives it its size.
BAR_HEIGHT, BAR_STEP, BAR_WIDTH, FOOT = 60, 26, 18, 20
# Where the initials of the months stand, below the bars.
BASELINE = BAR_HEIGHT + 14
# From the foot of a bar upwards.
DRAWN = (("alone", (Level.ALONE, Level.PASSES_ON)), ("helped", (Level.WITH_HELP,)), ("rest", (Level.NOT_SHOWN,)))


@dataclass(frozen=True, slots=True)
class Rectangle:
    kind: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class MonthOfBlock:
    """Où en est un bloc à la fin d'un mois : combien de savoir-faire à chaque niveau."""

    month: date
    counts: Counter
    total: int

    @property
    def alone(self) -> int:
        return self.counts[Level.ALONE] + self.counts[Level.PASSES_ON]

    @property
    def helped(self) -> int:
        return self.counts[Level.WITH_HELP]

    @property
    def words(self) -> str:
        return f"{self.alone} seul, {self.helped} avec aide, sur {self.total}"

    @property
    def initial(self) -> str:
        return date_format(self.month, "F")[0].upper()


@dataclass(frozen=True)
class BlockProgress:
    block: Block
    months: Sequence[MonthOfBlock]
    still: Stillness | None

    @property
    def now(self) -> MonthOfBlock:
        return self.months[-1]

    @property
    def reading(self) -> str:
        """La même chose que le dessin, en une phrase."""
        first, last = self.months[0], self.months[-1]
        before = f" ; en {date_format(first.month, 'F Y')} : {first.alone}" if first is not last else ""
        return f"En {date_format(last.month, 'F Y')} : {last.words}{before}."

    @property
    def width(self) -> int:
        return BAR_STEP * len(self.months)

    @property
    def height(self) -> int:
        return BAR_HEIGHT + FOOT

    @property
    def baseline(self) -> int:
        return BASELINE

    @cached_property
    def bars(self) -> list[tuple[MonthOfBlock, int, list[Rectangle]]]:
        return [
            (month, rank * BAR_STEP + BAR_STEP // 2, _rectangles(month, rank)) for rank, month in enumerate(self.months)
        ]


def _rectangles(month: MonthOfBlock, rank: int) -> list[Rectangle]:
    x, below, found = rank * BAR_STEP + (BAR_STEP - BAR_WIDTH) // 2, 0, []
    for kind, levels in DRAWN:
        count = sum(month.counts[level] for level in levels)
        # Rounded at both ends, so that the parts always fill the bar.
        bottom, top = (round(BAR_HEIGHT * part / month.total) for part in (below, below + count))
        if count:
            found.append(Rectangle(kind, x, BAR_HEIGHT - top, BAR_WIDTH, top - bottom))
        below += count
    return found


@dataclass(frozen=True)
class Progress:
    """Le progrès d'une personne sur la grille de son métier, avec ce qui l'arrête."""

    grid: Grid
    blocks: Sequence[BlockProgress]
    months: Sequence[date]
    still: Stillness | None
    still_words: str
    observed_on: date | None

    @property
    def rows(self) -> list[tuple[date, list[MonthOfBlock]]]:
        """For the table beside the drawings: one line a month, one column a block."""
        return [(month, [block.months[rank] for block in self.blocks]) for rank, month in enumerate(self.months)]


def progress_of(contract: Contract, on: date) -> Progress | None:
    """None when nobody knows the trade, so no grid tells what there is to learn."""
    grid = grid_of(contract, on)
    if grid is None:
        return None
    observations = [one for one in observed_of(contract) if one.grid_skill_id and one.observed_on <= on]
    months = months_of(contract, on)
    known = {skill.key: skill.words for skill in grid.skills_in_order()}
    still = _still(observations, known, contract, on)
    blocks = [_block(block, observations, months, contract, on) for block in grid.blocks.all()]
    words = still_words(still, known) if still else ""
    last = observations[-1].observed_on if observations else None
    return Progress(grid, blocks, months, still, words, last)


def months_of(contract: Contract, on: date) -> list[date]:
    """First days of the months of the contract up to that day, the latest ones when it is long."""
    last = min(on, contract.last_day or on)
    first = min(contract.starts_on, last).replace(day=1)
    months = []
    while first <= last:
        months.append(first)
        first += relativedelta(months=1)
    return months[-MOST_MONTHS:]


def _block(block: Block, observations: Iterable[Observation], months, contract, on) -> BlockProgress:
    keys = [skill.key for skill in block.skills.all()]
    own = [one for one in observations if one.grid_skill.key in keys]
    along = [MonthOfBlock(month, _levels_at(own, keys, month), len(keys)) for month in months]
    return BlockProgress(block, along, _still(own, keys, contract, on))


def _levels_at(observations: Iterable[Observation], keys: Iterable[UUID], month: date) -> Counter:
    end = month + relativedelta(months=1) - ONE_DAY
    latest = {one.grid_skill.key: one.level for one in observations if one.observed_on <= end}
    return Counter(latest.get(key, Level.NOT_SHOWN) for key in keys)


def _still(observations: Iterable[Observation], keys: Iterable[UUID], contract: Contract, on: date) -> Stillness | None:
    """A contract that is over stands still by itself: nothing is said of it."""
    if contract.last_day is not None and contract.last_day < on:
        return None
    keys = set(keys)
    seen = [Seen(one.grid_skill.key, one.level, one.observed_on) for one in observations if one.grid_skill.key in keys]
    return stillness(seen, keys=keys, starts_on=contract.starts_on, on=on)


def still_words(still: Stillness, words: dict[UUID, str]) -> str:
    """Les faits, en une phrase : depuis quand, le dernier progrès, ce qui a été observé depuis, ce qui reste."""
    if still.last_rise is None:
        last = "Aucun niveau n'a encore monté"
    else:
        level = Level(still.last_rise.level).label
        last = f"Dernier niveau monté : « {words[still.last_rise.key]} » ({level}), le {still.last_rise.on:%d/%m/%Y}"
    seen = f"{still.observed_since} jour{'s' if still.observed_since > 1 else ''} d'observation depuis"
    return f"{last} ; {seen} ; reste à apprendre : {still.left_to_learn}."
