"""What a committee reads: counts that name nobody, hours, aid, decisions since the last one, risks.

It leaves the controller: counts of people from 1 to 4 are « < 5 », and no subtraction gives them back
(regulations/statistics.py). Amounts and hours of fewer than five contracts, those of a month included, would tell of a
person: they are withheld.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse

from accounts.models import User
from accounts.templatetags.french import as_count, as_day, as_euros, as_hours
from cohorts.models import Cohort, CommitteeDecision, Enrolment, Referral, Seat
from contracts.ledger import Money, money
from contracts.models import Contract
from contracts.stops import announced_stops
from impec.cohort_page.figures import IN_FORCE, missing_of
from impec.cohort_page.year import Year, read_year
from regulations.aid import month_bounds
from regulations.contracts import ContractState
from regulations.periods import Period
from regulations.statistics import FEWEST_SHOWN, MASKED, WITHHELD, is_small, masked, masked_row
from training.hours import contract_periods, hours_by_enrolment, total
from training.models import Attendance, HalfDay

SEVERAL = 2
ENDED = (ContractState.ENDED, ContractState.EXITED)
# What one contract may be, told apart: each contract is in one, so that they add up to the total.
STANDINGS = (
    ("en cours", tuple(state for state in IN_FORCE if state != ContractState.SUSPENDED)),
    ("suspendus", (ContractState.SUSPENDED,)),
    ("rompus", (ContractState.BROKEN,)),
    ("arrivés à leur fin", ENDED),
)
OTHERS = "pas encore commencés"


@dataclass(frozen=True, slots=True)
class Number:
    """Un chiffre : son intitulé, ce qu'on en imprime, les lignes qu'il ouvre."""

    label: str
    words: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Risk:
    words: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Les contrats dans un état : ce qu'on en imprime, et la barre quand le compte se montre."""

    label: str
    words: str
    shown: int | None


@dataclass(frozen=True)
class Pack:
    """Dossier de comité d'une cohorte, un jour donné."""

    cohort: Cohort
    day: date
    since: date | None
    numbers: list[Number]
    standings: list[Standing]
    hours: dict[date, tuple[int, int]]
    aid: dict[date, tuple[Decimal, Decimal]]
    decisions: list[tuple[CommitteeDecision, bool]]
    risks: list[Risk]


def read_pack(cohort: Cohort, user: User, day: date) -> Pack:
    rows = Contract.objects.visible_to(user).in_cohort(cohort).filter(closed_on=None)
    year = read_year(cohort, rows, day, None)
    enrolments = Enrolment.objects.visible_to(user).filter(cohort=cohort, contracts__isnull=False).distinct()
    periods = list(contract_periods(enrolments.order_by().values("pk")).values())
    hours = total(hours_by_enrolment(enrolments, on=day).values())
    book = money(rows, day)
    is_told = not is_small(year.states.total())
    since, decisions = decisions_of(cohort, user, day)
    return Pack(
        cohort=cohort,
        day=day,
        since=since,
        numbers=[*people(cohort, user, year), *sums(cohort, hours, book, is_told)],
        standings=standings_of(year.states),
        hours=told_months(hours_by_month(cohort, enrolments, periods, day), periods) if is_told else {},
        aid=told_months(aid_by_month(book, day), periods) if is_told else {},
        decisions=decisions,
        risks=list(risks_of(cohort, user, year, hours, book, decisions, day)),
    )


def people(cohort: Cohort, user: User, year: Year) -> Iterator[Number]:
    contracts = reverse("contracts:contract_list") + f"?cohorte={cohort.pk}"
    yield Number("Contrats", total_words(standings_of(year.states), year.states.total()), "dans la cohorte", contracts)
    # Seats held would tell how many contracts are suspended: those offered name nobody.
    offered = Seat.objects.visible_to(user).filter(cohort=cohort).aggregate(total=Sum("quantity"))["total"] or 0
    yield Number(
        "Places proposées", as_count(offered), "par les employeurs", reverse("cohorts:seat_list", args=[cohort.pk])
    )
    referred = Referral.objects.visible_to(user).filter(cohort=cohort).values("person").distinct().count()
    yield Number("Personnes orientées", masked(referred), "par les prescripteurs", reverse("cohorts:referral_list"))


def total_words(standings: list[Standing], count: int) -> str:
    """Beside hidden counts the exact total would give them back by subtraction."""
    if is_small(count):
        return MASKED
    shown = sum(one.shown or 0 for one in standings)
    hidden = any(one.shown is None for one in standings)
    return f"au moins {max(shown, FEWEST_SHOWN)}" if hidden else as_count(count)


