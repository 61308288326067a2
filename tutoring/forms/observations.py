"""What a tutor notes: a line of the grid and a level."""

from collections.abc import Mapping
from uuid import UUID

from django import forms

from accounts.clean_text import CleanTextMixin
from regulations.skills import Level
from tutoring.models import Grid, Observation, Skill

NOTE_HELP = "Facultative. Ce que la personne sait faire, jamais sa santé ni sa vie privée."


class SkillChoice(forms.ModelChoiceField):
    """The lines of a grid, block by block, each with the level last seen."""

    def __init__(self, *, grid: Grid, levels: Mapping[UUID, Observation], **kwargs):
        super().__init__(Skill.objects.filter(block__grid=grid).select_related("block__grid"), **kwargs)
        self.choices = [("", "choisir"), *((block.title, self._lines(block, levels)) for block in grid.blocks.all())]

    def _lines(self, block, levels):
        return [(skill.pk, _with_level(skill, levels.get(skill.key))) for skill in block.skills.all()]


def _with_level(skill: Skill, seen: Observation | None) -> str:
    return f"{skill.words} ({seen.get_level_display()})" if seen else skill.words


class ObservationForm(CleanTextMixin, forms.Form):
    """Sur le téléphone, dans le couloir : un savoir-faire, un niveau. Sans grille, en ses propres mots."""

    level = forms.ChoiceField(label="Niveau", choices=Level.choices(), widget=forms.RadioSelect)
    observed_on = forms.DateField(label="Le")
    note = forms.CharField(label="Note", max_length=500, required=False, help_text=NOTE_HELP)

    def __init__(self, *args, grid: Grid | None, levels: Mapping[UUID, Observation], **kwargs):
        super().__init__(*args, **kwargs)
        if grid is None:
            field, name = forms.CharField(label="Savoir-faire", max_length=160), "skill"
        else:
            field, name = SkillChoice(label="Savoir-faire", grid=grid, levels=levels), "grid_skill"
        self.fields = {name: field, **self.fields}
