"""Forms of the dated rows of the authorities."""

from django import forms
from django.db import models

from accounts.clean_text import CleanTextMixin
from contracts.forms.shape import FrenchNumbers
from contracts.models import AidOrder, EntryStop, SmicRate
from regulations.regions import REGIONS


def form_field(field, **options):
    """An address typed without its scheme is taken as https."""
    return field.formfield(**options | ({"assume_scheme": "https"} if isinstance(field, models.URLField) else {}))


class SmicForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    class Meta:
        formfield_callback = form_field
        model = SmicRate
        fields = ("territory", "valid_from", "hourly_gross", "legal_basis", "source_url", "note")


class OrderForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    region = forms.ChoiceField(label="Région", choices=[(region, region) for region in REGIONS], initial="Normandie")

    class Meta:
        formfield_callback = form_field
        model = AidOrder
        fields = (
            "region",
            "public",
            "rate",
            "weekly_hours_min",
            "weekly_hours_max",
            "initial_months_min",
            "initial_months_max",
            "renewal",
            "valid_from",
            "valid_to",
            "legal_reference",
            "source_url",
            "note",
        )
        help_texts = {"valid_to": "Vide tant que l'arrêté suivant n'est pas publié."}


class StopForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    class Meta:
        formfield_callback = form_field
        model = EntryStop
        fields = ("territory", "starts_on", "ends_on", "covers_entries", "covers_renewals", "source_url", "note")
