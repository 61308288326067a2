"""Filters of the contracts' lists."""

import django_filters

from accounts import clock
from accounts.filters import NamedChoiceFilter
from accounts.widgets import LeanSelect
from cohorts.models import Cohort
from contracts import exits
from contracts.models import AidOrder, Contract
from employers.models import Employer
from regulations.contracts import ContractKind, ContractState
from regulations.exits import ExitClass, FollowUp
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
    le = django_filters.DateFilter(label="Le jour", method="on_day")
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


MOMENTS = (("sortie", FollowUp.AT_EXIT), ("3-mois", FollowUp.AT_3_MONTHS), ("6-mois", FollowUp.AT_6_MONTHS))
CLASSES = (*ExitClass.choices(), ("DYNAMIC", "sortie dynamique (les trois premières)"))


class ExitFilters(django_filters.FilterSet):
    """Qui est sorti, quand, vers quoi, et ce qui reste à relever."""

    # These choose lines by what is known of them; the rates are counted without them.
    OF_SITUATIONS = ("classe", "relever")
    # These count a part of a cohort.
    OF_A_PART = ("employeur", "du", "au", "aide")

    cohorte = NamedChoiceFilter(field_name="cohort", label="Cohorte", queryset=cohorts_of, empty_label="toutes")
    employeur = NamedChoiceFilter(
        field_name="establishment__employer", label="Employeur", queryset=employers_of, empty_label="tous"
    )
    du = django_filters.DateFilter(field_name="left_on", lookup_expr="gte", label="Dernier jour, du")
    au = django_filters.DateFilter(field_name="left_on", lookup_expr="lte", label="au")
    aide = django_filters.ChoiceFilter(
        label="Aide de l'État",
        choices=(("oui", "contrats aidés"), ("non", "sans aide")),
        method="aided",
        empty_label="peu importe",
        widget=LeanSelect,
    )
    moment = django_filters.ChoiceFilter(
        label="Moment",
        choices=[(code, moment.label) for code, moment in MOMENTS[1:]],
        method="at_moment",
        empty_label="à la sortie",
        widget=LeanSelect,
    )
    classe = django_filters.ChoiceFilter(
        label="Classe", choices=CLASSES, method="of_class", empty_label="toutes", widget=LeanSelect
    )
    relever = django_filters.ChoiceFilter(
        label="À relever",
        choices=(("oui", "à un moment ou un autre"), *((code, moment.label) for code, moment in MOMENTS)),
        method="to_ask",
        empty_label="peu importe",
        widget=LeanSelect,
    )

    class Meta:
        model = Contract
        fields = ("cohorte", "employeur", "du", "au", "aide", "moment", "classe", "relever")

    @staticmethod
    def code_of(moment: FollowUp) -> str:
        return next(code for code, one in MOMENTS if one is moment)

    @property
    def asked_moment(self) -> FollowUp:
        asked = self.form.cleaned_data.get("moment") if self.form.is_valid() else None
        return dict(MOMENTS).get(asked, FollowUp.AT_EXIT)

    def aided(self, rows, name, answer):
        aided = rows.aided(clock.today())
        return aided if answer == "oui" else rows.exclude(pk__in=aided.order_by().values("pk"))

    def at_moment(self, rows, name, code):
        return exits.reached(rows, self.asked_moment, clock.today())

    def of_class(self, rows, name, code):
        """Only of those whose situation the reader may know: a filter must not tell what a cell hides."""
        known = Contract.objects.private_to(self.request.user, clock.today())
        found = exits.of_classes(rows, self.asked_moment, exits.classes_named(code), clock.today())
        return found.filter(pk__in=known.order_by().values("pk"))

    def to_ask(self, rows, name, code):
        if code == "oui":
            return exits.to_ask_at_all(rows, clock.today())
        return exits.to_ask(rows, dict(MOMENTS)[code], clock.today())


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
