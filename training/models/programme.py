"""Who teaches and what: training body, programme and its modules, settings of the room."""

from django.db import models
from django.db.models import Q, Sum

from accounts.models import Organisation
from cohorts.models import Cohort, CohortTemplate


class TrainingBody(models.Model):
    """Organisme de formation."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="training_body", verbose_name="organisation"
    )
    name = models.CharField("raison sociale", max_length=160)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    declaration_number = models.CharField("numéro de déclaration d'activité", max_length=11, blank=True)
    address = models.CharField("adresse", max_length=300, blank=True)
    # Who signs its papers, in what capacity, and where they are made.
    representative = models.CharField("représentant légal", max_length=120, blank=True)
    representative_role = models.CharField("qualité du représentant", max_length=80, blank=True)
    town = models.CharField("fait à", max_length=80, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

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
        placed = Q(sessions__cohort=cohort, sessions__half_days__cancelled_on=None)
        return self.annotate(placed_minutes=Sum("sessions__half_days__planned_minutes", filter=placed))


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


class TrainingRules(models.Model):
    """Réglages de la formation : chaque ligne tient jusqu'à la suivante ; aucun n'est une règle de droit."""

    valid_from = models.DateField("à partir du", unique=True)
    lock_hours = models.PositiveSmallIntegerField("appel verrouillé après (heures)", default=4)
    rest_after_night = models.PositiveSmallIntegerField("repos après une nuit (minutes)", default=660)
    most_minutes_a_day = models.PositiveSmallIntegerField("minutes de formation par jour, au plus", default=420)
    together_seconds = models.PositiveSmallIntegerField("groupe entier signé en moins de (secondes)", default=5)
    countersign_days = models.PositiveSmallIntegerField("signature de l'intervenant au plus tard (jours)", default=7)
    code_seconds = models.PositiveSmallIntegerField("code de la classe changé toutes les (secondes)", default=60)
    note = models.CharField("remarque", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "réglage de la formation"
        verbose_name_plural = "réglages de la formation"

    def __str__(self):
        return f"réglage depuis le {self.valid_from:%d/%m/%Y}"
