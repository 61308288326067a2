"""Core training shared by all employers of a cohort: programme, sessions, half-days, attendance."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum

from accounts import clock
from accounts.fields import coded_field
from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import acting_membership
from cohorts.models import Cohort, CohortTemplate, Enrolment
from regulations.training import AbsenceReason, AttendanceStatus, HalfDayPart, TrainingMode


class TrainingBody(models.Model):
    """Organisme de formation."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="training_body", verbose_name="organisation"
    )
    name = models.CharField("raison sociale", max_length=160)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    declaration_number = models.CharField("numéro de déclaration d'activité", max_length=11, blank=True)
    address = models.CharField("adresse", max_length=300, blank=True)

    class Meta:
        verbose_name = "organisme de formation"
        verbose_name_plural = "organismes de formation"

    def __str__(self):
        return self.name


class Programme(models.Model):
    """Programme du socle commun : celui d'un modèle de cohorte, ou sa copie propre à une cohorte."""

    template = models.OneToOneField(
        CohortTemplate,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="programme",
        verbose_name="modèle de cohorte",
    )
    cohort = models.OneToOneField(
        Cohort, models.PROTECT, null=True, blank=True, related_name="programme", verbose_name="cohorte"
    )
    title = models.CharField("intitulé de l'action", max_length=160)
    objective = models.TextField("objectifs", blank=True)

    class Meta:
        verbose_name = "programme"
        verbose_name_plural = "programmes"
        constraints = [
            models.CheckConstraint(
                condition=Q(template=None) ^ Q(cohort=None),
                name="programme_of_a_template_or_of_a_cohort",
                violation_error_message="Un programme est celui d'un modèle ou celui d'une cohorte.",
            )
        ]

    def __str__(self):
        return self.title


class ModuleQuerySet(models.QuerySet):
    def of_cohort(self, cohort):
        """The cohort's own modules; those of its model while it has no programme yet."""
        own = self.filter(programme__cohort=cohort)
        return own if own.exists() or not cohort.template_id else self.filter(programme__template=cohort.template_id)

    def with_minutes(self, cohort):
        """Adds `placed_minutes`, the half-days of this cohort that are not cancelled."""
        placed = (
            HalfDay.objects.planned()
            .filter(session__module=models.OuterRef("pk"), session__cohort=cohort)
            .order_by()
            .values("session__module")
            .annotate(minutes=Sum("planned_minutes"))
            .values("minutes")
        )
        return self.annotate(placed_minutes=models.Subquery(placed))


