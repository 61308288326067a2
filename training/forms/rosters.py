"""Facts told once about when somebody can come."""

from django import forms

from accounts.clean_text import CleanTextMixin
from regulations.planning import WEEKDAYS
from regulations.training import FixedFact
from training.forms.planning import day_field, time_field


def optional(field):
    field.required = False
    return field


class FixedFactForm(CleanTextMixin, forms.Form):
    kind = forms.ChoiceField(label="Ce qui est toujours vrai", choices=FixedFact.choices(), widget=forms.RadioSelect)
    weekdays = forms.TypedMultipleChoiceField(
        label="Jours de la semaine",
        choices=[(number, name) for number, name in enumerate(WEEKDAYS)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Pour « jamais ce jour », et pour les nuits si elles sont toujours les mêmes.",
    )
    starts_on = optional(day_field("Du (jour)"))
    ends_on = optional(day_field("Au (jour)"))
    starts_at = optional(time_field("De (heure)"))
    ends_at = optional(time_field("À (heure)"))

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "La fin doit suivre le début.")
        return cleaned
