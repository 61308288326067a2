"""Convocations of the story: Sud Manche was convened to its half-days of December; Granville is still to be."""

from datetime import date, time

from accounts import clock
from cohorts.models import Cohort
from training.actions.convening import convene, upcoming
from training.models import HalfDay

CONVENED_ON = date(2026, 11, 17)


def convocations_of_the_story(cohort: Cohort) -> None:
    half_days = upcoming(HalfDay.objects.filter(session__cohort=cohort), CONVENED_ON)
    convene(half_days=half_days, at=clock.at(CONVENED_ON, time(10, 20)))
