"""What a tutor observes: one adds to it, one changes nothing."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.rows import keep
from regulations.periods import Period
from regulations.skills import Level
from tutoring.grids import trade_of
from tutoring.models import Observation, Skill, Tutorship


@transaction.atomic
def record_observation(
    *,
    tutorship: Tutorship,
    level: Level,
    observed_on: date,
    grid_skill: Skill | None = None,
    skill: str = "",
    note: str = "",
    by: User | None,
) -> Observation:
    """Observer une ligne de la grille, ou en ses propres mots quand le métier n'en a pas."""
    if not Period(tutorship.starts_on, tutorship.ends_on).covers(observed_on):
        raise ValidationError({"observed_on": "Ce jour est en dehors de votre tutorat."})
    if observed_on > clock.today():
        raise ValidationError({"observed_on": "Ce jour est à venir : une observation dit ce qui est déjà fait."})
    if grid_skill is not None and grid_skill.block.grid.trade != trade_of(tutorship.contract):
        raise ValidationError({"grid_skill": "Ce savoir-faire n'est pas dans la grille de ce métier."})
    observation = Observation(
        tutorship=tutorship,
        grid_skill=grid_skill,
        skill=grid_skill.words if grid_skill else skill,
        level=level,
        observed_on=observed_on,
        note=note,
        recorded_by=by,
    )
    keep(observation)
    return observation
