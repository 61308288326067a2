"""Forms of the certificate of experience."""

from django import forms

from accounts.clean_text import CleanTextMixin
from tutoring.experience import Signatory


class IssueForm(CleanTextMixin, forms.Form):
    name = forms.CharField(label="Signataire pour l'employeur", max_length=120, help_text="Prénom et nom.")
    role = forms.CharField(label="Fonction", max_length=120, required=False)
    made_at = forms.CharField(label="Fait à", max_length=80)

    def signatory(self) -> Signatory:
        return Signatory(**self.cleaned_data)


class VoidExperienceForm(CleanTextMixin, forms.Form):
    reason = forms.CharField(label="Annulée parce que", max_length=200)
