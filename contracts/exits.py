"""Les sorties : qui est parti, ce qui en est su à la fin, à trois et à six mois, ce qui reste à relever.

A contract that is over is an exit, whether anybody has asked about it or not: the unknown stay in the denominator.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from cohorts.models import Cohort
from contracts.models import Contract
from contracts.models.states import concluded
from regulations.deadlines import latest_day_reaching
from regulations.due import FOLLOW_UPS, Deadline, of_exit
from regulations.exits import (
    DYNAMIC,
    EXIT_CLASSES,
    ExitClass,
    ExitSituation,
    FollowUp,
    Rate,
    dynamic_rate,
    exit_class,
    exit_rates,
    exits_sentence,
)
from regulations.statistics import WITHHELD, is_small, masked_row

# Moment → fields of the exit: the situation, the day it was asked for.
FIELDS = {
    FollowUp.AT_EXIT: ("exit__situation", "exit__recorded_on"),
    FollowUp.AT_3_MONTHS: ("exit__situation_3_months", "exit__checked_3_months_on"),
    FollowUp.AT_6_MONTHS: ("exit__situation_6_months", "exit__checked_6_months_on"),
}
RULES = {moment: rule for rule, moment in FOLLOW_UPS.items()}
SHOWN_CLASSES = tuple(one for one in ExitClass if one is not ExitClass.WITHDRAWN)


def exits(contracts, on: date):
    """Contracts that are over that day, with `left_on`, their last day."""
    rows = contracts.filter(concluded(Contract), starts_on__lte=on).annotate(left_on=Coalesce("broken_on", "ends_on"))
    return rows.filter(Q(left_on__lt=on) | Q(exit__recorded_on__lte=on))


def reached(rows, moment: FollowUp, on: date):
    """Those that have been over for that long."""
    return rows.filter(left_on__lte=latest_day_reaching(on, moment.months)) if moment.months else rows


def to_ask(rows, moment: FollowUp, on: date):
    """Due, and nobody has noted an answer."""
    return reached(rows, moment, on).filter(**{f"{FIELDS[moment][1]}__isnull": True})


def to_ask_at_all(rows, on: date):
    conditions = Q(pk__in=[])
    for moment in FollowUp:
        conditions |= Q(pk__in=to_ask(rows, moment, on).order_by().values("pk"))
    return rows.filter(conditions)


def of_classes(rows, moment: FollowUp, classes: Iterable[ExitClass], on: date):
    """Exits of these classes at that moment; one that nobody asked about is undocumented."""
    classes = set(classes)
    situation = FIELDS[moment][0]
    found = Q(**{f"{situation}__in": [one for one in ExitSituation if EXIT_CLASSES[one] in classes]})
    if ExitClass.UNDOCUMENTED in classes:
        found |= Q(exit=None) | Q(**{situation: ""})
    return reached(rows, moment, on).filter(found)


@dataclass(frozen=True, slots=True)
class Answer:
    """Ce qui est su d'une sortie à un moment : la situation et son jour, sinon quand la relever."""

    moment: FollowUp
    asked_on: date | None
    situation: ExitSituation | None
    deadline: Deadline

    def is_open(self, on: date) -> bool:
        return self.asked_on is None and self.deadline.opens_on <= on

    def is_late(self, on: date) -> bool:
        return self.asked_on is None and self.deadline.is_late(on)

    @property
    def exit_class(self) -> ExitClass:
        return exit_class(self.situation)


def answer(contract: Contract, moment: FollowUp) -> Answer:
    """Of a contract read with its exit."""
    situation, asked_on = (_read(contract, path) for path in FIELDS[moment])
    deadline = of_exit(RULES[moment], contract.last_day)
    return Answer(moment, asked_on, ExitSituation(situation) if situation else None, deadline)


def _read(contract: Contract, path: str):
    exit_row = getattr(contract, "exit", None)
    return getattr(exit_row, path.removeprefix("exit__")) if exit_row else None


