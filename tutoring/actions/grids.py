"""Grids of skills: a correction is another version, from a day; what was observed keeps the words it had."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.rows import keep
from contracts import actions as contract_actions
from contracts.models import Contract
from regulations.people import unaccented
from regulations.trades import Trade
from tutoring.models import Block, ChosenTrade, Grid, Skill

# A tutor answers in ninety seconds: a longer grid is no help.
MOST_SKILLS = 60


@dataclass(frozen=True, slots=True)
class SkillContent:
    """Une ligne : ses mots ; sa clé si elle existait déjà."""

    words: str
    key: UUID | None = None


@dataclass(frozen=True, slots=True)
class BlockContent:
    title: str
    skills: tuple[SkillContent, ...]
    diploma_block: str = ""
    key: UUID | None = None


def content_of(grid: Grid) -> list[BlockContent]:
    """What a grid says, as `write_grid` takes it."""
    return [
        BlockContent(
            title=block.title,
            skills=tuple(SkillContent(skill.words, skill.key) for skill in block.skills.all()),
            diploma_block=block.diploma_block,
            key=block.key,
        )
        for block in grid.blocks.all()
    ]


@transaction.atomic
def write_grid(*, based_on: Grid, blocks: Sequence[BlockContent], valid_from: date, note: str = "", by: User) -> Grid:
    """Écrire une version de la grille, à partir d'un jour ; l'ancienne reste avec ce qui a été observé."""
    # The first version is locked: of two people who write at once, the second sees what the first wrote.
    trade = Trade(based_on.trade)
    Grid.objects.select_for_update().get(trade=trade, version=1)
    last = Grid.objects.filter(trade=trade).with_skills().order_by("-version").first()
    if last.pk != based_on.pk:
        raise ValidationError(f"La version {last.version} a été écrite depuis : ouvrez-la pour la corriger.")
    blocks = [block for block in blocks if block.skills]
    _refuse_wrong(blocks, valid_from, last)
    grid = keep(Grid(trade=trade, version=last.version + 1, valid_from=valid_from, note=note.strip(), author=by))
    for position, content in enumerate(blocks, start=1):
        block = keep(
            Block(
                grid=grid,
                key=content.key or uuid4(),
                position=position,
                title=content.title.strip(),
                diploma_block=content.diploma_block.strip(),
            )
        )
        for rank, skill in enumerate(content.skills, start=1):
            keep(Skill(block=block, key=skill.key or uuid4(), position=rank, words=skill.words.strip()))
    return grid


def _refuse_wrong(blocks: Sequence[BlockContent], valid_from: date, last: Grid) -> None:
    earliest = max(clock.today(), last.valid_from)
    if valid_from < earliest:
        raise ValidationError({"valid_from": f"Une version commence le {earliest:%d/%m/%Y} au plus tôt."})
    words = [skill.words.strip() for block in blocks for skill in block.skills]
    if not words:
        raise ValidationError("Une grille a au moins un savoir-faire.")
    if len(words) > MOST_SKILLS:
        raise ValidationError(f"{len(words)} savoir-faire : une grille en a {MOST_SKILLS} au plus.")
    said_twice = [text for text, count in Counter(map(unaccented, words)).items() if count > 1]
    if said_twice:
        first = next(text for text in words if unaccented(text) == said_twice[0])
        raise ValidationError(f"« {first} » est écrit deux fois : gardez-en un.")
    if list(blocks) == content_of(last):
        raise ValidationError("Rien n'a changé : cette version dirait la même chose que la précédente.")


@transaction.atomic
def choose_trade(*, contract: Contract, trade: Trade, by: User) -> ChosenTrade:
    """Choisir le métier d'un contrat, dont dépend la grille ; ce qui est déjà observé ne change pas."""
    contract = contract_actions.locked(contract)
    chosen = ChosenTrade.objects.filter(contract=contract).first() or ChosenTrade(contract=contract)
    chosen.trade, chosen.chosen_by, chosen.chosen_at = Trade(trade), by, clock.now()
    return keep(chosen)
