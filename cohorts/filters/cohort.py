"""Filters of the lists about a cohort."""

import django_filters

from accounts import clock
from cohorts.models import Cohort, EmployerInvitation, Seat

PERIODS = (("a-venir", "à venir"), ("en-cours", "en cours"), ("terminees", "terminées"))


SEATS = (("ouvertes", "avec des places ouvertes"), ("pourvues", "toutes pourvues"))


INVITATIONS = (("attente", "sans réponse"), ("ACCEPTED", "acceptée"), ("REFUSED", "refusée"))


def cohorts_of(request):
    return Cohort.objects.visible_to(request.user).order_by("-starts_on", "pk") if request else Cohort.objects.none()


class CohortFilters(django_filters.FilterSet):
    periode = django_filters.ChoiceFilter(label="Période", choices=PERIODS, method="in_period", empty_label="toutes")

    class Meta:
        model = Cohort
        fields = ("periode",)

    def in_period(self, rows, name, period):
        on = clock.today()
        if period == "a-venir":
            return rows.filter(starts_on__gt=on)
        return rows.filter(ends_on__lt=on) if period == "terminees" else rows.running(on)


class SeatFilters(django_filters.FilterSet):
    places = django_filters.ChoiceFilter(label="Places", choices=SEATS, method="by_room", empty_label="toutes")

    class Meta:
        model = Seat
        fields = ("places",)

    def by_room(self, rows, name, answer):
        return rows.filter(open_places__gt=0) if answer == "ouvertes" else rows.filter(open_places__lte=0)


class InvitationFilters(django_filters.FilterSet):
    reponse = django_filters.ChoiceFilter(label="Réponse", choices=INVITATIONS, method="answered", empty_label="toutes")

    class Meta:
        model = EmployerInvitation
        fields = ("reponse",)

    def answered(self, rows, name, answer):
        return rows.waiting() if answer == "attente" else rows.filter(answer=answer)
