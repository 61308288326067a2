"""Filters of the register of deliveries."""

import django_filters
from django.db.models import Q

from accounts.filters import NamedChoiceFilter
from cohorts.models import Cohort
from exports.models import Delivery
from exports.registry import KINDS

STATES = (("prepa", "en préparation ou en échec"), ("pretes", "prêtes, à remettre"), ("remises", "remises"))


class DeliveryFilters(django_filters.FilterSet):
    cohorte = NamedChoiceFilter(
        field_name="cohort", label="Cohorte", queryset=lambda request: cohorts_of(request), empty_label="toutes"
    )
    fichier = django_filters.ChoiceFilter(
        field_name="code",
        label="Fichier",
        choices=[(code, kind.name) for code, kind in KINDS.items()],
        empty_label="tous",
    )
    etat = django_filters.ChoiceFilter(label="État", choices=STATES, method="in_state", empty_label="tous")

    class Meta:
        model = Delivery
        fields = ("cohorte", "fichier", "etat")

    def in_state(self, rows, name, state):
        conditions = {
            "prepa": Q(frozen_at=None),
            "pretes": Q(frozen_at__isnull=False, sent_at=None),
            "remises": Q(sent_at__isnull=False),
        }
        return rows.filter(conditions[state])


def cohorts_of(request):
    """Those whose deliveries one sees: a funder sees no cohort, only what was sent to it."""
    seen = Delivery.objects.visible_to(request.user).values("cohort")
    return Cohort.objects.filter(pk__in=seen).order_by("-starts_on", "name")
