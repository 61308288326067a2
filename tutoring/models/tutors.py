"""Tutors, whom they follow and when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts import clock
from accounts.fields import coded_field, ends_after_start, in_force
from accounts.roles import Role
from accounts.scope import acting_membership
from cohorts.models import Cohort
from contracts.models import Contract
from employers.models import Establishment
from regulations.people import unaccented
from regulations.tutors import TutorStatus


class TutorQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None:
            return self.none()
        match membership.role:
            case Role.COORDINATOR:
                return self
            case Role.EMPLOYER:
                return self.filter(establishment__in=Establishment.objects.of_organisation(membership.organisation_id))
            case Role.TUTOR:
                return self.filter(user=user)
            case _:
                return self.none()

    def with_following(self, on):
        """Adds `following`: people followed that day, under a contract that still runs."""
        followed = Tutorship.objects.current(on).filter(
            Q(contract__ends_on=None) | Q(contract__ends_on__gte=on),
            Q(contract__broken_on=None) | Q(contract__broken_on__gte=on),
            contract__closed_on=None,
            tutor=models.OuterRef("pk"),
        )
        counted = followed.order_by().values("tutor").annotate(number=models.Count("pk")).values("number")
        return self.annotate(following=Coalesce(models.Subquery(counted), 0))

    def search(self, text):
        """Each word in a name, the establishment's words included, whatever the accents."""
        found = self
        for word in unaccented(text).split():
            sites = Establishment.objects.filter(search_text__contains=word)
            found = found.filter(Q(search_text__contains=word) | Q(establishment__in=sites))
        return found


class Tutor(models.Model):
    """Tuteur : salarié volontaire d'un établissement, deux ans d'expérience au moins (R5134-38)."""

    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="tutors", verbose_name="établissement"
    )
    last_name = models.CharField("nom", max_length=80)
    first_name = models.CharField("prénom", max_length=80)
    job_title = models.CharField("fonction", max_length=120, blank=True)
    status = coded_field("qualité", TutorStatus, default=TutorStatus.EMPLOYEE)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("courriel", blank=True)
    experience_since = models.DateField("expérience professionnelle depuis", null=True, blank=True)
    volunteer = models.BooleanField("volontaire", null=True, blank=True)
    trained_on = models.DateField("formation de tuteur le", null=True, blank=True)
    exception_reason = models.TextField("accepté parce que", blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="tutors", verbose_name="compte"
    )
    search_text = models.CharField("texte de recherche", max_length=200, editable=False, db_index=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = TutorQuerySet.as_manager()

    class Meta:
        verbose_name = "tuteur"
        verbose_name_plural = "tuteurs"

    def __str__(self):
        return f"{self.last_name} {self.first_name}"

    def get_absolute_url(self):
        return reverse("tutoring:tutor_detail", args=[self.pk])

    @property
    def full_name(self) -> str:
        return str(self)


class TutorshipQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def current(self, on):
        return self.filter(in_force("starts_on", "ends_on", on))


class Tutorship(models.Model):
    """Tutorat : une période datée. Changer de tuteur ferme l'une et ouvre l'autre, rien n'est écrasé."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="tutorships", verbose_name="contrat")
    tutor = models.ForeignKey(Tutor, models.PROTECT, related_name="tutorships", verbose_name="tuteur")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au", null=True, blank=True)
    exception_reason = models.TextField("accepté parce que", blank=True)
    created_at = models.DateTimeField("enregistré le", default=clock.now)

    objects = TutorshipQuerySet.as_manager()

    class Meta:
        verbose_name = "tutorat"
        verbose_name_plural = "tutorats"
        constraints = [
            ends_after_start("tutorship", "starts_on", "ends_on", "La fin du tutorat doit suivre son début."),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(ends_on=None),
                name="tutorship_one_open_per_contract",
                violation_error_message="Ce contrat a déjà un tuteur : fermez la période en cours.",
            ),
        ]

    def __str__(self):
        return f"tutorat {self.pk}"

    def get_absolute_url(self):
        return reverse("tutoring:tutorship_detail", args=[self.pk])


class OfTutorshipQuerySet(models.QuerySet):
    """Rows about what a tutor observes."""

    def visible_to(self, user):
        """P2: the employer, the tutor of the person and the referent; never a funder or a prescriber."""
        membership = acting_membership(user)
        if membership is None or membership.role not in (Role.COORDINATOR, Role.EMPLOYER, Role.TUTOR):
            return self.none()
        rows = self.filter(tutorship__in=Tutorship.objects.visible_to(user))
        if membership.role == Role.COORDINATOR:
            followed = Cohort.objects.followed_by(user, clock.today())
            return rows.filter(tutorship__contract__enrolment__cohort__in=followed).distinct()
        return rows
