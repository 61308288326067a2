"""Who is expected in training, and whether the room holds them."""

from django.core.exceptions import ValidationError
from django.db.models import Q

from cohorts.models import Cohort, Enrolment


def expected_in_training() -> Q:
    """Qui est attendu en formation : sous contrat, ou avec une place."""
    return Q(contracts__isnull=False, contracts__closed_on=None) | Q(seat__isnull=False, freed_on=None)


def group_size(cohort: Cohort) -> int:
    return Enrolment.objects.active().filter(expected_in_training(), cohort=cohort).distinct().count()


def refuse_small_room(cohort: Cohort, capacity: int | None) -> None:
    """La capacité, quand elle est comptée, n'est pas plus petite que le groupe."""
    if capacity is None or capacity >= (size := group_size(cohort)):
        return
    message = (
        f"Le groupe compte {size} personnes et la capacité est de {capacity} : choisissez une salle plus grande, ou "
        "corrigez la capacité."
    )
    raise ValidationError({"capacity": message})
