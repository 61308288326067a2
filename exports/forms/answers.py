"""What is typed about a delivery that has left: an address, a note, replies to refusals."""

from django import forms

from accounts.clean_text import CleanTextMixin
from exports.models.answers import COMMENT_LENGTH
from training.forms.careful import CarefulTextMixin


class LinkForm(CleanTextMixin, forms.Form):
    email = forms.EmailField(
        label="Adresse électronique",
        help_text="Le lien n'ouvre que la couverture : numéro, dates, totaux, empreinte. Il est valable 7 jours.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class NoteForm(CarefulTextMixin, CleanTextMixin, forms.Form):
    text = forms.CharField(
        label="Note interne",
        max_length=COMMENT_LENGTH,
        help_text="Lue dans votre organisation seulement. Une personne citée peut demander à la lire.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
