"""Simulations the counsellor has kept: what the winter may bring."""

from datetime import date
from decimal import Decimal

from accounts.models import User
from cohorts.models import Cohort
from contracts.actions.scenarios import keep_scenario
from contracts.whatif import Hypothesis

KEPT = (
    ("SMIC + 2 % au 1er janvier", Hypothesis(smic_percent=Decimal(2), smic_from=date(2027, 1, 1))),
    (
        "Trois mois de plus, sauf arrêt des renouvellements en mars",
        Hypothesis(months=3, no_entry_from=date(2027, 3, 1), no_renewal=True),
    ),
)


def scenarios_of_the_story(cohort: Cohort, claire: User) -> None:
    for name, hypothesis in KEPT:
        keep_scenario(cohort=cohort, name=name, hypothesis=hypothesis, by=claire)
