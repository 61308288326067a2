"""Attestation d'expérience professionnelle : ce qu'elle dirait, préparé des observations (L5134-28-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from contracts.models import Contract
from regulations.contracts import ContractKind
from regulations.deadlines import certificate_deadline, exit_interview_window
from regulations.money import french_number
from regulations.skills import Level
from tutoring.grids import grid_of, observed_of, trade_of
from tutoring.models import Observation, Tutorship

DONE_ALONE = (Level.ALONE, Level.PASSES_ON)


@dataclass(frozen=True, slots=True)
class Signatory:
    """Qui signe pour l'employeur, et où."""

    name: str
    role: str
    made_at: str


def opens_on(contract: Contract) -> date | None:
    """The day it may be prepared, with the exit interview; None for a contract without an end."""
    return exit_interview_window(contract.last_day).starts_on if contract.last_day else None


def given_by(contract: Contract) -> date | None:
    return certificate_deadline(contract.last_day) if contract.last_day else None


def printed(contract: Contract, signatory: Signatory, on: date) -> dict:
    """Everything the page says, in words, as it is that day: names, job, period, what she can do."""
    person, site = contract.enrolment.person, contract.establishment
    trade = trade_of(contract)
    return {
        "employer": site.employer.name,
        "establishment": site.name,
        "address": f"{site.address}, {site.postcode} {site.town}".strip(", "),
        "siret": site.siret,
        "person_title": person.get_title_display(),
        "person": person.full_name,
        "birth_date": person.birth_date.isoformat() if person.birth_date else "",
        "job_title": contract.job_title,
        "trade": trade.label if trade else "",
        "kind": ContractKind(contract.kind).label,
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.last_day.isoformat() if contract.last_day else "",
        "weekly_hours": french_number(contract.terms_on(min(on, contract.last_day or on)).weekly_hours),
        "blocks": blocks_of(contract, on),
        "tutors": tutors_of(contract),
        "signatory": signatory.name,
        "signatory_role": signatory.role,
        "made_at": signatory.made_at,
        "made_on": on.isoformat(),
    }


def blocks_of(contract: Contract, on: date) -> list[dict]:
    """Block by block, what she does alone and what she does with help; a block where nothing was seen stays out."""
    grid = grid_of(contract, on)
    seen = {one.grid_skill.key if one.grid_skill_id else one.skill: one for one in observed_of(contract)}
    parts = []
    for block in grid.blocks.all() if grid else ():
        lines = [(skill.words, seen.pop(skill.key, None)) for skill in block.skills.all()]
        parts.append(_block(block.title, block.diploma_block, lines))
    # What the grid does not ask for, or no longer does, was learned all the same.
    parts.append(_block("Autres savoir-faire", "", [(one.skill, one) for one in seen.values()]))
    return [part for part in parts if part["alone"] or part["helped"]]


def _block(title: str, diploma: str, lines: Iterable[tuple[str, Observation | None]]) -> dict:
    levels = [(words, seen.level) for words, seen in lines if seen]
    alone = [words for words, level in levels if level in DONE_ALONE]
    helped = [words for words, level in levels if level == Level.WITH_HELP]
    return {"title": title, "diploma": diploma, "alone": alone, "helped": helped}


def tutors_of(contract: Contract) -> list[str]:
    """Each tutor once, in the order in which they followed her."""
    rows: Iterable[Tutorship] = contract.tutorships.select_related("tutor").order_by("starts_on", "pk")
    return list(dict.fromkeys(f"{one.tutor.first_name} {one.tutor.last_name}" for one in rows))
