"""Certificates: which period, and the check that anybody may make of a paper."""

from django import forms

from accounts.clean_text import CleanTextMixin


class CheckForm(CleanTextMixin, forms.Form):
    number = forms.CharField(label="Numéro du certificat", max_length=40, help_text="Par exemple SM-2026-CR-001.")
    code = forms.CharField(
        label="Code de vérification",
        max_length=20,
        help_text="Trois groupes de quatre signes, en bas du certificat.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
