"""Les deux regards : ce que le tuteur a vu, ce qu'elle dit, et ce qui reste à discuter. Les deux sont gardés."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cohorts.models import Cohort
from contracts.models import Contract
from regulations.skills import disagree
from tutoring.models import Block, DiscussedPoint, Grid, Observation, OwnView, Skill


@dataclass(frozen=True, slots=True)
class Both:
    """Un savoir-faire, vu des deux côtés ; chacun peut manquer."""

    skill: Skill
    observation: Observation | None = None
    own_view: OwnView | None = None
    discussed: DiscussedPoint | None = None

    @property
    def differs(self) -> bool:
        return both_differ(self.observation, self.own_view)

    @property
    def is_open(self) -> bool:
        """À discuter : ils ne disent pas pareil, et personne n'a encore répondu à ces deux regards-là."""
        return self.differs and self.discussed is None


@dataclass(frozen=True, slots=True)
class BothOfBlock:
    block: Block
    lines: list[Both]


@dataclass(frozen=True, slots=True)
class Point:
    """Point à discuter, pour la conseillère."""

    contract: Contract
    own_view: OwnView
    observation: Observation

    @property
    def since(self) -> date:
        return max(self.own_view.said_on, self.observation.observed_on)


def both_differ(observation: Observation | None, own_view: OwnView | None) -> bool:
    if observation is None or own_view is None:
        return False
    return disagree(
        level=observation.level,
        observed_on=observation.observed_on,
        face=own_view.face,
        said_on=own_view.said_on,
    )


def both_views(contract: Contract, grid: Grid) -> list[BothOfBlock]:
    """The whole grid, block by block, with the last word of each."""
    seen, said = latest_observations([contract]), latest_own_views([contract])
    discussed = _discussed([contract])

    def line(skill: Skill) -> Both:
        observation, own_view = seen.get((contract.pk, skill.key)), said.get((contract.pk, skill.key))
        pair = (own_view.pk, observation.pk) if observation and own_view else None
        return Both(skill, observation, own_view, discussed.get(pair))

    return [BothOfBlock(block, [line(skill) for skill in block.skills.all()]) for block in grid.blocks.all()]


def open_points(contracts: Iterable[Contract]) -> list[Point]:
    """Across people, for the counsellor who follows them: the oldest first, in three queries whatever their number."""
    contracts = {contract.pk: contract for contract in contracts}
    said = latest_own_views(contracts)
    known = {pk for pk, _ in said}
    seen, discussed = latest_observations(known), _discussed(known)
    found = []
    for (pk, key), own_view in said.items():
        observation = seen.get((pk, key))
        if both_differ(observation, own_view) and (own_view.pk, observation.pk) not in discussed:
            found.append(Point(contracts[pk], own_view, observation))
    return sorted(found, key=lambda point: (point.since, point.own_view.pk))


def points_for(user, on: date) -> list[Point]:
    """Those of the people this counsellor is the referent of that day."""
    followed = Cohort.objects.followed_by(user, on)
    spoken = OwnView.objects.visible_to(user).values("contract")
    contracts = Contract.objects.visible_to(user).filter(cohort__in=followed.values("pk"), pk__in=spoken)
    return open_points(contracts.select_related("enrolment__person", "establishment"))


def point_of(own_view: OwnView) -> Point | None:
    """The open point of this view, if it still is one."""
    points = open_points([own_view.contract])
    return next((point for point in points if point.own_view.pk == own_view.pk), None)


def latest_observations(contracts) -> dict[tuple[int, UUID], Observation]:
    rows = Observation.objects.filter(tutorship__contract__in=list(contracts), grid_skill__isnull=False)
    rows = rows.select_related("grid_skill", "tutorship__tutor").order_by("observed_on", "pk")
    return {(one.tutorship.contract_id, one.grid_skill.key): one for one in rows}


def latest_own_views(contracts) -> dict[tuple[int, UUID], OwnView]:
    rows = OwnView.objects.filter(contract__in=list(contracts)).select_related("grid_skill")
    return {(one.contract_id, one.grid_skill.key): one for one in rows.order_by("said_on", "pk")}


def _discussed(contracts) -> dict[tuple[int, int], DiscussedPoint]:
    rows = DiscussedPoint.objects.filter(contract__in=list(contracts)).select_related("recorded_by")
    return {(one.own_view_id, one.observation_id): one for one in rows}
