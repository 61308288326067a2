"""Grids of skills, by trade and by version: what a tutor looks at, and what a trainee says of herself."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.fields import coded_field
from contracts.models import Contract
from contracts.models.contract import OfContractQuerySet
from regulations.trades import Trade


class GridQuerySet(models.QuerySet):
    def in_force(self, trade: Trade, on):
        """The version of that day; the last one written wins on the day it begins."""
        return self.filter(trade=trade, valid_from__lte=on).order_by("-valid_from", "-version")

    def with_counts(self):
        """Adds `block_count` and `skill_count`."""
        return self.annotate(
            block_count=models.Count("blocks", distinct=True), skill_count=models.Count("blocks__skills", distinct=True)
        )

    def with_skills(self):
        """Blocks and skills in their order, in two queries."""
        skills = models.Prefetch("skills", Skill.objects.order_by("position", "pk"))
        blocks = Block.objects.order_by("position", "pk").prefetch_related(skills)
        return self.prefetch_related(models.Prefetch("blocks", blocks))


class Grid(models.Model):
    """Grille de savoir-faire d'un métier. Une version écrite ne change plus : la corriger en écrit une autre."""

    trade = coded_field("métier", Trade)
    version = models.PositiveIntegerField("version")
    valid_from = models.DateField("valable à partir du")
    note = models.CharField("ce qui change", max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="écrite par"
    )
    created_at = models.DateTimeField("écrite le", default=clock.now)

    objects = GridQuerySet.as_manager()

    class Meta:
        verbose_name = "grille de savoir-faire"
        verbose_name_plural = "grilles de savoir-faire"
        constraints = [
            models.UniqueConstraint(
                fields=["trade", "version"],
                name="grid_version_once_per_trade",
                violation_error_message="Une autre personne vient d'écrire cette version de la grille.",
            ),
            models.CheckConstraint(
                condition=Q(version__gt=0),
                name="grid_versions_begin_at_one",
                violation_error_message="Les versions d'une grille commencent à 1.",
            ),
        ]

    def __str__(self):
        return f"Grille {self.get_trade_display()}, version {self.version}"

    def get_absolute_url(self):
        return reverse("tutoring:grid_detail", args=[self.pk])

    def skills_in_order(self) -> list["Skill"]:
        """From `with_skills`, else two queries."""
        return [skill for block in self.blocks.all() for skill in block.skills.all()]


class Block(models.Model):
    """Bloc d'une grille, avec le bloc du diplôme qu'il prépare."""

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="blocks", verbose_name="grille")
    # The same block through the versions of a grid.
    key = models.UUIDField("identifiant", default=uuid4, editable=False)
    position = models.PositiveSmallIntegerField("rang")
    title = models.CharField("bloc", max_length=120)
    diploma_block = models.CharField("bloc du diplôme", max_length=200, blank=True)

    objects = models.Manager()

    class Meta:
        verbose_name = "bloc de savoir-faire"
        verbose_name_plural = "blocs de savoir-faire"
        constraints = [
            models.UniqueConstraint(
                fields=["grid", "key"],
                name="block_once_per_grid",
                violation_error_message="Ce bloc est déjà dans la grille.",
            ),
        ]

    def __str__(self):
        return self.title


class Skill(models.Model):
    """Savoir-faire, en mots simples."""

    block = models.ForeignKey(Block, models.CASCADE, related_name="skills", verbose_name="bloc")
    # The same skill through the versions of a grid, whatever its words become.
    key = models.UUIDField("identifiant", default=uuid4, editable=False)
    position = models.PositiveSmallIntegerField("rang")
    words = models.CharField("savoir-faire", max_length=160)

    objects = models.Manager()

    class Meta:
        verbose_name = "savoir-faire"
        verbose_name_plural = "savoir-faire"
        constraints = [
            models.UniqueConstraint(
                fields=["block", "key"],
                name="skill_once_per_block",
                violation_error_message="Ce savoir-faire est déjà dans le bloc.",
            ),
        ]

    def __str__(self):
        return self.words


class ChosenTrade(models.Model):
    """Métier choisi pour un contrat dont l'emploi ne le dit pas, ou le dit mal."""

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="chosen_trade", verbose_name="contrat")
    trade = coded_field("métier", Trade)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="choisi par")
    chosen_at = models.DateTimeField("choisi le", default=clock.now)

    objects = OfContractQuerySet.as_manager()

    class Meta:
        verbose_name = "métier choisi"
        verbose_name_plural = "métiers choisis"

    def __str__(self):
        return self.get_trade_display()
