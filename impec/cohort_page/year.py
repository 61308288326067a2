"""The contracts of a cohort's year: a lane each, or one lane per establishment when they are many.

A large cohort is read as plain values, and its aid once per kind of contract: the page of three hundred people costs
little more than the page of twelve.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch

from contracts.expected import ExpectedTotals, expected_totals, same_terms, with_aid_facts
from contracts.models.contract import ALIVE, lacks_of
from impec.cohort_page.figures import IN_FORCE
from impec.cohort_page.lanes import Axis, Group, Mark, axis_of, lane_of, months_of
from regulations.contracts import ContractState
from tutoring.models import Tutorship

# Above this, one lane per establishment: a bar for each of three hundred people is a wall, not a picture.
MOST_LANES = 60
READ = (
    "state",
    "kind",
    "signed_on",
    "starts_on",
    "ends_on",
    "broken_on",
    "is_tutored",
    "is_decided",
    "establishment_id",
    "establishment__name",
)


@dataclass
class Year:
    axis: Axis
    months: list[Mark]
    today: Mark | None
    states: Counter
    lacks: Counter
    groups: list[Group] = field(default_factory=list)
    is_large: bool = False
    only: str = ""
    expected: Callable[[], ExpectedTotals] | None = None


def read_year(cohort, rows, today: date, asked: int | None) -> Year:
    """`asked` is the establishment whose lanes alone are wanted; its page then says nothing of the cohort's aid."""
    if asked is not None:
        rows = rows.filter(establishment=asked)
    facts = list(
        rows.with_state(today)
        .with_lacks(today)
        .order_by("establishment__name", "establishment_id", "pk")
        .values_list(*READ, named=True)
    )
    axis = axis_of(cohort, [(row.starts_on, row.broken_on or row.ends_on) for row in facts])
    year = Year(
        axis=axis,
        months=months_of(axis),
        today=Mark(axis.at(today)) if axis.shows(today) else None,
        states=Counter(ContractState(row.state) for row in facts),
        lacks=Counter(what for row in facts if row.state in ALIVE for what in lacks_of(row)),
        is_large=len(facts) > MOST_LANES and asked is None,
        only=facts[0].establishment__name if asked is not None and facts else "",
    )
    if year.is_large:
        _read_groups(year, facts)
        counts = same_terms(rows)
        year.expected = lambda: expected_totals(with_aid_facts(rows.filter(pk__in=counts)), counts)
    else:
        lanes = _read_lanes(year, rows, today)
        year.expected = lambda: expected_totals(lanes)
    return year


def _read_groups(year: Year, facts: list) -> None:
    """One bar per establishment, from its first day to its last."""
    found: dict[int, Group] = {}
    for row in facts:
        group = found.setdefault(row.establishment_id, Group(row.establishment_id, row.establishment__name))
        group.count += 1
        group.running += ContractState(row.state) in IN_FORCE
        group.stretch(row.starts_on, row.broken_on or row.ends_on or year.axis.last)
    for group in found.values():
        group.bar = Mark(*year.axis.span(group.starts_on, group.ends_on))
    year.groups = list(found.values())


def _read_lanes(year: Year, rows, today: date) -> list:
    """All that the bars and the states are read from, in a fixed number of queries."""
    tutorships = Tutorship.objects.select_related("tutor").order_by("starts_on")
    contracts = list(
        with_aid_facts(rows)
        .select_related("enrolment__person", "exit")
        .prefetch_related("immersions", Prefetch("tutorships", queryset=tutorships))
        .order_by("establishment__name", "establishment_id", "enrolment__person__search_text", "pk")
    )
    groups: dict[int, Group] = {}
    for contract in contracts:
        key = contract.establishment_id
        if key not in groups:
            groups[key] = Group(key, contract.establishment.name)
            year.groups.append(groups[key])
        groups[key].lanes.append(lane_of(year.axis, contract, contract.state_on(today), today))
    return contracts
