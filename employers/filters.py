"""Filters of the list of establishments."""

import django_filters

from accounts import clock
from employers.models import Establishment, Financer, Financing
from regulations.employers import ELIGIBLE_TO_PEC, LegalCategory

PEC_CHOICES = (("oui", "possible"), ("non", "impossible ou à préciser"))


class EstablishmentFilters(django_filters.FilterSet):
    statut = django_filters.ChoiceFilter(
        field_name="employer__legal_category", label="Statut", choices=LegalCategory.choices(), empty_label="tous"
    )
    financeur = django_filters.ModelChoiceFilter(
        label="Financeur", queryset=Financer.objects.order_by("name"), method="financed_by", empty_label="tous"
    )
    pec = django_filters.ChoiceFilter(label="PEC", choices=PEC_CHOICES, method="open_to_pec", empty_label="tous")

    class Meta:
        model = Establishment
        fields = ("statut", "financeur", "pec")

    def financed_by(self, rows, name, financer):
        financings = Financing.objects.in_force(clock.today()).filter(financer=financer)
        return rows.filter(employer__in=financings.values("employer"))

    def open_to_pec(self, rows, name, answer):
        eligible = {"employer__legal_category__in": sorted(ELIGIBLE_TO_PEC)}
        return rows.filter(**eligible) if answer == "oui" else rows.exclude(**eligible)
