"""What undoes something asks why."""

from django import forms

from accounts.clean_text import CleanTextMixin


class ReasonForm(CleanTextMixin, forms.Form):
    """Why something is undone: it stays in the history."""

    reason = forms.CharField(label="Pourquoi", max_length=200)
