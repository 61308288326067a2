"""Filters of the lists about people. Never on a protected fact."""

import django_filters
from django.db.models import Exists, OuterRef

from accounts import clock
from accounts.filters import NamedChoiceFilter
from cohorts.filters.cohort import cohorts_of
from cohorts.models import Enrolment, Person, Prescriber, Referral
from regulations.people import EducationLevel, Mobility

PLACES = (("avec", "avec une place"), ("sans", "sans place"))


NOTICES = (("remise", "remise"), ("a-remettre", "à remettre"))


ANSWERS = (("attente", "en attente"), ("ACCEPTED", "retenue"), ("REFUSED", "non retenue"))


class PersonFilters(django_filters.FilterSet):
    cohorte = NamedChoiceFilter(label="Cohorte", queryset=cohorts_of, method="of_cohort", empty_label="toutes")
    place = django_filters.ChoiceFilter(label="Place", choices=PLACES, method="by_place", empty_label="toutes")
    niveau = django_filters.ChoiceFilter(
        field_name="education_level", label="Niveau", choices=EducationLevel.choices(), empty_label="tous"
    )
    notice = django_filters.ChoiceFilter(
        label="Notice d'information", choices=NOTICES, method="by_notice", empty_label="toutes"
    )

    class Meta:
        model = Person
        fields = ("cohorte", "place", "niveau", "notice")

    def of_cohort(self, rows, name, cohort):
        enrolled = Enrolment.objects.visible_to(self.request.user).active().filter(person=OuterRef("pk"), cohort=cohort)
        return rows.filter(Exists(enrolled))

    def by_place(self, rows, name, answer):
        held = Exists(Enrolment.objects.visible_to(self.request.user).holding().filter(person=OuterRef("pk")))
        return rows.filter(held if answer == "avec" else ~held)

    def by_notice(self, rows, name, answer):
        return rows.filter(notice_given_on__isnull=answer == "a-remettre")


class PlacementFilters(django_filters.FilterSet):
    """Wish, level, mobility of those whose private facts one may read: never a protected fact."""

    souhait = django_filters.CharFilter(label="Poste visé", method="wanting")
    niveau = django_filters.ChoiceFilter(
        field_name="education_level", label="Niveau", choices=EducationLevel.choices(), empty_label="tous"
    )
    mobilite = django_filters.ChoiceFilter(
        label="Mobilité", choices=Mobility.choices(), method="moving", empty_label="toutes"
    )

    class Meta:
        model = Person
        fields = ("souhait", "niveau", "mobilite")

    def wanting(self, rows, name, text):
        wanted = Enrolment.objects.active().filter(person=OuterRef("pk"), wanted_job__icontains=text)
        return rows.filter(Exists(wanted))

    def moving(self, rows, name, mobility):
        readable = Person.objects.private_to(self.request.user, clock.today())
        return rows.filter(mobility=mobility, pk__in=readable.values("pk"))


class ReferralFilters(django_filters.FilterSet):
    cohorte = NamedChoiceFilter(field_name="cohort", label="Cohorte", queryset=cohorts_of, empty_label="toutes")
    prescripteur = NamedChoiceFilter(
        field_name="prescriber",
        label="Prescripteur",
        queryset=Prescriber.objects.order_by("name"),
        empty_label="tous",
    )
    reponse = django_filters.ChoiceFilter(label="Réponse", choices=ANSWERS, method="answered", empty_label="toutes")

    class Meta:
        model = Referral
        fields = ("cohorte", "prescripteur", "reponse")

    def answered(self, rows, name, answer):
        return rows.waiting() if answer == "attente" else rows.filter(outcome=answer)
