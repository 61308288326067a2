"""Filters of the contracts' lists."""

import django_filters

from accounts import clock
from accounts.filters import NamedChoiceFilter
from accounts.widgets import LeanSelect
from cohorts.models import Cohort
from contracts.models import AidOrder, Contract
from employers.models import Employer
from regulations.contracts import ContractKind, ContractState
from regulations.regions import REGIONS

LACKING = (
    ("sans-tuteur", "sans tuteur"),
    ("sans-decision", "sans décision d'aide"),
    ("sans-signature", "sans date de signature"),
)


def cohorts_of(request):
    rows = Cohort.objects.visible_to(request.user) if request else Cohort.objects.none()
    return rows.order_by("-starts_on", "name")


def employers_of(request):
    rows = Employer.objects.visible_to(request.user) if request else Employer.objects.none()
    return rows.order_by("name")


class ContractFilters(django_filters.FilterSet):
    cohorte = NamedChoiceFilter(field_name="cohort", label="Cohorte", queryset=cohorts_of, empty_label="toutes")
    etat = django_filters.ChoiceFilter(
        label="État", choices=ContractState.choices(), method="in_state", empty_label="tous", widget=LeanSelect
    )
    le = django_filters.DateFilter(label="le jour", method="on_day")
    type = django_filters.ChoiceFilter(
        field_name="kind", label="Type", choices=ContractKind.choices(), empty_label="tous", widget=LeanSelect
    )
    employeur = NamedChoiceFilter(
        field_name="establishment__employer",
        label="Employeur",
        queryset=employers_of,
        empty_label="tous",
    )

    manque = django_filters.ChoiceFilter(
        label="Ce qui manque", choices=LACKING, method="lacking", empty_label="peu importe", widget=LeanSelect
    )

    class Meta:
        model = Contract
        fields = ("cohorte", "etat", "le", "type", "employeur", "manque")

    @property
    def day(self):
        """The day the state is read on: today unless another one is asked."""
        asked = self.form.cleaned_data.get("le") if self.form.is_valid() else None
        return asked or clock.today()

    def in_state(self, rows, name, state):
        return rows.in_state(state, self.day)

    def lacking(self, rows, name, what):
        return rows.lacking(what, self.day)

    def on_day(self, rows, name, day):
        """A day without a state: the contracts that run that day."""
        return rows if self.form.cleaned_data.get("etat") else rows.running(day)


class OrderFilters(django_filters.FilterSet):
    region = django_filters.ChoiceFilter(
        label="Région", choices=[(region, region) for region in REGIONS], empty_label="toutes"
    )
    le = django_filters.DateFilter(label="En vigueur le", method="in_force")
    usage = django_filters.ChoiceFilter(
        label="Usage",
        choices=(("confirme", "confirmés"), ("historique", "historique")),
        method="used",
        empty_label="tous",
    )

    class Meta:
        model = AidOrder
        fields = ("region", "le", "usage")

    def in_force(self, rows, name, day):
        return rows.in_force(day)

    def used(self, rows, name, usage):
        return rows.filter(confirmed_on__isnull=usage == "historique")
