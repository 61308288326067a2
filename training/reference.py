"""Reference data of this room: the core programme of the default model of cohort, settings. May be loaded twice."""

from datetime import date

from django.db import transaction

from cohorts.models import CohortTemplate
from training.models import Module, Programme, TrainingRules

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


def load() -> None:
    """Adds the programme where it is missing; what has been changed since stays as it is."""
    TrainingRules.objects.get_or_create(valid_from=date(2018, 1, 1), defaults={"note": "Réglages de départ."})
    template = CohortTemplate.objects.order_by("pk").first()
    if template is None or Programme.objects.filter(template=template).exists():
        return
    with transaction.atomic():
        programme = Programme.objects.create(template=template, title=TITLE)
        for position, title in enumerate(MODULES, start=1):
            Module.objects.create(programme=programme, position=position, title=title, planned_minutes=MODULE_MINUTES)
