"""What the forms of this room share."""

from django import forms

from accounts.clean_text import CleanTextMixin

NUMBER_HELP = "12 chiffres, zéro initial compris."


class FrenchNumbers:
    """« 26,5 » and « 26.5 » are both read; put it before the form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DecimalField):
                field.localize = True
                field.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
                field.widget.is_localized = True


class RowForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    """The labels and shapes of a row; the action builds the row under a lock, and checks it."""

    def _post_clean(self):
        """Nothing here: see the action."""