class Module(models.Model):
    """Module du programme, avec ses minutes prévues."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="modules", verbose_name="programme")
    position = models.PositiveSmallIntegerField("ordre")
    title = models.CharField("module", max_length=160)
    planned_minutes = models.PositiveIntegerField("minutes prévues", default=0)

    objects = ModuleQuerySet.as_manager()

    class Meta:
        verbose_name = "module"
        verbose_name_plural = "modules"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "title"],
                name="module_title_once_per_programme",
                violation_error_message="Ce module est déjà dans le programme.",
            )
        ]

    def __str__(self):
        return self.title


class SessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None:
            mine = Enrolment.objects.visible_to(user)
            return self.filter(cohort__enrolments__in=mine).distinct()
        if membership.role == Role.TUTOR:
            return self.filter(cohort__enrolments__in=Enrolment.objects.visible_to(user)).distinct()
        return self.filter(cohort__in=Cohort.objects.visible_to(user))


class Session(models.Model):
    """Séance : un module, un lieu, une intervenante ; faite d'une ou plusieurs demi-journées."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="sessions", verbose_name="cohorte")
    module = models.ForeignKey(Module, models.PROTECT, related_name="sessions", verbose_name="module")
    trainer_name = models.CharField("intervenant", max_length=120, blank=True)
    place = models.CharField("lieu", max_length=200, blank=True)
    remote_link = models.URLField("lien à distance", blank=True)
    mode = coded_field("modalité", TrainingMode, default=TrainingMode.ON_SITE)
    capacity = models.PositiveSmallIntegerField("capacité", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        verbose_name_plural = "séances"

    def __str__(self):
        return str(self.module)


class HalfDayQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(session__in=Session.objects.visible_to(user))

    def planned(self):
        """Not cancelled: what hours are counted on."""
        return self.filter(cancelled_on=None)

    def without_roll(self, on):
        """Past that day, not cancelled, and nobody noted: to complete, which is not an absence."""
        noted = Attendance.objects.valid().filter(half_day=models.OuterRef("pk"))
        return self.planned().filter(day__lt=on).exclude(models.Exists(noted))

    def with_counts(self):
        """Adds `noted` and `present`: rows of the roll that still stand."""
        standing = Q(attendances__voided_at=None)
        here = standing & Q(attendances__attended_minutes__gt=0)
        return self.annotate(
            noted=models.Count("attendances", filter=standing), present=models.Count("attendances", filter=here)
        )

    def with_names(self):
        return self.select_related("session__module", "session__cohort")


class HalfDay(models.Model):
    """Demi-journée : un jour, matin ou après-midi, des horaires ; c'est elle qu'on émarge."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="half_days", verbose_name="séance")
    day = models.DateField("jour", db_index=True)
    part = coded_field("demi-journée", HalfDayPart)
    starts_at = models.TimeField("début")
    ends_at = models.TimeField("fin")
    planned_minutes = models.PositiveSmallIntegerField("minutes prévues")
    cancelled_on = models.DateField("annulée le", null=True, blank=True)
    cancel_reason = models.CharField("annulée parce que", max_length=200, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="close par"
    )
    reopened_at = models.DateTimeField("rouverte le", null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="rouverte par"
    )
    reopen_reason = models.CharField("rouverte parce que", max_length=200, blank=True)
    countersigned_at = models.DateTimeField("signée par l'intervenant le", null=True, blank=True)
    countersigned_on_paper = models.BooleanField("signée par l'intervenant sur papier", default=False)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = HalfDayQuerySet.as_manager()

    class Meta:
        verbose_name = "demi-journée"
        verbose_name_plural = "demi-journées"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="half_day_ends_after_start",
                violation_error_message="La fin de la demi-journée doit suivre son début.",
            ),
            models.UniqueConstraint(
                fields=["session", "day", "part"],
                name="half_day_once_per_session",
                violation_error_message="Cette demi-journée est déjà dans la séance.",
            ),
        ]

    def __str__(self):
        return f"{self.day:%d/%m/%Y} {self.get_part_display()}"


class AttendanceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows of the people one may see, in the sessions one may see."""
        return self.filter(
            enrolment__in=Enrolment.objects.visible_to(user), half_day__in=HalfDay.objects.visible_to(user)
        )

    def valid(self):
        return self.filter(voided_at=None)

    def with_names(self):
        return self.select_related(
            "half_day__session__module", "half_day__session__cohort", "enrolment__person", "enrolment__cohort"
        )

    def minutes(self) -> int:
        """Minutes attended, by one sum in the database."""
        return self.valid().aggregate(total=Sum("attended_minutes"))["total"] or 0


class Attendance(models.Model):
    """Émargement : la ligne est la preuve. Annulée (qui, quand, pourquoi) puis refaite, jamais modifiée."""

    class Source(models.TextChoices):
        ROLL = "ROLL", "appel en ligne"
        PAPER = "PAPER", "feuille papier"
        IMPORT = "IMPORT", "classeur importé"

    half_day = models.ForeignKey(HalfDay, models.PROTECT, related_name="attendances", verbose_name="demi-journée")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendances", verbose_name="inscription")
    status = coded_field("statut", AttendanceStatus)
    minutes_late = models.PositiveSmallIntegerField("minutes de retard", default=0)
    minutes_early = models.PositiveSmallIntegerField("minutes de départ anticipé", default=0)
    minutes_unknown = models.BooleanField("retard sans nombre de minutes", default=False)
    absence_reason = coded_field("motif d'absence", AbsenceReason, blank=True)
    attended_minutes = models.PositiveSmallIntegerField("minutes suivies")
    source = models.CharField("origine", max_length=8, choices=Source, default=Source.ROLL)
    signed_at = models.DateTimeField("signé par le stagiaire le", null=True, blank=True)
    signed_on_paper = models.BooleanField("signé par le stagiaire sur papier", default=False)
    recorded_at = models.DateTimeField("noté le", default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="noté par"
    )
    voided_at = models.DateTimeField("annulé le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )
    void_reason = models.CharField("annulé parce que", max_length=200, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "émargement"
        verbose_name_plural = "émargements"
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "enrolment"],
                condition=Q(voided_at=None),
                name="attendance_once_per_half_day",
                violation_error_message="Cette personne est déjà émargée pour cette demi-journée.",
            )
        ]

    def __str__(self):
        return f"émargement {self.pk}"
