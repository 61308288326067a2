"""What one may filter on, in the address."""

import django_filters
from django.db.models import Q

from accounts import clock
from accounts.filters import NamedChoiceFilter
from cohorts.models import Cohort
from regulations.training import AttendanceStatus, DocumentDecision
from training.models import Attendance, HalfDay


def visible_cohorts(request):
    return Cohort.objects.visible_to(request.user).order_by("-starts_on", "pk")


class HalfDayFilters(django_filters.FilterSet):
    cohorte = NamedChoiceFilter(
        field_name="session__cohort", queryset=visible_cohorts, label="Cohorte", empty_label="toutes"
    )
    du = django_filters.DateFilter(field_name="day", lookup_expr="gte", label="Du")
    au = django_filters.DateFilter(field_name="day", lookup_expr="lte", label="Au")
    etat = django_filters.ChoiceFilter(
        label="État",
        empty_label="tous",
        method="in_state",
        choices=[
            ("a-venir", "à venir"),
            ("a-noter", "passée, appel à faire"),
            ("notee", "appel fait"),
            ("annulee", "annulée"),
        ],
    )

    class Meta:
        model = HalfDay
        fields = ("cohorte", "du", "au", "etat")

    def in_state(self, queryset, name, value):
        today = clock.today()
        noted = Q(attendances__voided_at=None, attendances__isnull=False)
        match value:
            case "annulee":
                return queryset.exclude(cancelled_on=None)
            case "a-venir":
                return queryset.filter(cancelled_on=None, day__gte=today)
            case "a-noter":
                return queryset.without_roll(today)
            case _:
                return queryset.filter(noted, cancelled_on=None).distinct()


class AttendanceFilters(django_filters.FilterSet):
    cohorte = NamedChoiceFilter(
        field_name="half_day__session__cohort", queryset=visible_cohorts, label="Cohorte", empty_label="toutes"
    )
    statut = django_filters.ChoiceFilter(
        field_name="status", choices=AttendanceStatus.choices(), label="Statut", empty_label="tous"
    )
    du = django_filters.DateFilter(field_name="half_day__day", lookup_expr="gte", label="Du")
    au = django_filters.DateFilter(field_name="half_day__day", lookup_expr="lte", label="Au")

    class Meta:
        model = Attendance
        fields = ("cohorte", "statut", "du", "au")


class AbsenceFilters(django_filters.FilterSet):
    cohorte = NamedChoiceFilter(
        field_name="half_day__session__cohort", queryset=visible_cohorts, label="Cohorte", empty_label="toutes"
    )
    justificatif = django_filters.ChoiceFilter(
        label="Justificatif",
        empty_label="tous",
        method="with_document",
        choices=[("sans", "aucun"), ("attente", "à examiner"), ("accepte", "accepté"), ("refuse", "refusé")],
    )
    du = django_filters.DateFilter(field_name="half_day__day", lookup_expr="gte", label="Du")
    au = django_filters.DateFilter(field_name="half_day__day", lookup_expr="lte", label="Au")

    class Meta:
        model = Attendance
        fields = ("cohorte", "justificatif", "du", "au")

    def with_document(self, queryset, name, value):
        decisions = {
            "attente": DocumentDecision.WAITING,
            "accepte": DocumentDecision.ACCEPTED,
            "refuse": DocumentDecision.REFUSED,
        }
        return queryset.filter(decision=decisions.get(value))
