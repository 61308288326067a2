"""Why a person is erased, and since when she objects."""

from django import forms

from accounts import clock
from accounts.clean_text import CleanTextMixin


class ErasureForm(CleanTextMixin, forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Par exemple : demande de la personne, reçue le 12/11/2026. Sans son nom.",
    )


class ObjectionForm(forms.Form):
    on = forms.DateField(label="Opposition reçue le")

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > clock.today():
            raise forms.ValidationError("Ce jour n'est pas encore venu.")
        return on
