"""Forms about what a trainee says of herself."""

from uuid import UUID

from django import forms

from accounts.clean_text import CleanTextMixin
from regulations.skills import Face
from tutoring.models import DiscussedPoint, Grid, OwnView

TEXT_HELP = "Une phrase : elle est lue par la stagiaire, son tuteur et son employeur."


class OwnViewForm(CleanTextMixin, forms.Form):
    """Quatre visages par savoir-faire, et ses mots si elle veut."""

    request_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, grid: Grid, said: dict[UUID, OwnView], **kwargs):
        super().__init__(*args, **kwargs)
        self.skills = grid.skills_in_order()
        length = OwnView._meta.get_field("sentence").max_length
        for skill in self.skills:
            before = said.get(skill.key)
            self.fields[f"face_{skill.key.hex}"] = forms.ChoiceField(
                label=skill.words,
                choices=Face.choices(),
                widget=forms.RadioSelect,
                required=False,
                initial=before.face if before else None,
            )
            self.fields[f"words_{skill.key.hex}"] = forms.CharField(
                label=f"Vos mots : {skill.words}", max_length=length, required=False
            )

    def of_skill(self, skill):
        return self[f"face_{skill.key.hex}"], self[f"words_{skill.key.hex}"]

    def faces(self) -> dict[UUID, Face]:
        typed = self.cleaned_data
        return {
            skill.key: Face(typed[f"face_{skill.key.hex}"]) for skill in self.skills if typed[f"face_{skill.key.hex}"]
        }

    def sentences(self) -> dict[UUID, str]:
        return {skill.key: self.cleaned_data[f"words_{skill.key.hex}"] for skill in self.skills}


class DiscussForm(CleanTextMixin, forms.Form):
    text = forms.CharField(
        label="Ce qui est décidé",
        max_length=DiscussedPoint._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=TEXT_HELP,
    )
