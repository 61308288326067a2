"""The form of a grid: blocks and lines in their order; an emptied line is retired, an empty one is filled to add."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.clean_text import CleanTextMixin
from regulations.trades import Trade
from tutoring.actions.grids import BlockContent, SkillContent
from tutoring.models import Block, Grid, Skill

NEW_LINES = 2
NEW_BLOCK_LINES = 5
TITLE_LENGTH = Block._meta.get_field("title").max_length
DIPLOMA_LENGTH = Block._meta.get_field("diploma_block").max_length
WORDS_LENGTH = Skill._meta.get_field("words").max_length


class Line:
    """One skill, old or new: its two fields on the page."""

    def __init__(self, block: int, rank: int, skill: Skill | None):
        self.name, self.skill = f"b{block}_s{rank}", skill
        self.label = f"Savoir-faire {rank}" if skill else f"Nouveau savoir-faire {rank}"
        self.rank = rank


class Part:
    """One block of the page, old or new."""

    def __init__(self, number: int, block: Block | None):
        self.name, self.block, self.number = f"b{number}", block, number
        skills = list(block.skills.all()) if block else []
        spare = NEW_LINES if block else NEW_BLOCK_LINES
        self.lines = [Line(number, rank, skill) for rank, skill in enumerate([*skills, *[None] * spare], start=1)]


class GridForm(CleanTextMixin, forms.Form):
    valid_from = forms.DateField(label="Valable à partir du")
    note = forms.CharField(label="Ce qui change", max_length=300, required=False)

    def __init__(self, *args, grid: Grid, **kwargs):
        super().__init__(*args, **kwargs)
        blocks = list(grid.blocks.all())
        self.parts = [Part(number, block) for number, block in enumerate([*blocks, None], start=1)]
        for part in self.parts:
            self._add_block(part)
            for line in part.lines:
                self._add_line(part, line)

    def _add_block(self, part: Part):
        block = part.block
        self.fields[f"{part.name}_title"] = forms.CharField(
            label=f"Titre du bloc {part.number}",
            max_length=TITLE_LENGTH,
            required=False,
            initial=block.title if block else "",
        )
        self.fields[f"{part.name}_diploma"] = forms.CharField(
            label=f"Bloc du diplôme préparé par le bloc {part.number}",
            max_length=DIPLOMA_LENGTH,
            required=False,
            initial=block.diploma_block if block else "",
        )
        self.fields[f"{part.name}_rank"] = _rank(f"Rang du bloc {part.number}", part.number)

    def _add_line(self, part: Part, line: Line):
        where = f"bloc {part.number}"
        self.fields[f"{line.name}_words"] = forms.CharField(
            label=f"{line.label} du {where}",
            max_length=WORDS_LENGTH,
            required=False,
            initial=line.skill.words if line.skill else "",
        )
        self.fields[f"{line.name}_rank"] = _rank(f"Rang du {line.label.lower()} du {where}", line.rank)

    def shown_parts(self):
        """For the template: each block with its bound fields."""
        return [
            {
                "block": part.block,
                "number": part.number,
                "fields": [self[f"{part.name}_{name}"] for name in ("title", "rank", "diploma")],
                "lines": [(self[f"{line.name}_words"], self[f"{line.name}_rank"], line.skill) for line in part.lines],
            }
            for part in self.parts
        ]

    def clean(self):
        cleaned = super().clean()
        for part in self.parts:
            if any(cleaned.get(f"{line.name}_words") for line in part.lines) and not cleaned.get(f"{part.name}_title"):
                self.add_error(f"{part.name}_title", ValidationError("Donnez un titre à ce bloc."))
        return cleaned

    def content(self) -> list[BlockContent]:
        """Sorted by rank; at the same rank, in the order of the page."""
        parts = sorted(self.parts, key=lambda part: self._rank_of(part))
        return [self._block(part) for part in parts]

    def _block(self, part: Part) -> BlockContent:
        typed = self.cleaned_data
        lines = sorted(part.lines, key=lambda line: self._rank_of(line))
        return BlockContent(
            title=typed[f"{part.name}_title"],
            skills=tuple(
                SkillContent(words, line.skill.key if line.skill else None)
                for line in lines
                if (words := typed[f"{line.name}_words"])
            ),
            diploma_block=typed[f"{part.name}_diploma"],
            key=part.block.key if part.block else None,
        )

    def _rank_of(self, one: Part | Line) -> int:
        return self.cleaned_data[f"{one.name}_rank"] or 99


def _rank(label: str, number: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=99, required=False, initial=number)


class TradeForm(forms.Form):
    trade = forms.ChoiceField(label="Métier", choices=Trade.choices(), widget=forms.RadioSelect)
