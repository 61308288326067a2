"""How a person comes into a cohort: who sent her, for which seat, what the employer answered."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.fields import coded_field, ends_after_start
from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import acting_membership
from cohorts.models.cohort import Cohort, Seat
from cohorts.models.person import Person
from employers.models import Establishment
from regulations.people import Opinion, PrescriberKind, RefusalReason


class Prescriber(models.Model):
    """Prescripteur : l'organisation qui oriente (France Travail, mission locale, Cap emploi, O2R…)."""

    kind = coded_field("nature", PrescriberKind)
    name = models.CharField("nom", max_length=120, unique=True)
    organisation = models.OneToOneField(
        Organisation, models.PROTECT, null=True, blank=True, related_name="prescriber", verbose_name="organisation"
    )

    class Meta:
        verbose_name = "prescripteur"
        verbose_name_plural = "prescripteurs"

    def __str__(self):
        return self.name


class AdviserQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None:
            return self.none()
        if membership.role == Role.COORDINATOR:
            return self
        return self.filter(user=user)


class Adviser(models.Model):
    """Conseiller du prescripteur : la personne à qui l'on dit comment cela s'est terminé."""

    prescriber = models.ForeignKey(Prescriber, models.PROTECT, related_name="advisers", verbose_name="prescripteur")
    name = models.CharField("nom", max_length=120)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="adviser", verbose_name="compte"
    )

    objects = AdviserQuerySet.as_manager()

    class Meta:
        verbose_name = "conseiller du prescripteur"
        verbose_name_plural = "conseillers des prescripteurs"

    def __str__(self):
        return self.name


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None:
            return self.filter(person__user=user) if getattr(user, "pk", None) else self.none()
        rows = self.filter(person__in=Person.objects.visible_to(user))
        match membership.role:
            case Role.COORDINATOR | Role.TRAINER:
                return rows.filter(cohort__in=Cohort.objects.visible_to(user))
            case Role.EMPLOYER:
                own = Establishment.objects.of_organisation(membership.organisation_id)
                return rows.filter(Q(contracts__establishment__in=own) | Q(seat__establishment__in=own)).distinct()
            case Role.TUTOR:
                return rows.filter(contracts__tutorships__tutor__user=user).distinct()
            case _:
                return self.none()

    def active(self):
        return self.filter(withdrawn_on=None)

    def holding(self):
        """Those that hold a place today."""
        return self.active().filter(seat__isnull=False, freed_on=None)


class Enrolment(models.Model):
    """Inscription : une personne, sa place dans une cohorte. Son état se lit dans les dates."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="enrolments", verbose_name="personne")
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="enrolments", verbose_name="cohorte")
    seat = models.ForeignKey(
        Seat, models.PROTECT, null=True, blank=True, related_name="enrolments", verbose_name="place"
    )
    enrolled_on = models.DateField("inscrite le")
    wanted_job = models.CharField("poste visé", max_length=120, blank=True)
    opinion = coded_field("avis", Opinion, blank=True)
    diagnosis_on = models.DateField("diagnostic fait le", null=True, blank=True)
    immersion_starts_on = models.DateField("immersion avant embauche, du", null=True, blank=True)
    immersion_ends_on = models.DateField("immersion avant embauche, au", null=True, blank=True)
    seat_accepted_on = models.DateField("place acceptée par l'employeur le", null=True, blank=True)
    freed_on = models.DateField("place libérée le", null=True, blank=True)
    withdrawn_on = models.DateField("abandon avant contrat le", null=True, blank=True)
    withdrawal_reason = models.CharField("raison de l'abandon", max_length=200, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription"
        verbose_name_plural = "inscriptions"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "cohort"],
                name="enrolment_once_per_cohort",
                violation_error_message="Cette personne est déjà inscrite dans la cohorte.",
            ),
            ends_after_start(
                "enrolment_immersion",
                "immersion_starts_on",
                "immersion_ends_on",
                "La fin de l'immersion doit suivre son début.",
            ),
            models.CheckConstraint(
                condition=Q(seat_accepted_on=None) | Q(seat__isnull=False),
                name="enrolment_accepted_needs_a_seat",
                violation_error_message="Pour accepter, il faut une place.",
            ),
        ]

    def __str__(self):
        return f"inscription {self.pk}"


class ReferralQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None:
            return self.none()
        rows = self.filter(person__in=Person.objects.visible_to(user))
        match membership.role:
            case Role.COORDINATOR:
                return rows.filter(cohort__in=Cohort.objects.visible_to(user))
            case Role.EMPLOYER:
                own = Establishment.objects.of_organisation(membership.organisation_id)
                return rows.filter(seat__establishment__in=own)
            case Role.ADVISER:
                return rows.filter(adviser__user=user)
            case _:
                return self.none()

    def waiting(self):
        return self.filter(answered_on=None)

    def to_answer(self):
        """Waiting on a seat, for a person whom no other employer of the cohort has taken meanwhile."""
        taken = Enrolment.objects.holding().filter(person=OuterRef("person"), cohort=OuterRef("cohort"))
        return self.waiting().filter(~Exists(taken), seat__isnull=False)


class Referral(models.Model):
    """Orientation : un prescripteur propose une personne, pour une place ou pour la cohorte."""

    class Outcome(models.TextChoices):
        ACCEPTED = "ACCEPTED", "retenue"
        REFUSED = "REFUSED", "non retenue"

    person = models.ForeignKey(Person, models.PROTECT, related_name="referrals", verbose_name="personne")
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="referrals", verbose_name="cohorte")
    prescriber = models.ForeignKey(Prescriber, models.PROTECT, related_name="referrals", verbose_name="prescripteur")
    adviser = models.ForeignKey(
        Adviser, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name="conseiller"
    )
    seat = models.ForeignKey(
        Seat, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name="place proposée"
    )
    referred_on = models.DateField("orientée le")
    met_on = models.DateField("reçue le", null=True, blank=True)
    answered_on = models.DateField("répondue le", null=True, blank=True)
    outcome = models.CharField("réponse", max_length=10, choices=Outcome, blank=True)
    refusal_reason = coded_field("motif du refus", RefusalReason, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="répondue par"
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = "orientation"
        verbose_name_plural = "orientations"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "seat"],
                condition=Q(answered_on=None, seat__isnull=False),
                name="referral_once_while_waiting",
                violation_error_message="Cette personne est déjà proposée sur cette place.",
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None, outcome="") | (Q(answered_on__isnull=False) & ~Q(outcome="")),
                name="referral_answer_is_dated",
                violation_error_message="Une réponse porte sa date.",
            ),
            models.CheckConstraint(
                condition=(Q(outcome="REFUSED") & ~Q(refusal_reason=""))
                | (~Q(outcome="REFUSED") & Q(refusal_reason="")),
                name="referral_refusal_has_a_reason",
                violation_error_message="Un refus porte son motif, et lui seul.",
            ),
        ]

    def __str__(self):
        return f"orientation {self.pk}"

    def get_absolute_url(self):
        return reverse("cohorts:referral_detail", args=[self.pk])

    @property
    def answer(self) -> str:
        return self.get_outcome_display() if self.outcome else "en attente"
