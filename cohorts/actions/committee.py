"""Decisions of a committee: recorded, corrected, done."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.rows import change, keep
from cohorts.models import Cohort, CommitteeDecision


@transaction.atomic
def record_decision(*, cohort: Cohort, by: User, decided_on: date, **facts: object) -> CommitteeDecision:
    """Décision de comité : `facts` say what, who, until when."""
    refuse_future(decided_on, facts.get("done_on"))
    return keep(CommitteeDecision(cohort=cohort, decided_on=decided_on, recorded_by=by, **facts))


@transaction.atomic
def change_decision(
    *, decision: CommitteeDecision, version: int | None, decided_on: date, **facts: object
) -> CommitteeDecision:
    refuse_future(decided_on, facts.get("done_on"))
    return change(decision, version=version, decided_on=decided_on, **facts)


def refuse_future(decided_on: date, done_on: date | None) -> None:
    today = clock.today()
    if decided_on > today:
        raise ValidationError({"decided_on": "Une décision se note le jour où elle est prise, ou après."})
    if done_on and done_on > today:
        raise ValidationError({"done_on": "Ce qui reste à faire n'a pas encore de date : laissez ce champ vide."})
