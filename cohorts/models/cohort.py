"""The cohort itself: its model, its milestones, who follows it, the seats its employers offer."""

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse

from accounts import clock
from accounts.fields import ends_after_start, in_force
from accounts.models import Message, Organisation
from accounts.roles import Role
from accounts.scope import acting_membership
from employers.models import Establishment


def _figure(rows):
    """One number per cohort, nought where there is no row."""
    return Coalesce(Subquery(rows.values("figure"), output_field=models.IntegerField()), 0)


class CohortTemplate(models.Model):
    """Modèle de cohorte : durée, jalons ; son socle commun est dans la salle de formation."""

    name = models.CharField("nom", max_length=120, unique=True)
    description = models.TextField("description", blank=True)
    months = models.PositiveSmallIntegerField("durée en mois", default=12)
    retired_on = models.DateField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "modèle de cohorte"
        verbose_name_plural = "modèles de cohorte"

    def __str__(self):
        return self.name


class MilestoneTemplate(models.Model):
    """Jalon type : un nombre de jours ou de mois compté depuis le premier jour."""

    template = models.ForeignKey(
        CohortTemplate, models.CASCADE, related_name="milestones", verbose_name="modèle de cohorte"
    )
    label = models.CharField("jalon", max_length=160)
    months_after = models.SmallIntegerField("mois après le premier jour", default=0)
    days_after = models.SmallIntegerField("jours après (négatif : avant)", default=0)
    owner_role = models.CharField("qui s'en charge", max_length=20, choices=Role, default=Role.COORDINATOR)

    class Meta:
        verbose_name = "jalon type"
        verbose_name_plural = "jalons types"

    def __str__(self):
        return self.label


class CohortQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None:
            return self.none()
        organisation = membership.organisation_id
        match membership.role:
            case Role.COORDINATOR:
                return self.filter(agency=organisation)
            case Role.EMPLOYER:
                own = Establishment.objects.of_organisation(organisation)
                # Who refused, or whose invitation was withdrawn, has nothing left to see.
                invited = Q(
                    invitations__establishment__in=own,
                    invitations__revoked_at=None,
                    invitations__answer__in=("", EmployerInvitation.Answer.ACCEPTED),
                )
                return self.filter(Q(seats__establishment__in=own) | invited).distinct()
            case Role.TRAINER:
                return self.filter(training_organisation=organisation)
            case _:
                return self.none()

    def followed_by(self, user, on):
        """Cohorts of which this person is a referent that day: what opens P2 and P3 of their people."""
        return self.visible_to(user).filter(
            Q(referents__user=user) & in_force("referents__valid_from", "referents__valid_to", on)
        )

    def running(self, on):
        return self.filter(starts_on__lte=on, ends_on__gte=on)

    def with_figures(self, on):
        """Adds `offered` and `filled` places, and `late_count` milestones, each in one subquery."""
        seats = Seat.objects.filter(cohort=OuterRef("pk")).order_by().values("cohort")
        holding = {"seat__cohort": OuterRef("pk"), "withdrawn_on": None, "freed_on": None}
        enrolments = self.model.enrolments.rel.related_model.objects.filter(**holding).order_by().values("seat__cohort")
        late = Milestone.objects.late(on).filter(cohort=OuterRef("pk")).order_by().values("cohort")
        return self.annotate(
            offered=_figure(seats.annotate(figure=Sum("quantity"))),
            filled=_figure(enrolments.annotate(figure=Count("pk"))),
            late_count=_figure(late.annotate(figure=Count("pk"))),
        )


class Cohort(models.Model):
    """Cohorte : plusieurs employeurs qui recrutent ensemble sur un territoire, un socle commun, douze mois."""

    class Cofinancing(models.TextChoices):
        NONE = "NONE", "aucun"
        ESF = "ESF", "FSE+"
        STATE_AID = "STATE_AID", "aide d'État"

    code = models.CharField("code", max_length=30, unique=True)
    name = models.CharField("nom", max_length=120)
    template = models.ForeignKey(
        CohortTemplate, models.PROTECT, null=True, blank=True, related_name="cohorts", verbose_name="modèle"
    )
    agency = models.ForeignKey(
        Organisation, models.PROTECT, related_name="cohorts", verbose_name="agence qui porte la cohorte"
    )
    training_organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="trained_cohorts",
        verbose_name="organisme de formation",
    )
    territory = models.CharField("bassin", max_length=120, blank=True)
    region = models.CharField("région", max_length=60, default="Normandie")
    starts_on = models.DateField("premier jour")
    ends_on = models.DateField("dernier jour")
    seats_planned = models.PositiveSmallIntegerField("places visées", default=0)
    cofinancing = models.CharField("cofinancement", max_length=12, choices=Cofinancing, default=Cofinancing.NONE)
    aid_envelope = models.DecimalField("enveloppe d'aide", max_digits=12, decimal_places=2, null=True, blank=True)
    created_at = models.DateTimeField("ouverte le", default=clock.now)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = "cohorte"
        verbose_name_plural = "cohortes"
        constraints = [ends_after_start("cohort", "starts_on", "ends_on", "Le dernier jour doit suivre le premier.")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("cohort_page", args=[self.pk])


class ReferentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cohort__in=Cohort.objects.visible_to(user))