def sums(cohort: Cohort, hours, book: Money, is_told: bool) -> Iterator[Number]:
    """Hours and amounts say too much of fewer than five people."""

    def told(words: str) -> str:
        return words if is_told else WITHHELD

    page = reverse("training:cohort_hours", args=[cohort.pk])
    yield Number("Heures suivies", told(as_hours(hours.done_minutes)), f"sur {told(as_hours(hours.due_minutes))}", page)
    page = reverse("contracts:cohort_money", args=[cohort.pk])
    yield Number("Aide attendue à ce jour", told(as_euros(book.expected)), f"{told(as_euros(book.paid))} versés", page)
    yield Number("Aide en retard", told(as_euros(book.late)), "attendue et non versée à temps", page)


def standings_of(states: Counter) -> list[Standing]:
    counts = [(label, sum(states[state] for state in wanted)) for label, wanted in STANDINGS]
    counts.append((OTHERS, states.total() - sum(count for _, count in counts)))
    return [Standing(label, masked(count), None if is_small(count) else count) for label, count in counts]


def aid_by_month(book: Money, day: date) -> dict[date, tuple[Decimal, Decimal]]:
    return {month: (one.expected, one.paid) for month, one in book.by_month.items() if month <= day}


def told_months(rows: dict[date, tuple], people: list[list[Period]]) -> dict[date, tuple]:
    """Without the months when too few people are under contract; alone, one would be found by subtraction from the
    total: another goes with it."""
    months = [Period(*month_bounds(month)) for month in rows]
    counts = [sum(any(period.overlaps(month) for period in found) for found in people) for month in months]
    return {month: rows[month] for month, words in zip(rows, masked_row(counts), strict=True) if words.isdigit()}


def hours_by_month(cohort: Cohort, enrolments, people: list[list[Period]], day: date) -> dict[date, tuple[int, int]]:
    """Month → minutes planned for those under contract, minutes attended."""
    periods = [period for found in people for period in found]
    planned: Counter = Counter()
    half_days = HalfDay.objects.filter(session__cohort=cohort, cancelled_on=None, day__lte=day)
    for held_on, minutes in half_days.values_list("day", "planned_minutes"):
        planned[held_on.replace(day=1)] += minutes * sum(Period.covers(period, held_on) for period in periods)
    attended: Counter = Counter()
    rows = Attendance.objects.valid().filter(enrolment__in=enrolments.order_by().values("pk"), half_day__day__lte=day)
    for held_on, minutes in rows.values_list("half_day__day").annotate(minutes=Sum("attended_minutes")):
        attended[held_on.replace(day=1)] += minutes
    return {month: (planned[month], attended[month]) for month in sorted({*planned, *attended})}


def decisions_of(cohort: Cohort, user: User, day: date) -> tuple[date | None, list[tuple[CommitteeDecision, bool]]]:
    """Those of the last committee and after, with all that still waits; each with « is it late? »."""
    rows = CommitteeDecision.objects.visible_to(user).filter(cohort=cohort)
    since = rows.filter(decided_on__lt=day).order_by("-decided_on").values_list("decided_on", flat=True).first()
    wanted = rows.since(since) if since else rows
    return since, [(one, one.is_late(day)) for one in wanted.order_by("decided_on", "pk")]


def risks_of(cohort: Cohort, user: User, year: Year, hours, book: Money, decisions, day: date) -> Iterator[Risk]:
    late = sum(is_late for _, is_late in decisions)
    if late:
        words = "décisions en retard" if late >= SEVERAL else "décision en retard"
        yield Risk(f"{late} {words}")
    if book.late and not is_small(year.states.total()):
        page = reverse("contracts:cohort_money", args=[cohort.pk])
        yield Risk(f"{as_euros(book.late)} d'aide attendus et non versés à temps", "", page)
    milestones = list(cohort.milestones.filter(done_on=None).order_by("due_on", "pk"))
    half_days = list(HalfDay.objects.visible_to(user).filter(session__cohort=cohort).with_counts().order_by("day"))
    for one in missing_of(cohort, user, year.lacks, half_days, milestones, hours, day):
        is_hidden = bool(one.several) and is_small(one.count)
        words = f"{MASKED} {one.several}" if is_hidden else f"{as_count(one.count)} {one.label}"
        yield Risk(words, "" if is_hidden else one.since, one.url)
    for stop in announced_stops([cohort.region], day):
        yield Risk("Arrêt des entrées annoncé", f"du {as_day(stop.starts_on)}", "")
