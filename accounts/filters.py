"""Filters that the lists of all rooms use."""

import django_filters
from django_filters.fields import ModelChoiceField, ModelChoiceIterator

from accounts.widgets import LeanSelect


class NamedIterator(ModelChoiceIterator):
    """Two columns read and no row built: every page of a list asks for these names."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        yield from self.queryset.values_list("pk", "name")


class NamedChoiceField(ModelChoiceField):
    iterator = NamedIterator


class NamedChoiceFilter(django_filters.ModelChoiceFilter):
    """A choice among rows known by their `name`: cohorts, employers."""

    field_class = NamedChoiceField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"widget": LeanSelect} | kwargs)