# --- Rates ---


@dataclass(frozen=True, slots=True)
class Cell:
    """« 4 sur 7 » ; masquée, elle ne mène à personne."""

    words: str
    code: str
    opens: bool


@dataclass(frozen=True, slots=True)
class RateLine:
    """Les taux d'une cohorte, ou de toutes."""

    cohort: Cohort | None
    total: int
    cells: tuple[Cell, ...]
    withdrawn: int | None


@dataclass(frozen=True, slots=True)
class Rates:
    """`sentence` et `whole` sont vides quand une cohorte n'est montrée qu'en nombres masqués."""

    lines: tuple[RateLine, ...]
    whole: RateLine | None
    sentence: str
    hidden: int

    @property
    def is_masked(self) -> bool:
        return any(line.withdrawn is None for line in self.lines)

    @property
    def withdrawn(self) -> int:
        return sum(line.withdrawn or 0 for line in self.lines)


MOST_LINES = 12


def rates_of(rows, moment: FollowUp, on: date, private, *, is_part: bool = False) -> Rates:
    """By cohort, the latest first. `private`: contracts whose situation the reader may know.

    `is_part`: `rows` are chosen among those of a cohort; two parts that differ by one person would tell of her.
    """
    situation = FIELDS[moment][0]
    counts: dict[int, Counter] = {}
    grouped = reached(rows, moment, on).order_by().values_list("cohort_id", situation).annotate(n=Count("pk"))
    for cohort, code, number in grouped:
        counts.setdefault(cohort, Counter())[ExitSituation(code) if code else None] += number
    known = set(private.order_by().filter(cohort__in=counts).values_list("cohort_id", flat=True).distinct())
    cohorts = sorted(Cohort.objects.filter(pk__in=counts), key=lambda one: (one.starts_on, one.pk), reverse=True)
    lines = tuple(
        _line(one, counts[one.pk]) if one.pk in known else _masked_line(one, counts[one.pk], is_part=is_part)
        for one in cohorts[:MOST_LINES]
    )
    hidden = len(cohorts) - len(lines)
    if not counts or not known.issuperset(counts):
        return Rates(lines, None, "", hidden)
    together = sum(counts.values(), Counter())
    whole = _line(None, together) if len(cohorts) > 1 else None
    return Rates(lines, whole, exits_sentence(exit_rates(together.elements())), hidden)


def _line(cohort: Cohort | None, counts: Mapping) -> RateLine:
    rates = exit_rates(Counter(counts).elements())
    shown = [(rates[one], one.value) for one in SHOWN_CLASSES] + [(dynamic_rate(rates), "DYNAMIC")]
    cells = tuple(Cell(rate.sentence, code, opens=rate.count > 0) for rate, code in shown)
    withdrawn = sum(number for code, number in counts.items() if exit_class(code) is ExitClass.WITHDRAWN)
    return RateLine(cohort, _total(rates), cells, withdrawn)


def _masked_line(cohort: Cohort, counts: Mapping, *, is_part: bool) -> RateLine:
    """Nothing at all of a handful of people; the sum of three classes would give back what they hide."""
    rates = exit_rates(Counter(counts).elements())
    total, words = _total(rates), [WITHHELD] * len(SHOWN_CLASSES)
    if not is_part and not is_small(total):
        words = [f"{word} sur {total}" for word in masked_row([rates[one].count for one in SHOWN_CLASSES])]
    return RateLine(cohort, total, tuple(Cell(word, "", opens=False) for word in (*words, WITHHELD)), None)


def _total(rates: Mapping[ExitClass, Rate]) -> int:
    return next(iter(rates.values())).total


def classes_named(code: str) -> frozenset[ExitClass]:
    """A class, or the three dynamic ones together."""
    return DYNAMIC if code == "DYNAMIC" else frozenset({ExitClass(code)})
