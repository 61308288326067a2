"""Reference data of this room: the core programme of the default model of cohort, settings. May be loaded twice."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from cohorts.models import CohortTemplate
from regulations.employers import FinancerKind
from regulations.training import ExpenseKind
from training.models import ExpenseCap, Module, Programme, TrainingRules

TITLE = "Socle commun ImPEC' : travailler auprès de personnes âgées ou handicapées"
MODULE_MINUTES = 7 * 60
MODULES = (
    "Accueil et découverte des métiers",
    "Communiquer avec la personne accompagnée",
    "Posture professionnelle et secret professionnel",
    "Travail en équipe et transmissions",
    "Gestes et postures",
    "Hygiène et prévention des infections",
    "Vieillissement et maladies neuro-évolutives",
    "Handicap, autonomie et vie sociale",
    "Bientraitance",
    "Numérique professionnel",
    "Gérer une situation difficile",
    "Bilan et suite de parcours",
)
# Financer, kind, amount, from, what is known of it: none is the official scale of a PEC.
CAPS = (
    (
        FinancerKind.OPCO_SANTE,
        ExpenseKind.MEALS,
        Decimal("20.00"),
        date(2016, 1, 1),
        "Hypothèse : 20 € par repas, barème Unifaf de 2016 ; à vérifier auprès de l'OPCO Santé.",
    ),
    (
        FinancerKind.OPCO_SANTE,
        ExpenseKind.LODGING,
        Decimal("140.00"),
        date(2016, 1, 1),
        "Hypothèse : 140 € par nuit, barème Unifaf de 2016, Paris et sa région ; à vérifier auprès de l'OPCO Santé.",
    ),
    (
        FinancerKind.OPCO_EP,
        ExpenseKind.PAY,
        Decimal("12.00"),
        date(2026, 1, 1),
        "12 € par heure pour moins de cinquante salariés, opcoep.fr, 13 janvier 2026.",
    ),
)


def load() -> None:
    """Adds the programme where it is missing; what has been changed since stays as it is."""
    TrainingRules.objects.get_or_create(valid_from=date(2018, 1, 1), defaults={"note": "Réglages de départ."})
    for financer, kind, amount, valid_from, note in CAPS:
        ExpenseCap.objects.get_or_create(
            financer_kind=financer, kind=kind, valid_from=valid_from, defaults={"unit_amount": amount, "note": note}
        )
    template = CohortTemplate.objects.order_by("pk").first()
    if template is None or Programme.objects.filter(template=template).exists():
        return
    with transaction.atomic():
        programme = Programme.objects.create(template=template, title=TITLE)
        for position, title in enumerate(MODULES, start=1):
            Module.objects.create(programme=programme, position=position, title=title, planned_minutes=MODULE_MINUTES)
