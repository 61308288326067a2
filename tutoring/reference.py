"""Reference data of this room: a first grid of skills for each trade. May run twice; a grid the agency wrote stays."""

import tomllib
from datetime import date
from pathlib import Path

from django.db import transaction

from regulations.trades import Trade
from tutoring.models import Block, Grid, Skill

FILE = Path(__file__).parent / "data" / "grids.toml"
IN_FORCE_FROM = date(2025, 1, 1)
NOTE = "Grille de départ, d'après les contenus publics des diplômes."


def first_grids() -> dict[Trade, list[dict]]:
    with FILE.open("rb") as file:
        return {Trade(code): blocks for code, blocks in tomllib.load(file).items()}


@transaction.atomic
def load() -> None:
    known = set(Grid.objects.values_list("trade", flat=True))
    for trade, blocks in first_grids().items():
        if trade in known:
            continue
        grid = Grid.objects.create(trade=trade, version=1, valid_from=IN_FORCE_FROM, note=NOTE)
        for position, content in enumerate(blocks, start=1):
            block = Block.objects.create(
                grid=grid, position=position, title=content["title"], diploma_block=content["diploma_block"]
            )
            for rank, words in enumerate(content["skills"], start=1):
                Skill.objects.create(block=block, position=rank, words=words)
