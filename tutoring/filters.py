"""Filters of the list of tutors."""

import django_filters

from accounts.filters import NamedChoiceFilter
from contracts.filters import employers_of
from regulations.tutors import MOST_FOLLOWED
from tutoring.models import Tutor


class TutorFilters(django_filters.FilterSet):
    employeur = NamedChoiceFilter(
        field_name="establishment__employer",
        label="Employeur",
        queryset=employers_of,
        empty_label="tous",
    )
    place = django_filters.ChoiceFilter(
        label="Place", choices=(("libre", "disponibles"), ("complet", "complets")), method="free", empty_label="tous"
    )

    class Meta:
        model = Tutor
        fields = ("employeur", "place")

    def free(self, rows, name, answer):
        return (
            rows.filter(following__lt=MOST_FOLLOWED) if answer == "libre" else rows.filter(following__gte=MOST_FOLLOWED)
        )
