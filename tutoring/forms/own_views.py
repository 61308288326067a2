"""Forms about what a trainee says of herself."""

from collections.abc import Sequence
from uuid import UUID

from django import forms

from accounts.clean_text import CleanTextMixin
from regulations.skills import Face
from tutoring.both_views import Both
from tutoring.models import DiscussedPoint, OwnView

TEXT_HELP = "Une phrase : elle est lue par la stagiaire, son tuteur et son employeur."
FACE = "face_"
SENTENCE_LENGTH = OwnView._meta.get_field("sentence").max_length


class OwnViewForm(CleanTextMixin, forms.Form):
    """Quatre visages par savoir-faire, et ses mots si elle veut ; ce qu'elle a déjà dit est déjà là."""

    request_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, lines: Sequence[Both], **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[_face(line)] = forms.ChoiceField(
                label=line.skill.words,
                choices=Face.choices(),
                widget=forms.RadioSelect,
                required=False,
                initial=line.own_view.face if line.own_view else None,
            )
            self.fields[_words(line)] = forms.CharField(
                label=f"Mes mots : {line.skill.words}", max_length=SENTENCE_LENGTH, required=False
            )

    def bound_lines(self):
        """For the template: each skill with its faces and its words."""
        return [(line, self[_face(line)], self[_words(line)]) for line in self.lines]

    def faces(self) -> dict[UUID, Face]:
        typed = self.cleaned_data
        return {line.skill.key: Face(typed[_face(line)]) for line in self.lines if typed[_face(line)]}

    def sentences(self) -> dict[UUID, str]:
        return {line.skill.key: self.cleaned_data[_words(line)] for line in self.lines}

    def clean(self):
        """Words without a face would be lost, and so would what she says of a line that has left the list."""
        cleaned = super().clean()
        if any(name.startswith(FACE) and name not in self.fields for name in self.data):
            self.add_error(None, "Cette liste a changé depuis que vous l'avez ouverte. Relisez-la, puis enregistrez.")
        for line in self.lines:
            if cleaned.get(_words(line)) and not cleaned.get(_face(line)) and not self.errors.get(_face(line)):
                self.add_error(_face(line), "Choisissez aussi un visage.")
        return cleaned


def _face(line: Both) -> str:
    # The same through the versions of a grid: what she touched stays touched.
    return f"{FACE}{line.skill.key}"


def _words(line: Both) -> str:
    return f"words_{line.skill.key}"


class DiscussForm(CleanTextMixin, forms.Form):
    text = forms.CharField(
        label="Ce qui est décidé",
        max_length=DiscussedPoint._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=TEXT_HELP,
    )
