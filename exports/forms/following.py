"""What follows a delivery: another one in its place, the word of whoever received it."""

from django import forms

from accounts import clock
from accounts.clean_text import CleanTextMixin
from accounts.scans import checked_scan
from exports.actions import Received
from exports.actions.acknowledging import MOST_BYTES
from exports.models import Acknowledgement
from training.forms.careful import CarefulTextMixin
from training.forms.paper import scan_field


class CorrectForm(CarefulTextMixin, CleanTextMixin, forms.Form):
    careful = "reason"

    reason = forms.CharField(
        label="Ce que cette remise corrige",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Le destinataire le lit, sur sa page et dans le classeur : un fait, sans nom de personne.",
    )
    as_of = forms.DateField(label="Arrêtée au", help_text="Rien de ce qui suit ce jour n'entre dans le fichier.")

    def clean_as_of(self):
        day = self.cleaned_data["as_of"]
        if day > clock.today():
            raise forms.ValidationError("Un fichier s'arrête au plus tard à aujourd'hui.")
        return day

    def facts(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("reason", "as_of")}


class AcknowledgeForm(CleanTextMixin, forms.Form):
    received_on = forms.DateField(label="Reçue le")
    received_by = forms.CharField(
        label="Reçue par", max_length=120, help_text="La personne ou le service qui accuse réception."
    )
    way = forms.ChoiceField(label="Accusée par", choices=Acknowledgement.Way.choices)
    reference = forms.CharField(
        label="Référence", max_length=80, required=False, help_text="Le numéro d'accusé, s'il y en a un."
    )
    file = scan_field("Pièce", required=False)

    def clean_file(self):
        file = self.cleaned_data.get("file")
        if file:
            checked_scan(file, MOST_BYTES)
        return file

    def received(self) -> Received:
        return Received(**self.cleaned_data)


class VoidForm(CarefulTextMixin, CleanTextMixin, forms.Form):
    careful = "reason"

    reason = forms.CharField(label="Pourquoi l'annuler", max_length=200, help_text="Un fait, en quelques mots.")
