"""What a trainee says of herself, and what becomes of a disagreement."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.fields import coded_field
from accounts.roles import Role
from accounts.scope import acting_role
from contracts.models import Contract
from contracts.models.life import voided_with_a_reason
from regulations.skills import Face
from tutoring.models.observations import Observation
from tutoring.models.skills import Skill


def contracts_read_by(user):
    """Whose learning one may read: whoever may read what is private of the contract, and her tutor."""
    if acting_role(user) == Role.TUTOR:
        return Contract.objects.visible_to(user).of_nobody_erased()
    return Contract.objects.private_to(user, clock.today()).of_nobody_erased()


class PrivateOfContractQuerySet(models.QuerySet):
    """Rows about what somebody learns."""

    def visible_to(self, user):
        return self.filter(contract__in=contracts_read_by(user))


class OwnView(models.Model):
    """Regard de la stagiaire sur un savoir-faire, un jour. On en ajoute, on n'en modifie pas."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="own_views", verbose_name="contrat")
    grid_skill = models.ForeignKey(Skill, models.PROTECT, related_name="own_views", verbose_name="ligne de la grille")
    # The words of that day: a grid that changes later rewrites nothing.
    skill = models.CharField("savoir-faire", max_length=160)
    face = coded_field("visage", Face)
    sentence = models.CharField("ses mots", max_length=300, blank=True)
    said_on = models.DateField("dit le")
    recorded_at = models.DateTimeField("enregistré le", default=clock.now)
    # One sending holds several lines: sent twice, they are received once.
    request_id = models.UUIDField("identifiant d'envoi", default=uuid4, editable=False)

    objects = PrivateOfContractQuerySet.as_manager()

    class Meta:
        verbose_name = "regard de la stagiaire"
        verbose_name_plural = "regards de la stagiaire"
        constraints = [
            models.UniqueConstraint(
                fields=["request_id", "grid_skill"],
                name="own_view_received_once",
                violation_error_message="Votre réponse est déjà reçue.",
            ),
        ]

    def __str__(self):
        return f"regard {self.pk}"


class DiscussedPoint(models.Model):
    """Point discuté : ce que la conseillère écrit d'un désaccord, pour ce regard-là et cette observation-là."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="discussed_points", verbose_name="contrat")
    own_view = models.ForeignKey(
        OwnView, models.PROTECT, related_name="discussed_points", verbose_name="regard de la stagiaire"
    )
    observation = models.ForeignKey(
        Observation, models.PROTECT, related_name="discussed_points", verbose_name="observation"
    )
    text = models.CharField("ce qui est décidé", max_length=500)
    discussed_on = models.DateField("discuté le")
    recorded_at = models.DateTimeField("enregistré le", default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="écrit par"
    )

    objects = PrivateOfContractQuerySet.as_manager()

    class Meta:
        verbose_name = "point discuté"
        verbose_name_plural = "points discutés"
        constraints = [
            models.UniqueConstraint(
                fields=["own_view", "observation"],
                name="discussed_point_once",
                violation_error_message="Une autre personne vient de répondre à ce point.",
            ),
        ]

    def __str__(self):
        return f"point {self.pk}"


class ExperienceCertificateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """It tells her birth date and her hours: never to her tutor."""
        return self.filter(contract__in=Contract.objects.private_to(user, clock.today()).of_nobody_erased())

    def standing(self):
        return self.filter(voided_at=None)


class ExperienceCertificate(models.Model):
    """Attestation d'expérience professionnelle : figée et numérotée ; annulée avec un motif, puis refaite."""

    number = models.CharField("numéro", max_length=40, unique=True)
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="experience_certificates", verbose_name="contrat"
    )
    issued_on = models.DateField("émise le")
    # Everything printed, as it was: names, job, period, what she can do.
    facts = models.JSONField("contenu", default=dict)
    recorded_at = models.DateTimeField("enregistrée le", default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="préparée par"
    )
    voided_at = models.DateTimeField("annulée le", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    void_reason = models.CharField("annulée parce que", max_length=200, blank=True)

    objects = ExperienceCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "attestation d'expérience professionnelle"
        verbose_name_plural = "attestations d'expérience professionnelle"
        constraints = [
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(voided_at=None),
                name="experience_certificate_one_per_contract",
                violation_error_message="Une attestation est déjà émise pour ce contrat : annulez-la d'abord.",
            ),
            voided_with_a_reason("experience_certificate"),
        ]

    def __str__(self):
        return f"attestation {self.number}"

    def get_absolute_url(self):
        return reverse("tutoring:experience_certificate", args=[self.pk])
