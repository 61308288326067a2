"""Filters of the register of deliveries."""

import django_filters
from django.db.models import F, Q

from accounts.filters import NamedChoiceFilter
from accounts.models import Organisation
from accounts.roles import OrganisationKind
from cohorts.models import Cohort
from employers.models import Financer
from exports.answers import AWAITED
from exports.models import NOBODY_OUTSIDE, Delivery
from exports.models.answers import Verdict
from exports.registry import KINDS
from exports.scope import AGENCY, DDETS

STATES = {
    "prepa": ("en préparation ou en échec", Q(frozen_at=None)),
    "pretes": ("prêtes, à remettre", Q(frozen_at__isnull=False, sent_at=None)),
    "remises": ("remises", Q(sent_at__isnull=False)),
    "sans-accuse": ("remises, sans accusé de réception", Q(sent_at__isnull=False, acknowledged_on=None)),
    "accusees": ("accusé reçu", Q(acknowledged_on__isnull=False)),
}
REPLACEMENTS = {
    "en-vigueur": ("en vigueur", Q(replaced_number=None)),
    "remplacees": ("remplacées", Q(replaced_number__isnull=False)),
    "corrections": ("qui en corrigent une autre", Q(replaces__isnull=False)),
}
ANSWERS = {
    "attendue": (
        "attendue, de tout ou partie",
        AWAITED & Q(recipient__kind=OrganisationKind.FUNDER, replaced_number=None),
    ),
    "renvois": (
        "avec des lignes refusées ou rendues",
        Q(refused_lines__gt=0) | Q(returned_lines__gt=0) | Q(others_verdict=Verdict.RETURNED),
    ),
    "a-suivre": ("refus sans suite de l'agence", Q(refusals_to_reply__gt=0)),
    "acceptee": (
        "entièrement acceptée",
        Q(refused_lines=0, returned_lines=0, row_count__gt=0)
        & (Q(others_verdict=Verdict.ACCEPTED) | Q(accepted_lines=F("row_count"))),
    ),
}
# Those that have no row of their own when nobody has an account there.
WORDS = {DDETS: "DDETS", AGENCY: NOBODY_OUTSIDE}


def labels(choices: dict) -> list[tuple[str, str]]:
    return [(word, label) for word, (label, _) in choices.items()]


class DeliveryFilters(django_filters.FilterSet):
    """Over rows that `with_follow_up` and `with_answers` have completed."""

    cohorte = NamedChoiceFilter(
        field_name="cohort", label="Cohorte", queryset=lambda request: cohorts_of(request), empty_label="toutes"
    )
    fichier = django_filters.ChoiceFilter(
        field_name="code",
        label="Fichier",
        choices=[(code, kind.name) for code, kind in KINDS.items()],
        empty_label="tous",
    )
    destinataire = django_filters.ChoiceFilter(label="Destinataire", method="to", empty_label="tous")
    du = django_filters.DateFilter(field_name="prepared_at", lookup_expr="date__gte", label="Préparée du")
    au = django_filters.DateFilter(field_name="prepared_at", lookup_expr="date__lte", label="au")
    etat = django_filters.ChoiceFilter(label="État", choices=labels(STATES), method="in_state", empty_label="tous")
    reponse = django_filters.ChoiceFilter(
        label="Réponse", choices=labels(ANSWERS), method="answered", empty_label="toutes"
    )
    remplacement = django_filters.ChoiceFilter(
        label="Remplacement", choices=labels(REPLACEMENTS), method="replaced", empty_label="toutes"
    )

    class Meta:
        model = Delivery
        fields = ("cohorte", "fichier", "destinataire", "du", "au", "etat", "reponse", "remplacement")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        user = self.request.user
        if not user.has_perm("exports.note_delivery"):
            del self.filters["reponse"]
        if not user.has_perm("exports.make_delivery"):
            del self.filters["etat"]
        self.filters["destinataire"].extra["choices"] = recipients_of(user)

    def to(self, rows, name, word):
        kind, _, pk = word.partition("-")
        if kind == "financeur":
            return rows.filter(financer=pk)
        if kind == "organisation":
            return rows.filter(recipient=pk, financer=None)
        return rows.filter(number__contains=f"-{word}-", recipient=None, financer=None)

    def in_state(self, rows, name, state):
        return rows.filter(STATES[state][1])

    def answered(self, rows, name, word):
        return rows.filter(ANSWERS[word][1])

    def replaced(self, rows, name, word):
        return rows.filter(REPLACEMENTS[word][1])


def cohorts_of(request):
    """Those whose deliveries one sees: a funder sees no cohort, only what was sent to it."""
    seen = Delivery.objects.visible_to(request.user).values("cohort")
    return Cohort.objects.filter(pk__in=seen).order_by("-starts_on", "name")


def recipients_of(user) -> list[tuple[str, str]]:
    """Financers, organisations, then those that a number alone names."""
    seen = Delivery.objects.visible_to(user)
    financers = Financer.objects.filter(pk__in=seen.values("financer")).order_by("name").values_list("pk", "name")
    own = seen.filter(financer=None)
    others = Organisation.objects.filter(pk__in=own.values("recipient")).order_by("name").values_list("pk", "name")
    return [
        *((f"financeur-{pk}", name) for pk, name in financers),
        *((f"organisation-{pk}", name) for pk, name in others),
        *WORDS.items(),
    ]
