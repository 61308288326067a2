"""The class of the day of the story: its two rolls are there to be taken, signed on the tablet or on Amina's phone."""

from datetime import date, time

from cohorts.models import Cohort
from regulations.training import HalfDayPart
from training import actions as training

DAY = date(2026, 11, 20)
HOURS = ((HalfDayPart.MORNING, time(9), time(12, 30)), (HalfDayPart.AFTERNOON, time(13, 30), time(17)))


def class_of_the_day(cohort: Cohort) -> None:
    module = training.add_module(programme=training.ensure_programme(cohort=cohort), title="Gestes et postures")
    training.plan_session(
        cohort=cohort,
        module=module,
        slots=[training.Slot(day=DAY, part=part, starts_at=start, ends_at=end) for part, start, end in HOURS],
        trainer_name="Esther PARENT",
        place="Salle Tombelaine, Avranches",
    )