class Referent(models.Model):
    """Référent : la personne de l'agence qui suit les personnes de la cohorte. La nommer ouvre P2 et P3."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="referents", verbose_name="cohorte")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="referent_of", verbose_name="compte"
    )
    valid_from = models.DateField("depuis le")
    valid_to = models.DateField("jusqu'au", null=True, blank=True)

    objects = ReferentQuerySet.as_manager()

    class Meta:
        verbose_name = "référent"
        verbose_name_plural = "référents"
        constraints = [
            ends_after_start("referent", "valid_from", "valid_to", "La fin doit suivre le début."),
            models.UniqueConstraint(
                fields=["cohort", "user"],
                condition=Q(valid_to=None),
                name="referent_once_at_a_time",
                violation_error_message="Cette personne est déjà référente de la cohorte.",
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.cohort}"


class MilestoneQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    def late(self, on):
        return self.filter(done_on=None, due_on__lt=on)

    def to_come(self, on):
        return self.filter(done_on=None, due_on__gte=on)

    def seen_on(self, day):
        """Adds `seen_on`, the day from which lateness is judged."""
        return self.annotate(seen_on=Value(day, output_field=models.DateField()))


class Milestone(models.Model):
    """Jalon d'une cohorte : suit le premier jour tant qu'on ne l'a pas déplacé à la main."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="milestones", verbose_name="cohorte")
    label = models.CharField("jalon", max_length=160)
    months_after = models.SmallIntegerField("mois après le premier jour", default=0)
    days_after = models.SmallIntegerField("jours après (négatif : avant)", default=0)
    owner_role = models.CharField("qui s'en charge", max_length=20, choices=Role, default=Role.COORDINATOR)
    due_on = models.DateField("échéance")
    is_moved = models.BooleanField("déplacé à la main", default=False)
    done_on = models.DateField("fait le", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="fait par"
    )

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = "jalon"
        verbose_name_plural = "jalons"

    def __str__(self):
        return self.label

    def state_on(self, day) -> str:
        if self.done_on:
            return "fait"
        return "en retard" if self.due_on < day else "à venir"


class SeatQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None:
            return self.none()
        if membership.role == Role.EMPLOYER:
            return self.filter(establishment__in=Establishment.objects.of_organisation(membership.organisation_id))
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    def with_filled(self):
        """Adds `filled`, enrolments that hold one of these places today, and `open_places`."""
        holding = Q(enrolments__withdrawn_on=None, enrolments__freed_on=None)
        counted = self.annotate(filled=Count("enrolments", filter=holding, distinct=True))
        return counted.annotate(open_places=F("quantity") - F("filled"))


class Seat(models.Model):
    """Places offertes : un établissement propose, dans une cohorte, tant de postes d'un même métier."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="seats", verbose_name="cohorte")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="seats", verbose_name="établissement")
    job_title = models.CharField("métier", max_length=120, blank=True)
    rome_code = models.CharField("code ROME", max_length=5, blank=True)
    weekly_hours = models.DecimalField("heures par semaine", max_digits=5, decimal_places=2, null=True, blank=True)
    quantity = models.PositiveSmallIntegerField("nombre de places", default=1)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "places offertes"
        verbose_name_plural = "places offertes"
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "establishment", "job_title"],
                name="seat_once_per_job",
                violation_error_message="Cet établissement propose déjà ce métier dans la cohorte : changez le nombre.",
            )
        ]

    def __str__(self):
        return f"{self.establishment}, {self.job_title or 'poste à préciser'}"


class EmployerInvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None:
            return self.none()
        if membership.role == Role.EMPLOYER:
            return self.filter(establishment__in=Establishment.objects.of_organisation(membership.organisation_id))
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    def waiting(self):
        return self.filter(answered_at=None, revoked_at=None)

    def with_mail(self):
        """Adds what became of its last message: `mail_sent_at`, `mail_error`."""
        prefix = Concat(Value("employer-invitation/"), Cast("pk", models.CharField()), Value("/"))
        last = Message.objects.filter(key__startswith=OuterRef("mail_prefix")).order_by("-pk")
        return self.annotate(
            mail_prefix=prefix,
            mail_sent_at=Subquery(last.values("sent_at")[:1]),
            mail_error=Subquery(last.values("error")[:1]),
        )


class EmployerInvitation(models.Model):
    """Invitation d'un établissement dans une cohorte : un lien ouvre la réponse, sans compte."""

    class Answer(models.TextChoices):
        ACCEPTED = "ACCEPTED", "accepte"
        REFUSED = "REFUSED", "refuse"

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="invitations", verbose_name="cohorte")
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="cohort_invitations", verbose_name="établissement"
    )
    email = models.EmailField("courriel")
    seats_offered = models.PositiveSmallIntegerField("places proposées", default=1)
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True)
    sent_at = models.DateTimeField("envoyée le", default=clock.now)
    link_expires_at = models.DateTimeField("lien valable jusqu'au")
    opened_at = models.DateTimeField("ouverte le", null=True, blank=True)
    answered_at = models.DateTimeField("répondue le", null=True, blank=True)
    answer = models.CharField("réponse", max_length=10, choices=Answer, blank=True)
    refusal_reason = models.CharField("raison du refus", max_length=200, blank=True)
    reminders_sent = models.PositiveSmallIntegerField("relances parties", default=0)
    revoked_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects = EmployerInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation d'un employeur"
        verbose_name_plural = "invitations d'employeurs"
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "establishment"],
                condition=Q(revoked_at=None),
                name="employer_invitation_once",
                violation_error_message="Cet établissement est déjà invité dans la cohorte.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="employer_invitation_answer_is_dated",
                violation_error_message="Une réponse porte sa date.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("sent_at")),
                name="employer_invitation_answered_after_sent",
                violation_error_message="La réponse suit l'envoi.",
            ),
        ]

    def __str__(self):
        return f"{self.establishment}, {self.cohort}"
