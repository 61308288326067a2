"""Ce que montre la page d'un contrat de sa vie : ses versions datées, ses étapes faites ou à faire."""

from dataclasses import dataclass
from datetime import date

from contracts.models import Amendment, Contract, DoneStep
from contracts.models.contract import TermsOfDay
from regulations.deadlines import Step


@dataclass(frozen=True, slots=True)
class Version:
    """Les conditions à partir d'un jour ; la première est celle du contrat écrit."""

    starts_on: date
    terms: TermsOfDay
    amendment: Amendment | None = None


def versions_of(contract: Contract) -> list[Version]:
    """The latest first; what was voided stays in its place, and says why. Nothing when nothing ever changed."""
    rows = sorted(contract.amendments.all(), key=lambda one: (one.effective_on, one.pk), reverse=True)
    if not rows:
        return []
    amended = [Version(one.effective_on, contract.terms_on(one.effective_on), one) for one in rows]
    return [*amended, Version(contract.starts_on, contract.terms_on(contract.starts_on))]


def steps_of(contract: Contract) -> list[tuple[Step, DoneStep | None]]:
    """Each step of a contract, and what says that it is done."""
    done = {one.step: one for one in contract.done_steps.all() if one.voided_at is None}
    return [(step, done.get(step)) for step in Step]
