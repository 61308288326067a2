"""Réglages de la formation en vigueur un jour donné."""

from datetime import date

from training.models import TrainingRules


def rules_on(day: date) -> TrainingRules:
    """The settings of that day; the house's own while none is recorded."""
    rows = TrainingRules.objects.filter(valid_from__lte=day).order_by("-valid_from")
    return rows.first() or TrainingRules(valid_from=day)
