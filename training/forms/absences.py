"""A document about an absence: joined, then answered."""

from django import forms

from accounts.clean_text import CleanTextMixin
from accounts.scans import checked_scan
from regulations.training import DocumentDecision
from training.actions.absences import MOST_BYTES
from training.forms.careful import CarefulTextMixin
from training.forms.paper import ACCEPTED, scan_field

ANSWERS = [(one.value, one.label) for one in DocumentDecision if one is not DocumentDecision.WAITING]


class DocumentForm(forms.Form):
    """`others` are the other absences of the person near this one that the same document covers."""

    file = scan_field(
        "Document",
        help_text=f"{ACCEPTED} Il n'est lu que par la personne référente de la cohorte. "
        "Un arrêt de travail se joint sans le volet qui dit le motif médical.",
    )
    others = forms.MultipleChoiceField(label="Il couvre aussi", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        if others:
            self.fields["others"].choices = [(str(one.pk), str(one.half_day)) for one in others]
        else:
            del self.fields["others"]

    def clean_file(self):
        file = self.cleaned_data["file"]
        checked_scan(file, MOST_BYTES)
        return file


class AnswerForm(CarefulTextMixin, CleanTextMixin, forms.Form):
    careful = "reason"

    decision = forms.ChoiceField(label="Réponse", choices=ANSWERS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Pourquoi, s'il est refusé",
        max_length=200,
        required=False,
        help_text="Lu par qui l'a joint : jamais un détail de santé.",
    )
