"""What one may filter conventions and certificates on, in the address."""

import django_filters

from accounts.filters import NamedChoiceFilter
from training.filters import visible_cohorts
from training.models import Certificate, Convention


class ConventionFilters(django_filters.FilterSet):
    cohorte = NamedChoiceFilter(field_name="cohort", queryset=visible_cohorts, label="Cohorte", empty_label="toutes")
    etat = django_filters.ChoiceFilter(
        label="État",
        empty_label="toutes",
        method="in_state",
        choices=[("a-signer", "à signer"), ("signee", "signée")],
    )

    class Meta:
        model = Convention
        fields = ("cohorte", "etat")

    def in_state(self, queryset, name, value):
        return queryset.filter(signed_on__isnull=value == "a-signer")


class CertificateFilters(django_filters.FilterSet):
    cohorte = NamedChoiceFilter(
        field_name="enrolment__cohort", queryset=visible_cohorts, label="Cohorte", empty_label="toutes"
    )
    du = django_filters.DateFilter(field_name="starts_on", lookup_expr="gte", label="Période à partir du")
    au = django_filters.DateFilter(field_name="ends_on", lookup_expr="lte", label="Période jusqu'au")
    etat = django_filters.ChoiceFilter(
        label="État",
        empty_label="tous",
        method="in_state",
        choices=[("valable", "valable"), ("remplace", "remplacé")],
    )

    class Meta:
        model = Certificate
        fields = ("cohorte", "du", "au", "etat")

    def in_state(self, queryset, name, value):
        return queryset.filter(is_replaced=value == "remplace")
