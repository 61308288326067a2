"""Which grid a person is looked at with: her trade, its version of the day, and the levels last seen."""

from datetime import date
from uuid import UUID

from contracts.models import Contract
from regulations.trades import Trade, trade_of_job
from tutoring.models import ChosenTrade, Grid, Observation, Tutorship


def trade_of(contract: Contract) -> Trade | None:
    """The trade the agency chose, else the one its job says, else nobody knows."""
    chosen = ChosenTrade.objects.filter(contract=contract).first()
    return Trade(chosen.trade) if chosen else trade_of_job(contract.job_title, contract.rome_code)


def current_grid(trade: Trade | None, on: date) -> Grid | None:
    """The version of that day, with its blocks and skills."""
    return Grid.objects.in_force(trade, on).with_skills().first() if trade else None


def grid_of(contract: Contract, on: date) -> Grid | None:
    """That of the day; a contract that is over keeps the one of its last day."""
    return current_grid(trade_of(contract), min(on, contract.last_day or on))


def observed_of(contract: Contract):
    """All that was seen of this contract, whoever the tutor was, the oldest first."""
    rows = Observation.objects.filter(tutorship__contract=contract).select_related("grid_skill", "recorded_by")
    return rows.order_by("observed_on", "pk")


def last_levels(tutorship: Tutorship, before: date) -> dict[UUID, Observation]:
    """By skill, the last observation before that day: those of an earlier tutor of the contract included."""
    rows = observed_of(tutorship.contract).filter(observed_on__lt=before, grid_skill__isnull=False)
    return {one.grid_skill.key: one for one in rows}
