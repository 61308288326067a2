"""Dated settings of the tutoring."""

from django.db import transaction

from accounts.rows import change, keep
from tutoring.models import TutoringRules


@transaction.atomic
def save_rules(*, facts: dict, rules: TutoringRules | None = None, version: int | None = None) -> TutoringRules:
    """Enregistrer un réglage daté, ou en corriger un."""
    if rules is None:
        return keep(TutoringRules(**facts))
    return change(rules, version=version, **facts)
