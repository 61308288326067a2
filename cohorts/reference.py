"""Reference data of this room: the model of a cohort, and the usual prescribers. May be loaded twice."""

from django.db import transaction

from cohorts.models import CohortTemplate, MilestoneTemplate, Prescriber
from regulations.deadlines import MILESTONE_MODEL, USUAL_MONTHS, Anchor, MilestoneModel
from regulations.people import PrescriberKind

TEMPLATE_NAME = "ImPEC' 12 mois – grand âge et handicap"
TEMPLATE_DESCRIPTION = (
    "Plusieurs employeurs du grand âge et du handicap recrutent ensemble en PEC de douze mois, "
    "avec un socle commun de formation et un tuteur dans chaque établissement."
)
PRESCRIBERS = (
    (PrescriberKind.FRANCE_TRAVAIL, "France Travail"),
    (PrescriberKind.MISSION_LOCALE, "Mission locale"),
    (PrescriberKind.CAP_EMPLOI, "Cap emploi"),
    (PrescriberKind.DEPARTEMENT, "Conseil départemental"),
    (PrescriberKind.OTHER, "O2R"),
    (PrescriberKind.OTHER, "Impulsion"),
    (PrescriberKind.OTHER, "Pic'Up Tour"),
)


def load() -> None:
    """Adds what is missing; what has been changed since stays as it is."""
    with transaction.atomic():
        _load_template()
        for kind, name in PRESCRIBERS:
            Prescriber.objects.get_or_create(name=name, defaults={"kind": kind})


def _load_template() -> None:
    template, is_new = CohortTemplate.objects.get_or_create(
        name=TEMPLATE_NAME, defaults={"description": TEMPLATE_DESCRIPTION, "months": USUAL_MONTHS}
    )
    if not is_new:
        return
    for model in MILESTONE_MODEL:
        months, days = _from_first_day(model)
        MilestoneTemplate.objects.create(
            template=template, label=model.label, months_after=months, days_after=days, owner_role=model.owner
        )


def _from_first_day(model: MilestoneModel) -> tuple[int, int]:
    """The last day is the eve of the same day, so many months later."""
    if model.anchor is Anchor.FIRST_DAY:
        return model.months, model.days
    return USUAL_MONTHS + model.months, model.days - 1
