"""Simulations that somebody wants to find again: their hypotheses, never their amounts."""

from django.db import transaction

from accounts.models import User
from accounts.rows import keep
from cohorts.models import Cohort
from contracts.models import Scenario
from contracts.whatif import Hypothesis


@transaction.atomic
def keep_scenario(*, cohort: Cohort, name: str, hypothesis: Hypothesis, by: User) -> Scenario:
    """Garder une simulation sous un nom : elle sera recalculée à chaque ouverture."""
    return keep(Scenario(cohort=cohort, name=name.strip(), hypothesis=hypothesis.as_json(), created_by=by))


@transaction.atomic
def forget_scenario(*, scenario: Scenario) -> None:
    """Oublier une simulation : ce n'est la preuve de rien."""
    scenario.delete()
