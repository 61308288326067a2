"""What a tutor observes: one adds to it, one changes nothing."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.rows import keep
from regulations.periods import Period
from tutoring.models import Observation, Tutorship


@transaction.atomic
def record_observation(
    *, tutorship: Tutorship, skill: str, level: Observation.Level, observed_on: date, note: str = "", by: User
) -> Observation:
    """Observer : on en ajoute, on n'en modifie pas."""
    if not Period(tutorship.starts_on, tutorship.ends_on).covers(observed_on):
        raise ValidationError({"observed_on": "Ce jour est en dehors de votre tutorat."})
    observation = Observation(
        tutorship=tutorship, skill=skill, level=level, observed_on=observed_on, note=note, recorded_by=by
    )
    keep(observation)
    return observation
